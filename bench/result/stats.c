/* SPDX-License-Identifier: MIT */
#include "bench/result/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"

#define RESAMPLES 2000

/* Below this many values no pair of them covers a median with 95 %. */
#define FEW 6

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

void stats_sort(double *values, size_t count)
{
	if (count > 1)
		qsort(values, count, sizeof(*values), by_value);
}

double stats_median(const double *sorted, size_t count)
{
	if (count == 0)
		return NAN;
	if (count % 2)
		return sorted[count / 2];
	return (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

double stats_quantile(const double *sorted, size_t count, double q)
{
	double rank = ceil(q * (double)count - 1e-9);

	if (count == 0)
		return NAN;
	if (!(rank >= 1))
		return sorted[0];
	return sorted[rank >= (double)count ? count - 1 : (size_t)rank - 1];
}

/* Chance that of 'count' fair coins exactly 'heads' show heads. */
static double coins(size_t count, size_t heads)
{
	double n = (double)count;
	double k = (double)heads;

	return exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) -
		   n * log(2));
}

/*
 * The true median has a coin's chance to be above each value, so the k-th
 * value from both ends miss it only if fewer than k coins show one side.
 */
struct stats_interval stats_median_interval(const double *sorted, size_t count,
					    double level)
{
	struct stats_interval interval = { NAN, NAN, 0 };
	double missed = 0;

	if (count == 0)
		return interval;
	interval.low = sorted[0];
	interval.high = sorted[count - 1];
	for (size_t k = 1; k <= (count + 1) / 2; k++) {
		double coverage;

		missed += 2 * coins(count, k - 1);
		coverage = 1 - missed;
		if (k > 1 && coverage < level)
			break;
		interval.low = sorted[k - 1];
		interval.high = sorted[count - k];
		interval.coverage = coverage > 0 ? coverage : 0;
	}
	return interval;
}

/* Beyond this many coins their number of heads is normal enough. */
#define MANY_COINS 1000

uint64_t stats_median_rank(uint64_t count)
{
	double missed = 0;
	uint64_t rank = count ? 1 : 0;

	if (count > MANY_COINS)
		return (uint64_t)(((double)count - 1.96 * sqrt((double)count)) /
				  2);
	for (uint64_t k = 1; k <= (count + 1) / 2; k++) {
		missed += 2 * coins((size_t)count, (size_t)k - 1);
		if (1 - missed < 0.95)
			break;
		rank = k;
	}
	return rank;
}

static double resampled_median(const double *values, size_t count,
			       double *scratch, uint64_t *state)
{
	for (size_t i = 0; i < count; i++) {
		*state = hash_u64(*state);
		scratch[i] = values[*state % count];
	}
	stats_sort(scratch, count);
	return stats_median(scratch, count);
}

static struct stats_interval range_ratio(const double *a, size_t a_count,
					 const double *b, size_t b_count)
{
	struct stats_interval of_a = stats_median_interval(a, a_count, 0.95);
	struct stats_interval of_b = stats_median_interval(b, b_count, 0.95);

	return (struct stats_interval){
		.low = of_a.low / of_b.high,
		.high = of_a.high / of_b.low,
		.coverage = of_a.coverage * of_b.coverage,
	};
}

static double *sorted_copy(const double *values, size_t count)
{
	double *copy = mem_array(count, sizeof(*copy));

	if (count)
		memcpy(copy, values, count * sizeof(*copy));
	stats_sort(copy, count);
	return copy;
}

struct stats_interval stats_ratio_interval(const double *a, size_t a_count,
					   const double *b, size_t b_count,
					   uint64_t seed)
{
	struct stats_interval interval = { NAN, NAN, 0 };
	double *from_a = sorted_copy(a, a_count);
	double *from_b = sorted_copy(b, b_count);
	double *ratios = mem_array(RESAMPLES, sizeof(*ratios));
	double *scratch = mem_array(a_count + b_count, sizeof(*scratch));
	uint64_t state = hash_u64(seed);

	if (a_count == 0 || b_count == 0)
		goto out;
	interval = range_ratio(from_a, a_count, from_b, b_count);
	if (a_count < FEW || b_count < FEW)
		goto out;
	for (size_t i = 0; i < RESAMPLES; i++) {
		double top = resampled_median(from_a, a_count, scratch, &state);

		ratios[i] = top /
			    resampled_median(from_b, b_count, scratch, &state);
	}
	stats_sort(ratios, RESAMPLES);
	interval.low = stats_quantile(ratios, RESAMPLES, 0.025);
	interval.high = stats_quantile(ratios, RESAMPLES, 0.975);
	interval.coverage = 0.95;
out:
	free(scratch);
	free(ratios);
	free(from_b);
	free(from_a);
	return interval;
}

double stats_mad(const double *sorted, size_t count)
{
	double median = stats_median(sorted, count);
	double *away = mem_array(count, sizeof(*away));
	double mad;

	for (size_t i = 0; i < count; i++)
		away[i] = fabs(sorted[i] - median);
	stats_sort(away, count);
	mad = 1.4826 * stats_median(away, count);
	free(away);
	return mad;
}

/* For when more than half of the values are equal, and their MAD says nothing.
 */
static double mean_distance(const double *values, size_t count, double from)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += fabs(values[i] - from);
	return 1.2533 * sum / (double)count;
}

size_t stats_outliers(const double *sorted, size_t count, double limit)
{
	double median = stats_median(sorted, count);
	double mad;
	size_t outliers = 0;

	if (count < 8)
		return 0;
	mad = stats_mad(sorted, count);
	if (!(mad > 0))
		mad = mean_distance(sorted, count, median);
	for (size_t i = 0; i < count; i++)
		outliers += fabs(sorted[i] - median) > limit * mad;
	return outliers;
}
