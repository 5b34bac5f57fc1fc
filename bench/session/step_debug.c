/* SPDX-License-Identifier: MIT */
/*
 * hardware-breakpoint: in a debug register, by SetContext and the control set
 * of Continue2, as debuggers do it: set, continue, hit, clear. The operation is
 * all of that.
 */
#include "bench/session/steps.h"

#include <string.h>

enum {
	PART_GET,
	PART_SET,
	PART_ORDER,
	PART_RUN,
	PART_GET_AGAIN,
	PART_CLEAR,
	PART_CANCEL,
};

enum { HOW_EXECUTE, HOW_WRITE };

#define DR6_OFFSET (KD_CONTEXT_DR0_OFFSET + 32)

/* Dr7: the first register, locally; what it watches, and eight bytes of it. */
#define DR7_L0 UINT64_C(0x1)
#define DR7_WRITE_0 (UINT64_C(1) << 16)
#define DR7_BYTES_8 (UINT64_C(2) << 18)

/* Dr6: which register it was. */
#define DR6_B0 UINT64_C(0x1)

static uint64_t dr7_of(const struct session *s)
{
	uint64_t dr7 = DR7_NONE | DR7_L0;

	return s->step->how == HOW_WRITE ? dr7 | DR7_WRITE_0 | DR7_BYTES_8
					 : dr7;
}

/* What the spin loop runs through, or what it writes in each turn. */
static uint64_t address_of(const struct session *s)
{
	return s->step->how == HOW_WRITE
		       ? s->target.counters + 8 * KDBB_WORK_UNITS
		       : s->target.spin_pc;
}

static void set_debug(struct session *s, uint8_t part, uint64_t dr0,
		      uint64_t dr7)
{
	struct kd_manipulate m = { .api = KD_API_SET_CONTEXT };
	struct kd_span context = kd_debugger_data(s->d);
	uint8_t changed[KD_CONTEXT_SIZE];

	if (context.len != KD_CONTEXT_SIZE) {
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': a CONTEXT of %zu bytes", s->step->name,
			    context.len);
		return;
	}
	memcpy(changed, context.at, KD_CONTEXT_SIZE);
	kd_store64(changed + KD_CONTEXT_DR0_OFFSET, dr0);
	kd_store64(changed + DR6_OFFSET, 0);
	kd_store64(changed + KD_CONTEXT_DR7_OFFSET, dr7);
	m.u.context.flags = kd_load32(changed + KD_CONTEXT_FLAGS_OFFSET) |
			    KD_CONTEXT_AMD64 | KD_CONTEXT_DEBUG_REGISTERS;
	kd_store32(changed + KD_CONTEXT_FLAGS_OFFSET, m.u.context.flags);
	s->part = part;
	session_ask(s, &m, changed, KD_CONTEXT_SIZE);
}

static void debug_op(struct session *s)
{
	s->part = PART_GET;
	session_ask_api(s, KD_API_GET_CONTEXT);
	s->last_line_ns = s->op_began;
}

static const char *what(const struct session *s)
{
	switch (s->part) {
	case PART_GET:
	case PART_GET_AGAIN: return "GetContext";
	case PART_SET:
	case PART_CLEAR: return "SetContext";
	default: return "the order";
	}
}

static void debug_reply(struct session *s)
{
	if (!session_check_reply(s, what(s)))
		return;
	switch (s->part) {
	case PART_GET: set_debug(s, PART_SET, address_of(s), dr7_of(s)); break;
	case PART_SET:
		s->part = PART_ORDER;
		session_order(s, KDBB_SPIN, 0, 0, 0);
		break;
	case PART_ORDER:
		s->part = PART_RUN;
		session_resume(s, false, dr7_of(s));
		break;
	case PART_GET_AGAIN: set_debug(s, PART_CLEAR, 0, DR7_NONE); break;
	case PART_CLEAR:
		s->part = PART_CANCEL;
		session_order(s, KDBB_IDLE, 0, 0, 0);
		break;
	case PART_CANCEL:
		s->op_began = s->last_line_ns;
		session_op_done(s, 0);
		break;
	default: break;
	}
}

static void debug_stop(struct session *s)
{
	const struct kd_exception *e = &s->d->exception;

	if (s->part != PART_RUN || s->d->new_state != KD_STATE_EXCEPTION ||
	    e->code != KD_CODE_SINGLE_STEP || !(e->dr6 & DR6_B0) ||
	    (s->step->how == HOW_EXECUTE && e->pc != s->target.spin_pc)) {
		session_spurious(s);
		return;
	}
	s->part = PART_GET_AGAIN;
	session_ask_api(s, KD_API_GET_CONTEXT);
}

const struct step_ops hardware_breakpoint_ops = {
	.op = debug_op,
	.reply = debug_reply,
	.stop = debug_stop,
	.needs_stop = true,
	.needs_kdbb = session_always,
	.counts = true,
};
