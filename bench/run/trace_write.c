/* SPDX-License-Identifier: MIT */
/* A trace as JSON lines; what the members mean is in docs/protocol.md. */
#include <inttypes.h>

#include "bench/run/trace.h"

#include "bench/result/json.h"

#ifndef KDBENCH_VERSION
#define KDBENCH_VERSION "unknown"
#endif

static void write_about(const struct trace *t, const struct trace_about *about,
			FILE *out)
{
	char seed[24];
	json_t *o;

	snprintf(seed, sizeof(seed), "%" PRIu64, about->seed);
	o = json_pack(
		"{s:s,s:i,s:s,s:s,s:s,s:s,s:o,s:s,s:o,s:I}", "type", "trace",
		"schema", TRACE_SCHEMA, "kdbench", KDBENCH_VERSION, "framing",
		t->records ? "records" : "serial", "clock",
		about->virtual_time ? "virtual" : "monotonic-raw", "seed", seed,
		"scenario", json_from_text(about->scenario), "cell",
		about->cell, "transport", json_from_text(about->transport),
		"trial", (json_int_t)about->trial);
	json_dumpf(o, out, JSON_COMPACT);
	fputc('\n', out);
	json_decref(o);
}

static void write_raw(const uint8_t *at, size_t len, FILE *out)
{
	static const char digits[] = "0123456789abcdef";

	fputs("\"raw\":\"", out);
	for (size_t i = 0; i < len; i++) {
		fputc(digits[at[i] >> 4], out);
		fputc(digits[at[i] & 15], out);
	}
	fputs("\"}\n", out);
}

static void write_place(uint64_t t_ns, unsigned dir, unsigned end, FILE *out)
{
	fprintf(out, "{\"t_ns\":%" PRIu64 ",\"dir\":\"%s\",", t_ns,
		dir == TO_TARGET ? "to-target" : "to-debugger");
	if (end == AT_TARGET)
		fputs("\"end\":\"target\",", out);
}

static bool is_whole(const struct trace_entry *e)
{
	if (e->event == KD_PARSE_HEADER)
		return true;
	return e->event == KD_PARSE_TRAILER && e->sum_ok &&
	       e->trailer == KD_TRAILER_BYTE;
}

static void write_entry(const struct trace_entry *e, const uint8_t *raw,
			FILE *out)
{
	const struct kd_header *h = &e->header;

	write_place(e->t_ns, e->dir, e->end, out);
	if (e->event == KD_PARSE_STRAY)
		fprintf(out, "\"stray\":%u,", (unsigned)e->raw_len);
	else if (e->event == KD_PARSE_BREAKIN)
		fprintf(out, "\"type\":\"break-in\",");
	else
		fprintf(out,
			"\"type\":\"%s\",\"number\":%u,\"id\":\"%08x\","
			"\"len\":%u,\"api\":\"%04x\",\"ok\":%s,",
			trace_type_name(h->type), (unsigned)h->type,
			(unsigned)h->id, (unsigned)h->len, (unsigned)e->api,
			is_whole(e) ? "true" : "false");
	write_raw(raw, e->raw_len, out);
}

/* What had begun to arrive when the session ended. */
static void write_pending(const struct trace *t, FILE *out)
{
	for (unsigned i = 0; t->taps && i < 4; i++) {
		const struct trace_tap *tap = &t->taps[i];

		if (!tap->have)
			continue;
		write_place(t->last_ns, i % 2, i / 2, out);
		fputs("\"type\":\"incomplete\",", out);
		write_raw(tap->pending, tap->have, out);
	}
}

static void write_entries(const struct trace *t, FILE *out)
{
	for (size_t i = 0; i < t->count; i++)
		write_entry(&t->entries[i], t->bytes + t->entries[i].raw, out);
}

bool trace_write_begin(const struct trace *t, const struct trace_about *about,
		       FILE *out)
{
	write_about(t, about, out);
	return ferror(out) == 0;
}

bool trace_write_more(struct trace *t, FILE *out)
{
	write_entries(t, out);
	t->count = 0;
	t->len = 0;
	return ferror(out) == 0;
}

bool trace_write_end(const struct trace *t, FILE *out)
{
	write_pending(t, out);
	return ferror(out) == 0;
}

bool trace_write(const struct trace *t, const struct trace_about *about,
		 FILE *out)
{
	write_about(t, about, out);
	write_entries(t, out);
	if (t->lost_bytes)
		fprintf(out,
			"{\"type\":\"truncated\",\"packets\":%" PRIu64
			",\"bytes\":%" PRIu64 ",\"limit\":%" PRIu64 "}\n",
			t->lost_entries, t->lost_bytes, t->max);
	else
		write_pending(t, out);
	return ferror(out) == 0;
}
