/* SPDX-License-Identifier: MIT */
/* Does a cell show what its scenario expects? */
#ifndef RUN_EXPECT_H
#define RUN_EXPECT_H

#include "bench/plan/plan.h"
#include "bench/run/trial.h"

/* What the valid trials of one cell gave. A zeroed one is empty. */
struct expect_tally {
	uint64_t verdicts[VERDICT_COUNT];
	uint64_t trials;
	uint64_t healed; /* of them: their rates do not count */
	double **values; /* per bound, 'trials' of them; owned */
	bool *skipped;   /* per bound: its steps were left out; owned */
	size_t bounds;
};

/* Is there such a metric (of some step, if it says steps.NAME.)? */
bool expect_metric_known(const char *metric);

/* The value of a metric in one trial; NAN if it has none. */
double expect_value(const struct trial *t, const char *metric);

/* Is the metric about nothing but steps that this trial left out? */
bool expect_skipped(const struct trial *t, const char *metric);

/* Count a valid trial. */
void expect_add(struct expect_tally *tally, const struct cell *s,
		const struct trial *t);

enum expect_outcome { EXPECT_MET, EXPECT_NOT_MET, EXPECT_UNKNOWN };

/* Room for all that a cell may fail to show. */
#define EXPECT_WHAT_MAX 2048

/*
 * Judge the cell. If not all holds, 'what' says all that does not, in one line
 * and with units. Without a valid trial nobody can tell.
 */
enum expect_outcome expect_judge(const struct expect_tally *tally,
				 const struct cell *s, char *what, size_t size);

void expect_release(struct expect_tally *tally);

#endif
