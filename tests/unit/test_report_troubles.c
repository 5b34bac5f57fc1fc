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

#include "bench/result/escape.h"
#include "report/gnuplot.h"
#include "report/report.h"
#include "tests/unit/report_dir.h"

/*
 * A run of 'count' cells with one trial each: all hang, as is expected, but the
 * last one, which is corrupt. 'only': the cells that were to run, or "".
 */
static void make(struct results_dir *d, size_t count, size_t trials,
		 const char *only)
{
	char *text = mem_printf("{\"type\":\"run\",%s\"scenarios\":[{\"name\":"
				"\"s\",\"about\":\"\",\"expect\":{\"verdict\":"
				"[\"hang\"]},\"cells\":[",
				only);

	for (size_t i = 1; i <= count; i++) {
		char *more = mem_printf("%s%s{\"cell\":\"%zu\",\"label\":"
					"\"n=%zu\",\"axes\":[\"n\"]}",
					text, i > 1 ? "," : "", i, i);

		free(text);
		text = more;
	}
	for (size_t i = 1; i <= trials; i++) {
		char *more = mem_printf(
			"%s%s{\"type\":\"trial\",\"scenario\":\"s\",\"cell\":"
			"\"%zu\",\"trial\":1,\"verdict\":\"%s\",\"suspect\":{"
			"\"text\":\"the fault of %zu\"},\"repeat\":"
			"\"kdbench run --only %zu x.yaml\"}\n",
			text, i == 1 ? "]}]}\n" : "", i,
			i < count ? "hang" : "corrupt", i, i);

		free(text);
		text = more;
	}
	results_dir_make(d, text);
	free(text);
}

static size_t times(const char *text, const char *what)
{
	size_t count = 0;

	for (; (text = strstr(text, what)); text++)
		count++;
	return count;
}

/* Every one has its suspect and its command, here or where it is said. */
static void test_report_troubles__few_are_all_told(void **state)
{
	struct results_dir d;
	char *text;

	(void)state;
	make(&d, 6, 6, "");
	text = table_of(&d);
	assert_int_equal(times(text, "suspect: the fault of"), 6);
	assert_int_equal(times(text, "kdbench run --only"), 6);
	/* What nobody expected comes first. */
	assert_true(strstr(text, "s, n 6: 1 corrupt") <
		    strstr(text, "s, n 1: 1 hang"));
	/* There is no question, so nothing would stand behind a colon. */
	assert_true(has(text, "s\n"));
	assert_false(has(text, "s: "));
	free(text);
	results_dir_remove(&d);
}

static void test_report_troubles__of_many_it_says_where_the_rest_is(
	void **state)
{
	struct results_dir d;
	char *text;
	char *where;
	char *md;

	(void)state;
	make(&d, 7, 7, "");
	text = table_of(&d);
	assert_int_equal(times(text, "suspect: the fault of"), 4);
	assert_true(has(text, "n 7: 1 corrupt"));
	assert_true(has(text, "and 3 more as their scenarios expect"));
	where = mem_printf("%s/report/report.md", d.path);
	assert_true(has(text, where));
	write_pages(&d);
	md = results_dir_read(&d, "report/report.md");
	assert_int_equal(times(md, "suspect: the fault of"), 7);
	assert_int_equal(times(md, "`kdbench run --only"), 7);
	free(md);
	free(where);
	free(text);
	results_dir_remove(&d);
}

/* One cell of many was repeated: no rows of nothing, and it is said. */
static void test_report_troubles__selected_cells_stand_alone(void **state)
{
	struct results_dir d;
	char *text;
	char *html;

	(void)state;
	make(&d, 2, 1, "\"only\":\"1\",");
	text = table_of(&d);
	write_pages(&d);
	html = results_dir_read(&d, "report/index.html");
	assert_true(has(text, "1 of 2 cells, 1 trial a cell"));
	assert_true(has(html, "1 of 2 cells, 1 trial a cell"));
	assert_false(has(text, "not run"));
	assert_false(has(html, "not run"));
	free(html);
	free(text);
	results_dir_remove(&d);
}

/* All that a cell does not show is said, each in a line of its own. */
static void test_report_troubles__unmet_expectations_are_all_told(void **state)
{
	static const char run[] =
		"{\"type\":\"run\",\"scenarios\":[{\"name\":\"s\",\"cells\":["
		"{\"cell\":\"1\",\"label\":\"transport=sim\",\"params\":{"
		"\"transport\":\"sim\"}}]}]}\n{\"type\":\"end\","
		"\"expectations\":[{\"scenario\":\"s\",\"cell\":\"1\","
		"\"label\":\"transport=sim\",\"met\":false,\"what\":"
		"\"a > 1: no; b < 2: no\"}]}\n";
	struct results_dir d;
	char *text;

	(void)state;
	results_dir_make(&d, run);
	text = table_of(&d);
	assert_true(has(text, "  s, sim:\n    a > 1: no\n    b < 2: no\n"));
	free(text);
	results_dir_remove(&d);
}

static void test_report_troubles__stars_are_explained(void **state)
{
	static const char run[] =
		"{\"type\":\"run\",\"scenarios\":[{\"name\":\"s\",\"cells\":["
		"{\"cell\":\"1\"}]}]}\n{\"type\":\"trial\",\"scenario\":\"s\","
		"\"cell\":\"1\",\"trial\":1,\"verdict\":\"recovered\",\"heal\":"
		"\"patience\",\"steps\":{\"a\":{\"ops\":5,\"wall_ns\":1e9,"
		"\"throughput_bytes_s\":77}}}\n";
	static const char *const pages[] = { "report/index.html",
					     "report/report.md" };
	struct results_dir d;
	char *text;

	(void)state;
	results_dir_make(&d, run);
	text = table_of(&d);
	assert_true(has(text, "1 recovered*"));
	assert_true(has(text, "* only after kdbench had ended the faults"));
	assert_false(has(text, "77 B/s"));
	free(text);
	write_pages(&d);
	for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
		text = results_dir_read(&d, pages[i]);
		assert_true(has(text, "1 recovered"));
		assert_true(has(text, "only after kdbench had ended"));
		assert_false(has(text, "77 B/s"));
		free(text);
	}
	results_dir_remove(&d);
}

/* A sample of 0 ns has no place on a logarithmic axis; the others have. */
static void test_report_troubles__a_latency_of_zero_hides_no_other(void **state)
{
	static const char run[] =
		"{\"type\":\"run\",\"scenarios\":[{\"name\":\"s\",\"cells\":["
		"{\"cell\":\"1\"}]}]}\n{\"type\":\"trial\",\"scenario\":\"s\","
		"\"cell\":\"1\",\"trial\":1,\"verdict\":\"completed\","
		"\"steps\":"
		"{\"a\":{\"ops\":100,\"latency_ns\":{\"p50\":1000,\"p90\":"
		"1000000000,\"p99\":1000000000,\"p999\":1000000000,\"max\":"
		"1000000000,"
		"\"n\":100,\"hist\":[[0,1],[192,69],[827,30]]}}}}\n";
	struct report_options o = { 0 };
	struct results_dir d;
	struct err err = { 0 };
	double low = 0;
	char *script;
	char *range;

	(void)state;
	if (!gnuplot_exists("gnuplot"))
		skip();
	results_dir_make(&d, run);
	assert_true(report_write(d.path, &o, &err));
	assert_string_equal(o.warning, "");
	script = results_dir_read(&d, "report/plots/s-curve.gp");
	range = strstr(script, "set yrange [");
	assert_non_null(range);
	low = strtod(range + strlen("set yrange ["), NULL);
	/* Bucket 192 is that of 1 us. */
	assert_true(low > 0 && low < 1100);
	free(script);
	results_dir_remove(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_report_troubles__few_are_all_told),
		cmocka_unit_test(
			test_report_troubles__of_many_it_says_where_the_rest_is),
		cmocka_unit_test(
			test_report_troubles__selected_cells_stand_alone),
		cmocka_unit_test(
			test_report_troubles__unmet_expectations_are_all_told),
		cmocka_unit_test(test_report_troubles__stars_are_explained),
		cmocka_unit_test(
			test_report_troubles__a_latency_of_zero_hides_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
