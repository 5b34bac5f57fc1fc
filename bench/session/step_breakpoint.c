/* SPDX-License-Identifier: MIT */
/*
 * breakpoint: set one, run into it, clear it. In our own guest it stands in the
 * spin loop, which is ordered before and called off afterwards; with an address
 * it stands there, and a target that is there already takes one step first. The
 * operation is all of that.
 */
#include "bench/session/steps.h"

enum {
	PART_PAST,
	PART_SET,
	PART_ORDER,
	PART_RUN,
	PART_CLEAR,
	PART_CANCEL,
};

static bool elsewhere(const struct session *s)
{
	return s->step->address != 0;
}

static uint64_t place(const struct session *s)
{
	return elsewhere(s) ? s->step->address : s->target.spin_pc;
}

static bool stopped_with(const struct session *s, uint32_t code)
{
	return s->d->new_state == KD_STATE_EXCEPTION &&
	       s->d->exception.code == code;
}

static void set(struct session *s)
{
	struct kd_manipulate m = {
		.api = KD_API_WRITE_BREAKPOINT,
		.u.write_breakpoint = { .address = place(s) },
	};

	s->part = PART_SET;
	session_ask(s, &m, NULL, 0);
}

static void clear(struct session *s)
{
	struct kd_manipulate m = {
		.api = KD_API_RESTORE_BREAKPOINT,
		.u.restore_breakpoint = { .handle = s->planted },
	};

	s->part = PART_CLEAR;
	session_ask(s, &m, NULL, 0);
}

static void run(struct session *s)
{
	s->part = PART_RUN;
	session_continue(s, false);
}

static void breakpoint_op(struct session *s)
{
	if (elsewhere(s) && s->d->exception.pc == place(s)) {
		s->part = PART_PAST;
		session_continue(s, true);
	} else {
		set(s);
	}
	s->last_line_ns = s->op_began;
}

static void done(struct session *s)
{
	s->op_began = s->last_line_ns;
	session_op_done(s, 0);
}

static void breakpoint_reply(struct session *s)
{
	switch (s->part) {
	case PART_SET:
		if (!session_check_reply(s, "WriteBreakPoint"))
			return;
		s->planted = s->d->reply.u.write_breakpoint.handle;
		if (elsewhere(s)) {
			run(s);
			break;
		}
		s->part = PART_ORDER;
		session_order(s, KDBB_SPIN, 0, 0, 0);
		break;
	case PART_ORDER:
		if (session_check_reply(s, "ordering the spin loop"))
			run(s);
		break;
	case PART_CLEAR:
		if (!session_check_reply(s, "RestoreBreakPoint"))
			return;
		s->planted = 0;
		if (elsewhere(s)) {
			done(s);
			break;
		}
		s->part = PART_CANCEL;
		session_order(s, KDBB_IDLE, 0, 0, 0);
		break;
	case PART_CANCEL:
		if (session_check_reply(s, "calling the spin loop off"))
			done(s);
		break;
	default: break;
	}
}

static void breakpoint_stop(struct session *s)
{
	if (s->part == PART_PAST && stopped_with(s, KD_CODE_SINGLE_STEP))
		set(s);
	else if (s->part == PART_RUN && stopped_with(s, KD_CODE_BREAKPOINT) &&
		 s->d->exception.pc == place(s))
		clear(s);
	else
		session_spurious(s);
}

static bool needs_spin_loop(const struct step *step)
{
	return step->address == 0;
}

const struct step_ops breakpoint_ops = {
	.op = breakpoint_op,
	.reply = breakpoint_reply,
	.stop = breakpoint_stop,
	.needs_stop = true,
	.needs_kdbb = needs_spin_loop,
	.counts = true,
};
