/* SPDX-License-Identifier: MIT */
/*
 * Counts by logarithmic bucket, as HdrHistogram keeps them: exact below 64,
 * then 32 buckets to each power of two, so that a value is known to 1 part in
 * 32 over the whole range of u64. Of fixed size: adding never allocates, which
 * is why it may be done between two measured operations.
 */
#ifndef RESULT_HISTOGRAM_H
#define RESULT_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Values below 64 have a bucket each; 2^6 to 2^63 have 32 per power of two. */
#define HISTOGRAM_BUCKETS (64u + 58u * 32u)

/* A zeroed struct histogram is an empty one. */
struct histogram {
	uint64_t counts[HISTOGRAM_BUCKETS];
	uint64_t n;   /* values added */
	uint64_t max; /* the largest of them, exact; 0 if empty */
};

/* The bucket of a value. */
static inline size_t histogram_bucket(uint64_t value)
{
	unsigned exponent;

	if (value < 64)
		return (size_t)value;
	exponent = 63u - (unsigned)__builtin_clzll(value);
	return 64u + (exponent - 6u) * 32u +
	       (size_t)(value >> (exponent - 5u) & 31u);
}

/* Smallest value of a bucket; 'bucket' must be below HISTOGRAM_BUCKETS. */
uint64_t histogram_lower(size_t bucket);

/* Largest value of a bucket; 'bucket' must be below HISTOGRAM_BUCKETS. */
uint64_t histogram_upper(size_t bucket);

/* Count one value. */
static inline void histogram_add(struct histogram *h, uint64_t value)
{
	h->counts[histogram_bucket(value)]++;
	h->n++;
	if (value > h->max)
		h->max = value;
}

/* Count 'count' values that lie in 'bucket', which must exist. */
void histogram_add_bucket(struct histogram *h, size_t bucket, uint64_t count);

/* Add all that 'from' has counted. */
void histogram_merge(struct histogram *h, const struct histogram *from);

/*
 * The value that a share 'q' (0 to 1) of all values does not exceed: the middle
 * of the bucket in which the nearest-rank value lies, so it is at most 1.6 %
 * off; never above the exact maximum. 0 if the histogram is empty.
 */
uint64_t histogram_quantile(const struct histogram *h, double q);

#endif
