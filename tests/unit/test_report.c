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

static void test_report__table_fits_eighty_columns(void **state)
{
	static const char *const samples[] = { "results-small.jsonl",
					       "results-hostile.jsonl" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		struct results_dir d;
		char *text;

		results_dir_copy(&d, samples[i]);
		text = table_of(&d);
		for (const char *line = text; *line;) {
			size_t len = strcspn(line, "\n");

			if (utf8_columns(line, len) > 80)
				fail_msg("too wide: '%.*s'", (int)len, line);
			for (size_t k = 0; k < len; k++)
				assert_true((unsigned char)line[k] >= ' ');
			line += len + (line[len] == '\n');
		}
		free(text);
		results_dir_remove(&d);
	}
}

static void test_report__table_says_what_was_measured_and_where(void **state)
{
	static const char *const wanted[] = {
		"throughput: What does each transport deliver",
		"tcg, 3 trials a cell",
		"a trap costs next to nothing under tcg",
		"traps/B",
		"11.0 KB/s \u00b1<1%",
		"virtual time, 2 trials a cell",
		"skipped: needs kvm",
		"2 livelock",
		"suspect: byte 8 (id) of request 3 to the target was dropped",
		"kdbench run --seed 12345 --only",
		"expectations not met",
		"verdict livelock not in",
		"'-' is not available",
	};
	struct results_dir d;
	char *text;

	(void)state;
	results_dir_copy(&d, "results-small.jsonl");
	text = table_of(&d);
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		if (!has(text, wanted[i]))
			fail_msg("'%s' is not said", wanted[i]);
	free(text);
	results_dir_remove(&d);
}

/* The virtual runs have no CPU time: neither table nor CSV may say 0. */
static void test_report__unavailable_is_never_zero(void **state)
{
	static const char run[] =
		"{\"type\":\"run\",\"scenarios\":[{\"name\":\"s\",\"cells\":[{"
		"\"cell\":\"c\",\"label\":\"\",\"axes\":[],\"params\":{"
		"\"transport.kind\":\"sim\"}}]}]}\n{\"type\":\"trial\","
		"\"scenario\":\"s\",\"cell\":\"c\",\"trial\":1,\"verdict\":"
		"\"completed\",\"steps\":{\"a\":{\"ops\":5,\"cpu\":null},"
		"\"b\":{\"ops\":5,\"cpu\":{\"load\":7.0}}}}\n";
	struct results_dir d;
	char *text;
	char *csv;

	(void)state;
	results_dir_make(&d, run);
	text = table_of(&d);
	assert_true(has(text, "CPU"));
	assert_true(has(text, " 7%"));
	assert_false(has(text, "0%"));
	write_pages(&d);
	csv = results_dir_read(&d, "report/report.csv");
	assert_true(has(csv, ",\"a\",\"a\",1,0,0,0,1,0,0,0,0,0,0,0,0,0,,,"));
	free(text);
	free(csv);
	results_dir_remove(&d);
}

static void test_report__interrupted_runs_are_marked(void **state)
{
	struct results_dir d;
	char *text;
	char *html;

	(void)state;
	results_dir_make(&d, "{\"type\":\"run\",\"scenarios\":[]}\n"
			     "{\"type\":\"end\",\"interrupted\":true}\n{\"ty");
	text = table_of(&d);
	write_pages(&d);
	html = results_dir_read(&d, "report/index.html");
	assert_true(has(text, "The run was interrupted."));
	assert_true(has(text, "last line"));
	assert_true(has(html, "The run was interrupted."));
	free(text);
	free(html);
	results_dir_remove(&d);
}

static void test_report__page_stands_alone(void **state)
{
	static const char *const wanted[] = {
		"What does each transport deliver", /* the question */
		"<th scope=\"row\">uart</th>",      /* the table */
		"How this was measured",
		"drawn from seed 12345",
		"Environment",
		"AMD EPYC 7B13",
		"qemu-system-x86_64",
		"kdbench run --seed 12345 scenarios/throughput.yaml",
		"- read-memory: { region: pattern, size: 4MiB", /* the YAML */
		"Under tcg the guest is emulated",
		"What the numbers mean",
	};
	static const char *const unwanted[] = { "<script", "<link", "<img",
						"<iframe", " src=", "@import",
						"url(http" };
	struct results_dir d;
	char *html;

	(void)state;
	results_dir_copy(&d, "results-small.jsonl");
	write_pages(&d);
	html = results_dir_read(&d, "report/index.html");
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		if (!has(html, wanted[i]))
			fail_msg("'%s' is not there", wanted[i]);
	for (size_t i = 0; i < ARRAY_SIZE(unwanted); i++)
		if (has(html, unwanted[i]))
			fail_msg("'%s' is there", unwanted[i]);
	free(html);
	results_dir_remove(&d);
}

static void test_report__without_gnuplot_there_is_a_warning(void **state)
{
	struct report_options o = { .gnuplot = "/nonexistent/gnuplot" };
	struct results_dir d;
	struct err err = { 0 };
	char *html;

	(void)state;
	results_dir_copy(&d, "results-small.jsonl");
	assert_true(report_write(d.path, &o, &err));
	assert_int_equal(err.kind, ERR_NONE);
	assert_true(has(o.warning, "apt-get install gnuplot"));
	html = results_dir_read(&d, "report/index.html");
	assert_true(has(html, "apt-get install gnuplot"));
	assert_false(has(html, "<svg"));
	free(html);
	results_dir_remove(&d);
}

static void test_report__a_gnuplot_that_fails_is_a_warning(void **state)
{
	static const char script[] = "#!/bin/sh\n"
				     "[ \"$1\" = --version ] && exit 0\n"
				     "echo out of ink; exit 1\n";
	struct report_options o = { 0 };
	struct results_dir d;
	struct err err = { 0 };
	char *program;

	(void)state;
	results_dir_copy(&d, "results-small.jsonl");
	results_dir_write(&d, "fake", script, strlen(script));
	program = mem_printf("%s/fake", d.path);
	assert_int_equal(chmod(program, 0755), 0);
	o.gnuplot = program;
	assert_true(report_write(d.path, &o, &err));
	assert_true(has(o.warning, "could not be drawn"));
	assert_true(has(o.warning, "out of ink"));
	free(program);
	results_dir_remove(&d);
}

static bool has_file(const struct results_dir *d, const char *name)
{
	char *text = results_dir_read(d, name);
	bool there = text && *text;

	free(text);
	return there;
}

static void test_report__pictures_follow_from_the_data(void **state)
{
	static const char *const wanted[] = {
		"throughput-throughput", "throughput-latency",
		"latency-latency",       "latency-curve",
		"latency-load",          "log-storm-storm",
		"lossy-line-effect",     "lossy-line-recovery",
		"lossy-line-verdicts",   "late-line-effect",
	};
	static const char *const unwanted[] = {
		"throughput-effect", "throughput-storm", "throughput-recovery",
		"throughput-verdicts", "log-storm-throughput"
	};
	struct report_options o = { 0 };
	struct results_dir d;
	struct err err = { 0 };
	char *html;

	(void)state;
	if (!gnuplot_exists("gnuplot"))
		skip();
	results_dir_copy(&d, "results-small.jsonl");
	assert_true(report_write(d.path, &o, &err));
	assert_string_equal(o.warning, "");
	html = results_dir_read(&d, "report/index.html");
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		char *svg = mem_printf("report/%s.svg", wanted[i]);
		char *png = mem_printf("report/%s.png", wanted[i]);
		char *id = mem_printf("id=\"%s-", wanted[i]);

		if (!has_file(&d, svg) || !has_file(&d, png) || !has(html, id))
			fail_msg("no picture '%s'", wanted[i]);
		free(svg);
		free(png);
		free(id);
	}
	for (size_t i = 0; i < ARRAY_SIZE(unwanted); i++) {
		char *svg = mem_printf("report/%s.svg", unwanted[i]);

		if (has_file(&d, svg))
			fail_msg("needless picture '%s'", unwanted[i]);
		free(svg);
	}
	assert_true(has(html, "1/")); /* captions have ratios */
	assert_true(has(html, "fastest is ring"));
	free(html);
	results_dir_remove(&d);
}

static void test_report__links_in_a_run_directory_are_not_followed(void **state)
{
	static const char precious[] = "do not overwrite";
	struct report_options o = { .no_pictures = true };
	struct results_dir d;
	struct err err = { 0 };
	char *dir;
	char *link_path;
	char *kept;

	(void)state;
	results_dir_copy(&d, "results-small.jsonl");
	results_dir_write(&d, "precious", precious, strlen(precious));
	dir = mem_printf("%s/report", d.path);
	link_path = mem_printf("%s/index.html", dir);
	assert_int_equal(mkdir(dir, 0777), 0);
	assert_int_equal(symlink("../precious", link_path), 0);
	assert_true(report_write(d.path, &o, &err));
	kept = results_dir_read(&d, "precious");
	assert_string_equal(kept, precious);
	results_dir_remove(&d);

	/* Nor is the directory itself taken if it is a link. */
	results_dir_copy(&d, "results-small.jsonl");
	free(dir);
	dir = mem_printf("%s/report", d.path);
	assert_int_equal(symlink("/tmp", dir), 0);
	assert_false(report_write(d.path, &o, &err));
	assert_int_equal(err.kind, ERR_HOST);
	free(kept);
	free(link_path);
	free(dir);
	results_dir_remove(&d);
}

static void test_report__runs_stay_apart_in_one_report(void **state)
{
	struct report_options o = { .no_pictures = true };
	struct results_dir a;
	struct results_dir b;
	struct err err = { 0 };
	const char *dirs[2];
	char *out;
	char *html;

	(void)state;
	results_dir_copy(&a, "results-small.jsonl");
	results_dir_copy(&b, "results-small.jsonl");
	dirs[0] = a.path;
	dirs[1] = b.path;
	out = mem_printf("%s/both", a.path);
	assert_true(report_write_many(dirs, 2, out, &o, &err));
	html = results_dir_read(&a, "both/index.html");
	assert_true(has(html, "<h1 class=\"run\">run1: "));
	assert_true(has(html, "<h1 class=\"run\">run2: "));
	assert_true(has(html, "nothing is averaged"));
	free(html);
	free(out);
	results_dir_remove(&a);
	results_dir_remove(&b);
}

static void test_report__a_directory_without_results_is_refused(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_false(report_table(stdout, "/nonexistent", NULL, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_true(has(err.hint, "kdbench run"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_report__table_fits_eighty_columns),
		cmocka_unit_test(
			test_report__table_says_what_was_measured_and_where),
		cmocka_unit_test(test_report__unavailable_is_never_zero),
		cmocka_unit_test(test_report__interrupted_runs_are_marked),
		cmocka_unit_test(test_report__page_stands_alone),
		cmocka_unit_test(
			test_report__without_gnuplot_there_is_a_warning),
		cmocka_unit_test(
			test_report__a_gnuplot_that_fails_is_a_warning),
		cmocka_unit_test(test_report__pictures_follow_from_the_data),
		cmocka_unit_test(
			test_report__links_in_a_run_directory_are_not_followed),
		cmocka_unit_test(test_report__runs_stay_apart_in_one_report),
		cmocka_unit_test(
			test_report__a_directory_without_results_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
