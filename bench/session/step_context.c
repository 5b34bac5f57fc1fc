/* SPDX-License-Identifier: MIT */
/* set-registers: SetContext with other values, read back, put back. */
#include "bench/session/steps.h"

#include <string.h>

#include "bench/base/hash.h"

enum { PART_GET, PART_SET, PART_BACK, PART_RESTORE };

/* General registers without the stack pointer: runs of bytes in a CONTEXT. */
struct run {
	uint16_t from, to;
};

static const struct run runs_of[2][2] = {
	[KD_AMD64] = { { KD_CONTEXT_RAX_OFFSET, KD_CONTEXT_RSP_OFFSET },
		       { KD_CONTEXT_RSP_OFFSET + 8, KD_CONTEXT_RIP_OFFSET } },
	[KD_I386] = { { 0x9c, KD_I386_EIP_OFFSET }, { 0, 0 } },
};

static void set(struct session *s, uint8_t part, const uint8_t *context)
{
	struct kd_manipulate m = { .api = KD_API_SET_CONTEXT };

	if (s->d->arch == KD_AMD64)
		m.u.context.flags =
			kd_load32(context + KD_CONTEXT_FLAGS_OFFSET);
	else
		m.u.context.flags = kd_load32(context);
	s->part = part;
	session_ask(s, &m, context, s->saved_len);
}

/* Other values than they have, drawn anew for each operation. */
static void change(const struct session *s, uint8_t *context)
{
	for (unsigned r = 0; r < 2; r++) {
		struct run run = runs_of[s->d->arch][r];

		for (uint16_t i = run.from; i < run.to; i += 4)
			kd_store32(context + i,
				   (uint32_t)hash_pattern(s->key, i));
	}
}

static bool unchanged(const struct session *s, const uint8_t *have,
		      const uint8_t *want)
{
	for (unsigned r = 0; r < 2; r++) {
		struct run run = runs_of[s->d->arch][r];

		if (memcmp(have + run.from, want + run.from,
			   (size_t)(run.to - run.from)) != 0)
			return false;
	}
	return true;
}

static void set_op(struct session *s)
{
	s->part = PART_GET;
	s->key = hash_add(s->config->seed, s->operations);
	session_ask_api(s, KD_API_GET_CONTEXT);
	s->last_line_ns = s->op_began;
}

static void on_got(struct session *s, struct kd_span context)
{
	uint8_t other[KD_CONTEXT_SIZE];

	memcpy(s->saved, context.at, context.len);
	memcpy(other, context.at, context.len);
	s->saved_len = (uint32_t)context.len;
	change(s, other);
	set(s, PART_SET, other);
}

static void on_back(struct session *s, struct kd_span context)
{
	uint8_t want[KD_CONTEXT_SIZE];

	memcpy(want, s->saved, s->saved_len);
	change(s, want);
	if (context.len != s->saved_len || !unchanged(s, context.at, want)) {
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': the registers read back are not those "
			    "that were set",
			    s->step->name);
		return;
	}
	if (s->step->pc != UINT64_MAX) {
		if (s->d->arch == KD_AMD64)
			kd_store64(s->saved + KD_CONTEXT_RIP_OFFSET,
				   s->step->pc);
		else
			kd_store32(s->saved + KD_I386_EIP_OFFSET,
				   (uint32_t)s->step->pc);
	}
	set(s, PART_RESTORE, s->saved);
}

static void set_reply(struct session *s)
{
	bool got = s->part == PART_GET || s->part == PART_BACK;
	struct kd_span data = kd_debugger_data(s->d);

	if (!session_check_reply(s, got ? "GetContext" : "SetContext"))
		return;
	if (got && data.len != kd_context_sizes[s->d->arch]) {
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': a CONTEXT of %zu bytes", s->step->name,
			    data.len);
		return;
	}
	switch (s->part) {
	case PART_GET: on_got(s, data); break;
	case PART_SET:
		s->part = PART_BACK;
		session_ask_api(s, KD_API_GET_CONTEXT);
		break;
	case PART_BACK: on_back(s, data); break;
	default:
		if (s->step->pc != UINT64_MAX)
			s->d->exception.pc = s->step->pc;
		s->op_began = s->last_line_ns;
		session_op_done(s, s->saved_len);
		break;
	}
}

/* What they were is known to the one that was killed. */
static const char *set_left(const struct session *s)
{
	bool changes = s->phase == PHASE_WARMUP || s->phase == PHASE_MEASURE;

	return changes && s->part != PART_GET
		       ? "the target's registers had been changed"
		       : NULL;
}

const struct step_ops set_registers_ops = {
	.op = set_op,
	.left = set_left,
	.reply = set_reply,
	.needs_stop = true,
	.counts = true,
};
