/* SPDX-License-Identifier: MIT */
/*
 * attach: what WinDbg asks from its first GetVersion to the Continue2 that lets
 * the target go, in the order and with the sizes of a real one
 * (kd-protocol 8.1; it asked 55 times). Each address comes out of the replies
 * before it. What lets the target go is broken into behind the operation, which
 * is none of it.
 */
#include "bench/session/image_talk.h"
#include "bench/session/step_settings.h"
#include "bench/session/stop_talk.h"

#define HANDLES 32

/* The description of the extended state, in the page that all share. */
#define XSTATE_ADDRESS UINT64_C(0xfffff780000003d8)
#define XSTATE_SIZE 816

const struct setting step_attach_settings[] = {
	STEP_WHOLE_COUNT,
	{ 0 },
};

static bool ask_version(struct session *s)
{
	session_ask_api(s, KD_API_GET_VERSION);
	return true;
}

static void on_version(struct session *s, struct kd_span data)
{
	(void)data;
	if (!session_check_reply(s, "GetVersion"))
		return;
	s->target.machine = s->d->reply.u.version.machine;
	image_of_list(s, s->d->reply.u.version.module_list);
}

/* Whatever a debugger before us has left behind; mostly there is nothing. */
static bool ask_restore(struct session *s)
{
	struct kd_manipulate m = {
		.api = KD_API_RESTORE_BREAKPOINT,
		.u.restore_breakpoint = { .handle = s->talk.turn + 1u },
	};

	session_ask(s, &m, NULL, 0);
	return true;
}

static void on_restore(struct session *s, struct kd_span data)
{
	(void)data;
	if (kd_status_ok(s->d->reply.status) && s->planted == s->talk.turn + 1u)
		s->planted = 0;
}

static bool ask_xstate(struct session *s)
{
	return talk_read(s, XSTATE_ADDRESS, XSTATE_SIZE);
}

/* Only a kernel that is further than its boot has this page. */
static void on_xstate(struct session *s, struct kd_span data)
{
	(void)s;
	(void)data;
}

static const struct talk_row dialogue[] = {
	{ ask_version, on_version, 1 },
	IMAGE_FIRST_MODULE,
	{ ask_restore, on_restore, HANDLES },
	{ ask_xstate, on_xstate, 1 },
	STOP_GET_REGISTERS,
	{ stop_ask_long_gdt, stop_on_gdt, 1 },
	STOP_SET_REGISTERS,
	STOP_GET_REGISTERS,
	{ 0 },
};

static void go(struct session *s)
{
	session_continue(s, false);
}

static void op(struct session *s)
{
	session_op_hold(s);
	talk_begin(s, dialogue, go);
}

/* It runs: attached. Back to where the next one begins. */
static void done(struct session *s)
{
	session_op_over(s);
	session_aside_begin(s);
	session_break_in(s);
}

static void stop(struct session *s)
{
	if (!s->aside.open || !stop_is(s, KD_CODE_BREAKPOINT)) {
		session_spurious(s);
		return;
	}
	session_aside_end(s);
	session_op_done(s, 0);
}

const struct step_ops attach_ops = {
	.op = op,
	.reply = talk_reply,
	.done = done,
	.stop = stop,
	.needs_stop = true,
	.counts = true,
};
