/* SPDX-License-Identifier: MIT */
#include "bench/kd/parser.h"

#include "bench/base/hash.h"
#include "bench/kd/blocks.h"
#include "bench/kd/record.h"
#include "bench/kd/sum.h"

#define TYPE_END 6 /* the leader and the type */

static void enter(struct kd_parser *p, enum kd_parser_part part)
{
	p->part = (uint8_t)part;
	p->have = 0;
	p->run = 0;
}

void kd_parser_init(struct kd_parser *p, bool early)
{
	*p = (struct kd_parser){ .early = early };
}

void kd_parser_init_records(struct kd_parser *p)
{
	*p = (struct kd_parser){ .records = true, .part = KD_PART_RECORD };
}

void kd_parser_init_blocks(struct kd_parser *p)
{
	*p = (struct kd_parser){ .blocks = true, .part = KD_PART_BLOCK };
}

void kd_parser_hunt(struct kd_parser *p)
{
	enter(p, p->records  ? KD_PART_RECORD
		 : p->blocks ? KD_PART_BLOCK
			     : KD_PART_HUNT);
}

bool kd_parser_take(struct kd_parser *p)
{
	if (p->header.len > KD_PAYLOAD_MAX) {
		kd_parser_hunt(p);
		return false;
	}
	enter(p, KD_PART_PAYLOAD);
	p->keep = true;
	p->sum = 0;
	return true;
}

void kd_parser_skip(struct kd_parser *p)
{
	enter(p, KD_PART_PAYLOAD);
	p->keep = false;
}

bool kd_parser_idle(const struct kd_parser *p)
{
	return (p->part == KD_PART_HUNT && p->run == 0) ||
	       ((p->part == KD_PART_RECORD || p->part == KD_PART_BLOCK) &&
		p->have == 0);
}

static enum kd_parse hunt(struct kd_parser *p, uint8_t byte)
{
	if (byte != KD_LEADER_DATA_BYTE && byte != KD_LEADER_CONTROL_BYTE) {
		p->run = 0;
		return byte == KD_BREAKIN_BYTE ? KD_PARSE_BREAKIN
					       : KD_PARSE_STRAY;
	}
	if (p->run == 0 || p->run_byte != byte) {
		p->run = 1;
		p->run_byte = byte;
		return KD_PARSE_MORE;
	}
	if (++p->run < KD_LEADER_SIZE)
		return KD_PARSE_MORE;
	enter(p, KD_PART_TYPE);
	for (unsigned i = 0; i < KD_LEADER_SIZE; i++)
		p->raw[i] = byte;
	p->header = (struct kd_header){ .leader = kd_load32(p->raw) };
	p->have = KD_LEADER_SIZE;
	return KD_PARSE_LEADER;
}

/* Take bytes of the header until there are 'size' of them; returns how many. */
static size_t fill(struct kd_parser *p, struct kd_span in, size_t size)
{
	size_t n = 0;

	while (n < in.len && p->have < size)
		p->raw[p->have++] = in.at[n++];
	return n;
}

static enum kd_parse type_done(struct kd_parser *p)
{
	if (p->have < TYPE_END)
		return KD_PARSE_MORE;
	p->header.type = kd_load16(p->raw + KD_LEADER_SIZE);
	if (p->early && p->header.leader == KD_LEADER_CONTROL &&
	    p->header.type == KD_RESEND) {
		kd_parser_hunt(p);
		return KD_PARSE_RESEND;
	}
	p->part = KD_PART_HEADER;
	return KD_PARSE_MORE;
}

static enum kd_parse header_done(struct kd_parser *p)
{
	if (p->have < KD_HEADER_SIZE)
		return KD_PARSE_MORE;
	p->header = kd_load_header(p->raw);
	kd_parser_hunt(p);
	return KD_PARSE_HEADER;
}

static enum kd_parse record(struct kd_parser *p)
{
	uint8_t kind = p->raw[0];

	p->header = (struct kd_header){
		.leader = KD_LEADER_DATA,
		.type = kd_load16(p->raw + 2),
	};
	if (kind == KD_RECORD_DATA && kd_load32(p->raw + 4) <= KD_PAYLOAD_MAX) {
		p->header.len = (uint16_t)kd_load32(p->raw + 4);
		/* Whoever does not take it, skips it: there is no hunting. */
		kd_parser_skip(p);
		return KD_PARSE_HEADER;
	}
	kd_parser_hunt(p);
	if (kind == KD_RECORD_RESET) {
		p->header.leader = KD_LEADER_CONTROL;
		p->header.type = KD_RESET;
		return KD_PARSE_HEADER;
	}
	if (kind == KD_RECORD_BREAKIN)
		return KD_PARSE_BREAKIN;
	return kind == KD_RECORD_LINK_UP ? KD_PARSE_MORE : KD_PARSE_STRAY;
}

static enum kd_parse record_byte(struct kd_parser *p, uint8_t byte)
{
	p->raw[p->have++] = byte;
	return p->have < KD_RECORD_SIZE ? KD_PARSE_MORE : record(p);
}

/* Whole runs of payload at once: this is where the bytes are. */
static size_t payload(struct kd_parser *p, struct kd_span in)
{
	size_t want = (size_t)(p->header.len - p->have);
	size_t len = in.len < want ? in.len : want;

	if (p->keep && p->unsummed)
		__builtin_memcpy(p->payload + p->have, in.at, len);
	else if (p->keep)
		p->sum += kd_copy_sum(p->payload + p->have, in.at, len);
	p->have = (uint16_t)(p->have + len);
	return len;
}

static enum kd_parse trailer(struct kd_parser *p, uint8_t byte)
{
	p->trailer = byte;
	kd_parser_hunt(p);
	return KD_PARSE_TRAILER;
}

/* The payload is complete: say so if somebody wanted it. */
static bool payload_done(struct kd_parser *p)
{
	if (p->part != KD_PART_PAYLOAD || p->have < p->header.len)
		return false;
	enter(p, KD_PART_TRAILER);
	return p->keep;
}

/* A record ends with its payload: its trailer takes no byte. */
static bool trailer_implied(struct kd_parser *p)
{
	return p->records && p->part == KD_PART_TRAILER;
}

enum kd_parse kd_parser_next(struct kd_parser *p, struct kd_span in,
			     size_t *used)
{
	enum kd_parse event = KD_PARSE_MORE;
	size_t at = 0;

	*used = 0;
	if (payload_done(p)) /* an empty payload needs no byte */
		return KD_PARSE_PAYLOAD;
	if (trailer_implied(p))
		return trailer(p, KD_TRAILER_BYTE);
	while (event == KD_PARSE_MORE && at < in.len) {
		struct kd_span rest = { in.at + at, in.len - at };

		switch ((enum kd_parser_part)p->part) {
		case KD_PART_HUNT: event = hunt(p, in.at[at++]); break;
		case KD_PART_TYPE:
			at += fill(p, rest, TYPE_END);
			event = type_done(p);
			break;
		case KD_PART_HEADER:
			at += fill(p, rest, KD_HEADER_SIZE);
			event = header_done(p);
			break;
		case KD_PART_PAYLOAD:
			at += payload(p, rest);
			if (payload_done(p))
				event = KD_PARSE_PAYLOAD;
			else if (trailer_implied(p))
				event = trailer(p, KD_TRAILER_BYTE);
			break;
		case KD_PART_TRAILER: event = trailer(p, in.at[at++]); break;
		case KD_PART_RECORD: event = record_byte(p, in.at[at++]); break;
		case KD_PART_BLOCK:
		case KD_PART_SLIDE:
		case KD_PART_BODY:
			event = kd_blocks_byte(p, in.at[at++]);
			break;
		}
	}
	*used = at;
	return event;
}

uint64_t kd_parser_digest(const struct kd_parser *p)
{
	uint64_t d = hash_add(p->part, p->run);

	d = hash_add(d, p->run ? p->run_byte : 0);
	d = hash_add(d, p->have);
	if (p->part == KD_PART_TYPE || p->part == KD_PART_HEADER ||
	    p->part == KD_PART_RECORD || p->part == KD_PART_BLOCK)
		return hash_bytes(d, p->raw, p->have);
	if (p->part == KD_PART_SLIDE)
		return hash_bytes(hash_add(d, p->slid), p->raw, p->have);
	if (p->part == KD_PART_BODY)
		return hash_bytes(hash_add(d, p->sum), p->raw, KD_HEADER_SIZE);
	if (p->part == KD_PART_HUNT)
		return d;
	d = hash_bytes(d, p->raw, KD_HEADER_SIZE);
	if (!p->keep)
		return d;
	return hash_bytes(d, p->payload,
			  p->part == KD_PART_TRAILER ? p->header.len : p->have);
}
