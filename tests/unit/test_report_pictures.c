/* SPDX-License-Identifier: MIT */
/* Pictures of eleven transports: there, whole, and readable. Needs gnuplot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "report/gnuplot.h"
#include "report/plot.h"
#include "tests/unit/report_dir.h"
#include "tests/unit/svg_texts.h"

static struct results_dir d;
static bool drawn;

static int draw(void **state)
{
	struct report_options o = { 0 };
	struct err err = { 0 };

	(void)state;
	results_dir_copy(&d, "results-glance.jsonl");
	drawn = gnuplot_exists("gnuplot");
	return !report_write(d.path, &o, &err) || (drawn && *o.warning);
}

static int gone(void **state)
{
	(void)state;
	results_dir_remove(&d);
	return 0;
}

static char *svg_of(const char *name)
{
	char *file = mem_printf("report/%s.svg", name);
	char *svg = results_dir_read(&d, file);

	if (!svg)
		fail_msg("there is no picture '%s'", name);
	free(file);
	return svg;
}

static const char *const names[] = {
	"transports-throughput-tcg",
	"transports-split-tcg",
	"transports-load-tcg",
	"transports-latency-tcg",
	"transports-curve-tcg",
	"sweep-sweep-tcg",
	"ladder-tcg",
	"ladder-kvm",
	"accelerators-split-kvm",
	"accelerators-throughput-kvm",
	"sweep-both-sweep-tcg",
	"sweep-both-sweep-kvm",
};

static void test_pictures__no_text_is_cut_off_or_under_another(void **state)
{
	(void)state;
	if (!drawn)
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *svg = svg_of(names[i]);
		char *problem = svg_texts_problem(svg, PLOT_WIDTH);

		if (problem)
			fail_msg("%s: %s", names[i], problem);
		free(svg);
	}
}

/* All of one accelerator, and what has no VMM beside them. */
static void test_pictures__hold_all_transports(void **state)
{
	static const char *const transports[] = {
		"uart<",          "uart-unthrottled<", "byteport<", "virtio<",
		"ring<",          "ring-packet<",      "ring-dma<", "native<",
		"ring-via-unix<", "ring-via-tcp<"
	};
	static const char *const of[] = { "transports-throughput-tcg",
					  "transports-split-tcg",
					  "ladder-tcg" };

	(void)state;
	if (!drawn)
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(of); i++) {
		char *svg = svg_of(of[i]);

		for (size_t k = 0; k < ARRAY_SIZE(transports); k++)
			if (!strstr(svg, transports[k]))
				fail_msg("%s has no '%s'", of[i],
					 transports[k]);
		free(svg);
	}
}

/* A picture holds one of tcg and kvm; a native target has none of its own. */
static void test_pictures__keep_accelerators_apart(void **state)
{
	char *kvm;
	char *path;

	(void)state;
	if (!drawn)
		skip();
	kvm = svg_of("accelerators-throughput-kvm");
	assert_true(has(kvm, "bulk, kvm"));
	assert_true(has(kvm, "bulk, host process"));
	assert_false(has(kvm, "tcg"));
	free(kvm);
	path = mem_printf("%s/report/transports-throughput-host.svg", d.path);
	assert_int_not_equal(access(path, F_OK), 0);
	free(path);
}

static void test_pictures__a_sweep_names_where_each_saturates(void **state)
{
	char *svg;
	char *html;

	(void)state;
	if (!drawn)
		skip();
	svg = svg_of("sweep-sweep-tcg");
	assert_true(has(svg, "uart saturates at 10.8 KB/s"));
	assert_true(has(svg, "ring-dma carries 1.00 GB/s or more"));
	assert_true(has(svg, "native (no VMM) saturates at"));
	free(svg);
	html = results_dir_read(&d, "report/index.html");
	assert_true(has(html, "CPU at 10 KB/s: "));
	assert_true(has(html, ", ring 1/348 of uart"));
	assert_true(has(html, "ring saturates at 396 MB/s, 36,700\u00d7 uart"));
	free(html);
}

static void test_pictures__a_split_says_the_times(void **state)
{
	char *svg;

	(void)state;
	if (!drawn)
		skip();
	svg = svg_of("transports-split-tcg");
	assert_true(has(svg, "service in the guest"));
	assert_true(has(svg, "transport and VMM"));
	assert_true(has(svg, "357 ms: 700 \u00b5s + 355 ms + 1.43 ms"));
	free(svg);
}

/* Ours and the others differ in more than colour. */
static void test_pictures__the_ladder_tells_ours_from_others(void **state)
{
	char *svg;
	char *html;

	(void)state;
	if (!drawn)
		skip();
	svg = svg_of("ladder-tcg");
	assert_true(has(svg, "<pattern"));
	assert_true(has(svg, "neighbours and limits"));
	assert_true(has(svg, "1/36,800"));
	free(svg);
	html = results_dir_read(&d, "report/index.html");
	assert_true(has(html, "Not measured: socat (socat is not installed; "
			      "apt-get install socat), ring-via-pty (it failed "
			      "in every round)."));
	free(html);
}

/* What the check above would say of bad ones. */
static void test_pictures__bad_texts_are_noticed(void **state)
{
	static const char format[] =
		"<g transform=\"translate(%d,20)\" font-size=\"12.00\"  "
		"text-anchor=\"start\">\n<text>some text</text></g>\n"
		"<g transform=\"translate(%d,25)\" font-size=\"12.00\"  "
		"text-anchor=\"end\">\n<text>more</text></g>\n";
	static const struct {
		int first, second;
		const char *says;
	} cases[] = { { 10, 300, NULL },
		      { 10, 40, "'more' is over 'some text'" },
		      { -1, 300, "'some text' is cut off" },
		      { 1090, 300, "'some text' is cut off" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *svg = mem_printf(format, cases[i].first, cases[i].second);
		char *problem = svg_texts_problem(svg, PLOT_WIDTH);

		if (cases[i].says)
			assert_string_equal(problem, cases[i].says);
		else
			assert_null(problem);
		free(problem);
		free(svg);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_pictures__no_text_is_cut_off_or_under_another),
		cmocka_unit_test(test_pictures__hold_all_transports),
		cmocka_unit_test(test_pictures__keep_accelerators_apart),
		cmocka_unit_test(
			test_pictures__a_sweep_names_where_each_saturates),
		cmocka_unit_test(test_pictures__a_split_says_the_times),
		cmocka_unit_test(
			test_pictures__the_ladder_tells_ours_from_others),
		cmocka_unit_test(test_pictures__bad_texts_are_noticed),
	};

	return cmocka_run_group_tests(tests, draw, gone);
}
