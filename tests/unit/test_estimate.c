/* SPDX-License-Identifier: MIT */
/* How long a whole takes, by a sample of it: against answers that are known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/result/estimate.h"
#include "bench/result/stats.h"

#define MS 1000000

static struct histogram h, h2;

static struct histogram *of(struct histogram *to, const uint64_t *values,
			    size_t count)
{
	*to = (struct histogram){ .n = 0 };
	for (size_t i = 0; i < count; i++)
		histogram_add(to, values[i]);
	return to;
}

static double sum_of(const uint64_t *values, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += (double)values[i];
	return sum;
}

static void close_to(double a, double b, double share)
{
	if (!(fabs(a - b) <= share * fabs(b)))
		fail_msg("%g is not %g", a, b);
}

/* Any book of tables. */
static void test_estimate__t_is_that_of_the_tables(void **state)
{
	static const struct {
		double df, t;
	} cases[] = {
		{ 1, 12.706 },    { 2, 4.303 },   { 5, 2.571 },
		{ 20, 2.086 },    { 21, 2.0796 }, { 25, 2.0595 },
		{ 30, 2.0423 },   { 60, 2.0003 }, { 120, 1.9799 },
		{ 1e6, 1.95996 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		close_to(estimate_t(cases[i].df), cases[i].t, 2e-4);
	assert_true(isinf(estimate_t(0)));
	assert_true(isinf(estimate_t(NAN)));
}

static void test_estimate__nothing_is_nothing(void **state)
{
	const struct estimate_trial none = { of(&h, NULL, 0), 0, NAN };

	(void)state;
	assert_int_equal(estimate_one(&h).kind, ESTIMATE_NONE);
	assert_true(isnan(estimate_one(&h).value));
	assert_int_equal(estimate_whole(&none, 1, 10).kind, ESTIMATE_NONE);
	assert_true(isnan(estimate_whole(NULL, 0, 10).value));
}

static void test_estimate__one_operation_is_exact_and_alone(void **state)
{
	const uint64_t value = 1234567891;
	struct estimate e = estimate_one(of(&h, &value, 1));

	(void)state;
	assert_int_equal(e.kind, ESTIMATE_ONE);
	assert_true(e.value == (double)value && e.low == e.value);
	assert_true(e.operations == 1 && !e.extrapolated);
}

static void test_estimate__few_have_their_range(void **state)
{
	static const uint64_t values[] = { 10 * MS, 12 * MS, 20 * MS };
	struct estimate e = estimate_one(of(&h, values, 3));

	(void)state;
	assert_int_equal(e.kind, ESTIMATE_RANGE);
	close_to(e.value, 12e6, 0.016);
	close_to(e.low, 10e6, 0.032);
	assert_true(e.low <= 10e6 && e.high == 20e6);
}

/* Six values: the range holds the median with 96.9 %. */
static void test_estimate__six_have_an_interval(void **state)
{
	static const uint64_t values[] = { 1, 2, 3, 4, 5, 6 };
	struct estimate e = estimate_one(of(&h, values, 6));

	(void)state;
	assert_int_equal(e.kind, ESTIMATE_INTERVAL);
	assert_true(e.value == 3.5 && e.low == 1 && e.high == 6);
}

/* 1 to 60: ranks 22 and 39, by any table of the sign test. */
static void test_estimate__many_have_ranks(void **state)
{
	uint64_t values[60];
	struct estimate e;

	(void)state;
	for (size_t i = 0; i < 60; i++)
		values[i] = i + 1;
	e = estimate_one(of(&h, values, 60));
	assert_true(e.value == 30.5);
	assert_true(e.low == 22 && e.high == 39);
	/* The same by what the values themselves say. */
	assert_int_equal(stats_median_rank(60), 22);
	assert_int_equal(stats_median_rank(6), 1);
	assert_int_equal(stats_median_rank(0), 0);
	assert_int_equal(stats_median_rank(1000), 469);
	assert_int_equal(stats_median_rank(10000), 4902);
}

/* Equal values: as wide as a bucket, and not 0. */
static void test_estimate__knows_no_more_than_a_bucket(void **state)
{
	uint64_t values[40];
	struct estimate_trial t = { &h, 40, 40 * 1000.0 * MS };
	struct estimate e;

	(void)state;
	for (size_t i = 0; i < 40; i++)
		values[i] = UINT64_C(1000) * MS;
	e = estimate_one(of(&h, values, 40));
	assert_true(e.low < e.value && e.high >= e.value);
	e = estimate_whole(&t, 1, 100);
	assert_true(e.value == 1e11 && e.high > e.value);
	assert_true(e.high < 1.01 * e.value);
}

/* 8, 10, 12: mean 10, s 2, t 4.303: 10 +- 4.968. */
static void test_estimate__a_sample_has_the_interval_of_its_mean(void **state)
{
	static const uint64_t values[] = { 8, 10, 12 };
	struct estimate_trial t = { of(&h, values, 3), 3, 30 };
	struct estimate e = estimate_whole(&t, 1, 1000);

	(void)state;
	assert_int_equal(e.kind, ESTIMATE_INTERVAL);
	assert_true(e.extrapolated && e.value == 10000);
	close_to(e.high - e.value, 4968, 0.001);
	close_to(e.value - e.low, 4968, 0.001);
	/* A whole of three is what was measured. */
	assert_false(estimate_whole(&t, 1, 3).extrapolated);
	assert_false(estimate_whole(&t, 1, 2).extrapolated);
	assert_true(estimate_whole(&t, 1, 3).value == 30);
}

/* What passes between operations is time of the whole. */
static void test_estimate__total_counts_pauses(void **state)
{
	static const uint64_t values[] = { 10, 10, 10, 10 };
	struct estimate_trial t = { of(&h, values, 4), 4, 100 };

	(void)state;
	assert_true(estimate_whole(&t, 1, 10).value == 250);
	t.total_ns = NAN;
	assert_true(estimate_whole(&t, 1, 10).value == 100);
}

/*
 * Two trials whose operations hardly scatter, but which differ: means 10 and
 * 12, s 1.414, t 12.706, over the root of 2: 12.706.
 */
static void test_estimate__the_wider_interval_counts(void **state)
{
	uint64_t a[50], b[50];
	struct estimate_trial t[2] = { { &h, 50, 500 }, { &h2, 50, 600 } };
	struct estimate e;

	(void)state;
	for (size_t i = 0; i < 50; i++) {
		a[i] = 10;
		b[i] = 12;
	}
	of(&h, a, 50);
	of(&h2, b, 50);
	e = estimate_whole(t, 2, 100);
	assert_true(e.value == 1100);
	close_to(e.high - e.value, 1270.6, 0.001);
	assert_true(e.low == 0); /* time is not negative */
	e = estimate_whole(t, 1, 100);
	assert_true(e.high - e.low < 1);
}

static void test_estimate__one_of_a_sample_has_no_interval(void **state)
{
	static const uint64_t value = 10;
	struct estimate_trial t = { of(&h, &value, 1), 1, 10 };
	struct estimate e = estimate_whole(&t, 1, 100);

	(void)state;
	assert_int_equal(e.kind, ESTIMATE_ONE);
	assert_true(e.extrapolated && e.value == 1000 && e.low == 1000);
}

/* Of 400 samples of 12 whose mean is known, about 95 % hold it. */
static void test_estimate__intervals_hold_what_they_say(void **state)
{
	size_t held = 0;

	(void)state;
	for (uint64_t k = 0; k < 400; k++) {
		struct estimate_trial t = { &h, 12, NAN };
		uint64_t values[12];
		struct estimate e;

		for (uint64_t i = 0; i < 12; i++)
			values[i] = MS + hash_add(k, i) % (2 * MS);
		t.total_ns = sum_of(values, 12);
		of(&h, values, 12);
		e = estimate_whole(&t, 1, 1);
		held += e.low <= 2.0 * MS && e.high >= 2.0 * MS;
	}
	if (held < 368 || held > 392)
		fail_msg("%zu of 400", held);
}

/* From a file of an enemy: more than can be, and nothing breaks. */
static void test_estimate__stays_finite(void **state)
{
	static const uint64_t values[] = { UINT64_MAX, UINT64_MAX, 0 };
	struct estimate_trial t = { of(&h, values, 3), 3, INFINITY };
	struct estimate e = estimate_whole(&t, 1, 1e300);

	(void)state;
	assert_false(isnan(e.value));
	h.counts[5] = h.counts[1000] = UINT64_MAX / 2;
	h.n = UINT64_MAX;
	e = estimate_one(&h);
	assert_true(isfinite(e.value) && e.low <= e.high);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_estimate__t_is_that_of_the_tables),
		cmocka_unit_test(test_estimate__nothing_is_nothing),
		cmocka_unit_test(
			test_estimate__one_operation_is_exact_and_alone),
		cmocka_unit_test(test_estimate__few_have_their_range),
		cmocka_unit_test(test_estimate__six_have_an_interval),
		cmocka_unit_test(test_estimate__many_have_ranks),
		cmocka_unit_test(test_estimate__knows_no_more_than_a_bucket),
		cmocka_unit_test(
			test_estimate__a_sample_has_the_interval_of_its_mean),
		cmocka_unit_test(test_estimate__total_counts_pauses),
		cmocka_unit_test(test_estimate__the_wider_interval_counts),
		cmocka_unit_test(
			test_estimate__one_of_a_sample_has_no_interval),
		cmocka_unit_test(test_estimate__intervals_hold_what_they_say),
		cmocka_unit_test(test_estimate__stays_finite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
