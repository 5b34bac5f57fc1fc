/* SPDX-License-Identifier: MIT */
/* Steps that ask and look at the answer: version registers breakpoint. */
#include "bench/session/steps.h"

static void version_op(struct session *s)
{
	struct kd_manipulate m = { .api = KD_API_GET_VERSION };

	session_ask(s, &m, NULL, 0);
}

static void version_reply(struct session *s)
{
	if (session_check_reply(s, "GetVersion"))
		session_op_done(s, 0);
}

const struct step_ops version_ops = {
	.op = version_op,
	.reply = version_reply,
	.needs_stop = true,
	.counts = true,
};

/* registers: GetContext; verified by its program counter. */
static void registers_op(struct session *s)
{
	struct kd_manipulate m = { .api = KD_API_GET_CONTEXT };

	session_ask(s, &m, NULL, 0);
}

static void registers_reply(struct session *s)
{
	struct kd_span context = kd_debugger_data(s->d);
	uint64_t pc;

	if (!session_check_reply(s, "GetContext"))
		return;
	if (context.len < KD_CONTEXT_RIP_OFFSET + 8) {
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': a CONTEXT of %zu bytes", s->step->name,
			    context.len);
		return;
	}
	pc = kd_load64(context.at + KD_CONTEXT_RIP_OFFSET);
	if (s->step->verify && pc != s->d->exception.pc)
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': the CONTEXT says pc 0x%llx, the stop "
			    "said 0x%llx",
			    s->step->name, (unsigned long long)pc,
			    (unsigned long long)s->d->exception.pc);
	else
		session_op_done(s, context.len);
}

const struct step_ops registers_ops = {
	.op = registers_op,
	.reply = registers_reply,
	.needs_stop = true,
	.counts = true,
};

/*
 * breakpoint: set one in the guest's spin loop, order the loop, run into it,
 * clear it, call the order off. The operation is all of that.
 */
enum {
	PART_SET,
	PART_ORDER,
	PART_RUN,
	PART_CLEAR,
	PART_CANCEL,
};

static void breakpoint_op(struct session *s)
{
	struct kd_manipulate m = {
		.api = KD_API_WRITE_BREAKPOINT,
		.u.write_breakpoint = { .address = s->target.spin_pc },
	};

	s->part = PART_SET;
	session_ask(s, &m, NULL, 0);
	s->last_line_ns = s->op_began;
}

static void breakpoint_reply(struct session *s)
{
	switch (s->part) {
	case PART_SET:
		if (!session_check_reply(s, "WriteBreakPoint"))
			return;
		s->handle = s->d->reply.u.write_breakpoint.handle;
		s->part = PART_ORDER;
		session_order(s, KDBB_SPIN, 0, 0, 0);
		break;
	case PART_ORDER:
		if (!session_check_reply(s, "ordering the spin loop"))
			return;
		s->part = PART_RUN;
		session_continue(s, false);
		break;
	case PART_CLEAR:
		if (!session_check_reply(s, "RestoreBreakPoint"))
			return;
		s->part = PART_CANCEL;
		session_order(s, KDBB_IDLE, 0, 0, 0);
		break;
	case PART_CANCEL:
		if (!session_check_reply(s, "calling the spin loop off"))
			return;
		s->op_began = s->last_line_ns;
		session_op_done(s, 0);
		break;
	default: break;
	}
}

static void breakpoint_stop(struct session *s)
{
	struct kd_manipulate m = {
		.api = KD_API_RESTORE_BREAKPOINT,
		.u.restore_breakpoint = { .handle = (uint32_t)s->handle },
	};

	if (s->part != PART_RUN || s->d->exception.code != KD_CODE_BREAKPOINT ||
	    s->d->exception.pc != s->target.spin_pc) {
		session_spurious(s);
		return;
	}
	s->part = PART_CLEAR;
	session_ask(s, &m, NULL, 0);
}

const struct step_ops breakpoint_ops = {
	.op = breakpoint_op,
	.reply = breakpoint_reply,
	.stop = breakpoint_stop,
	.needs_stop = true,
	.needs_kdbb = true,
	.counts = true,
};
