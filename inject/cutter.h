/* SPDX-License-Identifier: MIT */
/*
 * Cuts the undamaged stream of one direction into chunks and gives each its
 * address. Total: any bytes in any chunking give the same chunks, nothing is
 * lost, the order is kept.
 *
 * A chunk is
 *	- a whole packet: header, and payload and trailing byte behind a data
 *	  leader, whatever the checksum or that byte say;
 *	- one break-in byte, or one stray byte: leader bytes that did not become
 *	  a leader are stray bytes too;
 *	- 16 header bytes of class other, if ByteCount is over KD_PAYLOAD_MAX:
 *	  no receiver takes the payload of such a packet, it hunts through it,
 *	  and so what follows is cut as if nothing had been;
 *	- an incomplete packet, released by cutter_flush(): class other, with
 *	  what is known of its header.
 *
 * A data packet is a copy (a re-send) if its header equals that of the previous
 * data packet of the direction: a sender has one packet on the way at a time,
 * and the next one has the other id. Ids are compared as they are, SYNC bit
 * included: a sender clears it with the first ACK, not between copies. An ACK
 * is a copy if its id is that of the previous ACK. A RESET forgets both: what
 * comes next is fresh. All other chunks are always fresh.
 */
#ifndef INJECT_CUTTER_H
#define INJECT_CUTTER_H

#include "bench/kd/parser.h"
#include "inject/chunk.h"

/* The last packet that can be sent again. */
struct cutter_memory {
	bool valid;
	struct kd_header header;
	uint32_t ordinal;
	uint32_t copies;
};

struct cutter {
	struct kd_parser parser; /* also keeps the bytes of the open packet */
	uint8_t dir;             /* enum fault_dir */
	uint32_t ordinals[CLASS_COUNT];
	struct cutter_memory data, ack;
};

void cutter_init(struct cutter *x, enum fault_dir dir);

/*
 * Cut records (bench/kd/record.h) instead: each is a chunk of its own, header
 * included, and all are fresh, because nobody sends one again. A break-in is a
 * record too; what is neither data, break-in nor RESET is of class other.
 */
void cutter_init_records(struct cutter *x, enum fault_dir dir);

/*
 * Take bytes from 'in', advancing it, until a chunk is complete. False: 'in' is
 * used up, and what is open needs more bytes.
 */
bool cutter_next(struct cutter *x, struct kd_span *in, struct chunk *to);

/* How many fresh packets of a class have come so far; CLASS_ANY: of all. */
uint64_t cutter_fresh(const struct cutter *x, unsigned class);

/* Are there bytes that wait for more? */
static inline bool cutter_holds(const struct cutter *x)
{
	return !kd_parser_idle(&x->parser);
}

/*
 * Give up waiting: release what is open, one chunk a call. False: nothing is.
 * A record is never given up: its link keeps it whole.
 * What then comes of the packet is cut like any other bytes.
 */
bool cutter_flush(struct cutter *x, struct chunk *to);

/* Copy the bytes that wait, at most KD_PACKET_MAX; returns how many. */
size_t cutter_held(const struct cutter *x, uint8_t *to);

/* The same of records, for cutter.c. */
bool cutter_next_record(struct cutter *x, struct kd_span *in, struct chunk *to);
size_t cutter_held_record(const struct cutter *x, uint8_t *to);

/* A hash of what decides what comes next, ordinals and copies included. */
uint64_t cutter_digest(const struct cutter *x);

#endif
