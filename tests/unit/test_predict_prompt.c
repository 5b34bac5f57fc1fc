/* SPDX-License-Identifier: MIT */
/* Time to prompt on another machine: counts, its costs, and the thinking. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/cli/predict_prompt.h"

static struct results r;
static struct models m;

static int start(void **state)
{
	struct err err = { 0 };

	(void)state;
	return !results_read(&r, "tests/data/results-prompt.jsonl", &err) ||
	       !models_make(&m, &r, &err);
}

static int gone(void **state)
{
	(void)state;
	models_release(&m);
	results_release(&r);
	return 0;
}

static double number(const json_t *cell, const char *key)
{
	const json_t *value = json_object_get(cell, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

static bool is(const json_t *cell, const char *key, const char *text)
{
	return strcmp(json_string_value(json_object_get(cell, key)), text) == 0;
}

static const json_t *find(const json_t *list, const char *transport,
			  const char *think, const char *what)
{
	size_t i;
	json_t *cell;

	json_array_foreach(list, i, cell)
	{
		if (is(cell, "transport", transport) &&
		    is(cell, "think", think) && is(cell, "what", what))
			return cell;
	}
	fail_msg("no %s, %s, %s", transport, think, what);
	return NULL;
}

/* Costs of nothing at all, but for what is known by name. */
static struct costs_file costs_of(const char *name, double ns)
{
	struct costs_file file = { .about = "there", .accel = "" };

	for (size_t p = 0; p < PATH_COUNT; p++)
		for (size_t c = 0; c < COST_COUNT; c++)
			file.costs.of[p][c] = file.costs.any[c] = 0;
	if (name)
		for (size_t p = 0; p < PATH_COUNT; p++)
			for (size_t c = 0; c < COST_COUNT; c++)
				if (strcmp(cost_types[c].name, name) == 0)
					file.costs.of[p][c] = ns;
	return file;
}

static void close_to(double a, double b)
{
	if (!(fabs(a - b) <= 1e-6 * fabs(b)))
		fail_msg("%g is not %g", a, b);
}

/* Most of the table was never fitted, and still it comes out. */
static void test_predict_prompt__explains_the_table(void **state)
{
	json_t *list = predict_prompt_json(&m, &r, NULL);
	size_t i, near = 0;
	json_t *cell;

	(void)state;
	json_array_foreach(list, i, cell)
	{
		double error = number(cell, "model_ns") /
				       number(cell, "measured_ns") -
			       1;

		assert_null(json_object_get(cell, "there_ns"));
		near += fabs(error) < 0.1;
	}
	assert_int_equal(json_array_size(list), 14 * 8 - 2);
	/* A median of what thinks is below the mean that a model knows. */
	assert_true(near > json_array_size(list) * 3 / 4);
	json_decref(list);
}

/* Where nothing costs anything, the thinking is left, and the line. */
static void test_predict_prompt__thinking_is_the_same_everywhere(void **state)
{
	struct costs_file file = costs_of(NULL, 0);
	json_t *list = predict_prompt_json(&m, &r, &file);
	const json_t *cell = find(list, "ring", "windbg", "attach");

	(void)state;
	assert_true(number(cell, "thought_ns") > 20e6);
	close_to(number(cell, "there_ns"), number(cell, "thought_ns"));
	close_to(number(find(list, "ring", "none", "attach"), "there_ns"), 0);
	cell = find(list, "uart", "windbg", "attach");
	close_to(number(cell, "there_ns"),
		 number(cell, "thought_ns") + 19250 * 1e10 / 115200);
	json_decref(list);
}

/* A request costs as often as one is made, and the whole has it. */
static void test_predict_prompt__requests_are_counted(void **state)
{
	struct costs_file file = costs_of("request", 1000);
	json_t *list = predict_prompt_json(&m, &r, &file);

	(void)state;
	close_to(number(find(list, "ring", "none", "attach"), "there_ns"),
		 55e3);
	close_to(number(find(list, "ring", "none", "10 frames"), "there_ns"),
		 150e3);
	close_to(number(find(list, "ring", "none", "4 GiB dump"), "there_ns"),
		 2e3 * (1 << 20));
	close_to(
		number(find(list, "ring", "none", "128-byte read"), "there_ns"),
		1e3);
	json_decref(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_predict_prompt__explains_the_table),
		cmocka_unit_test(
			test_predict_prompt__thinking_is_the_same_everywhere),
		cmocka_unit_test(test_predict_prompt__requests_are_counted),
	};

	return cmocka_run_group_tests(tests, start, gone);
}
