/* SPDX-License-Identifier: MIT */
/*
 * All acts of one granularity, by number: a finite set that can be dealt out to
 * any number of workers and means the same on every machine.
 */
#ifndef EXPLORE_SPACE_H
#define EXPLORE_SPACE_H

#include "bench/explore/reference.h"
#include "bench/explore/schedule.h"

/* A bit per enum act_kind. */
#define ACT_KINDS_ALL ((1u << ACT_KIND_COUNT) - 1)

/* Those that are tried unless others are asked for: of bytes, of packets. */
#define ACT_KINDS_BYTE                                        \
	(1u << ACT_DROP | 1u << ACT_FLIP | 1u << ACT_INSERT | \
	 1u << ACT_DUPLICATE)
#define ACT_KINDS_PACKET                                         \
	(1u << ACT_DROP | 1u << ACT_FLIP | 1u << ACT_DUPLICATE | \
	 1u << ACT_DELAY)

enum space_grain {
	/*
	 * Each byte of each packet: dropped; delivered twice; each of its bits
	 * flipped; in front of it each of the bytes that mean something to a
	 * receiver (30, 69, 62, and one that means nothing); held back beyond
	 * every time-out; the packet cut off there; the link hung up there,
	 * with a new pipe or none. And each packet reordered, and each kind of
	 * stale bytes in front of it.
	 */
	GRAIN_BYTE,
	/*
	 * Each packet: dropped; delivered twice; held back beyond every
	 * time-out; a bit of its type, its id or its payload flipped;
	 * reordered; cut off, or the link hung up, behind its header; each kind
	 * of stale bytes in front of it. No byte is inserted.
	 */
	GRAIN_PACKET,
};

struct space {
	const struct reference *reference;
	enum space_grain grain;
	unsigned kinds;  /* of acts, a bit each */
	uint8_t delay;   /* value of ACT_DELAY */
	uint64_t *first; /* number of the first act in each passage */
	uint64_t count;
};

void space_init(struct space *s, const struct reference *r,
		enum space_grain grain, unsigned kinds, uint8_t delay);
void space_release(struct space *s);

/* The passage that act 'number' is about. */
size_t space_passage(const struct space *s, uint64_t number);

/* Act 'number', below s->count. */
void space_act(const struct space *s, uint64_t number, struct act *to);

/* The same as a schedule. */
void space_at(const struct space *s, uint64_t number, struct schedule *to);

#endif
