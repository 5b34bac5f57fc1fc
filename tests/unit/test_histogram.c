/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/result/histogram.h"
#include "bench/result/json.h"

static struct histogram *make(void)
{
	return mem_alloc(sizeof(struct histogram));
}

static void test_histogram__buckets_are_those_of_the_format(void **state)
{
	static const struct {
		uint64_t value;
		size_t bucket;
		uint64_t lower, upper;
	} cases[] = {
		{ 0, 0, 0, 0 },
		{ 63, 63, 63, 63 },
		{ 64, 64, 64, 65 },
		{ 65, 64, 64, 65 },
		{ 66, 65, 66, 67 },
		{ 127, 95, 126, 127 },
		{ 128, 96, 128, 131 },
		{ 1000, 190, 992, 1007 },
		{ 1000000, 509, 999424, 1015807 },
		{ UINT64_MAX, HISTOGRAM_BUCKETS - 1,
		  UINT64_C(0xfc00000000000000), UINT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t bucket = histogram_bucket(cases[i].value);

		assert_int_equal(bucket, cases[i].bucket);
		assert_true(histogram_lower(bucket) == cases[i].lower);
		assert_true(histogram_upper(bucket) == cases[i].upper);
	}
}

static void test_histogram__every_bucket_holds_its_own_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
		uint64_t low = histogram_lower(i);
		uint64_t high = histogram_upper(i);

		assert_int_equal(histogram_bucket(low), i);
		assert_int_equal(histogram_bucket(high), i);
		if (i > 0)
			assert_true(low == histogram_upper(i - 1) + 1);
		/* Known to 1 part in 32. */
		assert_true((high - low) <= low / 32);
	}
}

static void test_histogram__quantiles_are_close_to_exact_ones(void **state)
{
	static const double qs[] = { 0, 0.25, 0.5, 0.9, 0.99, 0.999, 1 };
	struct histogram *h = make();
	const uint64_t n = 10000;

	(void)state;
	/* 1000, 1007, 1014, ...: the value of every rank is known. */
	for (uint64_t i = 0; i < n; i++)
		histogram_add(h, 1000 + 7 * ((i * 7919) % n));
	for (size_t i = 0; i < ARRAY_SIZE(qs); i++) {
		double rank = qs[i] * (double)n;
		double exact = 1000 + 7 * (rank < 1 ? 0 : rank - 1);
		double got = (double)histogram_quantile(h, qs[i]);

		if (got < exact * (1 - 1.0 / 63) ||
		    got > exact * (1 + 1.0 / 63))
			fail_msg("quantile %g: %g, not %g", qs[i], got, exact);
	}
	assert_true(histogram_quantile(h, 1) == 1000 + 7 * (n - 1));
	free(h);
}

static void test_histogram__an_empty_one_has_no_quantiles(void **state)
{
	struct histogram *h = make();
	json_t *quantiles = json_from_quantiles(h);

	(void)state;
	assert_true(histogram_quantile(h, 0.5) == 0);
	assert_true(json_is_null(quantiles));
	json_decref(quantiles);
	free(h);
}

static void test_histogram__merging_adds_counts_and_keeps_the_maximum(
	void **state)
{
	struct histogram *a = make();
	struct histogram *b = make();

	(void)state;
	histogram_add(a, 10);
	histogram_add(a, 5000);
	histogram_add(b, 10);
	histogram_add(b, 7);
	histogram_merge(a, b);
	assert_true(a->n == 4);
	assert_true(a->max == 5000);
	assert_true(a->counts[histogram_bucket(10)] == 2);
	assert_true(a->counts[histogram_bucket(7)] == 1);
	free(a);
	free(b);
}

static void test_histogram__survives_json(void **state)
{
	struct histogram *a = make();
	struct histogram *b = make();
	struct err err = { 0 };
	json_t *pairs;

	(void)state;
	for (uint64_t i = 0; i < 1000; i++)
		histogram_add(a, hash_u64(i) >> (hash_u64(~i) % 64));
	pairs = json_from_histogram(a);
	assert_true(json_to_histogram(pairs, b, &err));
	assert_true(a->n == b->n);
	assert_memory_equal(a->counts, b->counts, sizeof(a->counts));
	/* The exact maximum is not in the pairs: the bucket's upper end is. */
	assert_true(b->max >= a->max && b->max - a->max <= a->max / 32);
	json_decref(pairs);
	free(a);
	free(b);
}

static void test_histogram__refuses_json_that_is_none(void **state)
{
	static const char *const cases[] = {
		"[[1]]",
		"[[1,2,3]]",
		"[[-1,1]]",
		"[[1920,1]]",
		"[[1,-1]]",
		"[[1.5,1]]",
		"[[\"a\",1]]",
		"[7]",
		"[[1,9007199254740993]]",
		"[[1,null]]",
		"[{}]",
		"[[1,9007199254740992],[2,1],[3,1]]",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct histogram *h = make();
		struct err err = { 0 };
		json_t *pairs = json_loads(cases[i], 0, NULL);

		assert_non_null(pairs);
		if (json_to_histogram(pairs, h, &err))
			fail_msg("%s is taken for a histogram", cases[i]);
		assert_int_equal(err.kind, ERR_CONFIG);
		json_decref(pairs);
		free(h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_histogram__buckets_are_those_of_the_format),
		cmocka_unit_test(
			test_histogram__every_bucket_holds_its_own_ends),
		cmocka_unit_test(
			test_histogram__quantiles_are_close_to_exact_ones),
		cmocka_unit_test(test_histogram__an_empty_one_has_no_quantiles),
		cmocka_unit_test(
			test_histogram__merging_adds_counts_and_keeps_the_maximum),
		cmocka_unit_test(test_histogram__survives_json),
		cmocka_unit_test(test_histogram__refuses_json_that_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
