/* SPDX-License-Identifier: MIT */
/*
 * What became of many runs: counted by group, with a few that ended badly. A
 * tally is plain data of a fixed size, so that a worker can leave it in shared
 * memory; tallies are added up in the order of their jobs, and so nothing in
 * the sum depends on who did which job.
 */
#ifndef EXPLORE_TALLY_H
#define EXPLORE_TALLY_H

#include "bench/explore/failure.h"

/* Groups: kinds of acts, pairs of kinds, or numbers of acts. */
#define TALLY_GROUPS (ACT_KIND_COUNT * ACT_KIND_COUNT)

/* Bad ends of one verdict that one tally keeps with their schedules. */
#define TALLY_KEPT 4

/* Ways of failing that one tally tells apart. */
#define TALLY_FAILURES 128

struct survey_counts {
	uint64_t schedules;
	uint64_t verdicts[VERDICT_COUNT];
	uint64_t proven;       /* livelocks whose state repeats */
	uint32_t worst_rounds; /* of those that recovered */
};

/* One run and its end. */
struct finding {
	struct schedule schedule;
	uint8_t verdict; /* enum verdict */
	uint32_t rounds;
};

struct tally {
	struct survey_counts groups[TALLY_GROUPS];
	struct finding worst; /* of those that recovered, by rounds */
	struct finding bad[VERDICT_COUNT][TALLY_KEPT];
	uint64_t digest; /* of all ends, in order */
	uint32_t failure_count;
	uint64_t unsorted; /* failures beyond TALLY_FAILURES ways */
	struct failure failures[TALLY_FAILURES];
};

/*
 * One more run; 'key': how it failed, if it did. NULL: of one that fails for
 * what was known to fail before, which is counted and not kept.
 */
void tally_add(struct tally *t, unsigned group, const struct schedule *s,
	       const struct outcome *o, const struct failure_key *key);

/* Count a failure among those that are alike; the first of them is kept. */
void tally_fail(struct tally *t, const struct schedule *s,
		const struct failure_key *key);

/*
 * Add those of a later job; kept ones only as far as there is room, and no
 * failures, whose number has no limit: struct failures takes them.
 */
void tally_merge(struct tally *sum, const struct tally *t);

/* All groups in one. */
struct survey_counts tally_total(const struct tally *t);

#endif
