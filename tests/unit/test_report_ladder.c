/* SPDX-License-Identifier: MIT */
/* The ladder and sweeps, in a report of eleven transports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "report/limits.h"
#include "report/sweep.h"
#include "tests/unit/glance_rig.h"

/* --- the ladder -------------------------------------------------------------
 */

static void test_ladder__is_sorted_and_says_what_is_missing(void **state)
{
	static const char *const wanted[] = {
		"The ladder: bulk memory reads, tcg\n",
		"memcpy ",
		"26.0\u00d7",
		"guest-copy",
		"ring-dma",
		"raw-ring",
		"pmemsave",
		"ring-packet",
		"ring  ",
		"  1\u00d7  ours",
		"ring-via-unix",
		"1/1.9",
		"gdbstub",
		"uart  ",
		"1/36,",
		"socat",
		"not measured: socat is",
		"ring-via-pty",
		"not measured: it failed",
		"The ladder: bulk memory reads, kvm\n",
		"memcpy ", /* copying needs no accelerator */
	};

	(void)state;
	follow(text, wanted, ARRAY_SIZE(wanted));
}

static void test_ladder__keeps_accelerators_apart(void **state)
{
	struct ladders ladders = limits_make(&s);

	(void)state;
	assert_int_equal(ladders.count, 2);
	for (size_t i = 0; i < ladders.count; i++) {
		const struct ladder *ladder = &ladders.rows[i];

		assert_int_equal(ladder->count, 15);
		assert_int_equal(ladder->skipped_count, 2);
		assert_string_equal(limits_base(ladder), "ring");
		assert_string_equal(ladder->rungs[0].name, "memcpy");
		for (size_t k = 1; k < ladder->count; k++) {
			const char *accel = ladder->rungs[k].limit->accel;

			assert_string_equal(accel, world_names[ladder->world]);
			if (k > 1)
				assert_true(ladder->rungs[k].rate.median <=
					    ladder->rungs[k - 1].rate.median);
		}
	}
	/* A round that failed is no round of rate 0. */
	assert_int_equal(ladders.rows[0].rungs[5].rate.n, 6);
	assert_string_equal(ladders.rows[0].rungs[5].name, "pmemsave");
}

static void test_ladder__without_ring_the_fastest_of_ours_is_the_base(
	void **state)
{
	struct result_limit *kept = r.limits;
	struct result_limit limits[4] = {
		{ .name = "kd:slow", .rates_bytes_s = (double[]){ 5 } },
		{ .name = "other", .rates_bytes_s = (double[]){ 100 } },
		{ .name = "kd:fast", .rates_bytes_s = (double[]){ 50 } },
		{ .name = "memcpy", .rates_bytes_s = (double[]){ 10 } },
	};
	size_t count = r.limit_count;
	struct ladders ladders;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		limits[i].rate_count = 1;
	r.limits = limits;
	r.limit_count = 4;
	ladders = limits_make(&s);
	assert_int_equal(ladders.count, 1);
	assert_string_equal(limits_base(&ladders.rows[0]), "fast");
	/* Copying is on top even if something seems to be faster. */
	assert_string_equal(ladders.rows[0].rungs[0].name, "memcpy");
	assert_string_equal(ladders.rows[0].rungs[1].name, "other");
	r.limit_count = 2;
	limits[0].rates_bytes_s[0] = 0; /* moved nothing */
	ladders = limits_make(&s);
	assert_null(limits_base(&ladders.rows[0]));
	assert_int_equal(ladders.rows[0].skipped_count, 1);
	r.limits = kept;
	r.limit_count = count;
}

/* --- sweeps -----------------------------------------------------------------
 */

static void test_sweep__saturation_and_common_rate(void **state)
{
	const struct scenario_summary *scenario = &s.scenarios[1];
	const char **steps;
	struct sweeps sweeps;

	(void)state;
	assert_int_equal(sweep_steps(&s.arena, scenario, &steps), 1);
	assert_string_equal(steps[0], "rates");
	sweeps = sweep_find(&s.arena, scenario, steps[0]);
	assert_int_equal(sweeps.count, 11);
	assert_string_equal(sweeps.rows[0].cell->name, "uart");
	assert_true(sweeps.rows[0].saturated);
	assert_true(sweeps.rows[0].most->offered == 1e5);
	assert_true(sweeps.rows[0].most->achieved.median < 11500);
	assert_null(sweep_at(&sweeps.rows[0], 1e5)); /* a tenth of it arrived */
	assert_non_null(sweep_at(&sweeps.rows[0], 1e4));
	assert_true(sweeps.common[WORLD_TCG] == 1e4);
	/* What has no VMM is compared with nothing, and last. */
	assert_true(sweeps.rows[10].cell->world == WORLD_NATIVE);
	assert_true(sweeps.common[WORLD_NATIVE] == 1e8);
	assert_true(sweep_base(&sweeps, scenario, &sweeps.rows[4]) ==
		    &sweeps.rows[0]);
}

static void test_sweep__is_told_in_a_row_a_transport(void **state)
{
	static const char *const wanted[] = {
		"Sweep, rates: where each saturates",
		"uart              10.8 KB/s  yes             1\u00d7",
		"ring ",
		"36,700\u00d7",
		"10 KB/s  0.40%",
		"ring-dma          1.00 GB/s  not yet",
	};
	char *html = results_dir_read(&d, "report/index.html");
	char *md = results_dir_read(&d, "report/report.md");

	(void)state;
	follow(text, wanted, ARRAY_SIZE(wanted));
	assert_true(has(html, "<details><summary>Sweep, rates: all points"));
	assert_false(has(md, "all points"));
	free(html);
	free(md);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_ladder__is_sorted_and_says_what_is_missing),
		TEST(test_ladder__keeps_accelerators_apart),
		TEST(test_ladder__without_ring_the_fastest_of_ours_is_the_base),
		TEST(test_sweep__saturation_and_common_rate),
		TEST(test_sweep__is_told_in_a_row_a_transport),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
