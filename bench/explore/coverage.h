/* SPDX-License-Identifier: MIT */
/*
 * Which pairs of protocol states a session has been in: what each end awaits,
 * what is on its way, how far its counters of retries are; not which request it
 * is, nor any time. Known by a hash in a table of a fixed size.
 */
#ifndef EXPLORE_COVERAGE_H
#define EXPLORE_COVERAGE_H

#include "bench/explore/world.h"

#define COVERAGE_BITS 20

/* Pairs of states that were met. */
struct coverage {
	uint64_t count;
	uint8_t met[(1u << COVERAGE_BITS) / 8];
};

/* The pair that the world is in. */
uint32_t coverage_of(const struct world *w);

/* Was it met before? */
static inline bool coverage_has(const struct coverage *c, uint32_t pair)
{
	return c->met[pair / 8] >> (pair % 8) & 1;
}

/* Now it was; false: it was before. */
bool coverage_add(struct coverage *c, uint32_t pair);

#endif
