/* SPDX-License-Identifier: MIT */
/*
 * read-memory, read-physical, dump. An operation is a request, of a dump by
 * pages a page. Reads walk the pattern region, so that a
 * stale reply cannot verify. Anywhere else nobody knows what must be there:
 * each chunk is read a second time and compared, which is neither time nor
 * bytes of the step.
 */
#include <string.h>

#include "bench/session/extent.h"
#include "bench/session/steps.h"

enum { PART_FIRST, PART_SECOND };

static void ask_next(struct session *s)
{
	struct extent e = extent_next(s);

	s->part = PART_FIRST;
	s->offset = e.offset;
	session_ask_memory(s, extent_read_api(s), e.address, e.len);
}

static void read_op(struct session *s)
{
	if (extent_is_direct(s)) {
		session_read_direct(s);
		return;
	}
	if (s->step->latency == LATENCY_WITH_THINK || extent_by_page(s))
		session_op_hold(s);
	if (extent_by_page(s))
		s->op_got = 0;
	ask_next(s);
}

/* Where two runs of bytes differ first; 'len' if nowhere. */
static size_t differ(const uint8_t *a, const uint8_t *b, size_t len)
{
	size_t at = 0;

	while (at < len && a[at] == b[at])
		at++;
	return at;
}

/* The bytes that came, if they are some of those that were asked for. */
static bool take(struct session *s, const struct extent *asked,
		 struct kd_span *data)
{
	uint32_t actual = s->d->reply.u.memory.actual;
	uint64_t address = s->d->reply.u.memory.address;

	*data = kd_debugger_data(s->d);
	if (!session_check_reply(s, extent_api_name(extent_read_api(s))))
		return false;
	if (actual < data->len)
		data->len = actual;
	if (data->len && data->len <= asked->len && address == asked->address)
		return true;
	session_end(s, VERDICT_CORRUPT,
		    "step '%s': %zu bytes of 0x%llx, when %u of 0x%llx were "
		    "asked for",
		    s->step->name, data->len, (unsigned long long)address,
		    (unsigned)asked->len, (unsigned long long)asked->address);
	return false;
}

static void read_done(struct session *s, size_t len)
{
	s->offset += len;
	if (!extent_by_page(s)) {
		session_op_done(s, len);
		return;
	}
	s->op_got += (uint32_t)len;
	if (extent_page_over(s))
		session_op_done(s, s->op_got);
	else
		ask_next(s);
}

static void check_pattern(struct session *s, struct kd_span data)
{
	const uint8_t *want = s->pattern + s->offset;
	size_t at;

	if (memcmp(data.at, want, data.len) == 0) {
		read_done(s, data.len);
		return;
	}
	at = differ(data.at, want, data.len);
	session_end(s, VERDICT_CORRUPT,
		    "step '%s': byte 0x%zx of the region is 0x%02x and should "
		    "be 0x%02x, in a packet whose checksum was right",
		    s->step->name, (size_t)s->offset + at, data.at[at],
		    want[at]);
}

static void read_again(struct session *s, const struct extent *asked,
		       struct kd_span data)
{
	session_op_over(s);
	session_aside_begin(s);
	s->part = PART_SECOND;
	s->op_len = (uint32_t)data.len;
	memcpy(s->old, data.at, data.len);
	session_ask_memory(s, extent_read_api(s), asked->address, s->op_len);
}

static void compare(struct session *s, const struct extent *asked,
		    struct kd_span data)
{
	size_t at = differ(data.at, s->old, data.len);

	session_aside_end(s);
	if (at < data.len)
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': byte 0x%llx was 0x%02x and, read once "
			    "more, 0x%02x: one of them is wrong, or this "
			    "memory changes by itself",
			    s->step->name,
			    (unsigned long long)(asked->address + at),
			    s->old[at], data.at[at]);
	else if (data.len < s->op_len)
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': %u bytes of 0x%llx, and, read once "
			    "more, %zu",
			    s->step->name, (unsigned)s->op_len,
			    (unsigned long long)asked->address, data.len);
	else
		read_done(s, data.len);
}

static void read_reply(struct session *s)
{
	struct extent asked = extent_next(s);
	struct kd_span data;

	if (s->part == PART_SECOND)
		asked.len = s->op_len;
	if (!take(s, &asked, &data))
		return;
	if (s->part == PART_SECOND)
		compare(s, &asked, data);
	else if (s->step->verify && s->step->region == REGION_PATTERN)
		check_pattern(s, data);
	else if (s->step->verify && s->step->region == REGION_NONE)
		read_again(s, &asked, data);
	else
		read_done(s, data.len);
}

const struct step_ops read_memory_ops = {
	.op = read_op,
	.reply = read_reply,
	.timer = session_on_direct,
	.needs_stop = true,
	.needs_kdbb = extent_needs_kdbb,
	.counts = true,
};
