/* SPDX-License-Identifier: MIT */
/* Halving to a cliff, and what counts of trials are worth. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/hash.h"
#include "bench/plan/search_grid.h"
#include "bench/result/odds.h"
#include "bench/run/bisect.h"

#define MOST 1000

/* What a row of points is like; the search knows nothing of it. */
struct world {
	enum bisect_mark marks[MOST]; /* as they are */
	size_t tried[MOST], count;    /* in which order */
};

static struct bisect search(struct world *w, enum bisect_mark *found,
			    size_t points, size_t probes)
{
	struct bisect b;
	size_t at;

	bisect_begin(&b, found, points, probes);
	w->count = 0;
	while ((at = bisect_next(&b)) < points) {
		assert_true(found[at] == BISECT_UNTRIED);
		assert_true(w->count < points);
		w->tried[w->count++] = at;
		bisect_tell(&b, at, w->marks[at]);
	}
	return b;
}

static void fill(struct world *w, size_t from, size_t to, enum bisect_mark mark)
{
	for (size_t i = from; i < to; i++)
		w->marks[i] = mark;
}

/* Every cliff in rows of every length, in as few points as halving needs. */
static void finds_every_cliff(void **state)
{
	(void)state;
	for (size_t points = 2; points <= 70; points++)
		for (size_t cliff = 1; cliff < points; cliff++) {
			enum bisect_mark found[MOST];
			struct world w;
			struct bisect b;
			size_t good = 0, bad = 0, needed = 2;

			fill(&w, 0, cliff, BISECT_GOOD);
			fill(&w, cliff, points, BISECT_BAD);
			b = search(&w, found, points, 0);
			assert_int_equal(bisect_state(&b, &good, &bad),
					 BISECT_CLIFF);
			assert_int_equal(good, cliff - 1);
			assert_int_equal(bad, cliff);
			assert_int_equal(bisect_island(&b), points);
			for (size_t n = points - 1; n > 1; n = (n + 1) / 2)
				needed++;
			assert_true(w.count <= needed);
		}
}

static void says_that_there_is_none(void **state)
{
	enum bisect_mark found[MOST];
	struct world w;
	struct bisect b;
	size_t good, bad;

	(void)state;
	fill(&w, 0, 50, BISECT_GOOD);
	b = search(&w, found, 50, 0);
	assert_int_equal(bisect_state(&b, &good, &bad), BISECT_ALL_GOOD);
	assert_int_equal(w.count, 2);
	fill(&w, 0, 50, BISECT_BAD);
	b = search(&w, found, 50, 4);
	assert_int_equal(bisect_state(&b, &good, &bad), BISECT_NO_GOOD);
	assert_int_equal(w.count, 1);
	fill(&w, 0, 50, BISECT_UNKNOWN);
	b = search(&w, found, 50, 4);
	assert_int_equal(bisect_state(&b, &good, &bad), BISECT_LOST);
	assert_int_equal(w.count, 1);
}

/* Both ends are good, and the middle is not. */
static void probes_find_a_hole_between_good_ends(void **state)
{
	enum bisect_mark found[MOST];
	struct world w;
	struct bisect b;
	size_t good, bad;

	(void)state;
	fill(&w, 0, 101, BISECT_GOOD);
	fill(&w, 45, 60, BISECT_BAD);
	b = search(&w, found, 101, 2);
	assert_int_equal(bisect_state(&b, &good, &bad), BISECT_CLIFF);
	assert_int_equal(good, 44);
	assert_int_equal(bad, 45);
	assert_true(bisect_island(&b) < 101);
}

/* Halving happens on the far cliff; a probe before it finds the near one. */
static void a_probe_moves_to_the_nearer_cliff(void **state)
{
	enum bisect_mark found[MOST];
	struct world w;
	struct bisect b;
	size_t good, bad;

	(void)state;
	fill(&w, 0, 101, BISECT_BAD);
	fill(&w, 0, 20, BISECT_GOOD);
	fill(&w, 30, 90, BISECT_GOOD);
	b = search(&w, found, 101, 0);
	bisect_state(&b, &good, &bad);
	assert_int_equal(good, 89);
	assert_int_equal(bisect_island(&b), 101);
	b = search(&w, found, 101, 1); /* its probe, 25, is in the hole */
	assert_int_equal(bisect_state(&b, &good, &bad), BISECT_CLIFF);
	assert_int_equal(good, 19);
	assert_int_equal(bad, 20);
	assert_true(bisect_island(&b) < 101);
}

static void a_probe_behind_the_cliff_sees_an_island(void **state)
{
	enum bisect_mark found[MOST];
	struct world w;
	struct bisect b;
	size_t good, bad;

	(void)state;
	fill(&w, 0, 101, BISECT_BAD);
	fill(&w, 0, 10, BISECT_GOOD);
	fill(&w, 70, 80, BISECT_GOOD);
	b = search(&w, found, 101, 2);
	assert_int_equal(bisect_state(&b, &good, &bad), BISECT_CLIFF);
	assert_int_equal(good, 9);
	assert_int_equal(bisect_island(&b), 75);
}

/* What could not be tried is passed over, and the bracket is as wide. */
static void passes_over_what_cannot_be_tried(void **state)
{
	enum bisect_mark found[MOST];
	struct world w;
	struct bisect b;
	size_t good, bad;

	(void)state;
	fill(&w, 0, 40, BISECT_GOOD);
	fill(&w, 40, 100, BISECT_BAD);
	fill(&w, 38, 45, BISECT_UNKNOWN);
	b = search(&w, found, 100, 0);
	assert_int_equal(bisect_state(&b, &good, &bad), BISECT_CLIFF);
	assert_int_equal(good, 37);
	assert_int_equal(bad, 45);
}

/* Whatever the marks are, it ends, and what it says is what it was told. */
static void ends_in_any_world(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 3000; seed++) {
		size_t points = 2 + hash_add(seed, 1) % 60;
		enum bisect_mark found[MOST];
		struct world w;
		struct bisect b;
		size_t good = 0, bad = 0;

		for (size_t i = 0; i < points; i++)
			w.marks[i] = BISECT_GOOD +
				     hash_add(seed, i + 2) % 7 % 3;
		b = search(&w, found, points, hash_add(seed, 99) % 9);
		if (bisect_state(&b, &good, &bad) != BISECT_CLIFF)
			continue;
		assert_true(good < bad);
		assert_int_equal(w.marks[good], BISECT_GOOD);
		assert_int_equal(w.marks[bad], BISECT_BAD);
		for (size_t i = good + 1; i < bad; i++)
			assert_int_equal(found[i], BISECT_UNKNOWN);
	}
}

/* --- counts -----------------------------------------------------------------
 */

static void near(double value, double wanted)
{
	assert_true(fabs(value - wanted) < 1e-6);
}

static void odds_are_exact(void **state)
{
	(void)state;
	near(odds_at_least(5, 5, 0.5), 1.0 / 32);
	near(odds_at_least(4, 5, 0.5), 6.0 / 32);
	near(odds_at_least(1, 5, 0.5), 31.0 / 32);
	near(odds_at_least(0, 5, 0.1), 1);
	near(odds_at_least(6, 5, 0.1), 0);
	near(odds_at_least(2, 10, 0.1), 0.2639010709);
	near(odds_at_least(9, 10, 0.9), 0.7360989291);
	near(odds_at_least(5001, 10000, 0.5), 0.4960106);
	near(odds_at_least(1, 10000, 0.5), 1);
	near(odds_of_chance(5, 5), 1.0 / 32);
	near(odds_of_chance(0, 5), 1.0 / 32);
	near(odds_of_chance(3, 5), 0.5);
	near(odds_of_chance(3, 6), 1);
	near(odds_of_chance(0, 0), 1);
}

static void intervals_are_clopper_and_pearsons(void **state)
{
	struct stats_interval i = odds_interval(5, 5);

	(void)state;
	near(i.low, 0.4781762499);
	near(i.high, 1);
	i = odds_interval(3, 20);
	near(i.low, 0.0320709374);
	near(i.high, 0.3789268361);
	i = odds_interval(0, 0);
	near(i.low, 0);
	near(i.high, 1);
}

/* --- the grid ---------------------------------------------------------------
 */

static void a_grid_is_round_and_even(void **state)
{
	const struct search_step step = { true, 50000 };
	uint64_t v[SEARCH_POINTS_MAX];
	size_t count;

	(void)state;
	assert_true(search_grid(1000000, 1000000000, step, false, v, &count));
	assert_int_equal(v[0], 1000000);
	assert_int_equal(v[1], 1050000);
	assert_int_equal(v[count - 1], 1000000000);
	for (size_t i = 1; i < count; i++) {
		double ratio = (double)v[i] / (double)v[i - 1];

		assert_true(ratio > 1.03 && ratio < 1.08);
	}
	assert_in_range(count, 135, 150);
}

static void a_grid_goes_down_as_well(void **state)
{
	const struct search_step doubling = { true, 1000000 };
	uint64_t up[SEARCH_POINTS_MAX], down[SEARCH_POINTS_MAX];
	size_t count, again;

	(void)state;
	assert_true(search_grid(4096, 65536, doubling, true, up, &count));
	assert_int_equal(count, 5);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(up[i], UINT64_C(4096) << i);
	assert_true(search_grid(65536, 4096, doubling, true, down, &again));
	assert_int_equal(again, count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(down[i], up[count - 1 - i]);
}

static void small_counts_are_whole_and_all_there(void **state)
{
	const struct search_step step = { true, 50000 };
	const struct search_step three = { false, 3 };
	uint64_t v[SEARCH_POINTS_MAX];
	size_t count;

	(void)state;
	assert_true(search_grid(1, 8, step, false, v, &count));
	assert_int_equal(count, 8);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(v[i], i + 1);
	assert_true(search_grid(0, 10, three, false, v, &count));
	assert_int_equal(count, 5); /* 0 3 6 9 10 */
	assert_int_equal(v[3], 9);
	assert_int_equal(v[4], 10);
}

static void a_grid_has_bounds(void **state)
{
	const struct search_step step = { true, 50000 };
	const struct search_step tiny = { true, 1 };
	const struct search_step none = { false, 0 };
	uint64_t v[SEARCH_POINTS_MAX];
	size_t count;

	(void)state;
	assert_false(search_grid(0, 100, step, false, v, &count));
	assert_false(search_grid(1, 100, none, false, v, &count));
	assert_false(search_grid(1000000, 2000000, tiny, false, v, &count));
	assert_true(search_grid(UINT64_MAX - 5, UINT64_MAX, step, false, v,
				&count));
	assert_int_equal(count, 2);
	assert_true(search_grid(1, UINT64_MAX, step, false, v, &count));
	assert_int_equal(v[count - 1], UINT64_MAX);
}

static void ratios_are_decimal(void **state)
{
	char text[UNITS_TEXT_MAX];
	uint64_t ratio, grid;

	(void)state;
	assert_int_equal(units_read(UNIT_RATIO, "0.01%", &ratio), UNITS_OK);
	grid = search_grid_of(UNIT_RATIO, ratio);
	assert_int_equal(grid, 100000000);
	assert_string_equal(search_grid_text(UNIT_RATIO, grid, text), "1e-4");
	assert_string_equal(search_grid_text(UNIT_RATIO, 105000000, text),
			    "1.05e-4");
	assert_string_equal(search_grid_text(UNIT_RATIO, 1000000000000, text),
			    "1");
	assert_int_equal(search_grid_of(UNIT_RATIO, UINT64_MAX), 1000000000000);
	assert_string_equal(search_grid_text(UNIT_DURATION, 312000000, text),
			    "312ms");
	assert_string_equal(search_grid_text(UNIT_DURATION, 25200000, text),
			    "25.2ms");
	assert_string_equal(search_grid_text(UNIT_DURATION, 1, text), "1ns");
	assert_string_equal(search_grid_text(UNIT_DURATION, 1000000001, text),
			    "1.000000001s");
	assert_string_equal(search_grid_text(UNIT_DURATION, 20000000000, text),
			    "20s");
	assert_string_equal(search_grid_text(UNIT_RATE, 115200, text),
			    "115200");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_every_cliff),
		cmocka_unit_test(says_that_there_is_none),
		cmocka_unit_test(probes_find_a_hole_between_good_ends),
		cmocka_unit_test(a_probe_moves_to_the_nearer_cliff),
		cmocka_unit_test(a_probe_behind_the_cliff_sees_an_island),
		cmocka_unit_test(passes_over_what_cannot_be_tried),
		cmocka_unit_test(ends_in_any_world),
		cmocka_unit_test(odds_are_exact),
		cmocka_unit_test(intervals_are_clopper_and_pearsons),
		cmocka_unit_test(a_grid_is_round_and_even),
		cmocka_unit_test(a_grid_goes_down_as_well),
		cmocka_unit_test(small_counts_are_whole_and_all_there),
		cmocka_unit_test(a_grid_has_bounds),
		cmocka_unit_test(ratios_are_decimal),
	};

	return cmocka_run_group_tests_name("bisect", tests, NULL, NULL);
}
