/* SPDX-License-Identifier: MIT */
/* Where the time of a step went: the arithmetic. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/run/split.h"

static void test_split__adds_up(void **state)
{
	static const struct {
		uint64_t wall, ticks, hz, harness;
		struct split want;
	} cases[] = {
		/* 2 GHz: two ticks a nanosecond. */
		{ 1000, 400, 2000000000, 300, { 200, 500, 300, 1000 } },
		{ 1000, 0, 2000000000, 0, { 0, 1000, 0, 1000 } },
		/* Both ends at work at once: nothing is left, and not less. */
		{ 1000, 1600, 2000000000, 700, { 800, 0, 700, 1000 } },
		/* Two clocks that do not quite agree. */
		{ 1000, 2100, 2000000000, 5000, { 1000, 0, 1000, 1000 } },
		/* A day at 5 GHz: 64 bits do not hold the product. */
		{ 86400000000000,
		  216000000000000,
		  5000000000,
		  1,
		  { 43200000000000, 43199999999999, 1, 86400000000000 } },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		struct split s;

		assert_true(split_time(&s, cases[i].wall, cases[i].ticks,
				       cases[i].hz, cases[i].harness));
		assert_memory_equal(&s, &cases[i].want, sizeof(s));
	}
}

static void test_split__says_nothing_of_what_cannot_be(void **state)
{
	struct split s;

	(void)state;
	assert_false(split_time(&s, 0, 1, 1000000000, 0));
	assert_false(split_time(&s, 1000, 1, 0, 0));
	/* More service than there was time. */
	assert_false(split_time(&s, 1000, 1126, 1000000000, 0));
	assert_false(split_time(&s, 1000, UINT64_MAX, 1000, 0));
	assert_false(split_time(&s, UINT64_MAX, UINT64_MAX, 1, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split__adds_up),
		cmocka_unit_test(test_split__says_nothing_of_what_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
