/* SPDX-License-Identifier: MIT */
/* The tables of 'kdbench bench', and what is made of what was measured. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/cli/bench.h"

static struct bench_samples samples;

static int start(void **state)
{
	(void)state;
	bench_samples_init(&samples, 3);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	bench_samples_release(&samples);
	return 0;
}

static void set(const char *name, enum bench_metric metric, double a, double b,
		double c)
{
	const double values[] = { a, b, c };

	for (unsigned i = 0; i < 3; i++)
		*bench_value(&samples, bench_source(&samples, name), metric,
			     i + 1) = values[i];
}

static const struct bench_line *line_named(const char *name)
{
	const struct bench_line *l = bench_lines;

	while (l->name && strcmp(l->name, name) != 0)
		l++;
	if (!l->name)
		fail_msg("no line %s", name);
	return l;
}

/* What bench_lines_print() prints. */
static char *printed(const char *only)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	bench_lines_print(out, &samples, only);
	fclose(out);
	return text;
}

static void assert_printed(const char *only, const char *want)
{
	char *text = printed(only);

	if (!strstr(text, want))
		fail_msg("not '%s' but:\n%s", want, text);
	free(text);
}

/* --- the tables -------------------------------------------------------------
 */

static void test_bench__names_sources_that_exist(void **state)
{
	(void)state;
	for (const struct bench_line *l = bench_lines; l->name; l++) {
		if (l->name[0] == '#')
			continue;
		if (l->a && !bench_source(&samples, l->a))
			fail_msg("%s: no source '%s'", l->name, l->a);
		if (l->b && !bench_source(&samples, l->b))
			fail_msg("%s: no source '%s'", l->name, l->b);
		assert_int_equal(l->kind != BENCH_VALUE, l->b != NULL);
		assert_non_null(l->unit);
		assert_true(l->scale > 0);
	}
}

static void test_bench__has_every_name_once(void **state)
{
	(void)state;
	for (const struct bench_line *l = bench_lines; l->name; l++) {
		for (const struct bench_line *m = l + 1; m->name; m++)
			assert_string_not_equal(l->name, m->name);
	}
	for (size_t i = 0; i < samples.count; i++)
		assert_ptr_equal(
			bench_source(&samples, samples.sources[i].name),
			&samples.sources[i]);
}

static bool is_used(const char *source)
{
	for (const struct bench_line *l = bench_lines; l->name; l++) {
		if ((l->a && strcmp(l->a, source) == 0) ||
		    (l->b && strcmp(l->b, source) == 0))
			return true;
	}
	return false;
}

static void test_bench__measures_nothing_in_vain(void **state)
{
	(void)state;
	for (size_t i = 0; i < samples.count; i++) {
		if (!is_used(samples.sources[i].name))
			fail_msg("nobody prints '%s'", samples.sources[i].name);
	}
}

/* --- the plan ---------------------------------------------------------------
 */

/* Rows of transports that there are become cells; the others say why not. */
static void test_bench__plans_every_row(void **state)
{
	struct arena arena = { NULL };
	struct err err = { 0 };
	struct plan plan;

	(void)state;
	assert_true(bench_lines_want(&samples, NULL));
	if (!bench_plan(&plan, &samples, "tests/cli/bench_tcg.yaml", &arena,
			&err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < samples.count; i++) {
		const struct bench_source *s = &samples.sources[i];

		if (!s->row)
			continue;
		if ((s->cell != NULL) == (s->why[0] != '\0'))
			fail_msg("%s: %s", s->name, s->why);
		if (!s->cell && !strstr(s->why, "unknown transport"))
			fail_msg("%s: %s", s->name, s->why);
		for (size_t k = 0; s->cell && k < i; k++)
			assert_ptr_not_equal(s->cell, samples.sources[k].cell);
	}
	assert_string_equal(
		bench_source(&samples, "ring-spin")->cell->transport.name,
		"ring");
	assert_int_equal(bench_source(&samples, "ring-spin")->cell->host.wait,
			 LINK_WAIT_SPIN);
	assert_int_equal(
		bench_source(&samples, "line-9600")->cell->transport.uart.baud,
		9600);
	plan_release(&plan);
	arena_release(&arena);
}

static void test_bench__plans_what_is_asked_for_only(void **state)
{
	struct arena arena = { NULL };
	struct err err = { 0 };
	struct plan plan;

	(void)state;
	assert_false(bench_lines_want(&samples, "no-such-line"));
	assert_true(bench_lines_want(&samples, "chain.pass"));
	assert_true(bench_plan(&plan, &samples, "tests/cli/bench_tcg.yaml",
			       &arena, &err));
	assert_int_equal(plan.scenario_count, 2);
	assert_string_equal(plan.scenarios[0].name, "bench-chain-none");
	assert_string_equal(plan.scenarios[1].name, "bench-chain-pass");
	assert_int_equal(plan.scenarios[0].trials.max, 3);
	assert_false(bench_source(&samples, "uart-115200")->wanted);
	assert_null(bench_source(&samples, "uart-115200")->cell);
	plan_release(&plan);
	arena_release(&arena);
}

/* --- lines ------------------------------------------------------------------
 */

static void test_bench__selects_lines(void **state)
{
	const struct bench_line *line = line_named("read.ring/raw-ring");
	const struct {
		const char *only;
		bool selected;
	} cases[] = {
		{ NULL, true },        { "raw", true },
		{ "read.ring", true }, { "uart", false },
		{ "read.*", true },    { "*ring", true },
		{ "ring*", false },    { "read.ring/raw?ring", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(bench_line_selected(line, cases[i].only),
				 cases[i].selected);
	assert_false(bench_line_selected(&bench_lines[0], NULL));
	assert_int_equal(bench_lines[0].name[0], '#');
}

/* Ratios are of the same round, not of medians. */
static void test_bench__divides_within_rounds(void **state)
{
	double values[3];

	(void)state;
	set("ring", BENCH_READ, 100, 300, 50);
	set("raw-ring", BENCH_READ, 200, 300, 200);
	assert_int_equal(bench_line_values(line_named("read.ring/raw-ring"),
					   &samples, values, 3),
			 3);
	assert_true(fabs(values[0] - 0.5) < 1e-9);
	assert_true(fabs(values[1] - 1.0) < 1e-9);
	assert_true(fabs(values[2] - 0.25) < 1e-9);
	assert_printed("read.ring/raw-ring",
		       "read.ring/raw-ring                            0.5"
		       "        >=0.5 ok    3 0.25..1\n");
}

/* Of either side; but where nothing else is, it is better than nothing. */
static void test_bench__leaves_out_what_was_disturbed(void **state)
{
	struct bench_source *ring = bench_source(&samples, "ring");
	double values[3];

	(void)state;
	set("ring", BENCH_READ, 100, 10, 120);
	set("raw-ring", BENCH_READ, 200, 200, 200);
	ring->doubtful[1] = true;
	assert_int_equal(bench_line_values(line_named("read.ring/raw-ring"),
					   &samples, values, 3),
			 2);
	assert_true(fabs(values[1] - 0.6) < 1e-9);
	ring->doubtful[0] = ring->doubtful[2] = true;
	assert_int_equal(bench_line_values(line_named("read.ring/raw-ring"),
					   &samples, values, 3),
			 3);
}

/* What costs less than rounds differ by is a matter of the best of them. */
static void test_bench__compares_the_best_of_a_chain(void **state)
{
	(void)state;
	set("chain-none", BENCH_READ, 100, 200, 50);
	set("chain-pass", BENCH_READ, 190, 20, 30);
	assert_printed("chain.pass/none", " 0.95        >=0.9 ok ");
}

static void test_bench__leaves_out_rounds_that_lack_a_side(void **state)
{
	double values[3];

	(void)state;
	set("ring", BENCH_READ, 100, NAN, 60);
	set("gdbstub", BENCH_READ, NAN, 10, 10);
	assert_int_equal(bench_line_values(line_named("read.ring/gdbstub"),
					   &samples, values, 3),
			 1);
	assert_true(fabs(values[0] - 6) < 1e-9);
	assert_printed("read.ring/gdbstub", ">=10 short 1 6..6\n");
}

/* The relay's own cost may come out negative: noise is no reason to hide it. */
static void test_bench__subtracts_within_rounds(void **state)
{
	(void)state;
	set("relay-direct", BENCH_TRIP, 10000, 20000, 10000);
	set("socat", BENCH_TRIP, 30000, 15000, 50000);
	assert_printed("relay.socat.added-us", " 20            - -     3 "
					       "-5..40 us\n");
}

static void test_bench__judges(void **state)
{
	const struct {
		const char *line, *source;
		enum bench_metric metric;
		double value;
		const char *want;
	} cases[] = {
		{ "throttle.pacing", "throttle", BENCH_PACE, 262144, " ok " },
		{ "throttle.pacing", "throttle", BENCH_PACE, 262144 * 0.98,
		  " short " },
		{ "throttle.pacing", "throttle", BENCH_PACE, 262144 * 1.02,
		  " short " },
		{ "idle.ring.stopped", "idle-ring", BENCH_STOPPED, 1.5,
		  "<=2 ok " },
		{ "idle.ring.stopped", "idle-ring", BENCH_STOPPED, 0,
		  "<=2 ok " },
		{ "idle.ring.stopped", "idle-ring", BENCH_STOPPED, 2.5,
		  "<=2 short " },
		{ "idle.uart.stopped", "idle-uart", BENCH_STOPPED, 99, "- - " },
		{ "words.ring.per-s", "ring", BENCH_WORDS, 50000,
		  ">=50000 ok " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		set(cases[i].source, cases[i].metric, cases[i].value, NAN, NAN);
		assert_printed(cases[i].line, cases[i].want);
	}
}

static void test_bench__says_why_there_is_nothing(void **state)
{
	struct bench_source *gdb = bench_source(&samples, "gdbstub");

	(void)state;
	assert_printed("limit.gdbstub", " - -     0 - (not measured)\n");
	snprintf(gdb->why, sizeof(gdb->why), "there is no gdb here");
	assert_printed("limit.gdbstub",
		       " - -     0 - (there is no gdb here)\n");
	assert_printed("read.ring/gdbstub",
		       ">=10 -     0 - (there is no gdb here)\n");
}

static void test_bench__prints_a_heading_once_and_if_need_be(void **state)
{
	char *text = printed("relay");

	(void)state;
	assert_int_equal(strncmp(text, "# the injector", 14), 0);
	assert_null(strstr(text + 1, "#"));
	free(text);
}

/* --- records ----------------------------------------------------------------
 */

static void test_bench__records_the_ladder(void **state)
{
	struct bench_source *raw = bench_source(&samples, "raw-ring");
	struct bench_source *ring = bench_source(&samples, "ring");
	json_t *record, *rates;

	(void)state;
	set("raw-ring", BENCH_READ, 1e9, NAN, 2e9);
	assert_null(bench_ladder_record(&samples, raw, ACCEL_TCG));
	assert_true(bench_lines_want(&samples, NULL));
	record = bench_ladder_record(&samples, raw, ACCEL_TCG);
	assert_string_equal(json_string_value(json_object_get(record, "type")),
			    "limit");
	assert_string_equal(json_string_value(json_object_get(record, "name")),
			    "raw-ring");
	assert_string_equal(json_string_value(json_object_get(record, "accel")),
			    "tcg");
	assert_int_equal(json_integer_value(json_object_get(record, "bytes")),
			 16777216);
	assert_true(json_is_null(json_object_get(record, "skip")));
	rates = json_object_get(record, "rates_bytes_s");
	assert_int_equal(json_array_size(rates), 3);
	assert_true(json_is_null(json_array_get(rates, 1)));
	assert_true(json_real_value(json_array_get(rates, 2)) > 1.9e9);
	json_decref(record);
	snprintf(ring->why, sizeof(ring->why), "no such thing");
	record = bench_ladder_record(&samples, ring, ACCEL_TCG);
	assert_string_equal(json_string_value(json_object_get(record, "name")),
			    "kd:ring");
	assert_string_equal(json_string_value(json_object_get(record, "skip")),
			    "no such thing");
	json_decref(record);
	assert_null(bench_ladder_record(
		&samples, bench_source(&samples, "line-9600"), ACCEL_TCG));
	assert_null(bench_ladder_record(
		&samples, bench_source(&samples, "relay-direct"), ACCEL_TCG));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_bench__names_sources_that_exist),
		TEST(test_bench__has_every_name_once),
		TEST(test_bench__measures_nothing_in_vain),
		TEST(test_bench__plans_every_row),
		TEST(test_bench__plans_what_is_asked_for_only),
		TEST(test_bench__selects_lines),
		TEST(test_bench__divides_within_rounds),
		TEST(test_bench__leaves_out_what_was_disturbed),
		TEST(test_bench__compares_the_best_of_a_chain),
		TEST(test_bench__leaves_out_rounds_that_lack_a_side),
		TEST(test_bench__subtracts_within_rounds),
		TEST(test_bench__judges),
		TEST(test_bench__says_why_there_is_nothing),
		TEST(test_bench__prints_a_heading_once_and_if_need_be),
		TEST(test_bench__records_the_ladder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
