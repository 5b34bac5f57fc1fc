/* SPDX-License-Identifier: MIT */
/*
 * Chance without a generator: every draw is a hash of where it is made, so that
 * the same address meets the same act in every run, whatever happened before
 * and however the bytes were chunked. Integers only: the same on any machine.
 */
#ifndef INJECT_DRAW_H
#define INJECT_DRAW_H

#include "inject/address.h"

/*
 * Who a stage is, as far as its draws go: the trial's seed, the fault's name
 * and its number among the faults of this name in its direction, from 0. Its
 * place in the list is no part of it, so that what is written before or behind
 * it leaves its acts where they are.
 */
uint64_t draw_who(uint64_t seed, const char *fault, unsigned number);

/* The key of all draws of one stage about one packet. */
uint64_t draw_key(uint64_t who, const struct packet_address *address);

/* A further key that belongs to 'key': number 'index' of its sequence. */
uint64_t draw_more(uint64_t key, uint64_t index);

/* Does the packet as a whole meet the fault? 'probability' as in struct when.
 */
bool draw_packet(uint64_t key, uint64_t probability);

/* The random number that the fault itself gets to act on byte 'offset'. */
uint64_t draw_act(uint64_t key, uint32_t offset);

/* From 0 to below - 1, all as likely as each other ('below' is not 0). */
uint64_t draw_below(uint64_t draw, uint64_t below);

/*
 * -ln(draw / 2^64) as a multiple of 2^-57, for draw >= 1. Exact to 2^-38.
 */
uint64_t draw_minus_ln(uint64_t draw);

/*
 * What draw_hits needs to know of a probability, to be worked out once. 0: this
 * probability is not drawn as gaps, but byte by byte.
 */
uint64_t draw_gap_rate(uint64_t probability);

/*
 * Which bytes of a packet meet a per-byte fault. For rare faults the distances
 * between them are drawn (geometrically distributed), else one draw is made for
 * each byte; either way a range of the packet gets the same answers as the
 * whole packet would in that range.
 */
struct draw_hits {
	uint64_t key;
	uint64_t probability;
	uint64_t gap_rate;
	uint64_t gaps; /* drawn so far */
	uint64_t at;   /* next candidate */
	struct byte_range range;
};

void draw_hits_begin(struct draw_hits *h, uint64_t key, uint64_t probability,
		     uint64_t gap_rate, struct byte_range range);

/* The next offset in the range, ascending; false: no more. */
bool draw_hits_next(struct draw_hits *h, uint32_t *offset);

#endif
