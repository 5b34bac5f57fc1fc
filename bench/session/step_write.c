/* SPDX-License-Identifier: MIT */
/*
 * write-memory, write-physical. The bytes depend on the operation, and are
 * looked for in the target's memory out of band before they count. Where nobody
 * can look, they are read back; and memory that is not known to be free is read
 * before and put back afterwards. Only the write itself is time and bytes of
 * the step.
 */
#include <string.h>

#include "bench/base/hash.h"
#include "bench/session/extent.h"
#include "bench/session/steps.h"

enum {
	PART_SAVE,
	PART_WRITE,
	PART_READ_BACK,
	PART_PUT_BACK,
};

/* From one word to the next: odd, so that none comes twice. */
#define STRIDE UINT64_C(0x9e3779b97f4a7c15)

/*
 * The bytes of write number 'index': words that are far apart, and cheap, since
 * they are made between one operation and the next.
 */
static void fill(struct session *s, uint32_t len)
{
	uint64_t word = hash_add(s->config->nonce, ++s->index);

	for (uint32_t i = 0; i < len; i += 8, word += STRIDE)
		memcpy(s->data + i, &word, len - i < 8 ? len - i : 8);
}

/* Is what is there now somebody's? */
static bool borrowed(const struct session *s)
{
	return s->step->region == REGION_NONE && !s->config->peek;
}

static void write_bytes(struct session *s, uint8_t part, const uint8_t *bytes)
{
	struct kd_manipulate m = {
		.api = extent_write_api(s),
		.u.memory = { .address = s->op_address, .count = s->op_len },
	};

	s->part = part;
	session_ask(s, &m, bytes, s->op_len);
}

static void write_new(struct session *s)
{
	fill(s, s->op_len);
	write_bytes(s, PART_WRITE, s->data);
}

/* A target may return less at a time than it takes. */
static void read_rest(struct session *s, uint8_t part)
{
	s->part = part;
	session_ask_memory(s, extent_read_api(s), s->op_address + s->op_got,
			   s->op_len - s->op_got);
}

/* What came of that; nothing, if it failed or makes no sense. */
static struct kd_span piece(const struct session *s)
{
	struct kd_span data = kd_debugger_data(s->d);
	uint32_t actual = s->d->reply.u.memory.actual;

	if (actual < data.len)
		data.len = actual;
	if (!kd_status_ok(s->d->reply.status) ||
	    data.len > s->op_len - s->op_got)
		data.len = 0;
	return data;
}

static void write_op(struct session *s)
{
	struct extent e = extent_next(s);

	s->offset = e.offset;
	s->op_address = e.address;
	s->op_len = e.len;
	s->op_got = 0;
	if (!borrowed(s)) {
		write_new(s);
		return;
	}
	session_aside_begin(s);
	read_rest(s, PART_SAVE);
}

static bool complete(const struct session *s)
{
	return kd_status_ok(s->d->reply.status) &&
	       s->d->reply.u.memory.actual == s->op_len;
}

/* All of the operation is over, well or not. */
static void finish(struct session *s)
{
	session_aside_end(s);
	session_end_doomed(s);
	if (s->done)
		return;
	s->offset += s->op_len;
	session_op_done(s, s->op_len);
}

static void put_back(struct session *s)
{
	if (!borrowed(s)) {
		finish(s);
		return;
	}
	if (!s->aside.open)
		session_aside_begin(s);
	write_bytes(s, PART_PUT_BACK, s->old);
}

static void on_saved(struct session *s)
{
	struct kd_span data = piece(s);

	if (!data.len) {
		session_end(s, VERDICT_GAVE_UP,
			    "step '%s': what is at 0x%llx cannot be read, so "
			    "nothing is written there",
			    s->step->name,
			    (unsigned long long)(s->op_address + s->op_got));
		return;
	}
	memcpy(s->old + s->op_got, data.at, data.len);
	s->op_got += (uint32_t)data.len;
	if (s->op_got < s->op_len) {
		read_rest(s, PART_SAVE);
		return;
	}
	session_aside_end(s);
	write_new(s);
}

/* What is in the target now, from 'from' on, against what was written. */
static void compare(struct session *s, const uint8_t *have, uint32_t from,
		    size_t len)
{
	const uint8_t *want = s->data + from;
	size_t at = 0;

	if (memcmp(have, want, len) == 0)
		return;
	while (have[at] == want[at])
		at++;
	session_doom(s, VERDICT_CORRUPT,
		     "step '%s': byte 0x%llx is 0x%02x and should be "
		     "0x%02x, in a packet whose checksum was right",
		     s->step->name,
		     (unsigned long long)(s->op_address + from + at), have[at],
		     want[at]);
}

static void look(struct session *s)
{
	static uint8_t seen[KD_DATA_MAX];

	if (s->config->peek(s->config->env, s->op_address, seen, s->op_len))
		compare(s, seen, 0, s->op_len);
	else
		session_doom(s, VERDICT_ERROR,
			     "step '%s': cannot look at 0x%llx", s->step->name,
			     (unsigned long long)s->op_address);
	put_back(s);
}

static void on_written(struct session *s)
{
	const struct kd_manipulate *r = &s->d->reply;

	session_op_over(s);
	if (!kd_status_ok(r->status))
		session_doom(s, VERDICT_GAVE_UP,
			     "step '%s': %s failed with status 0x%08x",
			     s->step->name,
			     extent_api_name(extent_write_api(s)),
			     (unsigned)r->status);
	else if (!complete(s))
		session_doom(s, VERDICT_CORRUPT,
			     "step '%s': %u bytes written of %u", s->step->name,
			     (unsigned)r->u.memory.actual, (unsigned)s->op_len);
	if (s->doomed || !s->step->verify) {
		put_back(s);
	} else if (s->config->peek) {
		look(s);
	} else {
		session_aside_begin(s);
		s->op_got = 0;
		read_rest(s, PART_READ_BACK);
	}
}

static void on_read_back(struct session *s)
{
	struct kd_span data = piece(s);

	if (data.len)
		compare(s, data.at, s->op_got, data.len);
	else
		session_doom(s, VERDICT_GAVE_UP,
			     "step '%s': what was written to 0x%llx cannot be "
			     "read back",
			     s->step->name,
			     (unsigned long long)(s->op_address + s->op_got));
	s->op_got += (uint32_t)data.len;
	if (!s->doomed && s->op_got < s->op_len)
		read_rest(s, PART_READ_BACK);
	else
		put_back(s);
}

static void on_put_back(struct session *s)
{
	if (!complete(s))
		session_doom(s, VERDICT_GAVE_UP,
			     "step '%s': what was at 0x%llx could not be put "
			     "back",
			     s->step->name, (unsigned long long)s->op_address);
	finish(s);
}

static void write_reply(struct session *s)
{
	switch (s->part) {
	case PART_SAVE: on_saved(s); break;
	case PART_WRITE: on_written(s); break;
	case PART_READ_BACK: on_read_back(s); break;
	case PART_PUT_BACK: on_put_back(s); break;
	default: break;
	}
}

const struct step_ops write_memory_ops = {
	.op = write_op,
	.reply = write_reply,
	.needs_stop = true,
	.needs_kdbb = extent_needs_kdbb,
	.counts = true,
};
