/* SPDX-License-Identifier: MIT */
/*
 * From a schedule that ends badly to the least that ends so: its cause. First
 * the fewest of its acts, then simpler ones. No chance is in it: the same
 * schedule has the same cause everywhere.
 */
#ifndef EXPLORE_SHRINK_H
#define EXPLORE_SHRINK_H

#include "bench/explore/failure.h"

/* What one run of a schedule came to. */
struct tried {
	struct outcome outcome;
	struct failure_key key;
};

struct shrink {
	struct fault_log log;            /* first: chains are given this */
	struct world *world;             /* borrowed */
	uint8_t *start;                  /* owned: its state at the start */
	uint64_t runs;                   /* so far */
	const struct schedule *schedule; /* of the run that goes on */
	struct failure_key *key;
};

/* 'w' stands where world_new() has left it. Release. */
void shrink_init(struct shrink *s, struct world *w);
void shrink_release(struct shrink *s);

/* Run a schedule from the start. False: the harness failed. */
bool shrink_try(struct shrink *s, const struct schedule *schedule,
		struct tried *t, struct err *err);

/*
 * The fewest acts of a failing schedule that end with the same verdict, where
 * they are; of several such sets the one whose acts come first. *t: how it
 * ended. With one act, that act.
 */
bool shrink_acts(struct shrink *s, const struct schedule *from,
		 struct schedule *to, struct tried *t, struct err *err);

/*
 * The simplest schedule of as many acts that fails alike: the same verdict,
 * with both ends in the same states, of the same fields of packets of the same
 * class; where a packet may as well be lost as a whole, it is. A drop is
 * simpler than any other act, an earlier packet than a later one, an earlier
 * byte, a lower bit. *t is what 'schedule' came to, and comes to then.
 */
bool shrink_simplify(struct shrink *s, struct schedule *schedule,
		     struct tried *t, struct err *err);

#endif
