/* SPDX-License-Identifier: MIT */
/* Time to prompt of a whole run: on a terminal, on pages, as a picture. */
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
#include "report/pictures.h"
#include "tests/unit/report_dir.h"
#include "tests/unit/summary_rig.h"
#include "tests/unit/svg_texts.h"

static struct results_dir d;
static char *text;

static int sample(void **state)
{
	(void)state;
	results_dir_copy(&d, "results-prompt.jsonl");
	text = table_of(&d);
	write_pages(&d);
	return 0;
}

static int gone(void **state)
{
	(void)state;
	free(text);
	results_dir_remove(&d);
	return 0;
}

static void follow(const char *in, const char *const *wanted, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *at = strstr(in, wanted[i]);

		if (!at)
			fail_msg("'%s' is not there, or too early", wanted[i]);
		in = at + 1;
	}
}

static void test_prompt_page__fits_a_terminal(void **state)
{
	(void)state;
	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n");

		if (utf8_columns(line, len) > 80)
			fail_msg("too wide: '%.*s'", (int)len, line);
		line += len + (line[len] == '\n');
	}
}

static void test_prompt_page__comes_first_and_has_all_columns(void **state)
{
	static const char *const wanted[] = {
		"Time to prompt: tcg and host process\n",
		"transport",
		"attach ",
		"step ",
		"10 frames ",
		"reload ",
		"4 GiB ",
		"reconnect\n",
		"tcg:\n",
		"uart ",
		"~120 h",
		"  think windbg",
		"virtio ",
		"host process:\n",
		"native ",
		"~ extrapolated from a sample.",
		"[] the range of fewer",
		"Time to prompt: what else there is",
		"read 128  by packets",
		"What it takes",
		"ring ",
		"1,800  2,100,000",
		"traps ",
		"bytes ",
		"19.3 KB",
		"From attach: windbg-attach, attach;",
		"windbg-stack, cold",
		"Arithmetic of a 128-byte read",
		"26.6 ms",
		"windbg-attach: 1 trial a cell, in the tables above\n",
		"not simply completed",
	};

	(void)state;
	assert_int_equal(strncmp(text, wanted[0], strlen(wanted[0])), 0);
	follow(text, wanted, ARRAY_SIZE(wanted));
	/* Its own table would say the same again. */
	assert_false(has(text, "uart, think none"));
}

static void test_prompt_page__markdown_can_be_pasted(void **state)
{
	static const char *const wanted[] = {
		"## Time to prompt\n",
		"| transport | think | attach | step | 10 frames | reload (180 "
		"modules) | 4 GiB dump | reconnect "
		"|\n|---|---|---:|---:|---:|---:|---:|---:|\n",
		"| **tcg** |",
		"| uart | none | 1.7 s |",
		"| ring | windbg | ",
		"128-byte read",
		"### Arithmetic of a 128-byte read",
	};
	char *md = results_dir_read(&d, "report/report.md");

	(void)state;
	follow(md, wanted, ARRAY_SIZE(wanted));
	free(md);
}

static void test_prompt_page__html_has_it_before_all_else(void **state)
{
	static const char *const wanted[] = { "id=\"prompt0\"",
					      "<h2>Time to prompt</h2>",
					      "10 frames", "#s0-0",
					      "windbg-attach</h2>" };
	char *html = results_dir_read(&d, "report/index.html");

	(void)state;
	follow(html, wanted, ARRAY_SIZE(wanted));
	free(html);
}

static void test_prompt_page__csv_has_a_line_a_cell(void **state)
{
	char *csv = results_dir_read(&d, "report/prompt.csv");
	size_t lines = 0;

	(void)state;
	for (const char *at = csv; (at = strchr(at, '\n')); at++)
		lines++;
	/* 14 cells of 8 columns, but no reconnect over byteport; the titles. */
	assert_int_equal(lines, 14 * 8 - 2 + 1);
	assert_true(has(csv, "\"ring\",\"windbg\",\"4 GiB dump\","
			     "\"windbg-dump\","));
	free(csv);
}

static void test_prompt_page__picture_is_whole_and_readable(void **state)
{
	static const char *const wanted[] = {
		"time to prompt: tcg<", ">attach<",   ">reload (180 modules)<",
		"uart-unthrottled<",    ">native<",   ">~120 h<",
		">4 GiB dump<",         ">reconnect<"
	};
	struct pictures ps = { .summary = &s,
			       .dir = d.path,
			       .prefix = "",
			       .suffix = "",
			       .gnuplot = "gnuplot" };
	struct err err = { 0 };
	char *svg, *problem;

	(void)state;
	if (!gnuplot_exists("gnuplot"))
		skip();
	if (!results_read(&r, "tests/data/results-prompt.jsonl", &err))
		fail_msg("%s", err.text);
	summary_make(&s, &r);
	picture_prompt(&ps);
	assert_int_equal(ps.count, 1);
	assert_int_equal(ps.failed, 0);
	assert_true(has(ps.list[0].caption, "step 1 to 600"));
	svg = results_dir_read(&d, "time-to-prompt.svg");
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		if (!has(svg, wanted[i]))
			fail_msg("no '%s'", wanted[i]);
	problem = svg_texts_problem(svg, PLOT_WIDTH);
	if (problem)
		fail_msg("%s", problem);
	free(svg);
	free(ps.list);
	done(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prompt_page__fits_a_terminal),
		cmocka_unit_test(
			test_prompt_page__comes_first_and_has_all_columns),
		cmocka_unit_test(test_prompt_page__markdown_can_be_pasted),
		cmocka_unit_test(test_prompt_page__html_has_it_before_all_else),
		cmocka_unit_test(test_prompt_page__csv_has_a_line_a_cell),
		cmocka_unit_test(
			test_prompt_page__picture_is_whole_and_readable),
	};

	return cmocka_run_group_tests(tests, sample, gone);
}
