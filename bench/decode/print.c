/* SPDX-License-Identifier: MIT */
#include "bench/decode/print.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/decode/names.h"
#include "bench/decode/summary.h"

#define COLUMNS 80
#define UNDER "      " /* what belongs to the line above */

static const char *type_text(const struct packet *p, char to[16])
{
	const char *name = names_type(p->header.type);

	switch ((enum packet_kind)p->kind) {
	case PACKET_BREAKIN: return "break-in";
	case PACKET_STRAY: return "stray";
	case PACKET_LINK_UP: return "link-up";
	case PACKET_KD: break;
	}
	if ((p->damage & DAMAGE_HEADER) && p->raw_len < 6)
		return "?";
	if (name)
		return name;
	snprintf(to, 16, "type %u", (unsigned)p->header.type);
	return to;
}

/* Everything in front of the summary. */
static void line_head(const struct shown *s, const struct print_options *o,
		      char *to, size_t size)
{
	static const char arrows[DIR_COUNT] = { '>', '<', '?' };
	const struct packet *p = s->p;
	bool header = p->kind == PACKET_KD && !(p->damage & DAMAGE_HEADER);
	char time[24] = "-";
	char id[12] = "-";
	char type[16];

	if (o->timed)
		snprintf(time, sizeof(time), "%" PRIu64 ".%06" PRIu64,
			 p->t_ns / UINT64_C(1000000000),
			 p->t_ns % UINT64_C(1000000000) / 1000);
	if (header && s->ids)
		snprintf(id, sizeof(id), "%08x", (unsigned)p->header.id);
	snprintf(to, size, "%4" PRIu64 " %9s %c %-8s %8s %4zu ", p->number,
		 time, arrows[p->dir], type_text(p, type), id,
		 header ? p->header.len : p->raw_len);
}

static char *summary_of(const struct shown *s)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out) {
		summary_write(out, s->p, &s->d);
		fclose(out);
	}
	return text ? text : mem_strdup("");
}

/* The line may have blanks at its end where there is nothing to say. */
static void put_trimmed(FILE *out, char *line)
{
	size_t len = strlen(line);

	while (len && line[len - 1] == ' ')
		len--;
	fwrite(line, 1, len, out);
	fputc('\n', out);
}

static void print_damage(FILE *out, const struct packet *p)
{
	for (unsigned bit = 1; bit <= DAMAGE_NOT_SENT; bit <<= 1) {
		char text[DAMAGE_TEXT_MAX];

		if (!(p->damage & bit))
			continue;
		damage_text(p, (uint16_t)bit, text);
		fprintf(out, UNDER "! %s", text);
		if (strlen(text) < 50)
			fprintf(out, ", at offset 0x%" PRIx64, p->offset);
		fputc('\n', out);
	}
}

void print_line(FILE *out, const struct shown *s, const struct print_options *o)
{
	char *summary = summary_of(s);
	char line[2 * COLUMNS];
	char note[64];
	size_t len, room;

	line_head(s, o, line, sizeof(line));
	len = strlen(line);
	room = len < COLUMNS ? COLUMNS - len : 0;
	if (note_text(&s->note, note, sizeof(note)))
		room -= room < strlen(note) + 3 ? room : strlen(note) + 3;
	if (strlen(summary) <= room)
		snprintf(line + len, sizeof(line) - len, "%s", summary);
	else
		snprintf(line + len, sizeof(line) - len, "%.*s...",
			 room > 3 ? (int)room - 3 : 0, summary);
	len = strlen(line);
	if (*note)
		snprintf(line + len, sizeof(line) - len, "%s[%s]",
			 *summary ? " " : "", note);
	put_trimmed(out, line);
	print_damage(out, s->p);
	free(summary);
}

void print_list(FILE *out, const struct packet_list *list,
		const struct print_options *o, bool *damaged)
{
	struct history h;

	history_init(&h, list, o->forced, o->arch);
	*damaged = false;
	for (size_t i = 0; i < list->count && !ferror(out); i++) {
		struct shown s = { .p = &list->packets[i], .ids = h.ids };

		if (s.p->hidden)
			continue;
		history_see(&h, s.p, &s.note);
		dissect(&s.d, s.p, h.arch);
		*damaged |= s.p->damage != 0;
		if (o->json) {
			print_json(out, &s, o);
			continue;
		}
		print_line(out, &s, o);
		if (o->verbose)
			print_fields(out, &s, o);
	}
}
