/* SPDX-License-Identifier: MIT */
#include "bench/decode/dissect.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/decode/names.h"
#include "bench/kd/message.h"

void dissect_part(struct dissection *d, const char *name,
		  const struct kd_layout *layout, int64_t base, uint32_t from)
{
	if (d->part_count < PARTS_MAX)
		d->parts[d->part_count++] =
			(struct part){ name, layout, base, from };
}

void dissect_area(struct dissection *d, enum area_kind kind, const char *name,
		  uint32_t offset, uint32_t len)
{
	if (len && d->area_count < AREAS_MAX)
		d->areas[d->area_count++] = (struct area){ name, offset, len,
							   (uint8_t)kind,
							   false };
}

void dissect_trailing(struct dissection *d, const struct packet *p,
		      enum area_kind kind, const char *name, uint32_t offset,
		      uint32_t len)
{
	uint32_t there = (uint32_t)p->payload_len;
	unsigned first = d->area_count;

	if (there <= offset)
		return;
	there -= offset;
	if (len > there)
		len = there;
	dissect_area(d, kind, name, offset, len);
	dissect_area(d, AREA_EXCESS, "excess", offset + len, there - len);
	for (; first < d->area_count; first++)
		d->areas[first].trailing = true;
}

/* The first word, where it is there. */
static uint32_t first_word(const struct packet *p)
{
	return p->payload_len >= 4 ? kd_load32(p->payload) : 0;
}

static void dissect_symbols(struct dissection *d, const struct packet *p)
{
	uint32_t path = p->payload_len >= KD_STATE_SIZE
				? kd_load32(p->payload + 0x20)
				: 0;

	dissect_part(d, NULL, &kd_symbols_layout, 0, 0);
	dissect_trailing(d, p, AREA_TEXT, "path", KD_STATE_SIZE, path);
}

static void dissect_state(struct dissection *d, const struct packet *p)
{
	uint16_t code = kd_report_code_offset(d->arch);

	dissect_part(d, NULL, &kd_state_layout, 0, 0);
	switch (d->number & ~KD_STATE_ALTERNATE) {
	case KD_STATE_EXCEPTION:
		dissect_part(d, NULL, &kd_exception_layout, 0, 0);
		dissect_area(d, AREA_QWORDS, "ExceptionInformation[1..14]",
			     0x48, 14 * 8);
		dissect_trailing(d, p, AREA_BYTES, "trace data", KD_STATE_SIZE,
				 UINT32_MAX);
		break;
	case KD_STATE_LOAD_SYMBOLS: dissect_symbols(d, p); break;
	case KD_STATE_COMMAND_STRING:
		dissect_part(d, NULL, &kd_command_layout, 0, 0);
		dissect_area(d, AREA_BYTES, "Reserved", 0x24, 4);
		dissect_area(d, AREA_QWORDS, "Reserved2", 0x28, 7 * 8);
		dissect_trailing(d, p, AREA_TEXT, "name and command",
				 KD_STATE_SIZE, UINT32_MAX);
		break;
	default:
		dissect_trailing(d, p, AREA_BYTES, "data", KD_STATE_SIZE,
				 UINT32_MAX);
	}
	dissect_part(d, "report", &kd_report_layouts[d->arch], 0, 0);
	dissect_area(d, AREA_BYTES, "InstructionStream", code, 16);
	dissect_area(d, AREA_PAD, "pad", 0x0c, 4);
	dissect_area(d, AREA_UNION, "union", 0x20, 0xa0);
	if (d->arch == KD_I386)
		dissect_area(d, AREA_PAD, "pad", 0xe8, 8);
}

static void dissect_debug_io(struct dissection *d, const struct packet *p)
{
	bool prompt = d->number == KD_GET_STRING;
	uint32_t len = 0;

	if (p->payload_len >= KD_DEBUG_IO_SIZE)
		len = kd_load32(p->payload + (d->reply ? 12 : 8));
	dissect_part(d, NULL, prompt ? &kd_prompt_layout : &kd_print_layout, 0,
		     0);
	dissect_area(d, AREA_PAD, "unused", 0x0c, 4);
	dissect_trailing(d, p, AREA_TEXT,
			 !prompt    ? "text"
			 : d->reply ? "answer"
				    : "prompt",
			 KD_DEBUG_IO_SIZE, len);
}

static void dissect_file_io(struct dissection *d, const struct packet *p)
{
	const struct kd_layout *of_api = kd_file_layout(d->number);
	bool create = d->number == KD_FILE_CREATE;
	bool has_data = d->reply ? d->number == KD_FILE_READ
				 : create || d->number == KD_FILE_WRITE;

	dissect_part(d, NULL, &kd_file_io_layout, 0, 0);
	if (of_api)
		dissect_part(d, NULL, of_api, 0, 0);
	dissect_area(d, AREA_UNION, "union", 0x08, KD_FILE_IO_SIZE - 0x08);
	dissect_trailing(d, p, create ? AREA_WIDE : AREA_BYTES,
			 create ? "file name" : "data", KD_FILE_IO_SIZE,
			 has_data ? UINT32_MAX : 0);
}

static void dissect_trace_io(struct dissection *d, const struct packet *p)
{
	dissect_part(d, NULL, &kd_trace_io_layout, 0, 0);
	dissect_area(d, AREA_UNION, "unused", 0x0c, KD_TRACE_IO_SIZE - 0x0c);
	dissect_trailing(d, p, AREA_BYTES, "data", KD_TRACE_IO_SIZE,
			 p->payload_len >= KD_TRACE_IO_SIZE
				 ? kd_load32(p->payload + 8)
				 : 0);
}

void dissect(struct dissection *d, const struct packet *p, enum kd_arch arch)
{
	uint16_t type = p->header.type;

	*d = (struct dissection){ .arch = (uint8_t)arch };
	if (!packet_is_data(p))
		return;
	d->number = first_word(p);
	d->has_number = p->payload_len >= 4;
	d->api = d->has_number ? names_api(type, d->number) : NULL;
	switch (type) {
	case KD_STATE_MANIPULATE:
		d->reply = p->dir == DIR_TO_DEBUGGER;
		dissect_manipulate(d, p);
		break;
	case KD_STATE_CHANGE64: dissect_state(d, p); break;
	case KD_DEBUG_IO:
		d->reply = p->dir == DIR_TO_TARGET;
		dissect_debug_io(d, p);
		break;
	case KD_FILE_IO:
		d->reply = p->dir == DIR_TO_TARGET;
		dissect_file_io(d, p);
		break;
	case KD_TRACE_IO: dissect_trace_io(d, p); break;
	case KD_CONTROL_REQUEST:
		dissect_part(d, NULL, &kd_control_request_layout, 0, 0);
		dissect_area(d, AREA_PAD, "unused", 0x0c, 4);
		dissect_trailing(d, p, AREA_BYTES, "data",
				 KD_CONTROL_REQUEST_SIZE, 0);
		break;
	default:
		d->has_number = false;
		dissect_trailing(d, p, AREA_EXCESS, "data", 0, 0);
	}
}

int64_t dissect_field(const struct part *part, const struct kd_field *field,
		      const struct packet *p)
{
	int64_t at = part->base + field->offset;

	if (at < (int64_t)part->from ||
	    at + field->size > (int64_t)p->payload_len)
		return -1;
	return at;
}

uint64_t dissect_value(const struct kd_field *field, const struct packet *p,
		       int64_t at)
{
	return kd_field_value(field, p->payload + at - field->offset);
}

/* Mark [at, at + len) as claimed for 'what', as far as it is there. */
static void claim(uint8_t *claims, size_t size, uint64_t at, uint64_t len,
		  uint8_t what)
{
	for (uint64_t i = at; i < at + len && i < size; i++) {
		if (claims[i] == AREA_BYTES)
			claims[i] = what;
	}
}

#define CLAIMED UINT8_MAX

static void claim_all(const struct dissection *d, const struct packet *p,
		      uint8_t *claims)
{
	for (unsigned i = 0; i < d->part_count; i++) {
		const struct kd_layout *layout = d->parts[i].layout;

		for (unsigned k = 0; k < layout->count; k++) {
			const struct kd_field *f = &layout->fields[k];
			int64_t at = dissect_field(&d->parts[i], f, p);

			if (at >= 0)
				claim(claims, p->payload_len, (uint64_t)at,
				      f->size, CLAIMED);
		}
	}
	for (unsigned i = 0; i < d->area_count; i++) {
		const struct area *a = &d->areas[i];

		if (a->kind < AREA_PAD)
			claim(claims, p->payload_len, a->offset, a->len,
			      CLAIMED);
	}
	for (unsigned i = 0; i < d->area_count; i++) {
		const struct area *a = &d->areas[i];

		if (a->kind >= AREA_PAD)
			claim(claims, p->payload_len, a->offset, a->len,
			      a->kind);
	}
}

/* A run without the zeros at both ends. */
static struct unclaimed trim(const uint8_t *payload, size_t at, size_t end,
			     uint8_t why)
{
	while (at < end && !payload[at])
		at++;
	while (end > at && !payload[end - 1])
		end--;
	return (struct unclaimed){ (uint32_t)at, (uint32_t)(end - at), why };
}

size_t dissect_unclaimed(const struct dissection *d, const struct packet *p,
			 struct unclaimed *runs, size_t max)
{
	uint8_t *claims;
	size_t count = 0;
	size_t at = 0;

	if (!packet_is_data(p))
		return 0;
	claims = mem_alloc(p->payload_len + 1);
	claim_all(d, p, claims);
	while (at < p->payload_len) {
		size_t end = at;

		while (end < p->payload_len && claims[end] == claims[at])
			end++;
		if (claims[at] != CLAIMED && count < max) {
			runs[count] = trim(p->payload, at, end, claims[at]);
			count += runs[count].len != 0;
		}
		at = end;
	}
	free(claims);
	return count;
}

const char *dissect_why(uint8_t why)
{
	switch (why) {
	case AREA_PAD: return "pad";
	case AREA_UNION: return "union";
	case AREA_EXCESS: return "excess";
	default: return NULL;
	}
}
