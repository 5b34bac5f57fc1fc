/* SPDX-License-Identifier: MIT */
/* Rows as a scenario, and what became of the capture. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/units.h"
#include "bench/import/walk.h"

#define SCRATCH_STEP (64 * UINT64_C(1024))

/* Where a line goes: to a person, or into a comment. */
struct teller {
	void (*line)(void *env, const char *text);
	void *env;
};

static void tell(const struct teller *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void tell(const struct teller *t, const char *fmt, ...)
{
	char text[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	t->line(t->env, text);
}

static uint64_t count_kind(const struct import *im, bool events)
{
	uint64_t count = 0;

	for (size_t i = 0; i < im->count; i++)
		count += (im->rows[i].row.kind >= SCRIPT_PRINT) == events;
	return count;
}

static void tell_pauses(const struct import *im, const struct teller *t)
{
	char ack[UNITS_TEXT_MAX], gap[UNITS_TEXT_MAX], most[UNITS_TEXT_MAX];

	if (!im->timed) {
		tell(t, "it has no times: the debugger's pauses are not known");
		return;
	}
	tell(t, "ACK after %s, pause before a request %s (medians)",
	     units_exact(UNIT_DURATION, im->ack_ns, ack),
	     units_exact(UNIT_DURATION, im->gap_ns, gap));
	if (im->pauses)
		tell(t,
		     "%" PRIu64 " pause%s a person's, up to %s, and left out: "
		     "the median stands there",
		     im->pauses, im->pauses == 1 ? " is" : "s are",
		     units_about(UNIT_DURATION, (double)im->longest_ns, most));
}

static void tell_all(const struct import *im, const struct teller *t)
{
	tell(t,
	     "packets %" PRIu64 ", requests %" PRIu64
	     ", acts of the target %" PRIu64
	     ", addresses out of replies %" PRIu64 ", pages %" PRIu64,
	     im->packets, count_kind(im, false), count_kind(im, true),
	     im->dependent, im->pages);
	tell_pauses(im, t);
	if (!im->replies)
		tell(t, "there are no replies in it: each request is taken to "
			"succeed");
	if (im->resent)
		tell(t, "sent again, and counted once: %" PRIu64, im->resent);
	if (im->count < im->all_rows)
		tell(t,
		     "rows %" PRIu64 " to %" PRIu64 " of %" PRIu64
		     ": --skip %" PRIu64 " goes on from here",
		     im->first_row, im->first_row + im->count - 1, im->all_rows,
		     im->first_row + im->count - 1);
	if (im->arch == KD_I386)
		tell(t, "the target was i386: registers of our guest are "
			"larger");
	for (size_t i = 0; i < im->left_count; i++)
		tell(t, "not replayed as it was: %" PRIu64 " x %s",
		     im->left[i].count, im->left[i].what);
}

void import_tell(const struct import *im,
		 void (*line)(void *env, const char *text), void *env)
{
	const struct teller t = { line, env };

	tell_all(im, &t);
}

static void comment(void *env, const char *text)
{
	fprintf(env, "# %s\n", text);
}

/* A name that may be anything, in a comment. */
static void put_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c >= 0x7f || c == '\\')
			fprintf(out, "\\x%02x", c);
		else
			fputc(c, out);
	}
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_hex(const char *key)
{
	return strcmp(key, "offset") == 0 || strcmp(key, "number") == 0 ||
	       strcmp(key, "api") == 0 || strcmp(key, "at") == 0;
}

static void put_value(FILE *out, const struct setting *s,
		      const struct script_row *row)
{
	struct arena arena = { 0 };
	uint64_t value = *(const uint64_t *)((const char *)row + s->offset);
	char text[UNITS_TEXT_MAX];

	if (s->type == SETTING_DURATION)
		fputs(units_exact(UNIT_DURATION, value, text), out);
	else if (s->type == SETTING_COUNT && is_hex(s->key) && value > 9)
		fprintf(out, "0x%" PRIx64, value);
	else if (s->type == SETTING_COUNT || s->type == SETTING_SIZE)
		fprintf(out, "%" PRIu64, value);
	else
		fputs(setting_write(s, row, &arena), out);
	arena_release(&arena);
}

/* Only what is not the default is written. */
static bool is_default(const struct setting *s, const struct script_row *row)
{
	struct script_row initial = { 0 };
	struct arena arena = { 0 };
	bool same;

	if (!setting_default(s, &initial))
		return false;
	same = strcmp(setting_write(s, &initial, &arena),
		      setting_write(s, row, &arena)) == 0;
	arena_release(&arena);
	return same;
}

static void put_row(FILE *out, const struct script_row *row)
{
	const struct script_type *type = &script_types[row->kind];
	const struct setting *s = type->settings;
	bool first = true;

	fprintf(out, "        - %s", type->key);
	for (; s->key; s++) {
		if (is_default(s, row))
			continue;
		fprintf(out, "%s%s: ", first ? ": { " : ", ", s->key);
		put_value(out, s, row);
		first = false;
	}
	fputs(first ? "\n" : " }\n", out);
}

static const char *signed_hex(int64_t value, struct arena *arena)
{
	uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	return arena_printf(arena, "%s0x%" PRIx64, value < 0 ? "-" : "", size);
}

/* Rows that others name get their number as id. */
static struct script_row *finished_rows(const struct import *im,
					struct arena *arena)
{
	struct script_row *rows = arena_alloc(arena, im->count * sizeof(*rows));

	for (size_t i = 0; i < im->count; i++)
		rows[i] = im->rows[i].row;
	for (size_t i = 0; i < im->count; i++) {
		uint32_t source = im->rows[i].source;

		if (source == SCRIPT_NONE)
			continue;
		rows[i].from = source + 1;
		rows[source].id = source + 1;
		if (rows[i].added)
			rows[i].add = signed_hex(rows[i].added, arena);
	}
	return rows;
}

static void put_head(const struct import *im, const char *name,
		     const char *file, FILE *out)
{
	uint64_t scratch = (import_region(im) + SCRATCH_STEP - 1) /
			   SCRATCH_STEP * SCRATCH_STEP;
	struct teller t = { comment, out };
	char size[UNITS_TEXT_MAX];

	fputs("# How long does this recorded session take over each "
	      "transport?\n"
	      "# Made by 'kdbench session import' of ",
	      out);
	put_text(out, base_name(file));
	fprintf(out, "\n# digest %016" PRIx64 "; edit as you like\n",
		im->digest);
	tell_all(im, &t);
	fprintf(out,
		"name: %s\n"
		"about: A recorded session, request by request, from its "
		"first to its last.\n"
		"matrix:\n"
		"  transport: [uart, uart-unthrottled, byteport, virtio, ring, "
		"ring-packet, native]\n"
		"  debugger.think: [none, %s]\n"
		"guest: { scratch: %s }\n"
		"session:\n"
		"  - connect\n"
		"  - script:\n",
		name, im->timed ? "recorded" : "windbg",
		units_exact(UNIT_SIZE, scratch ? scratch : SCRATCH_STEP, size));
	if (im->timed)
		fprintf(out, "      ack: %s\n",
			units_exact(UNIT_DURATION, im->ack_ns, size));
	fputs("      rows:\n", out);
}

void import_write(const struct import *im, const char *name, const char *file,
		  FILE *out)
{
	struct arena arena = { 0 };
	const struct script_row *rows = finished_rows(im, &arena);

	put_head(im, name, file, out);
	for (size_t i = 0; i < im->count; i++)
		put_row(out, &rows[i]);
	fputs("trials: 1\n"
	      "expect:\n"
	      "  verdict: [completed, recovered]\n",
	      out);
	arena_release(&arena);
}
