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

#include <unistd.h>

#include "report/gnuplot.h"
#include "report/report.h"
#include "tests/unit/results_dir.h"

/*
 * A results file whose every text is markup, a command, a formula or a control
 * sequence: results-hostile.jsonl. What is made of it must be text and nothing
 * else.
 */
static struct results_dir d;
static char *html;
static bool drawn;

static int make(void **state)
{
	struct report_options o = { 0 };
	struct err err = { 0 };

	(void)state;
	drawn = gnuplot_exists("gnuplot");
	o.no_pictures = !drawn;
	results_dir_copy(&d, "results-hostile.jsonl");
	if (!report_write(d.path, &o, &err) || *o.warning) {
		fprintf(stderr, "%s%s\n", err.text, o.warning);
		return -1;
	}
	html = results_dir_read(&d, "report/index.html");
	return html ? 0 : -1;
}

static int drop(void **state)
{
	(void)state;
	free(html);
	results_dir_remove(&d);
	return 0;
}

static void test_html_escape__no_text_becomes_markup(void **state)
{
	(void)state;
	assert_non_null(strstr(html, "&lt;script&gt;alert(1)"));
	assert_null(strstr(html, "<script"));
	assert_null(strstr(html, "</pre></pre>"));
	assert_non_null(strstr(html, "&lt;/pre&gt;"));
}

static void test_html_escape__no_control_character_is_left(void **state)
{
	(void)state;
	for (const char *at = html; *at; at++)
		if ((unsigned char)*at < ' ' && !strchr("\n\t", *at))
			fail_msg("a byte %#x is left", (unsigned char)*at);
	/* U+202E turns the direction of writing. */
	assert_null(strstr(html, "\xe2\x80\xae"));
}

static void test_html_escape__a_policy_forbids_scripts_and_loading(void **state)
{
	(void)state;
	assert_non_null(strstr(html, "default-src 'none'"));
}

/* Every attribute is closed and every tag too: count what must match. */
static void test_html_escape__tags_stay_balanced(void **state)
{
	static const char *const tags[] = { "table",   "section", "ul",
					    "details", "figure",  "article",
					    "pre",     "svg" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		char *open = mem_printf("<%s", tags[i]);
		char *close = mem_printf("</%s>", tags[i]);
		size_t opened = 0;
		size_t closed = 0;

		for (const char *at = html; (at = strstr(at, open)); at++)
			opened += strchr(" >\n", at[strlen(open)]) != NULL;
		for (const char *at = html; (at = strstr(at, close)); at++)
			closed++;
		if (opened != closed)
			fail_msg("%zu <%s>, %zu closed", opened, tags[i],
				 closed);
		free(open);
		free(close);
	}
}

static void test_html_escape__markdown_has_no_markup_of_theirs(void **state)
{
	char *md = results_dir_read(&d, "report/report.md");

	(void)state;
	assert_non_null(md);
	assert_null(strstr(md, "<script"));
	assert_null(strchr(md, '`'));
	assert_null(strstr(md, "\n# heading"));
	assert_null(strstr(md, "cmd|"));
	free(md);
}

static void test_html_escape__csv_has_no_formulas(void **state)
{
	char *csv = results_dir_read(&d, "report/report.csv");
	size_t lines = 0;

	(void)state;
	assert_non_null(csv);
	assert_null(strstr(csv, "\"=cmd"));
	assert_null(strstr(csv, ",=cmd"));
	for (const char *at = csv; (at = strchr(at, '\n')); at++)
		lines++;
	/* Titles and ten cells of three steps: no text made its own line. */
	assert_int_equal(lines, 31);
	free(csv);
}

static void test_html_escape__nothing_is_run(void **state)
{
	static const char *const places[] = { "kdbench-was-here",
					      "report/kdbench-was-here",
					      "report/plots/kdbench-was-here" };

	(void)state;
	assert_int_not_equal(access("kdbench-was-here", F_OK), 0);
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		char *path = mem_printf("%s/%s", d.path, places[i]);

		assert_int_not_equal(access(path, F_OK), 0);
		free(path);
	}
}

/* The scenario is called ../../../../tmp/x. */
static void test_html_escape__files_stay_in_the_report(void **state)
{
	char *path = mem_printf("%s/report/tmp-x-latency.svg", d.path);
	char *svg;

	(void)state;
	if (!drawn) {
		free(path);
		skip();
	}
	assert_int_equal(access(path, F_OK), 0);
	assert_int_not_equal(access("/tmp/x-latency.svg", F_OK), 0);
	svg = results_dir_slurp(path);
	assert_null(strstr(svg, "<script"));
	assert_non_null(strstr(svg, "&lt;script"));
	free(svg);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_html_escape__no_text_becomes_markup),
		cmocka_unit_test(
			test_html_escape__no_control_character_is_left),
		cmocka_unit_test(
			test_html_escape__a_policy_forbids_scripts_and_loading),
		cmocka_unit_test(test_html_escape__tags_stay_balanced),
		cmocka_unit_test(
			test_html_escape__markdown_has_no_markup_of_theirs),
		cmocka_unit_test(test_html_escape__csv_has_no_formulas),
		cmocka_unit_test(test_html_escape__nothing_is_run),
		cmocka_unit_test(test_html_escape__files_stay_in_the_report),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
