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
#include "bench/explore/survey.h"

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
	uint64_t failed;   /* causes_of_survey(): schedules that did */
	uint64_t unsorted; /* ... of which the cause was not looked for */
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

/*
 * Is it one of the first 'count' causes? Then its schedules are counted there.
 */
bool cause_join(struct causes *c, size_t count, const struct cause *cause);

/* Shrink the first of each group, and join those that come to the same. */
bool causes_shrink(struct causes *c, struct shrink *s, struct err *err);

/*
 * The causes of all that failed in a survey, worst verdicts first and of each
 * the commonest first. 'limit' groups at most are shrunk, the commonest of each
 * verdict in turn, on as many processes as the survey had; the result does not
 * depend on their number. 'w' is the survey's world.
 */
bool causes_of_survey(struct causes *c, const struct survey *s, struct world *w,
		      size_t limit, struct err *err);

/* Which verdicts are worse: 0 is the worst. */
unsigned verdict_rank(unsigned verdict);

void causes_release(struct causes *c);

#endif
