/* SPDX-License-Identifier: MIT */
/* Memory (kd-protocol 3.3). */
#include "bench/kd/serve.h"

/* The length is that of the trailing data, whatever TransferCount says. */
void kd_serve_write(struct kd_serving *s)
{
	bool physical = s->m.api == KD_API_WRITE_PHYSICAL;
	uint32_t done = s->ops->write(s->env, physical, s->m.u.memory.address,
				      s->data, s->data_len);

	s->m.u.memory.actual = done;
	if (done < s->data_len)
		kd_serve_fail(s);
}

/* Where in 'len' bytes the pattern begins; 'len' if it does not. */
static uint32_t find(const uint8_t *at, uint32_t len, const uint8_t *pattern,
		     uint32_t pattern_len)
{
	for (uint32_t i = 0; i + pattern_len <= len; i++) {
		if (at[i] == pattern[0] &&
		    __builtin_memcmp(at + i, pattern, pattern_len) == 0)
			return i;
	}
	return len;
}

/*
 * Search by pieces that overlap by all but one byte of the pattern. It ends
 * where the memory does, so that no length keeps it busy for ever.
 */
static bool search(struct kd_serving *s, uint64_t *found)
{
	uint32_t pattern_len = s->m.u.search.pattern_len;
	uint64_t address = s->m.u.search.address;
	uint64_t left = s->m.u.search.length;

	while (left >= pattern_len) {
		uint32_t want = left < KD_DATA_MAX ? (uint32_t)left
						   : KD_DATA_MAX;
		uint32_t ignored = 0;
		uint32_t len = s->ops->read(s->env, false, address, s->out,
					    want, &ignored);
		uint32_t at = find(s->out, len, s->data, pattern_len);

		if (at < len) {
			*found = address + at;
			return true;
		}
		if (len < want || len == left)
			return false;
		address += len - pattern_len + 1;
		left -= len - pattern_len + 1;
	}
	return false;
}

void kd_serve_search(struct kd_serving *s)
{
	uint32_t len = s->m.u.search.pattern_len;
	uint64_t found;

	/* Pieces overlap by a pattern: longer ones would hardly get on. */
	if (!len || len > s->data_len || len > KD_DATA_MAX / 2) {
		kd_serve_fail(s);
		return;
	}
	if (search(s, &found))
		s->m.u.search.address = found;
	else
		s->m.status = KD_STATUS_NO_MORE_ENTRIES;
}

/* As many whole patterns as fit, so that pieces join up. */
static uint32_t repeat_pattern(struct kd_serving *s, uint32_t pattern_len)
{
	uint32_t len = KD_DATA_MAX / pattern_len * pattern_len;

	for (uint32_t i = 0; i < len; i++)
		s->out[i] = s->data[i % pattern_len];
	return len;
}

void kd_serve_fill(struct kd_serving *s)
{
	uint32_t pattern_len = s->m.u.fill.pattern_len;
	uint64_t address = s->m.u.fill.address;
	uint32_t left = s->m.u.fill.length;
	uint16_t flags = s->m.u.fill.flags;
	uint32_t piece;

	if (flags != KD_FILL_VIRTUAL && flags != KD_FILL_PHYSICAL) {
		s->m.status = KD_STATUS_INVALID_PARAMETER;
		return;
	}
	if (!pattern_len || pattern_len > s->data_len) {
		kd_serve_fail(s);
		return;
	}
	piece = repeat_pattern(s, pattern_len);
	while (left) {
		uint32_t len = left < piece ? left : piece;

		if (s->ops->write(s->env, flags == KD_FILL_PHYSICAL, address,
				  s->out, len) != len) {
			kd_serve_fail(s);
			return;
		}
		address += len;
		left -= len;
	}
}

/* Without processes and sessions, all that is there belongs to the kernel. */
void kd_serve_query(struct kd_serving *s)
{
	uint32_t ignored = 0;
	uint8_t byte;

	if (s->m.u.query.space != KD_SPACE_PROCESS) {
		s->m.status = KD_STATUS_INVALID_PARAMETER;
		return;
	}
	s->m.u.query.reserved = 0;
	if (s->ops->read(s->env, false, s->m.u.query.address, &byte, 1,
			 &ignored) != 1) {
		kd_serve_fail(s);
		return;
	}
	s->m.u.query.space = KD_SPACE_KERNEL;
	s->m.u.query.flags = KD_QUERY_READ | KD_QUERY_WRITE | KD_QUERY_EXECUTE;
}
