/* SPDX-License-Identifier: MIT */
/* Registers: CONTEXT and control spaces (kd-protocol 3.4, 3.5, 6). */
#include "bench/kd/serve.h"
#include "bench/kd/sum.h"

/* The reply's data is in s->out: so much of it. */
static void answer_with(struct kd_serving *s, uint32_t len)
{
	s->out_len = len;
	s->out_sum = kd_sum(s->out, len);
}

void kd_serve_get_context(struct kd_serving *s)
{
	if (!kd_serve_has_cpu(s)) {
		kd_serve_fail(s);
		return;
	}
	s->ops->get_context(s->env, s->m.processor, s->out);
	s->t->context_sent = true;
	answer_with(s, KD_CONTEXT_SIZE);
}

/*
 * Real targets refuse it until a GetContext was done. They copy a whole
 * CONTEXT; radare2 sends less, so as much is taken as came.
 */
void kd_serve_set_context(struct kd_serving *s)
{
	uint32_t len = s->data_len;

	if (!s->t->context_sent || !len || !kd_serve_has_cpu(s)) {
		kd_serve_fail(s);
		return;
	}
	if (len > KD_CONTEXT_SIZE)
		len = KD_CONTEXT_SIZE;
	s->ops->set_context(s->env, s->m.processor, s->data, len);
}

/* Is [offset, offset + len) within a CONTEXT? */
static bool within_context(uint32_t offset, uint32_t len)
{
	return offset <= KD_CONTEXT_SIZE && len <= KD_CONTEXT_SIZE - offset;
}

/* The whole part that was asked for, or nothing (ReactOS kdapi.c). */
void kd_serve_get_context_ex(struct kd_serving *s)
{
	uint32_t offset = s->m.u.context_ex.offset;
	uint32_t len = s->m.u.context_ex.count;

	s->m.u.context_ex.copied = 0;
	if (s->t->profile.context_ex || !kd_serve_has_cpu(s) ||
	    !within_context(offset, len)) {
		kd_serve_fail(s);
		return;
	}
	s->ops->get_context(s->env, s->m.processor, s->out);
	__builtin_memmove(s->out, s->out + offset, len);
	s->m.u.context_ex.copied = len;
	s->t->context_sent = true;
	answer_with(s, len);
}

/* Rizin fills BytesCopied with something else: only what trails counts. */
void kd_serve_set_context_ex(struct kd_serving *s)
{
	uint32_t offset = s->m.u.context_ex.offset;
	uint32_t len = s->m.u.context_ex.count;

	s->m.u.context_ex.copied = 0;
	if (s->t->profile.context_ex || !s->t->context_sent ||
	    !kd_serve_has_cpu(s) || !within_context(offset, len) ||
	    len > s->data_len) {
		kd_serve_fail(s);
		return;
	}
	s->ops->get_context(s->env, s->m.processor, s->out);
	__builtin_memcpy(s->out + offset, s->data, len);
	s->ops->set_context(s->env, s->m.processor, s->out, KD_CONTEXT_SIZE);
	s->m.u.context_ex.copied = len;
}

void kd_serve_read_control(struct kd_serving *s)
{
	uint32_t want = s->m.u.memory.count;
	uint32_t len = 0;

	if (want > KD_DATA_MAX)
		want = KD_DATA_MAX;
	if (kd_serve_has_cpu(s))
		len = s->ops->read_control(s->env, s->m.processor,
					   s->m.u.memory.address, s->out, want);
	s->m.u.memory.actual = len;
	if (!len)
		kd_serve_fail(s);
	answer_with(s, len);
}

/* What was written trails the reply again, or not (target_profile.h). */
void kd_serve_write_control(struct kd_serving *s)
{
	uint32_t len = 0;

	if (kd_serve_has_cpu(s))
		len = s->ops->write_control(s->env, s->m.processor,
					    s->m.u.memory.address, s->data,
					    s->data_len);
	s->m.u.memory.actual = len;
	if (!len)
		kd_serve_fail(s);
	if (s->t->profile.control_echo)
		return;
	__builtin_memcpy(s->out, s->data, s->data_len);
	answer_with(s, s->data_len);
}
