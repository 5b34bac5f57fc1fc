/* SPDX-License-Identifier: MIT */
/*
 * What became of many runs: counted by group, with a few that ended badly. A
 * tally is plain data of a fixed size, so that a worker can leave it in shared
 * memory; tallies are added up in the order of their jobs, and so nothing in
 * the sum depends on who did which job.
 */
#ifndef EXPLORE_TALLY_H
#define EXPLORE_TALLY_H

#include "bench/explore/schedule.h"
#include "bench/explore/world.h"

/* Groups: kinds of acts, pairs of kinds, or numbers of acts. */
#define TALLY_GROUPS (ACT_KIND_COUNT * ACT_KIND_COUNT)

/* Bad ends of one verdict that one tally keeps with their schedules. */
#define TALLY_KEPT 4

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
};

/* One more run; 'keep': if it ended badly, it may be kept. */
void tally_add(struct tally *t, unsigned group, const struct schedule *s,
	       const struct outcome *o, bool keep);

/* Add those of a later job; kept ones only as far as there is room. */
void tally_merge(struct tally *sum, const struct tally *t);

/* All groups in one. */
struct survey_counts tally_total(const struct tally *t);

#endif
