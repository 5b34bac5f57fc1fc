/* SPDX-License-Identifier: MIT */
/* Shared by the files of the suite: one cell and its trials. */
#ifndef RUN_SUITE_CELL_H
#define RUN_SUITE_CELL_H

#include <jansson.h>

#include "bench/run/expect.h"
#include "bench/run/keep.h"
#include "bench/run/suite.h"

/* What is known about one cell while its scenario runs. */
struct progress {
	const struct cell *cell;
	struct expect_tally tally;
	double *throughput; /* of valid trials, for 'until'; owned */
	size_t values;
	uint64_t acts; /* of faults, in all valid trials */
	uint64_t good; /* valid trials that ended as expected, by themselves */
	double least_rate; /* ... and as fast as this; 0: at any rate */
	bool selected;
	bool told; /* which steps were left out */
};

struct suite {
	const struct suite_options *o;
	struct suite_outcome *outcome;
	uint64_t began_ns;
	uint64_t done, total; /* trials; total is an upper bound */
	struct keep keep;
	json_t *expectations;
};

/* One trial of one cell, again while it is disturbed. */
bool suite_trial(struct suite *s, struct progress *p, uint64_t number,
		 struct err *err);

/* Is the interval of the median throughput narrow enough? */
bool suite_settled(const struct progress *p, const struct trials_config *c);

/* Unrecorded trials that only warm the host. */
bool suite_warm_up(struct suite *s, const struct progress *p, struct err *err);

/* Append a record, which is taken over. */
bool suite_append(struct suite *s, json_t *record, struct err *err);

/* Release what a cell's trials have gathered. */
void suite_forget(struct progress *p);

#endif
