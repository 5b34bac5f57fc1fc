/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Before cmocka, which has a macro expect_value. */
#include "bench/run/expect.h"

#include <cmocka.h>

#include <math.h>

#include "bench/base/mem.h"

static const struct expect_bound bounds[] = {
	{ .metric = "throughput",
	  .written = "> 100GB/s",
	  .op = EXPECT_GT,
	  .value = 1e11 },
	{ .metric = "steps.bulk.latency-p50",
	  .written = "< 1us",
	  .op = EXPECT_LT,
	  .value = 1000 },
	{ .metric = "cpu-load",
	  .written = "< 10%",
	  .op = EXPECT_LT,
	  .value = 10 },
	{ .metric = "resends", .written = "<= 2", .op = EXPECT_LE, .value = 2 },
};

/* Judge a cell with these medians of one trial; what it says is in 'what'. */
static enum expect_outcome judge(enum transport_kind kind, const double *values,
				 enum verdict verdict,
				 char what[EXPECT_WHAT_MAX])
{
	struct cell cell = {
		.expected_verdicts = 1u << VERDICT_COMPLETED,
		.bounds = bounds,
		.bound_count = ARRAY_SIZE(bounds),
	};
	struct expect_tally tally = { .trials = 1,
				      .bounds = ARRAY_SIZE(bounds) };
	enum expect_outcome outcome;

	cell.transport.kind = kind;
	tally.verdicts[verdict] = 1;
	tally.values = mem_array(tally.bounds, sizeof(*tally.values));
	tally.skipped = mem_array(tally.bounds, sizeof(*tally.skipped));
	for (size_t i = 0; i < tally.bounds; i++) {
		tally.values[i] = mem_alloc(sizeof(double));
		tally.values[i][0] = values[i];
	}
	outcome = expect_judge(&tally, &cell, what, EXPECT_WHAT_MAX);
	expect_release(&tally);
	return outcome;
}

static void test_expect__says_all_that_does_not_hold_with_units(void **state)
{
	static const double values[] = { 12800000, 40000, 104.2, 3 };
	char what[EXPECT_WHAT_MAX];

	(void)state;
	assert_int_equal(judge(TRANSPORT_UART, values, VERDICT_HANG, what),
			 EXPECT_NOT_MET);
	assert_string_equal(
		what,
		"1 of 1 trials: hang; "
		"throughput > 100GB/s: the median is 12.8 MB/s; "
		"steps.bulk.latency-p50 < 1us: the median is 40.0 \u00b5s; "
		"cpu-load < 10%: the median is 104%; "
		"resends <= 2: the median is 3");
}

static void test_expect__says_why_there_is_no_value(void **state)
{
	static const double values[] = { 2e11, NAN, NAN, 0 };
	char what[EXPECT_WHAT_MAX];

	(void)state;
	assert_int_equal(judge(TRANSPORT_SIM, values, VERDICT_COMPLETED, what),
			 EXPECT_NOT_MET);
	assert_string_equal(what,
			    "steps.bulk.latency-p50 < 1us: there is no such "
			    "value: no operation was completed; "
			    "cpu-load < 10%: there is no such value: virtual "
			    "time takes no CPU time");
	judge(TRANSPORT_UART, values, VERDICT_COMPLETED, what);
	assert_non_null(strstr(what, "in less than 250 ms"));
}

static void test_expect__healed_trials_are_why(void **state)
{
	struct cell cell = { .bounds = bounds, .bound_count = 1 };
	double none = NAN;
	double *values[] = { &none };
	bool skipped = false;
	const struct expect_tally tally = { .trials = 1,
					    .healed = 1,
					    .values = values,
					    .skipped = &skipped,
					    .bounds = 1 };
	char what[EXPECT_WHAT_MAX];

	(void)state;
	assert_int_equal(expect_judge(&tally, &cell, what, sizeof(what)),
			 EXPECT_NOT_MET);
	assert_non_null(strstr(what, "heal.patience"));
}

static void test_expect__what_holds_is_met(void **state)
{
	static const double values[] = { 2e11, 999, 9.9, 2 };
	char what[EXPECT_WHAT_MAX];

	(void)state;
	assert_int_equal(judge(TRANSPORT_UART, values, VERDICT_COMPLETED, what),
			 EXPECT_MET);
	assert_string_equal(what, "");
}

/* What is too long is cut and finished, whatever the size. */
static void test_expect__never_writes_beyond_its_room(void **state)
{
	static const double values[] = { 1, 40000, 104, 3 };
	struct cell cell = { .bounds = bounds,
			     .bound_count = ARRAY_SIZE(bounds) };

	(void)state;
	for (size_t size = 1; size < 80; size++) {
		struct expect_tally tally = { .trials = 1,
					      .bounds = ARRAY_SIZE(bounds) };
		char *what = mem_alloc(size);

		tally.verdicts[VERDICT_HANG] = 1;
		tally.values = mem_array(tally.bounds, sizeof(*tally.values));
		tally.skipped = mem_array(tally.bounds, sizeof(*tally.skipped));
		for (size_t i = 0; i < tally.bounds; i++) {
			tally.values[i] = mem_alloc(sizeof(double));
			tally.values[i][0] = values[i];
		}
		(void)expect_judge(&tally, &cell, what, size);
		assert_non_null(memchr(what, 0, size));
		expect_release(&tally);
		free(what);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_expect__says_all_that_does_not_hold_with_units),
		cmocka_unit_test(test_expect__says_why_there_is_no_value),
		cmocka_unit_test(test_expect__healed_trials_are_why),
		cmocka_unit_test(test_expect__what_holds_is_met),
		cmocka_unit_test(test_expect__never_writes_beyond_its_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
