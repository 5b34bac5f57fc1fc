/* SPDX-License-Identifier: MIT */
/*
 * The debugger was killed in the midst of a step, and another one is there. It
 * knows nothing and gets to a prompt by itself; then the step is done again
 * from its beginning, in a target that is left as the step found it: without an
 * order, without a breakpoint, running or not.
 */
#include "bench/session/steps.h"

/* Breakpoints that a target can have (kd-protocol 8.1: WinDbg clears them). */
#define HANDLES 32

enum again {
	AGAIN_NONE,
	AGAIN_SYNC,
	AGAIN_VERSION,
	AGAIN_CLEAR,
	AGAIN_ORDER,
	AGAIN_GO
};

/* May a breakpoint stand, or an order be in the target's mailbox? */
static void remember(struct session *s)
{
	const struct kd_debugger *d = s->d;

	s->again_clears = s->planted || (d->request_open &&
					 d->api == KD_API_WRITE_BREAKPOINT);
	s->again_orders |= s->orders != s->step_orders;
}

/* What the new one cannot know it does not do: the rest is the harness. */
static void next(struct session *s)
{
	struct kd_manipulate m = { .api = KD_API_RESTORE_BREAKPOINT };

	if (s->again == AGAIN_SYNC) {
		s->again = AGAIN_VERSION;
		session_ask_api(s, KD_API_GET_VERSION);
	} else if (s->again_clears) {
		s->again = AGAIN_CLEAR;
		m.u.restore_breakpoint.handle = (uint32_t)++s->index;
		session_ask(s, &m, NULL, 0);
	} else if (s->again_orders) {
		s->again = AGAIN_ORDER;
		session_order(s, KDBB_IDLE, 0, 0, 0);
	} else if (s->step_running) {
		s->again = AGAIN_GO;
		session_continue(s, false);
	} else {
		s->again = AGAIN_NONE;
		session_begin_step(s, s->step);
	}
}

bool session_again_stop(struct session *s)
{
	if (s->again == AGAIN_NONE)
		return false;
	s->index = 0;
	s->waiting = false;
	s->again = AGAIN_SYNC;
	next(s);
	return true;
}

bool session_again_reply(struct session *s)
{
	if (s->again == AGAIN_NONE)
		return false;
	if (s->again == AGAIN_VERSION) {
		if (!session_check_reply(s, "GetVersion"))
			return true;
	} else if (s->again == AGAIN_CLEAR && s->index == HANDLES) {
		s->again_clears = false;
		s->planted = 0;
	} else if (s->again == AGAIN_ORDER) {
		if (!session_check_reply(s, "calling the order off"))
			return true;
		s->again_orders = false;
	}
	next(s);
	return true;
}

bool session_again_done(struct session *s)
{
	if (s->again != AGAIN_GO)
		return s->again != AGAIN_NONE;
	s->again = AGAIN_NONE;
	session_begin_step(s, s->step);
	return true;
}

/* What the step has done so far counts; what it was about to do does not. */
static void break_off(struct session *s)
{
	if (s->window_open)
		session_window_end(s, s->now);
	session_forget_step(s);
	s->breaking = s->passing = false;
	s->resume = 0;
	s->running = true; /* for all it knows */
}

void session_restarted(struct session *s, uint64_t now)
{
	const char *left;

	if (s->done)
		return;
	session_set_now(s, now);
	s->progress_ns = s->now;
	left = session_ops(s)->left ? session_ops(s)->left(s) : NULL;
	remember(s);
	/* Its 62s are not forgotten by the target, and we know of them. */
	kd_debugger_forget(s->d);
	s->d->recoveries++;
	break_off(s);
	session_end_doomed(s);
	if (s->done)
		return;
	if (left) {
		session_end(s, VERDICT_GAVE_UP,
			    "the debugger was killed in step '%s', which "
			    "cannot be done again: %s",
			    s->step->name, left);
	} else if (s->step->kind == STEP_CONNECT) {
		session_begin_step(s, s->step);
	} else {
		s->again = AGAIN_SYNC;
		kd_debugger_connect(s->d, s->now);
	}
}
