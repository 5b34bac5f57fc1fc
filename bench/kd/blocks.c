/* SPDX-License-Identifier: MIT */
#include "bench/kd/blocks.h"

#define LEADER_UNUSED UINT32_C(0)
/* It looks at three bytes of a leader only, and reads four. */
#define LEADER_LOOKED_AT 3

static void slide(struct kd_parser *p)
{
	p->part = KD_PART_SLIDE;
	p->have = 0;
	p->slid = 0;
}

/* A control packet, or an unused one, is complete. */
static enum kd_parse complete(struct kd_parser *p)
{
	kd_parser_hunt(p);
	return p->header.leader == LEADER_UNUSED ? KD_PARSE_STRAY
						 : KD_PARSE_HEADER;
}

static enum kd_parse header(struct kd_parser *p)
{
	p->header = kd_load_header(p->raw);
	if (p->header.leader != KD_LEADER_DATA &&
	    p->header.leader != KD_LEADER_CONTROL &&
	    p->header.leader != LEADER_UNUSED) {
		slide(p);
		return KD_PARSE_LOST;
	}
	if (p->header.leader == KD_LEADER_DATA || p->header.len == 0)
		return complete(p);
	/* A length where there should be none is believed. */
	p->part = KD_PART_BODY;
	p->have = 0;
	p->sum = 0;
	return KD_PARSE_MORE;
}

static enum kd_parse body_byte(struct kd_parser *p, uint8_t byte)
{
	p->sum += byte;
	if (++p->have < p->header.len)
		return KD_PARSE_MORE;
	if (p->sum == p->header.checksum)
		return complete(p);
	kd_parser_hunt(p);
	return KD_PARSE_WRONG;
}

static enum kd_parse slide_byte(struct kd_parser *p, uint8_t byte)
{
	if (p->have == 0 && byte != KD_LEADER_DATA_BYTE &&
	    byte != KD_LEADER_CONTROL_BYTE) {
		if (++p->slid < KD_BLOCKS_SLIDE_MAX)
			return KD_PARSE_MORE;
		kd_parser_hunt(p);
		return KD_PARSE_WRONG;
	}
	p->raw[p->have++] = byte;
	if (p->have == KD_HEADER_SIZE)
		return header(p);
	if (p->have != KD_LEADER_SIZE)
		return KD_PARSE_MORE;
	for (unsigned i = 1; i < LEADER_LOOKED_AT; i++) {
		if (p->raw[i] != p->raw[0]) {
			p->have = 0; /* the four are gone */
			p->slid += KD_LEADER_SIZE;
			break;
		}
	}
	return KD_PARSE_MORE;
}

enum kd_parse kd_blocks_byte(struct kd_parser *p, uint8_t byte)
{
	if (p->part == KD_PART_SLIDE)
		return slide_byte(p, byte);
	if (p->part == KD_PART_BODY)
		return body_byte(p, byte);
	p->raw[p->have++] = byte;
	return p->have < KD_HEADER_SIZE ? KD_PARSE_MORE : header(p);
}
