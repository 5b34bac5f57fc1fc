/* SPDX-License-Identifier: MIT */
/*
 * Steps that move memory. Reads walk the pattern region, so that a stale reply
 * cannot verify; writes carry bytes that depend on the operation, and are
 * looked for in the target's memory out of band before they count.
 */
#include <string.h>

#include "bench/base/hash.h"
#include "bench/session/steps.h"

/* Where the next access goes, and how long it is. */
struct extent {
	uint64_t address;
	uint64_t offset; /* within the region */
	uint32_t len;
};

static struct extent next_extent(const struct session *s)
{
	const struct step *step = s->step;
	uint64_t base = step->address;
	uint64_t size = UINT64_MAX;
	struct extent e = { .offset = s->offset, .len = (uint32_t)step->chunk };

	if (step->region == REGION_PATTERN) {
		base = s->target.pattern;
		size = s->target.pattern_size;
	} else if (step->region == REGION_SCRATCH) {
		base = s->target.scratch;
		size = s->target.scratch_size;
	}
	if (size < e.len)
		e.len = (uint32_t)size;
	if (e.offset > size - e.len)
		e.offset = 0;
	/* The last request of a size takes only what is left of it. */
	if (s->phase == PHASE_MEASURE && step->size &&
	    step->size - s->bytes < e.len)
		e.len = (uint32_t)(step->size - s->bytes);
	e.address = base + e.offset;
	return e;
}

static void read_op(struct session *s)
{
	struct extent e = next_extent(s);

	s->offset = e.offset;
	session_ask_memory(s, KD_API_READ_VIRTUAL, e.address, e.len);
}

static void mismatch(struct session *s, const uint8_t *have,
		     const uint8_t *want, size_t len)
{
	size_t at = 0;

	while (at < len && have[at] == want[at])
		at++;
	session_end(s, VERDICT_CORRUPT,
		    "step '%s': byte 0x%zx of the region is 0x%02x and should "
		    "be 0x%02x, in a packet whose checksum was right",
		    s->step->name, (size_t)s->offset + at, have[at], want[at]);
}

static void read_reply(struct session *s)
{
	struct kd_span data = kd_debugger_data(s->d);
	uint32_t actual = s->d->reply.u.memory.actual;
	struct extent asked = next_extent(s);
	bool pattern = s->step->region == REGION_PATTERN;

	if (!session_check_reply(s, "ReadVirtualMemory"))
		return;
	if (actual < data.len)
		data.len = actual;
	if (data.len == 0 || data.len > asked.len ||
	    s->d->reply.u.memory.address != asked.address) {
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': %zu bytes of 0x%llx, when %u of 0x%llx "
			    "were asked for",
			    s->step->name, data.len,
			    (unsigned long long)s->d->reply.u.memory.address,
			    (unsigned)asked.len,
			    (unsigned long long)asked.address);
		return;
	}
	if (s->step->verify && pattern &&
	    memcmp(data.at, s->config->pattern + s->offset, data.len) != 0) {
		mismatch(s, data.at, s->config->pattern + s->offset, data.len);
		return;
	}
	s->offset += data.len;
	session_op_done(s, data.len);
}

const struct step_ops read_memory_ops = {
	.op = read_op,
	.reply = read_reply,
	.needs_stop = true,
	.needs_kdbb = true,
	.counts = true,
};

/* The bytes of write number 'index'. */
static void fill(struct session *s, uint32_t len)
{
	uint64_t key = hash_add(s->config->nonce, ++s->index);

	for (uint32_t i = 0; i < len; i += 8) {
		uint64_t word = hash_pattern(key, i);

		memcpy(s->data + i, &word, len - i < 8 ? len - i : 8);
	}
}

static void write_op(struct session *s)
{
	struct extent e = next_extent(s);
	struct kd_manipulate m = {
		.api = KD_API_WRITE_VIRTUAL,
		.u.memory = { .address = e.address, .count = e.len },
	};

	fill(s, e.len);
	s->offset = e.offset;
	s->data_len = e.len;
	session_ask(s, &m, s->data, e.len);
}

static void write_reply(struct session *s)
{
	static uint8_t seen[KD_DATA_MAX];
	uint32_t len = s->data_len;
	uint64_t address = s->d->reply.u.memory.address;

	if (!session_check_reply(s, "WriteVirtualMemory"))
		return;
	if (s->d->reply.u.memory.actual != len) {
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': %u bytes written of %u", s->step->name,
			    (unsigned)s->d->reply.u.memory.actual,
			    (unsigned)len);
		return;
	}
	if (s->step->verify && s->config->peek) {
		if (!s->config->peek(s->config->env, address, seen, len)) {
			session_end(s, VERDICT_ERROR,
				    "step '%s': cannot look at 0x%llx",
				    s->step->name, (unsigned long long)address);
			return;
		}
		if (memcmp(seen, s->data, len) != 0) {
			mismatch(s, seen, s->data, len);
			return;
		}
	}
	s->offset += len;
	session_op_done(s, len);
}

const struct step_ops write_memory_ops = {
	.op = write_op,
	.reply = write_reply,
	.needs_stop = true,
	.needs_kdbb = true,
	.counts = true,
};
