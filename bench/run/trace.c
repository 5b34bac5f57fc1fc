/* SPDX-License-Identifier: MIT */
#include "bench/run/trace.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"

#define FIRST_ROOM 4096
#define TAPS 4

static struct trace_tap *tap_of(const struct trace *t, enum trace_end end,
				enum fault_dir dir)
{
	return &t->taps[2 * (size_t)end + (size_t)dir];
}

void trace_init(struct trace *t, uint64_t now, bool records)
{
	memset(t, 0, sizeof(*t));
	t->taps = mem_array(TAPS, sizeof(*t->taps));
	for (unsigned i = 0; i < TAPS; i++) {
		if (records)
			kd_parser_init_records(&t->taps[i].parser);
		else
			kd_parser_init(&t->taps[i].parser, false);
	}
	t->t0 = now;
	t->max = TRACE_MAX;
	t->records = records;
}

/* Is there room for an entry with 'len' bytes? Count it if there is not. */
static bool fits(struct trace *t, size_t len, bool new_entry)
{
	uint64_t size = (t->count + new_entry) * sizeof(*t->entries) + t->len +
			len;

	if (size <= t->max && !t->lost_bytes)
		return true;
	t->lost_entries += new_entry;
	t->lost_bytes += len;
	return false;
}

static void keep_bytes(struct trace *t, const uint8_t *at, size_t len)
{
	if (t->len + len > t->bytes_room) {
		t->bytes_room = 2 * t->bytes_room + FIRST_ROOM + len;
		t->bytes = mem_resize(t->bytes, t->bytes_room);
	}
	memcpy(t->bytes + t->len, at, len);
	t->len += len;
}

static void add(struct trace *t, struct trace_entry *entry, const uint8_t *at,
		size_t len)
{
	if (!fits(t, len, true))
		return;
	if (t->count == t->room) {
		t->room = t->room ? 2 * t->room : FIRST_ROOM;
		t->entries =
			mem_resize(t->entries, t->room * sizeof(*t->entries));
	}
	entry->raw = t->len;
	entry->raw_len = (uint32_t)len;
	keep_bytes(t, at, len);
	t->entries[t->count++] = *entry;
}

/* Stray bytes in a row are one line. */
static bool join_stray(struct trace *t, const struct trace_entry *entry,
		       const uint8_t *at, size_t len)
{
	struct trace_entry *last = t->count ? &t->entries[t->count - 1] : NULL;

	if (!last || last->dir != entry->dir || last->end != entry->end ||
	    last->event != KD_PARSE_STRAY || UINT32_MAX - last->raw_len < len)
		return false;
	if (!fits(t, len, false))
		return true;
	keep_bytes(t, at, len);
	last->raw_len += (uint32_t)len;
	return true;
}

/* The first 'len' pending bytes belong to no packet. */
static void stray(struct trace *t, struct trace_tap *tap,
		  struct trace_entry entry, size_t len)
{
	if (!len)
		return;
	entry.event = KD_PARSE_STRAY;
	if (!join_stray(t, &entry, tap->pending, len))
		add(t, &entry, tap->pending, len);
	tap->have -= len;
	memmove(tap->pending, tap->pending + len, tap->have);
}

/* All pending bytes are this entry. */
static void whole(struct trace *t, struct trace_tap *tap,
		  struct trace_entry *entry)
{
	add(t, entry, tap->pending, tap->have);
	tap->have = 0;
}

/* A header: of a control packet, or of data that is to be read on. */
static void note_header(struct trace *t, struct trace_tap *tap,
			struct trace_entry *entry)
{
	if (entry->header.leader != KD_LEADER_DATA) {
		whole(t, tap, entry);
		return;
	}
	if (kd_parser_take(&tap->parser))
		return;
	entry->event = KD_PARSE_LEADER;
	whole(t, tap, entry);
}

static void note(struct trace *t, struct trace_tap *tap,
		 struct trace_entry *entry)
{
	const struct kd_parser *p = &tap->parser;

	switch ((enum kd_parse)entry->event) {
	case KD_PARSE_LEADER:
		stray(t, tap, *entry, tap->have - KD_LEADER_SIZE);
		break;
	case KD_PARSE_HEADER: note_header(t, tap, entry); break;
	case KD_PARSE_TRAILER:
		entry->trailer = p->trailer;
		entry->sum_ok = p->records || p->sum == p->header.checksum;
		if (p->header.len >= 4)
			entry->api = kd_load32(p->payload);
		whole(t, tap, entry);
		break;
	case KD_PARSE_STRAY: stray(t, tap, *entry, tap->have); break;
	case KD_PARSE_BREAKIN:
		if (!p->records)
			stray(t, tap, *entry, tap->have - 1);
		whole(t, tap, entry);
		break;
	default:
		/* Leader bytes that cannot become a leader any more. */
		if (p->part == KD_PART_HUNT && tap->have > p->run)
			stray(t, tap, *entry, tap->have - p->run);
	}
}

/* Bytes that the parser has used, of which no event told yet. */
static void pend(struct trace *t, struct trace_tap *tap,
		 const struct trace_entry *entry, const uint8_t *at, size_t len)
{
	while (len) {
		size_t room = sizeof(tap->pending) - tap->have;
		size_t n = len < room ? len : room;

		if (!n) {
			stray(t, tap, *entry, tap->have / 2);
			continue;
		}
		memcpy(tap->pending + tap->have, at, n);
		tap->have += n;
		at += n;
		len -= n;
	}
}

void trace_bytes(struct trace *t, enum trace_end end, enum fault_dir dir,
		 struct kd_span bytes, uint64_t now)
{
	struct trace_tap *tap = tap_of(t, end, dir);
	size_t at = 0;
	enum kd_parse event;

	t->last_ns = now - t->t0;
	do {
		struct kd_span rest = { bytes.at + at, bytes.len - at };
		struct trace_entry entry = { .t_ns = now - t->t0,
					     .dir = (uint8_t)dir,
					     .end = (uint8_t)end };
		size_t used;

		event = kd_parser_next(&tap->parser, rest, &used);
		entry.event = (uint8_t)event;
		entry.header = tap->parser.header;
		pend(t, tap, &entry, rest.at, used);
		note(t, tap, &entry);
		at += used;
	} while (event != KD_PARSE_MORE || at < bytes.len);
}

const char *trace_type_name(uint16_t type)
{
	switch (type) {
	case KD_STATE_CHANGE64: return "state-change";
	case KD_STATE_MANIPULATE: return "manipulate";
	case KD_DEBUG_IO: return "debug-io";
	case KD_ACKNOWLEDGE: return "ack";
	case KD_RESEND: return "resend";
	case KD_RESET: return "reset";
	case KD_FILE_IO: return "file-io";
	default: return "other";
	}
}

void trace_release(struct trace *t)
{
	free(t->taps);
	free(t->entries);
	free(t->bytes);
	memset(t, 0, sizeof(*t));
}
