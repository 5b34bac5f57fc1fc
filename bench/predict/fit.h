/* SPDX-License-Identifier: MIT */
/*
 * Costs out of counts and times: least squares over the relative error, with
 * costs that are never negative. Pure arithmetic.
 */
#ifndef PREDICT_FIT_H
#define PREDICT_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/base/err.h"

#define FIT_COSTS_MAX 8

/* One measurement: how often each thing happened, and how long all took. */
struct fit_row {
	double count[FIT_COSTS_MAX];
	double known; /* of the time, what is accounted for already */
	double time;  /* above 0 */
};

struct fit {
	double cost[FIT_COSTS_MAX]; /* 0 or more */
	/*
	 * Not told apart from those before it: its cost is 0, and part of
	 * theirs.
	 */
	bool merged[FIT_COSTS_MAX];
	bool absent[FIT_COSTS_MAX]; /* never happened; its cost is 0 */
};

/*
 * Find the 'costs' (at most FIT_COSTS_MAX) that make known + sum(count * cost)
 * come closest to 'time' in all 'rows', each error relative to its time. Fails
 * (ERR_CONFIG) if there are fewer rows than costs to be found, or if a row is
 * not made of finite numbers.
 */
bool fit_solve(struct fit *fit, const struct fit_row *rows, size_t count,
	       size_t costs, struct err *err);

#endif
