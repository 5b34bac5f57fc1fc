/* SPDX-License-Identifier: MIT */
/*
 * What debuggers plant for themselves and do not hear of at once: breakpoints
 * that only count calls, and the calls that a trace must not follow
 * (kd-protocol 3.6).
 */
#include "bench/kd/serve.h"
#include "bench/kd/sum.h"

#define INT3 0xcc

/* DBGKD_INTERNAL_BP_FLAG_INVALID: in a request, "take it out". */
#define FLAG_INVALID 2

static struct kd_internal_breakpoint *find(struct kd_target *t,
					   uint64_t address)
{
	for (unsigned i = 0; i < KD_INTERNAL_BREAKPOINTS; i++) {
		if (t->internal[i].used && t->internal[i].address == address)
			return &t->internal[i];
	}
	return NULL;
}

static struct kd_internal_breakpoint *unused(struct kd_target *t)
{
	for (unsigned i = 0; i < KD_INTERNAL_BREAKPOINTS; i++) {
		if (!t->internal[i].used)
			return &t->internal[i];
	}
	return NULL;
}

static bool plant(struct kd_serving *s, uint64_t address, uint32_t flags)
{
	static const uint8_t int3 = INT3;
	struct kd_internal_breakpoint *b = unused(s->t);
	uint32_t ignored = 0;
	uint8_t saved;

	if (!b || kd_target_owns_breakpoint(s->t, address) ||
	    s->ops->read(s->env, false, address, &saved, 1, &ignored) != 1 ||
	    s->ops->write(s->env, false, address, &int3, 1) != 1)
		return false;
	*b = (struct kd_internal_breakpoint){
		.address = address, .flags = flags, .saved = saved, .used = true
	};
	return true;
}

static void take_out(struct kd_serving *s, struct kd_internal_breakpoint *b)
{
	s->ops->write(s->env, false, b->address, &b->saved, 1);
	b->used = false;
}

void kd_serve_set_internal(struct kd_serving *s)
{
	uint64_t address = s->m.u.internal_breakpoint.address;
	uint32_t flags = s->m.u.internal_breakpoint.flags;
	struct kd_internal_breakpoint *b = find(s->t, address);

	if (b && (flags & FLAG_INVALID))
		take_out(s, b);
	else if (b)
		b->flags = flags;
	else if ((flags & FLAG_INVALID) || !plant(s, address, flags))
		kd_serve_fail(s);
}

/* Instructions are not counted, only calls. */
void kd_serve_get_internal(struct kd_serving *s)
{
	uint64_t address = s->m.u.internal_breakpoint.address;
	const struct kd_internal_breakpoint *b = find(s->t, address);

	s->m.u.internal_breakpoint.flags = b ? b->flags : FLAG_INVALID;
	s->m.u.internal_breakpoint.calls = b ? b->calls : 0;
	s->m.u.internal_breakpoint.max_calls = 0;
	s->m.u.internal_breakpoint.min_instructions = 0;
	s->m.u.internal_breakpoint.max_instructions = 0;
	s->m.u.internal_breakpoint.total_instructions = 0;
	if (!b)
		kd_serve_fail(s);
}

void kd_serve_clear_internal(struct kd_serving *s)
{
	for (unsigned i = 0; i < KD_INTERNAL_BREAKPOINTS; i++) {
		if (s->t->internal[i].used)
			take_out(s, &s->t->internal[i]);
	}
}

bool kd_target_counts(struct kd_target *t, uint64_t address, uint8_t *saved)
{
	struct kd_internal_breakpoint *b = find(t, address);

	if (!b)
		return false;
	b->calls++;
	*saved = b->saved;
	return true;
}

bool kd_target_has_internal(const struct kd_target *t, uint64_t address)
{
	return find((struct kd_target *)(uintptr_t)t, address) != NULL;
}

void kd_serve_query_special(struct kd_serving *s)
{
	uint32_t count = s->t->special_call_count;

	for (uint32_t i = 0; i < count; i++)
		kd_store64(s->out + 8 * i, s->t->special_calls[i]);
	s->m.u.special_call.count = count;
	s->out_len = 8 * count;
	s->out_sum = kd_sum(s->out, s->out_len);
}

void kd_serve_set_special(struct kd_serving *s)
{
	struct kd_target *t = s->t;

	if (t->special_call_count == KD_SPECIAL_CALLS)
		kd_serve_fail(s);
	else
		t->special_calls[t->special_call_count++] =
			s->m.u.special_call.address;
}

void kd_serve_clear_special(struct kd_serving *s)
{
	s->t->special_call_count = 0;
}
