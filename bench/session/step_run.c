/* SPDX-License-Identifier: MIT */
/* Steps that start the target, and wait: continue wait idle. */
#include "bench/base/clock.h"
#include "bench/session/steps.h"

static bool stopped_by_breakpoint(const struct session *s)
{
	return s->d->new_state == KD_STATE_EXCEPTION &&
	       s->d->exception.code == KD_CODE_BREAKPOINT;
}

/* continue: the target runs on, without a breakpoint that was left in it. */
static void continue_begin(struct session *s)
{
	struct kd_manipulate m = {
		.api = KD_API_RESTORE_BREAKPOINT,
		.u.restore_breakpoint = { .handle = s->planted },
	};

	if (s->planted)
		session_ask(s, &m, NULL, 0);
	else
		session_continue(s, false);
}

static void continue_reply(struct session *s)
{
	s->planted = 0;
	session_continue(s, false);
}

const struct step_ops continue_ops = {
	.begin = continue_begin,
	.reply = continue_reply,
	.done = session_step_done,
	.needs_stop = true,
};

/* wait: time passes. */
static void wait_begin(struct session *s)
{
	s->timer = s->now + s->step->duration_ns;
}

const struct step_ops wait_ops = {
	.begin = wait_begin,
	.timer = session_step_done,
};

/* idle: what being attached costs, stopped at the prompt or running. */
enum { IDLE_STOPPED, IDLE_RUNNING };
enum { PART_IDLE, PART_BREAK_IN };

static void idle_op(struct session *s)
{
	s->part = PART_IDLE;
	if (s->step->state == IDLE_RUNNING && !s->running)
		session_continue(s, false);
	else
		s->timer = s->now + s->step->duration_ns;
}

static void idle_done(struct session *s)
{
	if (s->timer != KD_NEVER)
		return;
	s->window_began = s->now;
	s->timer = s->now + s->step->duration_ns;
	session_idle_begin(s);
}

static void idle_timer(struct session *s)
{
	session_idle_calibrate(s);
	session_window_end(s, s->now);
	s->part = PART_BREAK_IN;
	if (s->running)
		session_break_in(s);
	else
		session_step_done(s);
}

static void idle_stop(struct session *s)
{
	if (s->part == PART_BREAK_IN && stopped_by_breakpoint(s))
		session_step_done(s);
	else
		session_spurious(s);
}

const struct step_ops idle_ops = {
	.op = idle_op,
	.done = idle_done,
	.timer = idle_timer,
	.stop = idle_stop,
	.needs_stop = true,
};
