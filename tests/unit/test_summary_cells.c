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

#include "report/bars.h"
#include "report/text.h"
#include "report/trouble.h"
#include "report/words.h"
#include "tests/unit/summary_rig.h"

/* Axes stand in a record as their keys are sorted. */
static void test_summary_cells__transport_is_the_first_axis(void **state)
{
	static const char cells[] =
		"{\"cell\":\"a\",\"label\":\"transport=ring "
		"debugger.think=none "
		"guest.idle=poll\",\"axes\":[\"debugger.think\",\"guest.idle\","
		"\"transport\"],\"params\":{\"transport\":\"ring\"}},"
		/* An axis that applies to some cells only. */
		"{\"cell\":\"b\",\"label\":\"transport=uart "
		"debugger.think=none "
		"transport.idle=2\",\"axes\":[\"debugger.think\",\"transport\","
		"\"transport.idle\"],\"params\":{\"transport\":\"uart\"}}";
	struct results_dir d;
	const struct scenario_summary *made;

	(void)state;
	make(&d, cells, "");
	made = &s.scenarios[0];
	assert_int_equal(made->axis_count, 4);
	assert_string_equal(made->axis_keys[0], "transport");
	/* Two would be called "idle". */
	assert_string_equal(made->axes,
			    "transport, think, guest.idle, transport.idle");
	assert_string_equal(made->cells[0].name,
			    "ring, think none, guest.idle poll");
	assert_string_equal(made->cells[1].name,
			    "uart, think none, transport.idle 2");
	drop(&d);
}

static void test_summary_cells__a_cell_without_axes_is_called_by_its_transport(
	void **state)
{
	static const char cell[] =
		"{\"cell\":\"c\",\"label\":\"transport=sim\",\"axes\":[],"
		"\"params\":{\"transport\":\"sim\"}}";
	struct results_dir d;

	(void)state;
	make(&d, cell, "");
	assert_string_equal(s.scenarios[0].cells[0].label, "sim");
	drop(&d);
}

/* A trial that got on only after the faults were ended delivered nothing. */
static void test_summary_cells__healed_trials_are_in_no_median(void **state)
{
	static const char healed[] =
		"{\"type\":\"trial\",\"scenario\":\"s\",\"cell\":\"c\","
		"\"trial\":2,\"verdict\":\"recovered\",\"heal\":\"patience\","
		"\"heal_ns\":5,\"throughput_bytes_s\":1000,\"steps\":{\"read\":"
		"{\"ops\":9,\"throughput_bytes_s\":1000}}}\n";
	struct results_dir d;
	const struct cell_summary *cell;
	char *trials =
		mem_printf("%s%s", TRIAL(1, true, "recovered", 100), healed);
	struct troubles found;

	(void)state;
	make(&d, CELL, trials);
	cell = &s.scenarios[0].cells[0];
	assert_int_equal(cell->valid, 2);
	assert_int_equal(cell->finished, 1);
	assert_int_equal(cell->verdicts[SLOT_RECOVERED], 2);
	assert_int_equal(cell->healed[SLOT_RECOVERED], 1);
	assert_int_equal(cell->of[METRIC_THROUGHPUT].n, 1);
	assert_true(cell->steps[0].of[METRIC_THROUGHPUT].median == 100);
	assert_string_equal(text_verdicts(&s.arena, cell, ", "),
			    "1 recovered, 1 recovered*");
	found = trouble_find(&s, NULL);
	assert_int_equal(found.count, 2);
	free(trials);
	drop(&d);
}

/* "5 hang" of cells that were never to run would be noise, and "-" too. */
static void test_summary_cells__cells_that_were_not_selected_are_left_out(
	void **state)
{
	static const char run[] =
		"{\"type\":\"run\",%s\"scenarios\":[{\"name\":\"s\",\"cells\":["
		"{\"cell\":\"12ab\"},{\"cell\":\"12cd\"},{\"cell\":\"ff\"}]},"
		"{\"name\":\"t\",\"cells\":[{\"cell\":\"ee\"}]}]}\n"
		"{\"type\":\"trial\",\"scenario\":\"s\",\"cell\":\"12ab\","
		"\"verdict\":\"completed\"}\n";
	static const struct {
		const char *field;
		size_t scenarios, cells;
	} cases[] = {
		{ "", 2, 3 },
		{ "\"only\":null,", 2, 3 },
		/* The second one was interrupted before its turn. */
		{ "\"only\":\"12\",", 1, 2 },
		{ "\"only\":\"12ab\",", 1, 1 },
		/* As older records have it. */
		{ "\"command\":\"kdbench run --only 12ab x.yaml\",", 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *text = mem_printf(run, cases[i].field);
		struct results_dir d;
		struct err err = { 0 };
		char *path;

		results_dir_make(&d, text);
		path = mem_printf("%s/results.jsonl", d.path);
		assert_true(results_read(&r, path, &err));
		summary_make(&s, &r);
		assert_int_equal(s.scenario_count, cases[i].scenarios);
		assert_int_equal(s.scenarios[0].cell_count, cases[i].cells);
		assert_int_equal(s.scenarios[0].planned, 3);
		assert_int_equal(s.orphans, 0);
		free(path);
		free(text);
		drop(&d);
	}
}

static void test_summary_cells__busy_machines_are_summed_up(void **state)
{
	struct results_dir d;
	struct words_notes notes;

	(void)state;
	/* Trial 1: twice, then well. Trial 2: once, then well. 3: lost. */
	make(&d, CELL,
	     TRIAL(1, false, "completed", 1) TRIAL(2, false, "completed", 1)
		     TRIAL(1, false, "completed", 1)
			     TRIAL(1, true, "completed", 1)
				     TRIAL(2, true, "completed", 1)
					     TRIAL(3, false, "completed", 1));
	assert_non_null(
		strstr(words_disturbed(&s), "2 trials repeated, 1 lost"));
	assert_non_null(strstr(words_disturbed(&s), "interference.max-load"));
	notes = words_notes(&s, &s.scenarios[0]);
	assert_non_null(strstr(notes.rows[0], "ring, trial 1, attempt 1"));
	assert_non_null(strstr(notes.rows[2], "ring, trial 1, attempt 2"));
	drop(&d);
	make(&d, CELL, TRIAL(1, true, "completed", 1));
	assert_null(words_disturbed(&s));
	drop(&d);
}

static void test_summary_cells__parts_hold_one_world(void **state)
{
	static const char native[] =
		"{\"cell\":\"n\",\"label\":\"transport=native\",\"axes\":"
		"[\"transport\"],\"params\":{\"transport\":\"native\","
		"\"transport.kind\":\"native\",\"accel\":\"none\"}}";
	struct results_dir d;
	char *cells = mem_printf("%s,%s", CELL, native);
	const struct scenario_summary *part;

	(void)state;
	make(&d, cells, "");
	part = summary_part(&s.arena, &s.scenarios[0], WORLD_NATIVE,
			    WORLD_NATIVE);
	assert_int_equal(part->cell_count, 1);
	assert_int_equal(part->world_count, 1);
	assert_string_equal(part->cells[0].name, "native");
	assert_string_equal(summary_worlds(&s, part), "host process");
	/* What has no VMM stands beside what has one, in its own world. */
	assert_true(summary_has_reference(&s.scenarios[0]));
	part = summary_part(&s.arena, &s.scenarios[0], WORLD_KVM, WORLD_NATIVE);
	assert_int_equal(part->cell_count, 2);
	assert_string_equal(summary_worlds(&s, part), "kvm and host process");
	assert_ptr_equal(summary_base(part, &part->cells[1]), &part->cells[1]);
	free(cells);
	drop(&d);
}

/* Two values by chance, and far apart: that is not "no difference". */
static void test_summary_cells__far_apart_is_not_alike(void **state)
{
	static const char cells[] =
		"{\"cell\":\"c\",\"label\":\"n=1\",\"axes\":[\"n\"]},"
		"{\"cell\":\"e\",\"label\":\"n=2\",\"axes\":[\"n\"]},"
		"{\"cell\":\"f\",\"label\":\"n=3\",\"axes\":[\"n\"]}";
	static const char trial[] =
		"{\"type\":\"trial\",\"scenario\":\"s\",\"cell\":\"%s\","
		"\"trial\":%d,\"verdict\":\"completed\","
		"\"throughput_bytes_s\":%g}\n";
	static const double values[3][3] = { { 40, 40, 1000 },
					     { 40, 20000, 20000 },
					     { 38, 41, 1000 } };
	static const char *const wanted[] = { "500\u00d7?", "\u22481\u00d7" };
	struct results_dir d;
	char *trials = mem_strdup("");

	(void)state;
	for (int i = 0; i < 9; i++) {
		char *line = mem_printf(trial,
					i / 3 == 0   ? "c"
					: i / 3 == 1 ? "e"
						     : "f",
					i % 3 + 1, values[i / 3][i % 3]);
		char *all = mem_printf("%s%s", trials, line);

		free(trials);
		free(line);
		trials = all;
	}
	make(&d, cells, trials);
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		struct row row = { .cell = &s.scenarios[0].cells[i + 1] };

		assert_string_equal(bars_ratio_text(&s.arena, &s.scenarios[0],
						    &row, METRIC_THROUGHPUT),
				    wanted[i]);
	}
	free(trials);
	drop(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_summary_cells__transport_is_the_first_axis),
		cmocka_unit_test(
			test_summary_cells__a_cell_without_axes_is_called_by_its_transport),
		cmocka_unit_test(
			test_summary_cells__healed_trials_are_in_no_median),
		cmocka_unit_test(
			test_summary_cells__cells_that_were_not_selected_are_left_out),
		cmocka_unit_test(
			test_summary_cells__busy_machines_are_summed_up),
		cmocka_unit_test(test_summary_cells__parts_hold_one_world),
		cmocka_unit_test(test_summary_cells__far_apart_is_not_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
