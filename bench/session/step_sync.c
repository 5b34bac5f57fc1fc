/* SPDX-License-Identifier: MIT */
/*
 * Steps about the connection itself: reset disconnect. What was said before,
 * the last ACK above all, must have left first, as it would have on the line of
 * a debugger that is restarted.
 */
#include "bench/session/steps.h"

#include "bench/base/clock.h"

/* When to look whether the last packet has left: soon, and how often. */
#define SOON_NS 1
#define FLUSH_NS (10 * NS_PER_US)

enum { PART_FLUSH, PART_SYNC, PART_LEAVE };

static void flush(struct session *s)
{
	s->part = PART_FLUSH;
	s->timer = s->now + SOON_NS;
}

bool session_flushed(struct session *s)
{
	if (!kd_exchange_pending(&s->d->x))
		return true;
	s->timer = s->now + FLUSH_NS;
	return false;
}

static void synchronise(struct session *s)
{
	s->part = PART_SYNC;
	s->op_began = s->now;
	s->last_line_ns = s->now;
	kd_debugger_connect(s->d, s->now);
}

/* reset: from RESET to the state change that the target sends again. */
static void reset_timer(struct session *s)
{
	if (session_flushed(s))
		synchronise(s);
}

static void reset_stop(struct session *s)
{
	if (s->part == PART_SYNC)
		session_op_done(s, 0);
	else
		session_spurious(s);
}

const struct step_ops reset_ops = {
	.op = flush,
	.timer = reset_timer,
	.stop = reset_stop,
	.needs_stop = true,
	.counts = true,
};

/* disconnect: let the target run, and listen no more. */
static void disconnect_begin(struct session *s)
{
	s->part = PART_LEAVE;
	if (s->running)
		s->timer = s->now + SOON_NS;
	else
		session_continue(s, false);
}

static void disconnect_done(struct session *s)
{
	s->timer = s->now + SOON_NS;
}

static void disconnect_timer(struct session *s)
{
	if (!session_flushed(s))
		return;
	kd_debugger_forget(s->d);
	session_step_done(s);
}

const struct step_ops disconnect_ops = {
	.begin = disconnect_begin,
	.done = disconnect_done,
	.timer = disconnect_timer,
};
