/* SPDX-License-Identifier: MIT */
#include "inject/cutter.h"

#include <string.h>

#include "bench/base/hash.h"

void cutter_init(struct cutter *x, enum fault_dir dir)
{
	*x = (struct cutter){ .dir = (uint8_t)dir };
	kd_parser_init(&x->parser, false);
	/* Whether it is right is for the ends to say; bytes only pass here. */
	x->parser.unsummed = true;
}

/* --- addresses --------------------------------------------------------------
 */

static struct packet_address fresh(struct cutter *x, enum packet_class class)
{
	return (struct packet_address){
		.dir = x->dir,
		.class = (uint8_t) class,
		.ordinal = ++x->ordinals[class],
	};
}

static bool same_data(const struct kd_header *a, const struct kd_header *b)
{
	return a->type == b->type && a->len == b->len && a->id == b->id &&
	       a->checksum == b->checksum;
}

static bool same_id(const struct kd_header *a, const struct kd_header *b)
{
	return a->id == b->id;
}

static struct packet_address copy_or_fresh(
	struct cutter *x, struct cutter_memory *memory,
	bool (*same)(const struct kd_header *, const struct kd_header *),
	enum packet_class class)
{
	const struct kd_header *header = &x->parser.header;
	struct packet_address address;

	if (memory->valid && same(&memory->header, header))
		return (struct packet_address){
			.dir = x->dir,
			.class = (uint8_t) class,
			.ordinal = memory->ordinal,
			.copy = ++memory->copies,
		};
	address = fresh(x, class);
	*memory = (struct cutter_memory){
		.valid = true,
		.header = *header,
		.ordinal = address.ordinal,
	};
	return address;
}

/* The address of the whole packet whose header the parser has. */
static struct packet_address packet_address(struct cutter *x)
{
	const struct kd_header *header = &x->parser.header;
	enum packet_class class = packet_class_of(header, x->dir);

	if (header->leader == KD_LEADER_DATA)
		return copy_or_fresh(x, &x->data, same_data, class);
	if (class == CLASS_ACK)
		return copy_or_fresh(x, &x->ack, same_id, class);
	if (class == CLASS_RESET) {
		x->data.valid = false;
		x->ack.valid = false;
	}
	return fresh(x, class);
}

/* --- chunks -----------------------------------------------------------------
 */

static void cut_byte(struct cutter *x, enum packet_class class, uint8_t byte,
		     struct chunk *to)
{
	struct packet_address address = fresh(x, class);

	chunk_begin(to, &address, NULL);
	chunk_append(to, &byte, 1);
}

static void cut_header(struct cutter *x, struct packet_address address,
		       struct chunk *to)
{
	chunk_begin(to, &address, &x->parser.header);
	chunk_append(to, x->parser.raw, KD_HEADER_SIZE);
}

static void cut_data(struct cutter *x, struct chunk *to)
{
	const struct kd_parser *p = &x->parser;

	cut_header(x, packet_address(x), to);
	chunk_append(to, p->payload, p->header.len);
	chunk_append(to, &p->trailer, 1);
}

/*
 * What the parser says of the bytes it was given, of which 'byte' is the first.
 * True: that completed a chunk.
 */
static bool cut(struct cutter *x, enum kd_parse event, uint8_t byte,
		struct chunk *to)
{
	struct kd_parser *p = &x->parser;

	switch (event) {
	case KD_PARSE_STRAY: cut_byte(x, CLASS_STRAY, byte, to); return true;
	case KD_PARSE_BREAKIN:
		cut_byte(x, CLASS_BREAKIN, byte, to);
		return true;
	case KD_PARSE_HEADER:
		if (p->header.leader == KD_LEADER_CONTROL) {
			cut_header(x, packet_address(x), to);
			return true;
		}
		if (kd_parser_take(p))
			return false;
		cut_header(x, fresh(x, CLASS_OTHER), to);
		return true;
	case KD_PARSE_TRAILER: cut_data(x, to); return true;
	case KD_PARSE_MORE:
	case KD_PARSE_LEADER:
	case KD_PARSE_RESEND: /* early mode only */
	case KD_PARSE_LOST:   /* the block reader only */
	case KD_PARSE_WRONG:
	case KD_PARSE_PAYLOAD: break;
	}
	return false;
}

/* One byte of a run of leader bytes leaves as what it is: a stray byte. */
static void cut_run(struct cutter *x, struct chunk *to)
{
	x->parser.run--;
	cut_byte(x, CLASS_STRAY, x->parser.run_byte, to);
}

static bool in_run(const struct kd_parser *p)
{
	return p->part == KD_PART_HUNT && p->run != 0;
}

/*
 * How much of 'in' may be hunted through at once, so that no run of leader
 * bytes goes unseen.
 */
static size_t hunted(const struct kd_parser *p, struct kd_span in)
{
	bool leader = !p->run && in.len >= KD_LEADER_SIZE &&
		      (kd_load32(in.at) == KD_LEADER_DATA ||
		       kd_load32(in.at) == KD_LEADER_CONTROL);

	return leader ? KD_LEADER_SIZE : 1;
}

bool cutter_next(struct cutter *x, struct kd_span *in, struct chunk *to)
{
	struct kd_parser *p = &x->parser;

	if (p->records)
		return cutter_next_record(x, in, to);
	while (in->len) {
		struct kd_span now = *in;
		enum kd_parse event;
		size_t used;

		if (in_run(p) && in->at[0] != p->run_byte) {
			cut_run(x, to);
			return true;
		}
		if (p->part == KD_PART_HUNT)
			now.len = hunted(p, now);
		event = kd_parser_next(p, now, &used);
		in->at += used;
		in->len -= used;
		if (cut(x, event, now.at[0], to))
			return true;
	}
	return false;
}

/* --- what waits -------------------------------------------------------------
 */

size_t cutter_held(const struct cutter *x, uint8_t *to)
{
	const struct kd_parser *p = &x->parser;
	size_t len = 0;

	if (p->records)
		return cutter_held_record(x, to);
	switch ((enum kd_parser_part)p->part) {
	case KD_PART_HUNT: memset(to, p->run_byte, p->run); return p->run;
	case KD_PART_TYPE:
	case KD_PART_HEADER: memcpy(to, p->raw, p->have); return p->have;
	case KD_PART_PAYLOAD: len = p->have; break;
	case KD_PART_TRAILER: len = p->header.len; break;
	case KD_PART_RECORD: /* never: this stream is framed, and hunted */
	case KD_PART_BLOCK:
	case KD_PART_SLIDE:
	case KD_PART_BODY: return 0;
	}
	memcpy(to, p->raw, KD_HEADER_SIZE);
	memcpy(to + KD_HEADER_SIZE, p->payload, len);
	return KD_HEADER_SIZE + len;
}

bool cutter_flush(struct cutter *x, struct chunk *to)
{
	struct packet_address address;
	uint8_t bytes[KD_PACKET_MAX];

	if (!cutter_holds(x) || x->parser.records)
		return false;
	if (in_run(&x->parser)) {
		cut_run(x, to);
		return true;
	}
	address = fresh(x, CLASS_OTHER);
	chunk_begin(to, &address, &x->parser.header);
	chunk_append(to, bytes, cutter_held(x, bytes));
	kd_parser_hunt(&x->parser);
	return true;
}

static uint64_t memory_digest(uint64_t d, const struct cutter_memory *m)
{
	if (!m->valid)
		return hash_add(d, 0);
	d = hash_add(d, (uint64_t)m->header.type << 16 | m->header.len);
	d = hash_add(d, (uint64_t)m->header.id << 32 | m->header.checksum);
	return hash_add(d, (uint64_t)m->ordinal << 32 | m->copies);
}

uint64_t cutter_fresh(const struct cutter *x, unsigned class)
{
	uint64_t sum = 0;

	if (class != CLASS_ANY)
		return x->ordinals[class];
	for (unsigned i = 0; i < CLASS_COUNT; i++)
		sum += x->ordinals[i];
	return sum;
}

uint64_t cutter_digest(const struct cutter *x)
{
	uint8_t bytes[KD_PACKET_MAX];
	size_t len = cutter_held(x, bytes);
	uint64_t d = kd_parser_digest(&x->parser);

	d = hash_bytes(d, bytes, len);
	for (unsigned i = 0; i < CLASS_COUNT; i++)
		d = hash_add(d, x->ordinals[i]);
	return memory_digest(memory_digest(d, &x->data), &x->ack);
}
