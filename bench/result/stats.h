/* SPDX-License-Identifier: MIT */
/*
 * What can be said about a few numbers without assuming how they are
 * distributed. Pure: numbers in, numbers out, the same on every machine.
 */
#ifndef RESULT_STATS_H
#define RESULT_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A value with the range it may truly have. 'coverage' is the chance (0 to 1)
 * with which such a range holds the true value; 0 if nothing is known.
 */
struct stats_interval {
	double low;
	double high;
	double coverage;
};

/* Sort ascending, in place. No value may be NAN. */
void stats_sort(double *values, size_t count);

/* The middle of sorted values, or of the two middle ones; NAN if none. */
double stats_median(const double *sorted, size_t count);

/* The value at nearest rank ceil(q * count), 'q' from 0 to 1; NAN if none. */
double stats_quantile(const double *sorted, size_t count, double q);

/*
 * Interval of the median by order statistics: the narrowest pair of values,
 * equally far from both ends, that holds the true median with at least 'level'
 * (0.95). With too few values for that, six for 0.95, it is their whole range,
 * and 'coverage' says how little that is worth: 3 values reach 0.75, one none.
 */
struct stats_interval stats_median_interval(const double *sorted, size_t count,
					    double level);

/*
 * The rank, counted from either end from 1, of the pair of 'count' values that
 * holds their true median with at least 95 %: 1, the whole range, where no
 * pair does. 0 for no values.
 */
uint64_t stats_median_rank(uint64_t count);

/*
 * Interval of median(a) / median(b) at 95 %: percentiles of 2000 resampled
 * ratios (bootstrap), always the same ones for one 'seed'. With fewer than six
 * values on a side it is the range of all quotients, with the coverage of two
 * ranges. All values must be > 0; NANs if a side is empty.
 */
struct stats_interval stats_ratio_interval(const double *a, size_t a_count,
					   const double *b, size_t b_count,
					   uint64_t seed);

/*
 * Median distance from the median, times 1.4826, which makes it comparable to
 * a standard deviation. NAN if there are no values.
 */
double stats_mad(const double *sorted, size_t count);

/*
 * How many values lie more than 'limit' (3.5) such distances from the median.
 * 0 for fewer than eight values, too few to call one of them an outlier.
 */
size_t stats_outliers(const double *sorted, size_t count, double limit);

#endif
