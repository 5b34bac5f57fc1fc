/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <math.h>

#include "report/label.h"
#include "report/summary.h"
#include "report/text.h"
#include "report/trouble.h"
#include "tests/unit/summary_rig.h"

static int sample(void **state)
{
	struct err err = { 0 };

	(void)state;
	if (!results_read(&r, "tests/data/results-small.jsonl", &err))
		return -1;
	summary_make(&s, &r);
	return 0;
}

static const struct scenario_summary *scenario(const char *name)
{
	for (size_t i = 0; i < s.scenario_count; i++)
		if (strcmp(s.scenarios[i].scenario->name, name) == 0)
			return &s.scenarios[i];
	fail_msg("no scenario '%s'", name);
	return NULL;
}

static void test_summary__medians_are_of_valid_finished_trials(void **state)
{
	struct results_dir d;
	const struct cell_summary *cell;

	(void)state;
	make(&d, CELL,
	     TRIAL(1, true, "completed", 100) TRIAL(2, false, "completed", 1)
		     TRIAL(2, true, "recovered", 300) TRIAL(
			     3, true, "hang", null) TRIAL(4, true, "gave-up", 7)
			     TRIAL(5, true, "completed", 200)
				     TRIAL(6, true, "novel", 5));
	cell = &s.scenarios[0].cells[0];
	assert_int_equal(cell->valid, 6);
	assert_int_equal(cell->invalid, 1);
	assert_int_equal(cell->repeated, 1);
	assert_int_equal(cell->finished, 3);
	assert_int_equal(cell->verdicts[SLOT_COMPLETED], 2);
	assert_int_equal(cell->verdicts[SLOT_HANG], 1);
	assert_int_equal(cell->verdicts[SLOT_OTHER], 1);
	assert_int_equal(cell->steps[0].of[METRIC_THROUGHPUT].n, 3);
	assert_true(cell->steps[0].of[METRIC_THROUGHPUT].median == 200);
	assert_true(cell->steps[0].of[METRIC_THROUGHPUT].low == 100);
	assert_true(cell->of[METRIC_THROUGHPUT].median == 200);
	assert_int_equal(cell->steps[0].of[METRIC_CPU_LOAD].n, 0);
	assert_true(isnan(cell->steps[0].of[METRIC_CPU_LOAD].median));
	assert_int_equal(cell->world, WORLD_KVM);
	drop(&d);
}

/* What was disturbed, or had to be helped, still says how it ended. */
static void test_summary__says_how_invalid_and_healed_trials_ended(void **state)
{
	struct results_dir d;
	const struct cell_summary *cell;

	(void)state;
	make(&d, CELL,
	     TRIAL(1, false, "lost-target", null)
		     TRIAL(2, false, "lost-target", null));
	cell = &s.scenarios[0].cells[0];
	assert_string_equal(text_verdicts(&s.arena, cell, " "),
			    "2 invalid (lost-target)");
	drop(&d);
	make(&d, CELL,
	     TRIAL(1, false, "completed", 1) TRIAL(2, false, "hang", null));
	cell = &s.scenarios[0].cells[0];
	assert_string_equal(text_verdicts(&s.arena, cell, " "),
			    "2 invalid (1 completed, 1 hang)");
	drop(&d);
	make(&d, CELL,
	     TRIAL(1, true, "hang\",\"heal\":\"patience", null)
		     TRIAL(2, true, "recovered\",\"heal\":\"patience", 1)
			     TRIAL(3, false, "completed", 1));
	cell = &s.scenarios[0].cells[0];
	assert_string_equal(text_verdicts(&s.arena, cell, " "),
			    "1 recovered* 1 hang 1 invalid");
	drop(&d);
}

static void test_summary__trials_of_unknown_cells_are_counted_apart(
	void **state)
{
	struct results_dir d;

	(void)state;
	make(&d, CELL,
	     TRIAL(1, true, "completed",
		   1) "{\"type\":\"trial\",\"scenario\":\"s\",\"cell\":\"x\","
		      "\"verdict\":\"hang\"}\n"
		      "{\"type\":\"trial\",\"scenario\":\"t\",\"cell\":\"c\","
		      "\"verdict\":\"hang\"}\n");
	assert_int_equal(s.orphans, 2);
	assert_int_equal(s.scenarios[0].cells[0].valid, 1);
	drop(&d);
}

/* What a guest of one trap a byte counts: half of its fetches only waited. */
static void test_summary__reads_of_device_memory_are_traps(void **state)
{
	struct results_dir d;

	(void)state;
	make(&d, CELL,
	     "{\"type\":\"trial\",\"scenario\":\"s\",\"cell\":\"c\",\"trial\":"
	     "1,"
	     "\"verdict\":\"completed\",\"steps\":{\"write\":{\"ops\":10,"
	     "\"payload_bytes\":1000,\"guest\":{\"port_reads\":0,"
	     "\"port_writes\":0,\"doorbells\":30,\"mmio_writes\":0,"
	     "\"mmio_reads\":2200,\"polls\":1100}}}}\n");
	assert_true(
		s.scenarios[0].cells[0].steps[0].of[METRIC_TRAPS_BYTE].median ==
		1.13);
	drop(&d);
}

static void test_summary__worked_out_numbers_are_right(void **state)
{
	struct results_dir d;
	const struct step_summary *step;

	(void)state;
	make(&d, CELL,
	     "{\"type\":\"trial\",\"scenario\":\"s\",\"cell\":\"c\",\"trial\":"
	     "1,"
	     "\"verdict\":\"completed\",\"steps\":{\"read\":{\"ops\":1000,"
	     "\"payload_bytes\":2000000,\"wall_ns\":2e9,\"cpu\":{\"vcpu_ns\":"
	     "5e8,\"main_ns\":1e8,\"other_ns\":0,\"harness_ns\":4e8,\"load\":30"
	     "},\"guest\":{\"port_reads\":3000000,\"port_writes\":1000000,"
	     "\"doorbells\":10,\"mmio_writes\":0,\"polls\":500000}}}}\n");
	step = &s.scenarios[0].cells[0].steps[0];
	assert_true(step->of[METRIC_OPS_S].median == 500);
	/* 600 ms of CPU for 2 MB. */
	assert_true(step->of[METRIC_CPU_MS_MB].median == 300);
	assert_true(step->of[METRIC_HARNESS_MS_MB].median == 200);
	assert_true(step->of[METRIC_TRAPS_BYTE].median == 3500010 / 2e6);
	assert_true(step->of[METRIC_POLLS_BYTE].median == 0.25);
	drop(&d);
}

/* Of the middles of buckets, but none above the exact maximum. */
static void test_summary__the_mean_is_of_all_operations(void **state)
{
	struct results_dir d;
	const struct spread *mean;

	(void)state;
	make(&d, CELL,
	     "{\"type\":\"trial\",\"scenario\":\"s\",\"cell\":\"c\",\"trial\":"
	     "1,\"verdict\":\"completed\",\"steps\":{\"read\":{\"ops\":4,"
	     "\"latency_ns\":{\"max\":1000,\"n\":4,\"hist\":[[10,3],[191,1]]"
	     "}}}}\n");
	mean = &s.scenarios[0].cells[0].steps[0].of[METRIC_MEAN];
	assert_int_equal(mean->n, 1);
	/* Bucket 191 is that of 1008 to 1023. */
	assert_true(mean->median == (3 * 10 + 1000) / 4.0);
	drop(&d);
}

static void test_summary__a_missing_counter_is_not_zero(void **state)
{
	struct results_dir d;

	(void)state;
	make(&d, CELL,
	     "{\"type\":\"trial\",\"scenario\":\"s\",\"cell\":\"c\",\"trial\":"
	     "1,"
	     "\"verdict\":\"completed\",\"steps\":{\"read\":{\"ops\":1,"
	     "\"payload_bytes\":2000000,\"guest\":{\"port_reads\":3}}}}\n");
	assert_int_equal(
		s.scenarios[0].cells[0].steps[0].of[METRIC_TRAPS_BYTE].n, 0);
	drop(&d);
}

static void test_summary__worlds_are_told_apart(void **state)
{
	(void)state;
	assert_true(scenario("throughput")->worlds[WORLD_TCG]);
	assert_int_equal(scenario("throughput")->world_count, 1);
	assert_true(scenario("late-line")->worlds[WORLD_VIRTUAL]);
	assert_string_equal(summary_worlds(&s, scenario("late-line")),
			    "virtual time");
}

static void test_summary__mixed_worlds_are_in_the_labels(void **state)
{
	static const char native[] =
		"{\"cell\":\"n\",\"label\":\"transport=native\",\"axes\":"
		"[\"transport\"],\"params\":{\"transport\":\"native\","
		"\"transport.kind\":\"native\",\"accel\":\"none\"}}";
	struct results_dir d;
	char *cells = mem_printf("%s,%s", CELL, native);

	(void)state;
	make(&d, cells, "");
	assert_string_equal(s.scenarios[0].cells[0].label, "ring (kvm)");
	assert_string_equal(s.scenarios[0].cells[1].label, "native (host)");
	assert_string_equal(s.scenarios[0].cells[1].name, "native");
	assert_string_equal(summary_worlds(&s, &s.scenarios[0]),
			    "kvm and host process");
	/* Never compared with each other. */
	assert_ptr_equal(
		summary_base(&s.scenarios[0], &s.scenarios[0].cells[1]),
		&s.scenarios[0].cells[1]);
	free(cells);
	drop(&d);
}

static void test_summary__cells_are_compared_with_uart_alike(void **state)
{
	const struct scenario_summary *latency = scenario("latency");
	const struct scenario_summary *lossy = scenario("lossy-line");
	const struct scenario_summary *late = scenario("late-line");

	(void)state;
	/* uart none, uart windbg, ring none, ring windbg */
	assert_string_equal(latency->cells[3].label, "ring, think windbg");
	assert_ptr_equal(summary_base(latency, &latency->cells[3]),
			 &latency->cells[1]);
	/* No uart: the first with the same loss. */
	assert_string_equal(lossy->cells[6].label, "ring, loss 1e-4");
	assert_ptr_equal(summary_base(lossy, &lossy->cells[6]),
			 &lossy->cells[2]);
	/* No transports to compare: the first cell. */
	assert_ptr_equal(summary_base(late, &late->cells[9]), &late->cells[0]);
}

static void test_summary__labels_are_taken_apart_by_axes(void **state)
{
	static const char cells[] =
		"{\"cell\":\"a\",\"label\":\"note=a b=c loss=1e-4\",\"axes\":"
		"[\"note\",\"loss\"],\"params\":{\"note\":\"z\",\"loss\":\"0."
		"0001\"}},"
		"{\"cell\":\"b\",\"label\":\"odd\",\"axes\":[\"note\",\"loss\"]"
		","
		"\"params\":{\"note\":\"z\",\"loss\":\"0.5\"}}";
	struct results_dir d;
	const struct cell_summary *both;

	(void)state;
	make(&d, cells, "");
	both = s.scenarios[0].cells;
	assert_string_equal(s.scenarios[0].axes, "note, loss");
	assert_string_equal(both[0].axis_values[0], "a b=c");
	assert_string_equal(both[0].axis_values[1], "1e-4");
	assert_string_equal(both[1].name, "note z, loss 0.5");
	drop(&d);
}

static void test_summary__axis_values_are_numbers_with_units(void **state)
{
	static const struct {
		const char *text;
		double value;
	} cases[] = {
		{ "0", 0 },        { "1e-4", 1e-4 },     { "5%", 0.05 },
		{ "10ms", 1e7 },   { "2us", 2000 },      { "64KiB", 65536 },
		{ "1.5s", 1.5e9 }, { "115200", 115200 },
	};
	static const char *const others[] = { "ring", "",    "1e-4x",
					      "inf",  "nan", "1 2" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (fabs(label_number(cases[i].text) - cases[i].value) >
		    1e-12 * cases[i].value)
			fail_msg("'%s' is %g", cases[i].text,
				 label_number(cases[i].text));
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		assert_true(isnan(label_number(others[i])));
}

static void test_summary__troubles_are_grouped_worst_first(void **state)
{
	struct troubles all = trouble_find(&s, NULL);
	struct troubles late = trouble_find(&s, scenario("late-line"));

	(void)state;
	assert_true(all.count > late.count);
	assert_int_equal(late.rows[0].slot, SLOT_LIVELOCK);
	assert_int_equal(late.rows[0].count, 2);
	assert_string_equal(late.rows[0].trials, "1, 2");
	assert_int_equal(late.rows[late.count - 1].slot, SLOT_RECOVERED);
	for (size_t i = 1; i < all.count; i++)
		assert_false(all.rows[i - 1].slot == SLOT_RECOVERED &&
			     all.rows[i].slot != SLOT_RECOVERED);
}

static void test_summary__commands_with_shell_in_them_are_withheld(void **state)
{
	static const struct {
		const char *repeat;
		bool good;
	} cases[] = {
		{ "kdbench run --seed 1 --only 12ab --trial 1 x.yaml", true },
		{ "kdbench run --set 'a=b c' x.yaml", true },
		{ "kdbench run; rm -rf ~", false },
		{ "kdbench run `x`", false },
		{ "kdbench run $(x)", false },
		{ "kdbench run x | sh", false },
		{ "kdbench run x\nsh", false },
		{ "rm -rf x", false },
		{ NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct result_trial trial = { .repeat = cases[i].repeat };

		if ((trouble_command(&trial) != NULL) != cases[i].good)
			fail_msg("wrong about '%s'", cases[i].repeat);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_summary__medians_are_of_valid_finished_trials),
		cmocka_unit_test(
			test_summary__trials_of_unknown_cells_are_counted_apart),
		cmocka_unit_test(test_summary__worked_out_numbers_are_right),
		cmocka_unit_test(
			test_summary__reads_of_device_memory_are_traps),
		cmocka_unit_test(test_summary__the_mean_is_of_all_operations),
		cmocka_unit_test(test_summary__a_missing_counter_is_not_zero),
		cmocka_unit_test_setup_teardown(
			test_summary__worlds_are_told_apart, sample, done),
		cmocka_unit_test(test_summary__mixed_worlds_are_in_the_labels),
		cmocka_unit_test_setup_teardown(
			test_summary__cells_are_compared_with_uart_alike,
			sample, done),
		cmocka_unit_test(test_summary__labels_are_taken_apart_by_axes),
		cmocka_unit_test(
			test_summary__axis_values_are_numbers_with_units),
		cmocka_unit_test_setup_teardown(
			test_summary__troubles_are_grouped_worst_first, sample,
			done),
		cmocka_unit_test_teardown(
			test_summary__says_how_invalid_and_healed_trials_ended,
			done),
		cmocka_unit_test(
			test_summary__commands_with_shell_in_them_are_withheld),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
