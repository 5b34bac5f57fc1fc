/* SPDX-License-Identifier: MIT */
/*
 * Records (bench/kd/record.h) as chunks. Nothing is hunted for: the link is
 * reliable and keeps them whole, and so each begins where the last one ended.
 */
#include "inject/cutter.h"

#include <string.h>

#include "bench/kd/record.h"

void cutter_init_records(struct cutter *x, enum fault_dir dir)
{
	*x = (struct cutter){ .dir = (uint8_t)dir };
	kd_parser_init_records(&x->parser);
}

/* Move up to 'to - have' bytes; true: 'to' of them are there. */
static bool gather(struct kd_parser *p, uint8_t *at, size_t to,
		   struct kd_span *in)
{
	size_t len = to - p->have;

	if (len > in->len)
		len = in->len;
	memcpy(at + p->have, in->at, len);
	p->have = (uint16_t)(p->have + len);
	in->at += len;
	in->len -= len;
	return p->have == to;
}

static enum packet_class record_class(const struct cutter *x)
{
	switch ((enum kd_record)x->parser.raw[0]) {
	case KD_RECORD_DATA:
		return packet_class_of(&x->parser.header,
				       (enum fault_dir)x->dir);
	case KD_RECORD_BREAKIN: return CLASS_BREAKIN;
	case KD_RECORD_RESET: return CLASS_RESET;
	case KD_RECORD_LINK_UP: break;
	}
	return CLASS_OTHER;
}

static void cut(struct cutter *x, struct chunk *to)
{
	struct kd_parser *p = &x->parser;
	enum packet_class class = record_class(x);
	const struct packet_address address = {
		.dir = x->dir,
		.class = (uint8_t) class,
		.ordinal = ++x->ordinals[class],
	};

	chunk_begin(to, &address, &p->header);
	chunk_append(to, p->raw, KD_RECORD_SIZE);
	chunk_append(to, p->payload, p->header.len);
	p->part = KD_PART_RECORD;
	p->have = 0;
}

/* The header of a record is there: what does it say? */
static void read_header(struct kd_parser *p)
{
	bool data = p->raw[0] == KD_RECORD_DATA;
	uint32_t len = kd_load32(p->raw + 4);

	p->header = (struct kd_header){
		.leader = data ? KD_LEADER_DATA : KD_LEADER_CONTROL,
		.type = data                           ? kd_load16(p->raw + 2)
			: p->raw[0] == KD_RECORD_RESET ? KD_RESET
						       : KD_UNUSED,
		.len = data && len <= KD_PAYLOAD_MAX ? (uint16_t)len : 0,
	};
	p->part = KD_PART_PAYLOAD;
	p->have = 0;
}

bool cutter_next_record(struct cutter *x, struct kd_span *in, struct chunk *to)
{
	struct kd_parser *p = &x->parser;

	if (p->part == KD_PART_RECORD) {
		if (!gather(p, p->raw, KD_RECORD_SIZE, in))
			return false;
		read_header(p);
	}
	if (!gather(p, p->payload, p->header.len, in))
		return false;
	cut(x, to);
	return true;
}

size_t cutter_held_record(const struct cutter *x, uint8_t *to)
{
	const struct kd_parser *p = &x->parser;

	if (p->part == KD_PART_RECORD) {
		memcpy(to, p->raw, p->have);
		return p->have;
	}
	memcpy(to, p->raw, KD_RECORD_SIZE);
	memcpy(to + KD_RECORD_SIZE, p->payload, p->have);
	return KD_RECORD_SIZE + (size_t)p->have;
}
