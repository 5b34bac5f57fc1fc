/* SPDX-License-Identifier: MIT */
#include "bench/result/histogram.h"

#include <math.h>

uint64_t histogram_lower(size_t bucket)
{
	if (bucket < 64)
		return bucket;
	return (uint64_t)(32 + (bucket - 64) % 32) << ((bucket - 64) / 32 + 1);
}

uint64_t histogram_upper(size_t bucket)
{
	if (bucket < 64)
		return bucket;
	return histogram_lower(bucket) +
	       ((UINT64_C(1) << ((bucket - 64) / 32 + 1)) - 1);
}

void histogram_add_bucket(struct histogram *h, size_t bucket, uint64_t count)
{
	if (count == 0)
		return;
	h->counts[bucket] += count;
	h->n += count;
	if (histogram_upper(bucket) > h->max)
		h->max = histogram_upper(bucket);
}

void histogram_merge(struct histogram *h, const struct histogram *from)
{
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
		h->counts[i] += from->counts[i];
	h->n += from->n;
	if (from->max > h->max)
		h->max = from->max;
}

/* Nearest rank, from 1 to n; all but the last bit of q is noise. */
static uint64_t rank_of(double q, uint64_t n)
{
	double rank = ceil(q * (double)n - 1e-9);

	if (!(rank >= 1))
		return 1;
	return rank >= (double)n ? n : (uint64_t)rank;
}

uint64_t histogram_quantile(const struct histogram *h, double q)
{
	uint64_t seen = 0;
	uint64_t rank;

	if (h->n == 0)
		return 0;
	rank = rank_of(q, h->n);
	if (rank == h->n)
		return h->max;
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
		uint64_t low = histogram_lower(i);
		uint64_t middle = low + (histogram_upper(i) - low) / 2;

		seen += h->counts[i];
		if (seen >= rank)
			return middle < h->max ? middle : h->max;
	}
	return h->max;
}
