/* SPDX-License-Identifier: MIT */
/*
 * One chunk that has been through the faults and waits beside the line until
 * others have passed it. Plain data.
 */
#ifndef INJECT_HOLD_H
#define INJECT_HOLD_H

#include "bench/base/keeper.h"
#include "inject/chunk.h"

struct hold {
	uint32_t behind;    /* so many chunks pass first; 0: nothing is held */
	uint64_t until_ns;  /* ... but it goes by then */
	struct chunk chunk; /* as far as it is valid; origin[] is not */
};

static inline bool hold_holds(const struct hold *h)
{
	return h->behind != 0;
}

/* Hold what has become of a chunk, as it asks for (chunk.behind, .wait_ns). */
void hold_take(struct hold *h, const struct chunk *c);

/*
 * Give back what is held, as a chunk that comes at 'now'; valid until the next
 * hold_take().
 */
const struct chunk *hold_release(struct hold *h, uint64_t now);

/* Put away or bring back what is held. */
void hold_keep(struct hold *h, struct keeper *k);

/* A hash of it, times counted from 'now'. */
uint64_t hold_digest(const struct hold *h, uint64_t now);

#endif
