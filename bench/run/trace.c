/* SPDX-License-Identifier: MIT */
#include "bench/run/trace.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"

#define FIRST_ROOM 4096

void trace_init(struct trace *t, uint64_t now, bool records)
{
	memset(t, 0, sizeof(*t));
	for (unsigned i = 0; i < 2; i++) {
		if (records)
			kd_parser_init_records(&t->parsers[i]);
		else
			kd_parser_init(&t->parsers[i], false);
	}
	t->t0 = now;
}

static void add(struct trace *t, const struct trace_entry *entry)
{
	if (t->count == t->room) {
		t->room = t->room ? 2 * t->room : FIRST_ROOM;
		t->entries =
			mem_resize(t->entries, t->room * sizeof(*t->entries));
	}
	t->entries[t->count++] = *entry;
}

/* Stray bytes in a row are one line. */
static bool join_stray(struct trace *t, enum fault_dir dir)
{
	struct trace_entry *last = t->count ? &t->entries[t->count - 1] : NULL;

	if (!last || last->dir != dir || last->event != KD_PARSE_STRAY)
		return false;
	last->stray++;
	return true;
}

static void note(struct trace *t, enum fault_dir dir, enum kd_parse event,
		 uint64_t now)
{
	struct kd_parser *p = &t->parsers[dir];
	struct trace_entry entry = {
		.t_ns = now - t->t0,
		.dir = (uint8_t)dir,
		.event = (uint8_t)event,
		.header = p->header,
		.stray = event == KD_PARSE_STRAY,
	};

	switch (event) {
	case KD_PARSE_HEADER:
		if (p->header.leader == KD_LEADER_DATA) {
			kd_parser_take(p);
			return;
		}
		break;
	case KD_PARSE_TRAILER:
		entry.trailer = p->trailer;
		entry.sum_ok = p->records || p->sum == p->header.checksum;
		if (p->header.len >= 4)
			entry.api = kd_load32(p->payload);
		break;
	case KD_PARSE_STRAY:
		if (join_stray(t, dir))
			return;
		break;
	case KD_PARSE_BREAKIN: break;
	default: return;
	}
	add(t, &entry);
}

void trace_bytes(struct trace *t, enum fault_dir dir, struct kd_span bytes,
		 uint64_t now)
{
	size_t at = 0;
	enum kd_parse event;

	do {
		struct kd_span rest = { bytes.at + at, bytes.len - at };
		size_t used;

		event = kd_parser_next(&t->parsers[dir], rest, &used);
		at += used;
		note(t, dir, event, now);
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

bool trace_write(const struct trace *t, FILE *out)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct trace_entry *e = &t->entries[i];
		const struct kd_header *h = &e->header;

		fprintf(out, "{\"t_ns\":%" PRIu64 ",\"dir\":\"%s\",", e->t_ns,
			e->dir == TO_TARGET ? "to-target" : "to-debugger");
		if (e->event == KD_PARSE_STRAY)
			fprintf(out, "\"stray\":%u}\n", (unsigned)e->stray);
		else if (e->event == KD_PARSE_BREAKIN)
			fprintf(out, "\"type\":\"break-in\"}\n");
		else
			fprintf(out,
				"\"type\":\"%s\",\"number\":%u,"
				"\"id\":\"%08x\",\"len\":%u,\"api\":\"%04x\","
				"\"ok\":%s}\n",
				trace_type_name(h->type), (unsigned)h->type,
				(unsigned)h->id, (unsigned)h->len,
				(unsigned)e->api,
				e->event == KD_PARSE_HEADER ||
						(e->sum_ok &&
						 e->trailer == KD_TRAILER_BYTE)
					? "true"
					: "false");
	}
	return ferror(out) == 0;
}

void trace_release(struct trace *t)
{
	free(t->entries);
	memset(t, 0, sizeof(*t));
}
