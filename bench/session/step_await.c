/* SPDX-License-Identifier: MIT */
/* Steps that wait for a stop: expect-stop switch-processor wild. */
#include "bench/session/steps.h"

#include "bench/base/clock.h"

/* expect-stop: the running target will stop by itself, for this reason. */
static void expect_begin(struct session *s)
{
	(void)s; /* the target runs, and that is all it needs */
}

static void expect_stop(struct session *s)
{
	const struct kd_exception *e = &s->d->exception;
	uint64_t address = s->step->address;

	/* Modules come and go; nobody asked to be told. */
	if (s->d->new_state == KD_STATE_LOAD_SYMBOLS)
		session_continue(s, false);
	else if (s->d->new_state == KD_STATE_EXCEPTION &&
		 e->code == (uint32_t)s->step->code &&
		 (address == UINT64_MAX || e->pc == address))
		session_step_done(s);
	else
		session_spurious(s);
}

const struct step_ops expect_stop_ops = {
	.begin = expect_begin,
	.stop = expect_stop,
};

/*
 * switch-processor: the CPU switched to reports. One that is not there is
 * answered by the current one.
 */
static void switch_op(struct session *s)
{
	struct kd_manipulate m = {
		.api = KD_API_SWITCH_PROCESSOR,
		.processor = (uint16_t)s->step->number,
	};

	s->offset = s->d->exception.processor;
	session_ask(s, &m, NULL, 0);
}

static void switch_stop(struct session *s)
{
	const struct kd_exception *e = &s->d->exception;
	uint64_t want = s->step->number < e->processors ? s->step->number
							: s->offset;

	if (s->d->new_state != KD_STATE_EXCEPTION)
		session_spurious(s);
	else if (s->step->verify && e->processor != want)
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': processor %u reported, not %u",
			    s->step->name, e->processor, (unsigned)want);
	else
		session_op_done(s, 0);
}

const struct step_ops switch_processor_ops = {
	.op = switch_op,
	.stop = switch_stop,
	.needs_stop = true,
};

/*
 * wild: the guest is told to lose control; after a while somebody wants to
 * break in. If that works, the step is done; if not, the session ends the way
 * it must, and the scenario says which of both it expects.
 */
enum { PART_ORDER, PART_GO, PART_LOST, PART_BREAK_IN };

/* Longer than a state change takes on a slow line. */
#define LOST_NS (500 * NS_PER_MS)

static void wild_begin(struct session *s)
{
	s->part = PART_ORDER;
	session_order(s, KDBB_WILD,
		      (uint64_t)s->step->how + KDBB_WILD_INTERRUPTS_OFF, 0, 0);
}

static void wild_reply(struct session *s)
{
	if (!session_check_reply(s, "giving the guest its order"))
		return;
	s->part = PART_GO;
	session_continue(s, false);
}

static void wild_done(struct session *s)
{
	s->part = PART_LOST;
	s->timer = s->now + LOST_NS;
}

static void wild_timer(struct session *s)
{
	s->part = PART_BREAK_IN;
	session_break_in(s);
}

static void wild_stop(struct session *s)
{
	if (s->part == PART_ORDER || s->d->new_state != KD_STATE_EXCEPTION) {
		session_spurious(s);
		return;
	}
	/* If it stopped by itself, the 62 may stop it once more (F27). */
	if (s->part == PART_BREAK_IN &&
	    s->d->exception.code != KD_CODE_BREAKPOINT)
		s->d->breakins_owed++;
	s->timer = KD_NEVER;
	session_step_done(s);
}

const struct step_ops wild_ops = {
	.begin = wild_begin,
	.reply = wild_reply,
	.done = wild_done,
	.timer = wild_timer,
	.stop = wild_stop,
	.needs_stop = true,
	.needs_kdbb = session_always,
};
