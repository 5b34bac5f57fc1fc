/* SPDX-License-Identifier: MIT */
/*
 * Letting the target run. Windows and ReactOS stop at an INT3 of their own with
 * the program counter at it, and leave it to the debugger to step over: whoever
 * just continues meets it again. Where it stands is read as memory, since the
 * state change shows code at a place that depends on the machine.
 */
#include <string.h>

#include "bench/session/steps.h"

#define INT3 0xcc

enum resume_part {
	RESUME_NONE,
	RESUME_LOOK, /* at the byte at the program counter */
	RESUME_GET,  /* the CONTEXT */
	RESUME_SET,  /* the same, one byte further */
};

/* Where machines have their program counter (kd-protocol 6.1, 6.2). */
static const struct machine {
	uint16_t machine;
	uint16_t size; /* of a CONTEXT */
	uint16_t flags, pc, pc_size;
} machines[] = {
	{ KD_MACHINE_AMD64, KD_CONTEXT_SIZE, KD_CONTEXT_FLAGS_OFFSET,
	  KD_CONTEXT_RIP_OFFSET, 8 },
	{ KD_MACHINE_I386, KD_I386_CONTEXT_SIZE, 0, KD_I386_EIP_OFFSET, 4 },
};

static const struct machine *machine_of(const struct session *s)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++) {
		if (machines[i].machine == s->target.machine)
			return &machines[i];
	}
	return NULL;
}

bool session_context_pc(const struct session *s, struct kd_span context,
			uint64_t *pc)
{
	const struct machine *m = machine_of(s);

	if (!m || context.len < (size_t)m->pc + m->pc_size)
		return false;
	*pc = m->pc_size == 8 ? kd_load64(context.at + m->pc)
			      : kd_load32(context.at + m->pc);
	return true;
}

static void let_go(struct session *s)
{
	struct kd_manipulate m = {
		.api = KD_API_CONTINUE2,
		.u.resume = { .status = KD_CONTINUE,
			      .trace = s->resume_trace,
			      .dr7 = s->resume_dr7,
			      .symbol_start = 1 },
	};

	s->resume = RESUME_NONE;
	session_ask(s, &m, NULL, 0);
}

void session_continue(struct session *s, bool trace)
{
	session_resume(s, trace, DR7_NONE);
}

void session_resume(struct session *s, bool trace, uint64_t dr7)
{
	s->resume_trace = trace;
	s->resume_dr7 = dr7;
	if (!s->config->foreign || s->d->new_state != KD_STATE_EXCEPTION ||
	    s->d->exception.code != KD_CODE_BREAKPOINT || !machine_of(s)) {
		let_go(s);
		return;
	}
	s->resume = RESUME_LOOK;
	session_ask_memory(s, KD_API_READ_VIRTUAL, s->d->exception.pc, 1);
}

bool session_resuming(const struct session *s)
{
	return s->resume != RESUME_NONE;
}

/* The CONTEXT, with the program counter behind the INT3. */
static void set_context(struct session *s, struct kd_span context)
{
	const struct machine *m = machine_of(s);
	struct kd_manipulate request = { .api = KD_API_SET_CONTEXT };
	uint64_t pc;

	if (!session_context_pc(s, context, &pc) || context.len < m->size) {
		let_go(s);
		return;
	}
	memcpy(s->data, context.at, m->size);
	if (m->pc_size == 8)
		kd_store64(s->data + m->pc, pc + 1);
	else
		kd_store32(s->data + m->pc, (uint32_t)pc + 1);
	request.u.context.flags = kd_load32(s->data + m->flags);
	s->resume = RESUME_SET;
	session_ask(s, &request, s->data, m->size);
}

/* What cannot be read or set is left as it is: the target will tell. */
void session_on_resuming(struct session *s)
{
	static const struct kd_manipulate get = { .api = KD_API_GET_CONTEXT };
	struct kd_span data = kd_debugger_data(s->d);
	bool ok = kd_status_ok(s->d->reply.status);

	switch ((enum resume_part)s->resume) {
	case RESUME_LOOK:
		if (!ok || !data.len || data.at[0] != INT3) {
			let_go(s);
			break;
		}
		s->resume = RESUME_GET;
		session_ask(s, &get, NULL, 0);
		break;
	case RESUME_GET:
		if (ok)
			set_context(s, data);
		else
			let_go(s);
		break;
	case RESUME_SET: let_go(s); break;
	case RESUME_NONE: break;
	}
}
