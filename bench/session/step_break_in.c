/* SPDX-License-Identifier: MIT */
/*
 * break-in: how long from the byte 62 to the state change? It is sent at a
 * random instant of what the target does meanwhile: nothing, a storm of prints,
 * or now and then not looking, with its interrupts off.
 */
#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/session/step_settings.h"
#include "bench/session/steps.h"

#define STEP(field) offsetof(struct step, field)

enum meanwhile { IDLE, STORM, INTERRUPTS_OFF };

enum { PART_GO, PART_RUN, PART_BREAK_IN };

const struct setting step_break_in_settings[] = {
	{ "while", SETTING_ENUM, STEP(how), "idle",
	  "what the target does until then", "idle|storm|interrupts-off", 0,
	  0 },
	{ "off", SETTING_DURATION, STEP(off_ns), "50ms",
	  "with interrupts-off: how long at a time, and how long they are on "
	  "in between",
	  NULL, 1000, KDBB_DEAF_MAX_NS },
	{ 0 },
};

/* Between two break-ins the target runs for 1 to 9 ms: a random phase. */
#define RUN_MIN_NS (1 * NS_PER_MS)
#define RUN_SPREAD_NS (8 * NS_PER_MS)

/* ... or for as long as its phases take. */
static uint64_t spread_ns(const struct step *step)
{
	return step->how == INTERRUPTS_OFF ? 2 * step->off_ns : RUN_SPREAD_NS;
}

static bool needs_kdbb(const struct step *step)
{
	return step->how != IDLE;
}

static void give_order(struct session *s)
{
	if (s->step->how == STORM)
		session_order(s, KDBB_PRINT_STORM, 0, s->config->nonce, 0);
	else
		session_order(s, KDBB_DEAF, s->step->off_ns, s->step->off_ns,
			      0);
}

static void prepare(struct session *s)
{
	if (s->step->how == IDLE)
		session_measure(s);
	else if (s->running)
		session_break_in(s);
	else
		give_order(s);
}

static void on_reply(struct session *s)
{
	if (!session_check_reply(s, "giving the guest its order"))
		return;
	if (s->phase == PHASE_BEFORE)
		session_measure(s);
	else
		session_step_done(s);
}

static void break_in(struct session *s)
{
	s->part = PART_BREAK_IN;
	s->op_began = s->now;
	session_break_in(s);
}

static void op(struct session *s)
{
	s->part = PART_GO;
	if (s->running)
		break_in(s);
	else
		session_continue(s, false);
}

static void on_running(struct session *s)
{
	if (s->phase == PHASE_BEFORE || s->part != PART_GO)
		return;
	s->part = PART_RUN;
	s->timer = s->now + RUN_MIN_NS +
		   hash_add(s->config->seed, s->operations) %
			   spread_ns(s->step);
}

static void on_print(struct session *s)
{
	if (s->step->how != STORM)
		return;
	on_running(s); /* before the ACK of the Continue */
	(void)session_storm_line(s, true);
}

static bool stopped_by_breakpoint(const struct session *s)
{
	return s->d->new_state == KD_STATE_EXCEPTION &&
	       s->d->exception.code == KD_CODE_BREAKPOINT;
}

static void on_stop(struct session *s)
{
	if (!stopped_by_breakpoint(s))
		session_spurious(s);
	else if (s->phase == PHASE_BEFORE)
		give_order(s);
	else if (s->part != PART_BREAK_IN)
		session_spurious(s);
	else
		session_op_done(s, 0);
}

static void after(struct session *s)
{
	if (s->step->how == IDLE)
		session_step_done(s);
	else
		session_order(s, KDBB_IDLE, 0, 0, 0);
}

const struct step_ops break_in_ops = {
	.begin = prepare,
	.op = op,
	.reply = on_reply,
	.done = on_running,
	.print = on_print,
	.timer = break_in,
	.stop = on_stop,
	.end = after,
	.needs_kdbb = needs_kdbb,
};
