/* SPDX-License-Identifier: MIT */
/*
 * Steps that keep a loop of the guest company: breakpoint-loop step-loop; and
 * clear-breakpoint.
 */
#include "bench/session/steps.h"

enum {
	PART_SET,
	PART_ORDER,
	PART_RUN,
	PART_LIFT,
	PART_APPROACH,
	PART_STEP,
	PART_SET_AGAIN,
	PART_CLEAR,
	PART_CANCEL,
};

/* More rounds than anybody waits for; the order is called off. */
#define ROUNDS UINT32_MAX

static void set_breakpoint(struct session *s, uint8_t part)
{
	struct kd_manipulate m = {
		.api = KD_API_WRITE_BREAKPOINT,
		.u.write_breakpoint = { .address = s->target.spin_pc },
	};

	s->part = part;
	session_ask(s, &m, NULL, 0);
}

static void restore(struct session *s, uint8_t part, uint64_t handle)
{
	struct kd_manipulate m = {
		.api = KD_API_RESTORE_BREAKPOINT,
		.u.restore_breakpoint = { .handle = (uint32_t)handle },
	};

	s->part = part;
	session_ask(s, &m, NULL, 0);
}

/* Has the measured step come to its end? */
static bool enough(const struct session *s)
{
	const struct step *step = s->step;

	return (step->count && s->ops >= step->count) ||
	       (step->duration_ns &&
		s->now - s->window_began >= step->duration_ns);
}

/*
 * breakpoint-loop: run from hit to hit. To get past a breakpoint it is lifted,
 * one instruction is stepped, and it is set again: that is what a breakpoint
 * with a condition costs each time.
 */
static void loop_op(struct session *s)
{
	set_breakpoint(s, PART_SET);
}

static void loop_reply(struct session *s)
{
	bool setting = s->part == PART_SET || s->part == PART_SET_AGAIN;
	bool lifting = s->part == PART_LIFT || s->part == PART_CLEAR;

	if (!session_check_reply(s, setting   ? "WriteBreakPoint"
				    : lifting ? "RestoreBreakPoint"
					      : "the order"))
		return;
	if (setting)
		s->planted = s->d->reply.u.write_breakpoint.handle;
	else if (lifting)
		s->planted = 0;
	switch (s->part) {
	case PART_SET:
		s->part = PART_ORDER;
		session_order(s, KDBB_BREAKPOINT_LOOP, ROUNDS, 0, 0);
		break;
	case PART_ORDER:
		s->window_began = s->now;
		s->last_line_ns = s->now;
		/* fall through */
	case PART_SET_AGAIN:
		s->part = PART_RUN;
		session_continue(s, false);
		break;
	case PART_LIFT:
		s->part = PART_STEP;
		session_continue(s, true);
		break;
	case PART_CLEAR:
		s->part = PART_CANCEL;
		session_order(s, KDBB_IDLE, 0, 0, 0);
		break;
	case PART_CANCEL: session_step_done(s); break;
	default: break;
	}
}

static bool is_exception(const struct session *s, uint32_t code)
{
	return s->d->new_state == KD_STATE_EXCEPTION &&
	       s->d->exception.code == code;
}

static void loop_stop(struct session *s)
{
	bool hit = s->part == PART_RUN && is_exception(s, KD_CODE_BREAKPOINT) &&
		   s->d->exception.pc == s->target.spin_pc;

	if (s->part == PART_STEP && is_exception(s, KD_CODE_SINGLE_STEP)) {
		set_breakpoint(s, PART_SET_AGAIN);
		return;
	}
	if (!hit) {
		session_spurious(s);
		return;
	}
	session_sample(s, s->now - s->last_line_ns, 0);
	s->last_line_ns = s->now;
	if (!enough(s)) {
		restore(s, PART_LIFT, s->planted);
		return;
	}
	session_window_end(s, s->now);
	restore(s, PART_CLEAR, s->planted);
}

const struct step_ops breakpoint_loop_ops = {
	.op = loop_op,
	.reply = loop_reply,
	.stop = loop_stop,
	.needs_stop = true,
	.needs_kdbb = session_always,
};

/*
 * step-loop: single steps through the guest's loop. It is found by what it is:
 * the program counter comes back after KDBB_STEP_LOOP_LENGTH steps and not
 * before. From then on each step must lead where it led a round ago.
 */
#define APPROACH_MAX 100000 /* steps, until there must be a loop */

/* Rounds for a step that ends by its duration: a moment, if they are run. */
#define ROUNDS_ENOUGH 100000

static void step_loop_op(struct session *s)
{
	uint64_t rounds = s->step->count / KDBB_STEP_LOOP_LENGTH + 4;

	s->part = PART_ORDER;
	session_order(s, KDBB_STEP_LOOP,
		      s->step->count ? rounds : ROUNDS_ENOUGH, 0, 0);
}

static void step_loop_reply(struct session *s)
{
	if (!session_check_reply(s, "the order"))
		return;
	if (s->part == PART_CANCEL) {
		session_step_done(s);
		return;
	}
	s->part = PART_APPROACH;
	session_continue(s, true);
}

/* Is this where it was a round ago, and not where it was just now? */
static bool comes_back(struct session *s, uint64_t pc)
{
	uint64_t *then = &s->pcs[s->index % KDBB_STEP_LOOP_LENGTH];
	uint64_t before = s->pcs[(s->index + KDBB_STEP_LOOP_LENGTH - 1) %
				 KDBB_STEP_LOOP_LENGTH];
	bool back = s->index >= KDBB_STEP_LOOP_LENGTH && *then == pc &&
		    before != pc;

	*then = pc;
	s->index++;
	return back;
}

/* Not measured: from wherever it stopped to a round within the loop. */
static void approach(struct session *s, bool back)
{
	s->offset = back ? s->offset + 1 : 0;
	if (s->index > APPROACH_MAX) {
		session_end(s, VERDICT_GAVE_UP,
			    "step '%s': no loop within %d single steps",
			    s->step->name, APPROACH_MAX);
		return;
	}
	if (s->offset == KDBB_STEP_LOOP_LENGTH) {
		s->part = PART_STEP;
		s->window_began = s->now;
		s->last_line_ns = s->now;
	}
	session_continue(s, true);
}

static void step_loop_stop(struct session *s)
{
	uint64_t pc = s->d->exception.pc;
	bool back;

	if ((s->part != PART_APPROACH && s->part != PART_STEP) ||
	    !is_exception(s, KD_CODE_SINGLE_STEP)) {
		session_spurious(s);
		return;
	}
	back = comes_back(s, pc);
	if (s->part == PART_APPROACH) {
		approach(s, back);
		return;
	}
	if (!back) {
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': a single step led to 0x%llx, out of "
			    "the loop's order",
			    s->step->name, (unsigned long long)pc);
		return;
	}
	session_sample(s, s->now - s->last_line_ns, 0);
	s->last_line_ns = s->now;
	if (!enough(s)) {
		session_continue(s, true);
		return;
	}
	session_window_end(s, s->now);
	s->part = PART_CANCEL;
	session_order(s, KDBB_IDLE, 0, 0, 0);
}

const struct step_ops step_loop_ops = {
	.op = step_loop_op,
	.reply = step_loop_reply,
	.stop = step_loop_stop,
	.needs_stop = true,
	.needs_kdbb = session_always,
};

/*
 * clear-breakpoint: one handle after the other, as WinDbg does when it
 * connects, whether there is a breakpoint or not; or one that must be there.
 */
#define HANDLES 32

static void clear_op(struct session *s)
{
	bool each = s->step->number == UINT64_MAX;

	restore(s, PART_CLEAR,
		each ? 1 + s->index++ % HANDLES : s->step->number);
}

static void clear_reply(struct session *s)
{
	bool refused = s->d->reply.status == KD_STATUS_UNSUCCESSFUL;

	if ((s->step->number == UINT64_MAX && refused) ||
	    session_check_reply(s, "RestoreBreakPoint"))
		session_op_done(s, 0);
}

const struct step_ops clear_breakpoint_ops = {
	.op = clear_op,
	.reply = clear_reply,
	.needs_stop = true,
	.counts = true,
};
