/* SPDX-License-Identifier: MIT */
/* kdbench decode -v: every field with its offset in the payload. */
#include "bench/decode/print.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/decode/names.h"
#include "bench/decode/text.h"
#include "bench/kd/wire.h"

#define UNDER "      "
#define COLUMNS 80
#define FOLD 68 /* characters in a line of text that was folded */
#define DUMP_LINE 16
#define FIELD_COLUMNS 38 /* in front of a field's value, at most */
#define DUMP_BRIEF 64    /* bytes of an area that -v shows */
#define UNCLAIMED_MAX 64

/*
 * Text behind 'used' columns of a line, or, where it does not fit, in lines of
 * its own. Ends the line.
 */
static void put_folded(FILE *out, size_t used, const char *text)
{
	size_t len = strlen(text);

	if (used + 2 + len <= COLUMNS) {
		fprintf(out, "  %s\n", text);
		return;
	}
	fputc('\n', out);
	for (size_t at = 0; at < len; at += FOLD)
		fprintf(out, UNDER "      %.*s\n", FOLD, text + at);
}

static void print_header(FILE *out, const struct shown *s)
{
	const struct packet *p = s->p;

	if (p->damage & DAMAGE_HEADER) {
		fputs(UNDER, out);
		text_hex(out, p->raw, p->raw_len, ' ');
		fputc('\n', out);
		return;
	}
	fprintf(out, UNDER "type %u, ByteCount %u", (unsigned)p->header.type,
		(unsigned)p->header.len);
	if (s->ids) {
		fprintf(out, ", id %08x, checksum 0x%x", (unsigned)p->header.id,
			(unsigned)p->header.checksum);
		if (p->payload && p->sum == p->header.checksum)
			fputs(" (right)", out);
	}
	if (p->has_trailer)
		fprintf(out, ", trailer %02x", p->trailer);
	fprintf(out, "\n" UNDER "at offset 0x%" PRIx64, p->offset);
	if (s->ids)
		fprintf(out, ", leader %08x", (unsigned)p->header.leader);
	fputc('\n', out);
}

static void print_field(FILE *out, const struct shown *s,
			const struct kd_field *f, int64_t at)
{
	uint64_t value = dissect_value(f, s->p, at);
	char digits[24];
	char name[96];

	if (f->format == KD_DEC && value > 9)
		snprintf(digits, sizeof(digits), "%" PRIu64, value);
	else
		snprintf(digits, sizeof(digits), "0x%0*" PRIx64,
			 f->format == KD_DEC ? 1 : 2 * f->size, value);
	if (f->format == KD_DEC && value <= 9)
		snprintf(digits, sizeof(digits), "%" PRIu64, value);
	names_value(f, s->p->header.type, s->d.number, value, name,
		    sizeof(name));
	fprintf(out, UNDER "+%02" PRIx64 "  %-24s  %s", (uint64_t)at, f->name,
		digits);
	if (*name) {
		put_folded(out, FIELD_COLUMNS + strlen(digits), name);
		return;
	}
	if (f->format == KD_DEC && value > 9)
		fprintf(out, "  0x%" PRIx64, value);
	fputc('\n', out);
}

static void print_part(FILE *out, const struct shown *s,
		       const struct part *part)
{
	bool titled = part->name == NULL;

	for (unsigned i = 0; i < part->layout->count; i++) {
		const struct kd_field *f = &part->layout->fields[i];
		int64_t at = dissect_field(part, f, s->p);

		if (at < 0)
			continue;
		if (!titled)
			fprintf(out, UNDER "%s\n", part->name);
		titled = true;
		print_field(out, s, f, at);
	}
}

static void dump_line(FILE *out, const uint8_t *at, uint32_t offset, size_t len)
{
	fprintf(out, UNDER "+%04x ", (unsigned)offset);
	text_hex(out, at, len, ' ');
	fprintf(out, "%*s", (int)(3 * (DUMP_LINE - len) + 2), "");
	for (size_t i = 0; i < len; i++)
		fputc(at[i] >= 0x20 && at[i] < 0x7f ? at[i] : '.', out);
	fputc('\n', out);
}

static void dump(FILE *out, const struct packet *p, uint32_t offset, size_t len,
		 const struct print_options *o)
{
	size_t shown = o->verbose < 2 && len > DUMP_BRIEF ? DUMP_BRIEF : len;

	for (size_t i = 0; i < shown; i += DUMP_LINE) {
		size_t n = shown - i < DUMP_LINE ? shown - i : DUMP_LINE;

		dump_line(out, p->payload + offset + i, offset + (uint32_t)i,
			  n);
	}
	if (shown < len)
		fprintf(out, UNDER "      %zu more bytes; -vv shows them\n",
			len - shown);
}

static bool zero(const uint8_t *at, size_t len)
{
	return len && at[0] == 0 && memcmp(at, at + 1, len - 1) == 0;
}

static void print_text(FILE *out, const struct area *a, const uint8_t *at,
		       size_t len, const struct print_options *o)
{
	bool brief = o->verbose < 2 && len > 4 * DUMP_BRIEF;
	size_t shown = brief ? 4 * DUMP_BRIEF : len;
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	fputc('"', stream);
	if (a->kind == AREA_WIDE)
		text_wide(stream, at, text_wide_length(at, shown));
	else
		text_bytes(stream, at, text_length(at, shown));
	fputs(brief ? "\" ..." : "\"", stream);
	fclose(stream);
	put_folded(out, FIELD_COLUMNS + 11, text);
	free(text);
}

static void print_elements(FILE *out, const struct area *a, const uint8_t *at,
			   size_t len, const struct print_options *o)
{
	size_t size = a->kind == AREA_HANDLES       ? 4
		      : a->kind == AREA_BREAKPOINTS ? 16
						    : 8;
	size_t max = o->verbose < 2 ? DUMP_BRIEF : len;

	fputc('\n', out);
	for (size_t i = 0; i + size <= len && i < 4 * max; i += size) {
		fprintf(out, UNDER "+%02zx  ", a->offset + i);
		if (size == 4) {
			fprintf(out, "handle %u\n",
				(unsigned)kd_load32(at + i));
			continue;
		}
		fprintf(out, "0x%016" PRIx64, kd_load64(at + i));
		if (size == 16)
			fprintf(out, " handle %u",
				(unsigned)kd_load32(at + i + 8));
		fputc('\n', out);
	}
}

static void print_area(FILE *out, const struct shown *s, const struct area *a,
		       const struct print_options *o)
{
	const uint8_t *at = s->p->payload + a->offset;
	size_t len;

	if (a->kind >= AREA_PAD || a->offset >= s->p->payload_len)
		return;
	len = s->p->payload_len - a->offset;
	if (len > a->len)
		len = a->len;
	fprintf(out, UNDER "+%02x  %-24s  %zu bytes", (unsigned)a->offset,
		a->name, len);
	if (zero(at, len))
		fputs(", all zero\n", out);
	else if (a->kind == AREA_TEXT || a->kind == AREA_WIDE)
		print_text(out, a, at, len, o);
	else if (a->kind == AREA_BYTES) {
		fputc('\n', out);
		dump(out, s->p, a->offset, len, o);
	} else
		print_elements(out, a, at, len, o);
}

static void print_unclaimed(FILE *out, const struct shown *s,
			    const struct print_options *o)
{
	struct unclaimed runs[UNCLAIMED_MAX];
	size_t count = dissect_unclaimed(&s->d, s->p, runs, ARRAY_SIZE(runs));

	for (size_t i = 0; i < count; i++) {
		const char *why = dissect_why(runs[i].why);

		fprintf(out, UNDER "unclaimed bytes at +%02x%s%s%s\n",
			(unsigned)runs[i].offset, why ? " (" : "",
			why ? why : "", why ? ")" : "");
		dump(out, s->p, runs[i].offset, runs[i].len, o);
	}
}

static void print_raw(FILE *out, const struct packet *p,
		      const struct print_options *o)
{
	struct packet whole = *p;

	whole.payload = p->raw;
	dump(out, &whole, 0, p->raw_len, o);
}

void print_fields(FILE *out, const struct shown *s,
		  const struct print_options *o)
{
	const struct dissection *d = &s->d;

	if (s->p->kind != PACKET_KD) {
		print_raw(out, s->p, o);
		return;
	}
	print_header(out, s);
	for (unsigned i = 0; i < d->part_count; i++)
		print_part(out, s, &d->parts[i]);
	for (unsigned i = 0; i < d->area_count; i++)
		print_area(out, s, &d->areas[i], o);
	print_unclaimed(out, s, o);
}
