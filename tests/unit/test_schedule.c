/* SPDX-License-Identifier: MIT */
/* The arithmetic of an open loop, and the rates of a sweep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/session/schedule.h"

#define S UINT64_C(1000000000)

static void test_schedule__requests_are_due_in_time(void **state)
{
	(void)state;
	assert_int_equal(schedule_due(5, 0, 100), 5);
	assert_int_equal(schedule_due(5, 100, 100), 5 + S);
	assert_int_equal(schedule_due(0, 1024, 1048576), 976563); /* up */
	/* A TiB at 64 GiB/s: 64 bits do not hold the product. */
	assert_int_equal(schedule_due(7, UINT64_C(1) << 40, SCHEDULE_RATE_MAX),
			 7 + 16 * S);
	assert_int_equal(schedule_due(7, UINT64_MAX, 1), UINT64_MAX);
}

/* Nobody can get more than was offered if it comes in no less than its time. */
static void test_schedule__what_is_offered_is_the_most(void **state)
{
	(void)state;
	for (uint64_t rate = 1; rate < SCHEDULE_RATE_MAX; rate += rate / 3 + 1)
		for (uint64_t chunk = 1; chunk < 4000; chunk += 411) {
			uint64_t ops = schedule_ops(S / 4, rate, chunk);
			uint64_t ns = schedule_due(0, ops * chunk, rate);

			assert_true(ops >= SCHEDULE_OPS_MIN);
			assert_true(ns >= S / 4);
			assert_true(schedule_rate(ops * chunk, ns) <= rate);
			assert_false(schedule_saturated(
				rate, schedule_rate(ops * chunk, ns) + 1));
		}
}

static void test_schedule__a_point_is_as_long_as_its_operations(void **state)
{
	(void)state;
	/* 10 KiB/s in chunks of 1 KiB for a second: ten. */
	assert_int_equal(schedule_ops(S, 10240, 1024), 10);
	assert_int_equal(schedule_ops(S, 10241, 1024), 11);
	assert_int_equal(schedule_ops(S, 1, 1024), SCHEDULE_OPS_MIN);
	assert_int_equal(schedule_ops(UINT64_MAX, SCHEDULE_RATE_MAX, 1),
			 UINT64_MAX);
}

static void test_schedule__rates_are_a_factor_apart(void **state)
{
	uint64_t rates[32];

	(void)state;
	schedule_rates(rates, 21, 1024, SCHEDULE_TO_MAX);
	for (unsigned i = 0; i < 21; i++)
		assert_int_equal(rates[i], UINT64_C(1024) << i);
	schedule_rates(rates, 4, 1000, 1000000);
	assert_int_equal(rates[0], 1000);
	assert_int_equal(rates[1], 10000);
	assert_int_equal(rates[2], 100000);
	assert_int_equal(rates[3], 1000000);
	schedule_rates(rates, 3, 7, 7);
	assert_int_equal(rates[1], 7);
	schedule_rates(rates, 1, 7, 9);
	assert_int_equal(rates[0], 9);
	schedule_rates(rates, 32, 1, SCHEDULE_RATE_MAX);
	assert_int_equal(rates[0], 1);
	assert_int_equal(rates[31], SCHEDULE_RATE_MAX);
	for (unsigned i = 1; i < 32; i++)
		assert_true(rates[i] > rates[i - 1]);
}

static void test_schedule__nine_tenths_are_enough(void **state)
{
	(void)state;
	assert_false(schedule_saturated(100, 100));
	assert_false(schedule_saturated(100, 90));
	assert_true(schedule_saturated(100, 89));
	assert_true(schedule_saturated(UINT64_MAX, UINT64_MAX / 2));
	assert_int_equal(schedule_rate(1000, 0), 0);
	assert_int_equal(schedule_rate(UINT64_MAX, 1), UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schedule__requests_are_due_in_time),
		cmocka_unit_test(test_schedule__what_is_offered_is_the_most),
		cmocka_unit_test(
			test_schedule__a_point_is_as_long_as_its_operations),
		cmocka_unit_test(test_schedule__rates_are_a_factor_apart),
		cmocka_unit_test(test_schedule__nine_tenths_are_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
