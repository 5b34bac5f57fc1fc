/* SPDX-License-Identifier: MIT */
/*
 * How long something takes, from how long its operations took: itself, if it
 * is one operation, or the whole of which they are a sample. Pure.
 */
#ifndef RESULT_ESTIMATE_H
#define RESULT_ESTIMATE_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/result/histogram.h"

/* What low and high are. */
enum estimate_kind {
	ESTIMATE_NONE,     /* nothing was measured: all are NAN */
	ESTIMATE_ONE,      /* one operation: no interval, low and high are it */
	ESTIMATE_RANGE,    /* of fewer than ESTIMATE_FEW: the least, the most */
	ESTIMATE_INTERVAL, /* holds the true value with 95 % */
};

/* So many operations have an interval of their median. */
#define ESTIMATE_FEW 6

struct estimate {
	enum estimate_kind kind;
	double value, low, high; /* ns */
	double operations;       /* that were measured, in all trials */
	bool extrapolated;       /* of more than any trial did */
};

/* What one trial tells of a step. */
struct estimate_trial {
	const struct histogram *times; /* of its operations, ns */
	double ops;                    /* above 0 */
	double total_ns;               /* of them all; NAN: not known */
};

/*
 * One operation: the median of all, with its interval by order statistics. A
 * bucket of a histogram counts with both its ends, so no interval is narrower
 * than what is known of a value.
 */
struct estimate estimate_one(const struct histogram *times);

/*
 * 'whole' operations (above 0) by the mean of those of 'count' trials. The
 * interval is that of the mean, by Student's t: from the spread of all
 * operations, or from the spread of the trials' means if that is wider. It
 * ends at 0. Trials without operations do not count.
 */
struct estimate estimate_whole(const struct estimate_trial *trials,
			       size_t count, double whole);

/*
 * So many standard errors to each side hold a mean with 95 %, 'df' being one
 * less than the number of values (Student's t, 0.975). INFINITY for none.
 */
double estimate_t(double df);

#endif
