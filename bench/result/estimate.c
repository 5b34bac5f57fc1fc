/* SPDX-License-Identifier: MIT */
#include "bench/result/estimate.h"

#include <math.h>

#include "bench/base/mem.h"
#include "bench/result/stats.h"

/* Of a normal distribution, where Student's ends. */
#define Z 1.959964

double estimate_t(double df)
{
	static const double table[] = {
		INFINITY, 12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691,
		2.36462,  2.30600, 2.26216, 2.22814, 2.20099, 2.17881, 2.16037,
		2.14479,  2.13145, 2.11991, 2.10982, 2.10092, 2.09302, 2.08596,
	};

	if (!(df >= 1))
		return INFINITY;
	if (df < ARRAY_SIZE(table))
		return table[(size_t)df];
	/* The first terms of its expansion are exact to four digits here. */
	return Z + (pow(Z, 3) + Z) / (4 * df) +
	       (5 * pow(Z, 5) + 16 * pow(Z, 3) + 3 * Z) / (96 * df * df);
}

/* The bucket that holds the value at a rank, from 1 to n. */
static size_t bucket_at(const struct histogram *h, uint64_t rank)
{
	uint64_t seen = 0;
	size_t last = 0;

	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
		if (!h->counts[i])
			continue;
		last = i;
		if (rank - seen <= h->counts[i])
			break;
		seen += h->counts[i];
	}
	return last;
}

static double lower_at(const struct histogram *h, uint64_t rank)
{
	return (double)histogram_lower(bucket_at(h, rank));
}

/* The maximum is known exactly. */
static double upper_at(const struct histogram *h, uint64_t rank)
{
	return fmin((double)histogram_upper(bucket_at(h, rank)),
		    (double)h->max);
}

static double middle_at(const struct histogram *h, uint64_t rank)
{
	if (rank == h->n)
		return (double)h->max;
	return fmin((lower_at(h, rank) +
		     (double)histogram_upper(bucket_at(h, rank))) /
			    2,
		    (double)h->max);
}

static struct estimate nothing(void)
{
	return (struct estimate){ .value = NAN, .low = NAN, .high = NAN };
}

struct estimate estimate_one(const struct histogram *h)
{
	struct estimate e = nothing();
	uint64_t rank;

	if (!h->n)
		return e;
	e.operations = (double)h->n;
	e.value = (middle_at(h, (h->n + 1) / 2) + middle_at(h, h->n / 2 + 1)) /
		  2;
	if (h->n == 1) {
		e.kind = ESTIMATE_ONE;
		e.low = e.high = e.value;
		return e;
	}
	e.kind = h->n < ESTIMATE_FEW ? ESTIMATE_RANGE : ESTIMATE_INTERVAL;
	rank = stats_median_rank(h->n);
	e.low = fmin(lower_at(h, rank), e.value);
	e.high = fmax(upper_at(h, h->n - rank + 1), e.value);
	return e;
}

/* What is known of all operations, or of all trials, put together. */
struct moments {
	double n, sum, squares; /* of the distances from 'about' */
	double about;
};

static void add(struct moments *m, double value, double times, double width)
{
	double d = value - m->about;

	m->n += times;
	m->sum += times * d;
	/* Values lie anywhere in a bucket. */
	m->squares += times * (d * d + width * width / 12);
}

/* Half of the interval of the mean. */
static double half_width(const struct moments *m)
{
	double mean = m->sum / m->n;
	double variance = (m->squares - m->n * mean * mean) / (m->n - 1);

	return estimate_t(m->n - 1) * sqrt(fmax(variance, 0) / m->n);
}

/* From the middles of buckets, for who does not tell his total. */
static double mean_of(const struct histogram *h)
{
	struct moments m = { 0 };

	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
		if (h->counts[i])
			add(&m,
			    ((double)histogram_lower(i) +
			     (double)histogram_upper(i)) /
				    2,
			    (double)h->counts[i], 0);
	return m.n > 0 ? m.sum / m.n : NAN;
}

static double mean_of_trial(const struct estimate_trial *t)
{
	if (isfinite(t->total_ns) && t->total_ns > 0)
		return t->total_ns / t->ops;
	return mean_of(t->times);
}

static void add_operations(struct moments *m, const struct histogram *h)
{
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
		double low = (double)histogram_lower(i);
		double high = fmin((double)histogram_upper(i), (double)h->max);

		if (h->counts[i])
			add(m, (low + high) / 2, (double)h->counts[i],
			    fmax(high - low, 0));
	}
}

struct estimate estimate_whole(const struct estimate_trial *trials,
			       size_t count, double whole)
{
	struct moments operations = { 0 }, means = { 0 };
	struct estimate e = nothing();
	double total = 0, most = 0, half;

	for (size_t i = 0; i < count; i++) {
		double mean;

		if (!(trials[i].ops > 0))
			continue;
		mean = mean_of_trial(&trials[i]);
		if (!isfinite(mean))
			continue;
		/* Near the values, or squares would swallow their distance. */
		if (means.n == 0)
			operations.about = means.about = mean;
		add(&means, mean, 1, 0);
		add_operations(&operations, trials[i].times);
		e.operations += trials[i].ops;
		total += mean * trials[i].ops;
		most = fmax(most, trials[i].ops);
	}
	if (!(e.operations > 0) || !(whole > 0))
		return e;
	e.value = whole * total / e.operations;
	e.extrapolated = most < whole * (1 - 1e-9);
	e.low = e.high = e.value;
	e.kind = ESTIMATE_ONE;
	half = operations.n > 1 ? whole * half_width(&operations) : 0;
	if (means.n > 1)
		half = fmax(half, whole * half_width(&means));
	if (!(half > 0) || !isfinite(half))
		return e;
	e.kind = ESTIMATE_INTERVAL;
	e.low = fmax(e.value - half, 0);
	e.high = e.value + half;
	return e;
}
