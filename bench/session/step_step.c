/* SPDX-License-Identifier: MIT */
/*
 * step: single steps. Bare, it is Continue2 with TraceFlag, to the single-step
 * exception. As WinDbg, it is from prompt to prompt: the registers are written
 * back, the target takes its step, and is asked what it is asked at each stop.
 */
#include "bench/session/step_settings.h"
#include "bench/session/stop_talk.h"

enum { AS_BARE, AS_WINDBG };

const struct setting step_step_settings[] = {
	{ "as", SETTING_ENUM, offsetof(struct step, how), "bare",
	  "what is asked at each stop: nothing; or what WinDbg asks",
	  "bare|windbg", 0, 0 },
	STEP_WHOLE_COUNT,
	{ 0 },
};

static const struct talk_row prologue[] = {
	STOP_PROLOGUE,
	{ 0 },
};

static const struct talk_row epilogue[] = {
	STOP_SET_REGISTERS,
	{ 0 },
};

static void trace(struct session *s)
{
	session_continue(s, true);
}

static void prompt(struct session *s)
{
	session_op_done(s, 0);
}

/* The prompt from which the first step begins. */
static void begin(struct session *s)
{
	if (s->step->how == AS_WINDBG)
		talk_begin(s, prologue, session_measure);
	else
		session_measure(s);
}

static void op(struct session *s)
{
	if (s->step->how == AS_WINDBG) {
		session_op_hold(s);
		talk_begin(s, epilogue, trace);
	} else {
		trace(s);
	}
}

static void stop(struct session *s)
{
	if (!stop_is(s, KD_CODE_SINGLE_STEP))
		session_spurious(s);
	else if (s->step->how == AS_WINDBG)
		talk_begin(s, prologue, prompt);
	else
		session_op_done(s, 0);
}

const struct step_ops step_ops = {
	.begin = begin,
	.op = op,
	.reply = talk_reply,
	.stop = stop,
	.needs_stop = true,
	.counts = true,
};
