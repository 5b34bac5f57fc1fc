/* SPDX-License-Identifier: MIT */
/*
 * Bytes to events, stopping where somebody has to decide. Total: any bytes, in
 * any chunking, have a meaning and give the same events. Freestanding, no
 * pointers in its state, never sends.
 *
 * The leader hunt is the one that kdcom does: bytes are discarded until four
 * equal leader bytes came in a row; there is no look-back.
 */
#ifndef KD_PARSER_H
#define KD_PARSER_H

#include "bench/kd/span.h"
#include "bench/kd/wire.h"

enum kd_parse {
	KD_PARSE_MORE,    /* the span is used up, nothing to say */
	KD_PARSE_STRAY,   /* one byte outside any packet, no leader, no 62 */
	KD_PARSE_BREAKIN, /* one byte 62 outside any packet */
	KD_PARSE_LEADER,  /* four leader bytes: p->header.leader */
	KD_PARSE_RESEND,  /* early mode: a RESEND, told by its first 6 bytes */
	KD_PARSE_HEADER,  /* p->header is complete: see below */
	KD_PARSE_PAYLOAD, /* after take: p->payload and p->sum are complete */
	KD_PARSE_TRAILER, /* after take or skip: p->trailer is the byte */
	/* Of the block reader only, see kd/blocks.h. */
	KD_PARSE_LOST,  /* sixteen bytes without a leader; it slides on */
	KD_PARSE_WRONG, /* it has given the packet up as malformed */
};

enum kd_parser_part {
	KD_PART_HUNT,
	KD_PART_TYPE,   /* first two header bytes behind the leader */
	KD_PART_HEADER, /* the other ten */
	KD_PART_PAYLOAD,
	KD_PART_TRAILER,
	KD_PART_RECORD, /* the header of a record (kd/record.h) */
	KD_PART_BLOCK,  /* sixteen bytes that should be a header */
	KD_PART_SLIDE,  /* byte by byte to the next one that is */
	KD_PART_BODY,   /* payload of what should have none */
};

struct kd_parser {
	uint8_t part;     /* enum kd_parser_part */
	bool early;       /* report RESEND after byte 6, as kdcom does */
	bool records;     /* the stream is records, not serial framing */
	bool blocks;      /* read as radare2 does: kd/blocks.h */
	bool unsummed;    /* set by who wants no sum of the payload */
	bool keep;        /* the payload is copied and summed, not skipped */
	uint8_t run;      /* leader bytes in a row while hunting */
	uint8_t run_byte; /* which */
	uint8_t trailer;
	uint16_t have; /* bytes of the current part */
	uint16_t slid; /* bytes looked at in vain by KD_PART_SLIDE */
	struct kd_header header;
	uint32_t sum; /* of the payload so far */
	uint8_t raw[KD_HEADER_SIZE];
	uint8_t payload[KD_PAYLOAD_MAX];
};

/*
 * Start hunting. 'early': RESEND is reported as soon as its type is known and
 * the other ten header bytes are left in the stream (kd-protocol: ReactOS
 * kdserial.c, Singularity HalKdSerial.cpp); without it, RESEND is an ordinary
 * header.
 */
void kd_parser_init(struct kd_parser *p, bool early);

/*
 * Start reading records. A data record gives HEADER (its id is 0), PAYLOAD and
 * TRAILER as a packet does, a reset record the HEADER of a RESET, a break-in
 * record BREAKIN. A header that makes no sense gives one STRAY.
 */
void kd_parser_init_records(struct kd_parser *p);

/*
 * Start reading as radare2's client does: sixteen bytes at once, whatever they
 * are (kd/blocks.h).
 */
void kd_parser_init_blocks(struct kd_parser *p);

/*
 * Go on with 'in' until there is something to say. *used is how many of its
 * bytes were consumed; call again with the rest. At KD_PARSE_HEADER of a data
 * packet the owner calls one of the next three; without a call, the payload is
 * hunted through. A control packet is complete at its header.
 */
enum kd_parse kd_parser_next(struct kd_parser *p, struct kd_span in,
			     size_t *used);

/*
 * Copy and sum the payload, then report PAYLOAD and TRAILER. False, and the
 * parser hunts on, if header.len is over KD_PAYLOAD_MAX.
 */
bool kd_parser_take(struct kd_parser *p);

/* Swallow payload and trailer uncopied; only TRAILER is reported. */
void kd_parser_skip(struct kd_parser *p);

/* Give up the current packet and hunt for a leader from the next byte on. */
void kd_parser_hunt(struct kd_parser *p);

/* Is the parser between packets, with no leader byte seen? */
bool kd_parser_idle(const struct kd_parser *p);

/* A hash of all that decides what comes next. */
uint64_t kd_parser_digest(const struct kd_parser *p);

#endif
