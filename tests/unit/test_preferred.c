/* SPDX-License-Identifier: MIT */
/* The grid of a phase diagram, and where its iso-lines lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/explore/phase.h"

static void test_preferred__are_those_of_the_standard(void **state)
{
	static const uint64_t r10[] = { 400,  500,  630,  800,  1000, 1250,
					1600, 2000, 2500, 3150, 4000, 5000 };
	const struct preferred axis = { 400, 5000, 10 };

	(void)state;
	assert_int_equal(preferred_count(&axis), ARRAY_SIZE(r10));
	for (size_t i = 0; i < ARRAY_SIZE(r10); i++)
		assert_int_equal(preferred_at(&axis, i), r10[i]);
}

static void test_preferred__coarser_series_are_parts_of_finer_ones(void **state)
{
	static const struct {
		unsigned decade;
		uint64_t values[6];
	} series[] = {
		{ 5, { 1000, 1600, 2500, 4000, 6300, 10000 } },
		{ 2, { 1000, 3150, 10000, 31500, 100000, 315000 } },
		{ 1, { 1000, 10000, 100000, 1000000, 10000000, 100000000 } },
	};

	(void)state;
	for (size_t s = 0; s < ARRAY_SIZE(series); s++) {
		const struct preferred axis = { 1000, UINT64_C(100000000),
						series[s].decade };

		assert_int_equal(preferred_count(&axis),
				 5 * series[s].decade + 1);
		for (size_t i = 0; i < 6; i++)
			assert_int_equal(preferred_at(&axis, i),
					 series[s].values[i]);
	}
}

static void test_preferred__nearest_is_by_ratio(void **state)
{
	const struct preferred axis = { 1000, 100000, 1 };

	(void)state;
	assert_int_equal(preferred_nearest(&axis, 0), 0);
	assert_int_equal(preferred_nearest(&axis, 1000), 0);
	/* The middle is the root of ten, 3.162. */
	assert_int_equal(preferred_nearest(&axis, 3162), 0);
	assert_int_equal(preferred_nearest(&axis, 3163), 1);
	assert_int_equal(preferred_nearest(&axis, 31622), 1);
	assert_int_equal(preferred_nearest(&axis, 31623), 2);
	assert_int_equal(preferred_nearest(&axis, UINT64_MAX), 2);
}

static void test_preferred__every_value_is_nearest_to_itself(void **state)
{
	const struct preferred axis = { 400, UINT64_C(100000000), 10 };

	(void)state;
	for (size_t i = 0; i < preferred_count(&axis); i++)
		assert_int_equal(
			preferred_nearest(&axis, preferred_at(&axis, i)), i);
}

static void test_phase__waits_polls_times_cost(void **state)
{
	(void)state;
	assert_int_equal(phase_timeout_ns(1024000, 1000000), 1024000000);
	assert_int_equal(phase_timeout_ns(409600, 60000), 24576000);
	assert_int_equal(phase_timeout_ns(1024000, 500), 512000);
	/* Never nothing, and nothing overflows. */
	assert_int_equal(phase_timeout_ns(1, 1), 1);
	assert_int_equal(phase_timeout_ns(UINT64_MAX, UINT64_MAX),
			 UINT64_MAX / 2);
}

static void test_phase__an_iso_line_is_where_polls_take_that_time(void **state)
{
	static const uint64_t times_ns[] = { 1000000, 15600000, 1000000000 };
	static const uint64_t polls[] = { 409600, 1024000, 30720, 1 };

	(void)state;
	assert_int_equal(phase_iso_ps(1024000, 1000000000), 976563);
	assert_int_equal(phase_iso_ps(1024000, 15600000), 15234);
	assert_int_equal(phase_iso_ps(409600, 1000000), 2441);
	for (size_t t = 0; t < ARRAY_SIZE(times_ns); t++)
		for (size_t p = 0; p < ARRAY_SIZE(polls); p++) {
			uint64_t ps = phase_iso_ps(polls[p], times_ns[t]);
			uint64_t ns = phase_timeout_ns(polls[p], ps);
			uint64_t off = polls[p] / 2000 + 1;

			assert_in_range(ns, times_ns[t] - off,
					times_ns[t] + off);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_preferred__are_those_of_the_standard),
		cmocka_unit_test(
			test_preferred__coarser_series_are_parts_of_finer_ones),
		cmocka_unit_test(test_preferred__nearest_is_by_ratio),
		cmocka_unit_test(
			test_preferred__every_value_is_nearest_to_itself),
		cmocka_unit_test(test_phase__waits_polls_times_cost),
		cmocka_unit_test(
			test_phase__an_iso_line_is_where_polls_take_that_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
