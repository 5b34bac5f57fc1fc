/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/predict/fit.h"

#define ROWS 24

/* From 0 to 1, the same on every machine. */
static double chance(uint64_t *seed)
{
	*seed = hash_u64(*seed);
	return (double)(*seed >> 11) / 9007199254740992.0;
}

/* Rows whose times are what these costs add up to, but for some noise. */
static void make_rows(struct fit_row *rows, const double *cost, size_t costs,
		      double noise)
{
	uint64_t seed = 7;

	for (size_t r = 0; r < ROWS; r++) {
		rows[r] = (struct fit_row){ .known = 3000 * chance(&seed) };
		rows[r].time = rows[r].known;
		for (size_t i = 0; i < costs; i++) {
			rows[r].count[i] = floor(1 + 4000 * chance(&seed));
			rows[r].time += rows[r].count[i] * cost[i];
		}
		rows[r].time *= 1 + noise * (2 * chance(&seed) - 1);
	}
}

static void assert_near(double have, double want, double share)
{
	if (!(fabs(have - want) <= share * fabs(want) + 1e-9))
		fail_msg("%g is not %g", have, want);
}

static void test_fit__finds_the_costs_again(void **state)
{
	static const double cost[] = { 5e4, 1600, 25000, 0.75 };
	struct fit_row rows[ROWS];
	struct err err = { 0 };
	struct fit fit;

	(void)state;
	make_rows(rows, cost, 4, 0);
	assert_true(fit_solve(&fit, rows, ROWS, 4, &err));
	for (size_t i = 0; i < 4; i++) {
		assert_near(fit.cost[i], cost[i], 1e-6);
		assert_false(fit.merged[i] || fit.absent[i]);
	}
}

static void test_fit__noise_moves_them_little(void **state)
{
	static const double cost[] = { 900, 1600, 250 };
	struct fit_row rows[ROWS];
	struct err err = { 0 };
	struct fit fit;

	(void)state;
	make_rows(rows, cost, 3, 0.02);
	assert_true(fit_solve(&fit, rows, ROWS, 3, &err));
	for (size_t i = 0; i < 3; i++)
		assert_near(fit.cost[i], cost[i], 0.15);
}

/* What would help most if it were negative is 0, and the rest does its best. */
static void test_fit__no_cost_is_negative(void **state)
{
	static const double cost[] = { 500, -90, 40 };
	struct fit_row rows[ROWS];
	struct err err = { 0 };
	struct fit fit;

	(void)state;
	make_rows(rows, cost, 3, 0);
	for (size_t r = 0; r < ROWS; r++)
		rows[r].time = fmax(rows[r].time, 1000);
	assert_true(fit_solve(&fit, rows, ROWS, 3, &err));
	assert_true(fit.cost[0] > 0);
	assert_true(fit.cost[1] == 0);
	assert_true(fit.cost[2] >= 0);
}

/*
 * What explains most by itself is taken first, and must leave again when the
 * others explain it better: the truth would be 20 each, less 5 of the first.
 */
static void test_fit__a_cost_that_turns_negative_leaves(void **state)
{
	static const double cost[] = { 0, 20, 20 };
	struct fit_row rows[ROWS];
	struct err err = { 0 };
	struct fit fit;

	(void)state;
	make_rows(rows, cost, 3, 0);
	for (size_t r = 0; r < ROWS; r++) {
		double *count = rows[r].count;

		count[0] = count[1] + count[2] + (double)(r % 5) * 20;
		rows[r].time -= 5 * count[0];
	}
	assert_true(fit_solve(&fit, rows, ROWS, 3, &err));
	assert_true(fit.cost[0] == 0);
	assert_near(fit.cost[1], 15, 0.05);
	assert_near(fit.cost[2], 15, 0.05);
}

/* More is known than was measured: nothing is left for the others. */
static void test_fit__known_costs_may_be_too_much(void **state)
{
	struct fit_row rows[2] = {
		{ .count = { 1, 10 }, .known = 200, .time = 100 },
		{ .count = { 1, 20 }, .known = 900, .time = 100 },
	};
	struct err err = { 0 };
	struct fit fit;

	(void)state;
	assert_true(fit_solve(&fit, rows, 2, 2, &err));
	assert_true(fit.cost[0] == 0 && fit.cost[1] == 0);
}

/* A microsecond off a microsecond weighs as much as a second off a second. */
static void test_fit__errors_are_relative(void **state)
{
	struct fit_row rows[2] = {
		{ .count = { 1 }, .time = 1 },
		{ .count = { 1e6 }, .time = 2e6 },
	};
	struct err err = { 0 };
	struct fit fit;

	(void)state;
	assert_true(fit_solve(&fit, rows, 2, 1, &err));
	/* (1*1 + 1*0.5) / (1 + 0.25), whatever the size of the second. */
	assert_near(fit.cost[0], 1.2, 1e-9);
}

static void test_fit__what_always_goes_together_is_one_cost(void **state)
{
	static const double cost[] = { 500, 90, 40 };
	struct fit_row rows[ROWS];
	struct err err = { 0 };
	struct fit fit;

	(void)state;
	make_rows(rows, cost, 3, 0);
	for (size_t r = 0; r < ROWS; r++) {
		rows[r].time -= 40 * rows[r].count[2];
		rows[r].count[2] = 3 * rows[r].count[1];
		rows[r].time += 40 * rows[r].count[2];
	}
	assert_true(fit_solve(&fit, rows, ROWS, 3, &err));
	assert_near(fit.cost[0], 500, 1e-6);
	assert_near(fit.cost[1], 90 + 3 * 40, 1e-6);
	assert_true(fit.cost[2] == 0 && fit.merged[2] && !fit.merged[1]);
}

static void test_fit__what_never_happens_costs_nothing(void **state)
{
	static const double cost[] = { 500, 0, 40 };
	struct fit_row rows[ROWS];
	struct err err = { 0 };
	struct fit fit;

	(void)state;
	make_rows(rows, cost, 3, 0);
	for (size_t r = 0; r < ROWS; r++)
		rows[r].count[1] = 0;
	assert_true(fit_solve(&fit, rows, ROWS, 3, &err));
	assert_true(fit.absent[1] && fit.cost[1] == 0 && !fit.absent[0]);
	assert_near(fit.cost[2], 40, 1e-6);
}

static void test_fit__too_few_rows_are_refused(void **state)
{
	static const double cost[] = { 500, 90, 40 };
	struct fit_row rows[ROWS];
	struct err err = { 0 };
	struct fit fit;

	(void)state;
	make_rows(rows, cost, 3, 0);
	assert_true(fit_solve(&fit, rows, 3, 3, &err));
	assert_false(fit_solve(&fit, rows, 2, 3, &err));
	assert_string_equal(err.text,
			    "2 measurements cannot tell 3 costs apart");
	err = (struct err){ 0 };
	assert_true(fit_solve(&fit, rows, 0, 0, &err));
}

static void test_fit__what_is_no_number_is_refused(void **state)
{
	static const struct fit_row bad[] = {
		{ .count = { 1 }, .time = 0 },
		{ .count = { 1 }, .time = -1 },
		{ .count = { 1 }, .time = INFINITY },
		{ .count = { -1 }, .time = 1 },
		{ .count = { NAN }, .time = 1 },
		{ .count = { 1 }, .known = NAN, .time = 1 },
		{ .count = { DBL_MAX }, .known = -DBL_MAX, .time = DBL_MIN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct err err = { 0 };
		struct fit fit;

		if (fit_solve(&fit, &bad[i], 1, 1, &err) &&
		    !isfinite(fit.cost[0]))
			fail_msg("row %zu has a cost of %g", i, fit.cost[0]);
		assert_true(i == 6 || err.kind == ERR_CONFIG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fit__finds_the_costs_again),
		cmocka_unit_test(test_fit__noise_moves_them_little),
		cmocka_unit_test(test_fit__no_cost_is_negative),
		cmocka_unit_test(test_fit__a_cost_that_turns_negative_leaves),
		cmocka_unit_test(test_fit__known_costs_may_be_too_much),
		cmocka_unit_test(test_fit__errors_are_relative),
		cmocka_unit_test(
			test_fit__what_always_goes_together_is_one_cost),
		cmocka_unit_test(test_fit__what_never_happens_costs_nothing),
		cmocka_unit_test(test_fit__too_few_rows_are_refused),
		cmocka_unit_test(test_fit__what_is_no_number_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
