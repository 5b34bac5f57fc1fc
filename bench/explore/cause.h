/* SPDX-License-Identifier: MIT */
/*
 * Failing schedules, each counted under its cause: thousands of them have few.
 * Those that fail alike (struct failure_key) are one group; the first of each
 * is shrunk, and groups that shrink to the same schedule are one cause.
 *
 *	struct shrink s;
 *	struct causes causes = { 0 };
 *
 *	shrink_init(&s, world);                  a world at its start
 *	causes_add(&causes, &s, &schedule, number, &err);   for each
 *	causes_shrink(&causes, &s, &err);                   once
 */
#ifndef EXPLORE_CAUSE_H
#define EXPLORE_CAUSE_H

#include "bench/explore/shrink.h"

struct cause {
	struct failure_key key;
	uint64_t schedules;     /* that failed so */
	uint64_t number;        /* of the first of them */
	struct schedule first;  /* as it was found */
	struct schedule shrunk; /* once causes_shrink() was called */
	struct outcome outcome;
	char detail[256]; /* what the session said of it */
};

/* A zeroed one is empty. */
struct causes {
	struct cause *items; /* owned */
	size_t count, room;
};

/* The cause of one failing schedule: the simplest that fails alike. */
bool cause_find(struct shrink *s, const struct schedule *failing,
		struct cause *cause, struct err *err);

/*
 * Run a schedule and count it under the group it belongs to; one that does not
 * fail is left out. To be called in the order of 'number'. False: the harness
 * failed.
 */
bool causes_add(struct causes *c, struct shrink *s,
		const struct schedule *schedule, uint64_t number,
		struct err *err);

/* Shrink the first of each group, and join those that come to the same. */
bool causes_shrink(struct causes *c, struct shrink *s, struct err *err);

void causes_release(struct causes *c);

#endif
