/* SPDX-License-Identifier: MIT */
/* kdbench decode --json; docs/protocol.md says what the members are. */
#include <inttypes.h>
#include <stdlib.h>

#include "bench/base/mem.h"
#include "bench/decode/names.h"
#include "bench/decode/print.h"
#include "bench/decode/summary.h"
#include "bench/decode/text.h"
#include "bench/result/json.h"

#define UNCLAIMED_MAX 256

static json_t *hex_number(uint64_t value, unsigned digits)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%0*" PRIx64, (int)digits, value);
	return json_string(text);
}

/* What a writer puts on a stream, as a JSON text. */
static json_t *from_stream(char **text, FILE *stream)
{
	json_t *value;

	fclose(stream);
	value = json_string(*text);
	free(*text);
	return value;
}

static json_t *hex_bytes(const uint8_t *at, size_t len)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	text_hex(stream, at, len, '\0');
	return from_stream(&text, stream);
}

static json_t *readable(const struct area *a, const uint8_t *at, size_t len)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (a->kind == AREA_WIDE)
		text_wide(stream, at, text_wide_length(at, len));
	else
		text_bytes(stream, at, text_length(at, len));
	return from_stream(&text, stream);
}

/* Counts of up to four bytes are numbers, all else is hex. */
static json_t *field_json(const struct kd_field *f, uint64_t value)
{
	if (f->format == KD_DEC && f->size <= 4)
		return json_integer((json_int_t)value);
	return hex_number(value, 2 * f->size);
}

static void add_part(json_t *object, const struct shown *s,
		     const struct part *part)
{
	const char *key = part->name ? part->name : "fields";
	json_t *fields = json_object_get(object, key);

	for (unsigned i = 0; i < part->layout->count; i++) {
		const struct kd_field *f = &part->layout->fields[i];
		int64_t at = dissect_field(part, f, s->p);

		if (at < 0)
			continue;
		if (!fields) {
			fields = json_object();
			json_object_set_new(object, key, fields);
		}
		json_object_set_new(fields, f->name,
				    field_json(f, dissect_value(f, s->p, at)));
	}
}

static void add_areas(json_t *object, const struct shown *s)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < s->d.area_count; i++) {
		const struct area *a = &s->d.areas[i];
		const uint8_t *at = s->p->payload + a->offset;
		size_t len = a->len;
		json_t *o;

		if (a->kind >= AREA_PAD || a->offset >= s->p->payload_len)
			continue;
		if (len > s->p->payload_len - a->offset)
			len = s->p->payload_len - a->offset;
		o = json_pack("{s:s,s:I,s:I,s:o}", "name", a->name, "offset",
			      (json_int_t)a->offset, "len", (json_int_t)len,
			      "hex", hex_bytes(at, len));
		if (a->kind == AREA_TEXT || a->kind == AREA_WIDE)
			json_object_set_new(o, "text", readable(a, at, len));
		json_array_append_new(list, o);
	}
	json_object_set_new(object, "areas", list);
}

static void add_unclaimed(json_t *object, const struct shown *s)
{
	struct unclaimed runs[UNCLAIMED_MAX];
	size_t count = dissect_unclaimed(&s->d, s->p, runs, ARRAY_SIZE(runs));
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(
			list,
			json_pack("{s:I,s:I,s:o,s:o}", "offset",
				  (json_int_t)runs[i].offset, "len",
				  (json_int_t)runs[i].len, "why",
				  json_from_text(dissect_why(runs[i].why)),
				  "hex",
				  hex_bytes(s->p->payload + runs[i].offset,
					    runs[i].len)));
	json_object_set_new(object, "unclaimed", list);
}

static void add_data(json_t *object, const struct shown *s)
{
	json_object_set_new(object, "sum", hex_number(s->p->sum, 8));
	json_object_set_new(object, "api", json_from_text(s->d.api));
	json_object_set_new(object, "reply", json_boolean(s->d.reply));
	json_object_set_new(
		object, "machine",
		json_string(s->d.arch == KD_I386 ? "i386" : "amd64"));
	for (unsigned i = 0; i < s->d.part_count; i++)
		add_part(object, s, &s->d.parts[i]);
	add_areas(object, s);
	add_unclaimed(object, s);
}

static const char *kind_name(const struct packet *p)
{
	switch ((enum packet_kind)p->kind) {
	case PACKET_BREAKIN: return "break-in";
	case PACKET_STRAY: return "stray";
	case PACKET_LINK_UP: return "link-up";
	case PACKET_KD: break;
	}
	return names_type_long(p->header.type);
}

static void add_header(json_t *object, const struct shown *s)
{
	const struct packet *p = s->p;

	json_object_set_new(object, "number", json_integer(p->header.type));
	json_object_set_new(object, "len", json_integer(p->header.len));
	if (s->ids) {
		json_object_set_new(object, "leader",
				    hex_number(p->header.leader, 8));
		json_object_set_new(object, "id", hex_number(p->header.id, 8));
		json_object_set_new(object, "checksum",
				    hex_number(p->header.checksum, 8));
	}
	if (p->has_trailer)
		json_object_set_new(object, "trailer",
				    hex_number(p->trailer, 2));
}

static void add_damage(json_t *object, const struct packet *p)
{
	json_t *list = json_array();

	for (unsigned bit = 1; bit <= DAMAGE_NOT_SENT; bit <<= 1) {
		char text[DAMAGE_TEXT_MAX];

		if (!(p->damage & bit))
			continue;
		damage_text(p, (uint16_t)bit, text);
		json_array_append_new(list, json_string(text));
	}
	json_object_set_new(object, "damage", list);
}

static void add_note(json_t *object, const struct note *n)
{
	const struct {
		const char *key;
		uint64_t value;
	} rows[] = { { "again", n->again },
		     { "acks", n->acks },
		     { "wants", n->wants },
		     { "answers", n->answers } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].value)
			json_object_set_new(
				object, rows[i].key,
				json_integer((json_int_t)rows[i].value));
	}
}

static void add_summary(json_t *object, const struct shown *s)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	summary_write(stream, s->p, &s->d);
	json_object_set_new(object, "text", from_stream(&text, stream));
}

void print_json(FILE *out, const struct shown *s, const struct print_options *o)
{
	static const char *const dirs[DIR_COUNT] = { "to-target", "to-debugger",
						     NULL };
	const struct packet *p = s->p;
	json_t *object = json_pack(
		"{s:I,s:o,s:o,s:s,s:I,s:I,s:o}", "n", (json_int_t)p->number,
		"t_ns",
		o->timed ? json_integer((json_int_t)p->t_ns) : json_null(),
		"dir", json_from_text(dirs[p->dir]), "end",
		p->end == END_TARGET ? "target" : "debugger", "offset",
		(json_int_t)p->offset, "bytes", (json_int_t)p->raw_len, "type",
		json_from_text(kind_name(p)));

	if (p->kind == PACKET_KD && !(p->damage & DAMAGE_HEADER))
		add_header(object, s);
	else
		json_object_set_new(object, "hex",
				    hex_bytes(p->raw, p->raw_len));
	if (packet_is_data(p))
		add_data(object, s);
	add_note(object, &s->note);
	add_damage(object, p);
	add_summary(object, s);
	json_dumpf(object, out, JSON_COMPACT);
	fputc('\n', out);
	json_decref(object);
}
