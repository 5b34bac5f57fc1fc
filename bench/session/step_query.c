/* SPDX-License-Identifier: MIT */
/* Steps that ask and look at the answer: version registers. */
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
	uint64_t pc, stopped = s->d->exception.pc;

	if (!session_check_reply(s, "GetContext"))
		return;
	if (s->target.machine == KD_MACHINE_I386)
		stopped = (uint32_t)stopped; /* it travels sign-extended */
	if (!session_context_pc(s, context, &pc)) {
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': a CONTEXT of %zu bytes", s->step->name,
			    context.len);
		return;
	}
	if (pc != stopped)
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': the CONTEXT says pc 0x%llx, the stop "
			    "said 0x%llx",
			    s->step->name, (unsigned long long)pc,
			    (unsigned long long)stopped);
	else
		session_op_done(s, context.len);
}

const struct step_ops registers_ops = {
	.op = registers_op,
	.reply = registers_reply,
	.needs_stop = true,
	.counts = true,
};
