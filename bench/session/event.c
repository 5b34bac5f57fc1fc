/* SPDX-License-Identifier: MIT */
/* session: what becomes of an event of the debugger. */
#include "bench/session/steps.h"

/*
 * A 62 that was sent while resynchronising can stop the target once more (F27):
 * that stop is ours, and the target is sent on as it was.
 */
static bool own_breakin(struct session *s)
{
	if (!s->d->breakins_owed || s->d->new_state != KD_STATE_EXCEPTION ||
	    s->d->exception.code != KD_CODE_BREAKPOINT)
		return false;
	s->d->breakins_owed--;
	s->d->recoveries++;
	session_resume(s, s->resume_trace, s->resume_dr7);
	return true;
}

/* So many in a row, and nothing in between: it is not to be sent on. */
#define UNASKED_MAX 16

/*
 * Where does a break-in stop it? Our own guest in many places, but not where it
 * meets a breakpoint; a foreign one in a function made for that.
 */
static bool at_breakin(const struct session *s)
{
	uint64_t pc = s->d->exception.pc;

	return s->config->foreign
		       ? s->break_known && pc == s->break_pc
		       : !s->target.spin_pc || pc != s->target.spin_pc;
}

/*
 * A 62 that nobody sent is as good as any: the line made it, and no debugger
 * can help that. What it can do is know the stop for what it is, tell of it,
 * and send the target on as it was.
 */
static bool unasked_breakin(struct session *s)
{
	if (s->d->new_state != KD_STATE_EXCEPTION ||
	    s->d->exception.code != KD_CODE_BREAKPOINT || !at_breakin(s))
		return false;
	if (s->unasked_ops != s->ops)
		s->unasked_row = 0;
	if (s->unasked_row == UNASKED_MAX)
		return false;
	s->unasked_row++;
	s->unasked_ops = s->ops;
	s->unasked_pc = s->d->exception.pc;
	s->unasked++;
	s->d->recoveries++;
	session_resume(s, s->resume_trace, s->resume_dr7);
	return true;
}

void session_spurious(struct session *s)
{
	if (own_breakin(s) || unasked_breakin(s))
		return;
	session_end(s, VERDICT_SPURIOUS_STOP,
		    "the target stopped at 0x%llx with code 0x%08x during "
		    "step '%s', though nobody asked; the last request was %s",
		    (unsigned long long)s->d->exception.pc,
		    (unsigned)s->d->exception.code, s->step->name,
		    session_last_request(s));
}

/* Nobody of this session waits for it: an empty line lets the target go on. */
static void on_prompt(struct session *s)
{
	s->running = true;
	if (!s->again && session_ops(s)->prompt)
		session_ops(s)->prompt(s);
	else
		kd_debugger_answer_prompt(s->d, NULL, 0, s->now);
}

static void on_file(struct session *s)
{
	s->running = true;
	if (!s->again && session_ops(s)->file)
		session_ops(s)->file(s);
	else
		session_serve_file(s);
}

/* A foreign target tells of a module in mid-run, and waits to be sent on. */
static bool only_symbols(struct session *s)
{
	if (!s->config->foreign || s->d->new_state != KD_STATE_LOAD_SYMBOLS ||
	    s->step->kind == STEP_CONNECT || s->step->kind == STEP_MODULE_STORM)
		return false;
	s->passing = true;
	session_continue(s, s->step->kind == STEP_STEP);
	return true;
}

/* It was; a break-in that was on its way is asked for anew. */
static void passed(struct session *s)
{
	s->passing = false;
	if (s->breaking)
		session_break_in(s);
}

static void on_stop(struct session *s)
{
	s->running = false;
	s->resume = 0;
	if ((s->breaking || s->step->kind == STEP_CONNECT) &&
	    s->d->new_state == KD_STATE_EXCEPTION &&
	    s->d->exception.code == KD_CODE_BREAKPOINT) {
		s->break_known = true;
		s->break_pc = s->d->exception.pc;
	}
	if (only_symbols(s))
		return;
	s->breaking = false;
	if (session_again_stop(s))
		return;
	if (session_ops(s)->stop)
		session_ops(s)->stop(s);
	else
		session_spurious(s);
}

void session_event(struct session *s, enum kd_debugger_event event,
		   uint64_t now)
{
	if (event == KD_DEBUGGER_NOTHING || s->done)
		return;
	session_set_now(s, now);
	/* Lines of before do not bring a new debugger to its prompt. */
	if (!s->again || event != KD_DEBUGGER_PRINT)
		s->progress_ns = now;
	switch (event) {
	case KD_DEBUGGER_STOP: on_stop(s); break;
	case KD_DEBUGGER_REPLY:
		s->round_trips++;
		if (session_resuming(s))
			session_on_resuming(s);
		else if (session_again_reply(s))
			break;
		else if (session_in_counters(s))
			session_on_counters(s);
		else if (session_ops(s)->reply)
			session_ops(s)->reply(s);
		break;
	case KD_DEBUGGER_DONE:
		s->running = true;
		if (s->passing)
			passed(s);
		else if (session_again_done(s))
			break;
		else if (session_ops(s)->done)
			session_ops(s)->done(s);
		break;
	case KD_DEBUGGER_PRINT:
		if (!s->again && session_ops(s)->print)
			session_ops(s)->print(s);
		break;
	case KD_DEBUGGER_PROMPT: on_prompt(s); break;
	case KD_DEBUGGER_FILE: on_file(s); break;
	case KD_DEBUGGER_LOST:
		session_end(s, VERDICT_GAVE_UP,
			    "the debugger gave up in step '%s': %s; the last "
			    "request was %s",
			    s->step->name, s->d->reason,
			    session_last_request(s));
		break;
	case KD_DEBUGGER_TRACE: /* acknowledged, and that is all it wants */
	case KD_DEBUGGER_NOTHING: break;
	}
}
