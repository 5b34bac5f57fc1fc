/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/result/stats.h"

static bool is_near(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fmax(1, fabs(b));
}

static void ascend(double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		values[i] = (double)(i + 1);
}

static void test_stats__median_is_the_middle(void **state)
{
	double odd[] = { 5, 1, 9 };
	double even[] = { 4, 1, 2, 9 };

	(void)state;
	stats_sort(odd, 3);
	stats_sort(even, 4);
	assert_true(stats_median(odd, 3) == 5);
	assert_true(stats_median(even, 4) == 3);
	assert_true(stats_median(odd, 1) == 1);
	assert_true(isnan(stats_median(odd, 0)));
}

static void test_stats__quantile_takes_the_nearest_rank(void **state)
{
	static const struct {
		double q, value;
	} cases[] = { { 0, 1 },     { 0.01, 1 },    { 0.5, 50 }, { 0.9, 90 },
		      { 0.99, 99 }, { 0.991, 100 }, { 1, 100 } };
	double values[100];

	(void)state;
	ascend(values, 100);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (stats_quantile(values, 100, cases[i].q) != cases[i].value)
			fail_msg("quantile %g is not %g", cases[i].q,
				 cases[i].value);
	assert_true(isnan(stats_quantile(values, 0, 0.5)));
}

/* Exact values of the binomial distribution, as tables of the sign test have.
 */
static void test_stats__interval_of_the_median_has_known_ranks(void **state)
{
	static const struct {
		size_t count, low, high;
		double coverage;
	} cases[] = {
		{ 1, 1, 1, 0 },
		{ 2, 1, 2, 0.5 },
		{ 3, 1, 3, 0.75 },
		{ 5, 1, 5, 0.9375 },
		{ 6, 1, 6, 0.96875 },
		{ 8, 1, 8, 0.9921875 },
		{ 9, 2, 8, 0.9609375 },
		{ 10, 2, 9, 0.978515625 },
		{ 20, 6, 15, 0.958610534667969 },
		{ 30, 10, 21, 0.957226054742932 },
	};
	double values[30];

	(void)state;
	ascend(values, 30);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct stats_interval got =
			stats_median_interval(values, cases[i].count, 0.95);

		if (got.low != (double)cases[i].low ||
		    got.high != (double)cases[i].high ||
		    !is_near(got.coverage, cases[i].coverage))
			fail_msg("%zu values: %g..%g with %.12f",
				 cases[i].count, got.low, got.high,
				 got.coverage);
	}
	assert_true(isnan(stats_median_interval(values, 0, 0.95).low));
}

/* Skewed samples: no help from symmetry. The median of -log(u) is log(2). */
static void test_stats__interval_covers_the_median_as_often_as_it_says(
	void **state)
{
	double values[15];
	unsigned held = 0;
	uint64_t rng = 1;

	(void)state;
	for (int trial = 0; trial < 4000; trial++) {
		struct stats_interval got;

		for (size_t i = 0; i < 15; i++) {
			rng = hash_u64(rng);
			values[i] = -log(((double)(rng >> 11) + 0.5) /
					 9007199254740992.0);
		}
		stats_sort(values, 15);
		got = stats_median_interval(values, 15, 0.95);
		held += got.low <= log(2) && log(2) <= got.high;
	}
	/* 96.48 % expected; 4 standard deviations are 1.2 %. */
	assert_in_range(held, 4000 * 953 / 1000, 4000 * 977 / 1000);
}

static void test_stats__ratio_of_few_values_is_the_range_of_quotients(
	void **state)
{
	static const double a[] = { 40, 20, 30 };
	static const double b[] = { 1, 2 };
	struct stats_interval got = stats_ratio_interval(a, 3, b, 2, 1);

	(void)state;
	assert_true(got.low == 10);
	assert_true(got.high == 40);
	assert_true(is_near(got.coverage, 0.75 * 0.5));
	assert_true(isnan(stats_ratio_interval(a, 0, b, 2, 1).low));
}

static void test_stats__ratio_interval_is_the_same_for_a_seed(void **state)
{
	double a[40];
	double b[40];
	struct stats_interval one;
	struct stats_interval two;
	double ratio;

	(void)state;
	for (size_t i = 0; i < 40; i++) {
		a[i] = 200 + (double)(hash_u64(i) % 100);
		b[i] = 20 + (double)(hash_u64(i + 99) % 10);
	}
	one = stats_ratio_interval(a, 40, b, 40, 7);
	two = stats_ratio_interval(a, 40, b, 40, 7);
	assert_true(one.low == two.low && one.high == two.high);
	assert_true(one.low < one.high);
	stats_sort(a, 40);
	stats_sort(b, 40);
	ratio = stats_median(a, 40) / stats_median(b, 40);
	assert_true(one.low < ratio && ratio < one.high);
	/* Narrower than all quotients, or there was no need to resample. */
	assert_true(one.low > a[0] / b[39] * 1.2);
	assert_true(one.high < a[39] / b[0] / 1.2);
	assert_true(one.coverage == 0.95);
}

static void test_stats__ratio_interval_holds_one_for_equal_things(void **state)
{
	double a[12];
	double b[12];
	struct stats_interval got;

	(void)state;
	for (size_t i = 0; i < 12; i++) {
		a[i] = 100 + (double)(hash_u64(i) % 20);
		b[i] = 100 + (double)(hash_u64(i + 500) % 20);
	}
	got = stats_ratio_interval(a, 12, b, 12, 3);
	assert_true(got.low <= 1 && got.high >= 1);
}

static void test_stats__outliers_are_told_by_distance_in_mad(void **state)
{
	double values[] = { 10, 10.1, 10.2, 9.9, 9.8, 10, 10.1, 50 };
	double equal[] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 9 };

	(void)state;
	stats_sort(values, ARRAY_SIZE(values));
	assert_true(
		is_near(stats_mad(values, ARRAY_SIZE(values)), 1.4826 * 0.1));
	assert_int_equal(stats_outliers(values, ARRAY_SIZE(values), 3.5), 1);
	/* Seven values are too few to accuse one of them. */
	assert_int_equal(stats_outliers(values + 1, 7, 3.5), 0);
	/* More than half equal: their MAD is 0, yet 9 stands out. */
	assert_int_equal(stats_outliers(equal, ARRAY_SIZE(equal), 3.5), 1);
	assert_int_equal(stats_outliers(equal, 11, 3.5), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stats__median_is_the_middle),
		cmocka_unit_test(test_stats__quantile_takes_the_nearest_rank),
		cmocka_unit_test(
			test_stats__interval_of_the_median_has_known_ranks),
		cmocka_unit_test(
			test_stats__interval_covers_the_median_as_often_as_it_says),
		cmocka_unit_test(
			test_stats__ratio_of_few_values_is_the_range_of_quotients),
		cmocka_unit_test(
			test_stats__ratio_interval_is_the_same_for_a_seed),
		cmocka_unit_test(
			test_stats__ratio_interval_holds_one_for_equal_things),
		cmocka_unit_test(
			test_stats__outliers_are_told_by_distance_in_mad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
