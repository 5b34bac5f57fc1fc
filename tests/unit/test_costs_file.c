/* SPDX-License-Identifier: MIT */
/* A machine's costs in a file of unknown origin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "bench/predict/costs_file.h"
#include "tests/unit/results_dir.h"

static struct results_dir dir;
static struct arena arena;

static int setup(void **state)
{
	(void)state;
	results_dir_make(&dir, "");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	results_dir_remove(&dir);
	arena_release(&arena);
	return 0;
}

static bool read_text(struct costs_file *file, const char *text, size_t len,
		      struct err *err)
{
	char *path = arena_printf(&arena, "%s/costs.json", dir.path);

	results_dir_write(&dir, "costs.json", text, len);
	return costs_file_read(file, path, &arena, err);
}

#define GOOD                                                         \
	"{ \"kdbench-costs\": 1, \"about\": \"a \\u00b5 machine\", " \
	"\"accel\": \"kvm\",\n"                                      \
	"  \"costs\": { \"port-read\": 2500, \"uart/byte-out\": "    \
	"1.65e3,\n"                                                  \
	"    \"doorbell\": null, \"ring+via/request\": 0 } }\n"

static void test_costs_file__is_read(void **state)
{
	struct err err = { 0 };
	struct costs_file f;

	(void)state;
	if (!read_text(&f, GOOD, strlen(GOOD), &err))
		fail_msg("%s", err.text);
	assert_string_equal(f.about, "a \xc2\xb5 machine");
	assert_string_equal(f.accel, "kvm");
	assert_true(cost_get(&f.costs, PATH_RING, COST_PORT_READ) == 2500);
	assert_true(cost_get(&f.costs, PATH_UART, COST_BYTE_OUT) == 1650);
	assert_true(isnan(cost_get(&f.costs, PATH_RING, COST_BYTE_OUT)));
	assert_true(isnan(cost_get(&f.costs, PATH_RING, COST_DOORBELL)));
	assert_true(f.costs.of[PATH_DIRECT_COUNT + PATH_RING][COST_REQUEST] ==
		    0);
}

/* What is written comes back the same. */
static void test_costs_file__comes_back(void **state)
{
	struct costs_file f = { .about = "x\ny \"z\"", .accel = "tcg" }, back;
	struct err err = { 0 };
	json_t *value;
	char *text;

	(void)state;
	cost_set_clear(&f.costs);
	for (size_t p = 0; p < PATH_COUNT; p++)
		for (size_t c = 0; c < COST_COUNT; c++)
			if ((p + c) % 3)
				f.costs.of[p][c] = (double)(100 * p + c) / 7;
	for (size_t c = 0; c < COST_COUNT; c++)
		f.costs.any[c] = (double)c * 1e9;
	value = costs_file_json(&f);
	text = json_dumps(value, JSON_INDENT(2));
	json_decref(value);
	if (!read_text(&back, text, strlen(text), &err))
		fail_msg("%s", err.text);
	free(text);
	assert_string_equal(back.about, f.about);
	for (size_t p = 0; p < PATH_COUNT; p++)
		for (size_t c = 0; c < COST_COUNT; c++) {
			double a = f.costs.of[p][c], b = back.costs.of[p][c];

			assert_true(isnan(a) ? isnan(b)
					     : fabs(a - b) <= 1e-12 * a);
		}
}

/* What is wrong with a file, and where (0: anywhere). */
static const struct {
	const char *text, *says;
	unsigned line, col;
} mistakes[] = {
	{ "", "empty", 0, 0 },
	{ "[1, 2]", "not a list", 1, 1 },
	{ "{}", "'kdbench-costs' is missing", 1, 1 },
	{ "{ \"kdbench-costs\": 2, \"costs\": {} }", "another version", 1, 20 },
	{ "{ \"kdbench-costs\": [1], \"costs\": {} }", "another version", 1,
	  20 },
	{ "{ \"kdbench-costs\": 1 }", "there are no 'costs'", 1, 1 },
	{ "{ \"kdbench-costs\": 1,\n  \"cost\": {} }", "unknown key 'cost'", 2,
	  3 },
	{ "{ \"kdbench-costs\": 1,\n  \"costs\": 5 }",
	  "'costs' must be a mapping", 2, 12 },
	{ "{ \"kdbench-costs\": 1,\n  \"costs\": { \"port-raed\": 5 } "
	  "}",
	  "unknown cost 'port-raed'", 2, 14 },
	{ "{ \"kdbench-costs\": 1,\n"
	  "  \"costs\": { \"usrt/port-read\": 5 } }",
	  "unknown cost 'usrt/port-read'", 2, 14 },
	{ "{ \"kdbench-costs\": 1,\n  \"costs\": { \"poll\": 5 } }",
	  "unknown cost 'poll'", 2, 14 },
	{ "{ \"kdbench-costs\": 1,\n"
	  "  \"costs\": { \"port-read\": -5 } }",
	  "'port-read' cannot be '-5'", 2, 27 },
	{ "{ \"kdbench-costs\": 1,\n"
	  "  \"costs\": { \"port-read\": 1e13 } }",
	  "cannot be '1e13'", 2, 27 },
	{ "{ \"kdbench-costs\": 1,\n"
	  "  \"costs\": { \"port-read\": 1e999 } }",
	  "cannot be '1e999'", 2, 27 },
	{ "{ \"kdbench-costs\": 1,\n"
	  "  \"costs\": { \"port-read\": nan } }",
	  "cannot be 'nan'", 2, 27 },
	{ "{ \"kdbench-costs\": 1,\n"
	  "  \"costs\": { \"port-read\": 5% } }",
	  "cannot be '5%'", 2, 27 },
	{ "{ \"kdbench-costs\": 1,\n"
	  "  \"costs\": { \"port-read\": {} } }",
	  "'port-read' must be a single value", 2, 27 },
	{ "{ \"kdbench-costs\": 1,\n"
	  "  \"costs\": { \"port-read\": 1, \"port-read\": 2 } }",
	  "port-read", 2, 30 },
	{ "{ \"kdbench-costs\": 1,\n  \"about\": [], \"costs\": {} }",
	  "'about' must be a single value", 2, 12 },
	{ "{ \"kdbench-costs\": 1,\n  \"costs\": { ", "", 0, 0 },
	{ "\xff\xfe\x01\x02", "", 0, 0 },
};

static void test_costs_file__mistakes_have_a_place(void **state)
{

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		struct err err = { 0 };
		struct costs_file f;

		if (read_text(&f, mistakes[i].text, strlen(mistakes[i].text),
			      &err))
			fail_msg("case %zu was taken", i);
		assert_int_equal(err.kind, ERR_CONFIG);
		if (!strstr(err.text, mistakes[i].says) ||
		    (mistakes[i].line && err.where.line != mistakes[i].line) ||
		    (mistakes[i].col && err.where.col != mistakes[i].col))
			fail_msg("case %zu: %u:%u %s", i, err.where.line,
				 err.where.col, err.text);
	}
}

static void test_costs_file__a_missing_one_is_the_command_line(void **state)
{
	struct err err = { 0 };
	struct costs_file f;

	(void)state;
	assert_false(costs_file_read(&f, "/nonexistent/x", &arena, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	err = (struct err){ 0 };
	assert_false(costs_file_read(&f, dir.path, &arena, &err));
	assert_int_equal(err.kind, ERR_USAGE);
}

/* Every file that is cut off somewhere ends in a message, or is whole. */
static void test_costs_file__no_part_of_one_does_harm(void **state)
{
	static const char text[] = GOOD;

	(void)state;
	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		struct err err = { 0 };
		struct costs_file f;

		if (!read_text(&f, text, len, &err))
			assert_true(*err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_costs_file__is_read),
		cmocka_unit_test(test_costs_file__comes_back),
		cmocka_unit_test(test_costs_file__mistakes_have_a_place),
		cmocka_unit_test(
			test_costs_file__a_missing_one_is_the_command_line),
		cmocka_unit_test(test_costs_file__no_part_of_one_does_harm),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
