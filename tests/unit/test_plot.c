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

#include "report/gnuplot.h"
#include "report/plot.h"
#include "report/templates.h"
#include "tests/unit/results_dir.h"

static void test_plot__carries_the_templates_on_disk(void **state)
{
	static const struct {
		const char *name, *path;
	} rows[] = {
		{ "page", "report/plots/page.gp" },
		{ "rows", "report/plots/rows.gp" },
		{ "bars", "report/plots/bars.gp" },
		{ "ladder", "report/plots/ladder.gp" },
		{ "shares", "report/plots/shares.gp" },
		{ "legend", "report/plots/legend.gp" },
		{ "effect", "report/plots/effect.gp" },
		{ "curve", "report/plots/curve.gp" },
		{ "limits", "report/plots/limits.gp" },
		{ "split", "report/plots/split.gp" },
		{ "sweep", "report/plots/sweep.gp" },
		{ "page.css", "report/page.css" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *text = results_dir_slurp(rows[i].path);

		assert_non_null(text);
		assert_string_equal(template_text(rows[i].name), text);
		free(text);
	}
	assert_null(template_text("none"));
}

static void test_plot__axes_hold_their_values_and_room(void **state)
{
	static const struct {
		double low, high, room;
	} cases[] = { { 11e3, 412e6, 0 },  { 11e3, 412e6, 0.5 },
		      { 5, 5, 0 },         { 5, 5, 0.6 },
		      { 1, 1e12, 0.3 },    { 999, 1001, 0 },
		      { 1e-9, 1e-9, 0.2 }, { 100, 1000, 0 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct plot_axis axis =
			plot_axis_over("x", QUANTITY_COUNT, true, cases[i].low,
				       cases[i].high, cases[i].room);
		double whole = log10(axis.max / axis.min);

		assert_true(axis.min > 0 && axis.min < axis.max);
		assert_true(axis.min <= cases[i].low);
		assert_true(axis.max >= cases[i].high);
		if (log10(axis.max / cases[i].high) <
		    cases[i].room * whole - 1e-9)
			fail_msg("case %zu has too little room", i);
	}
}

/* A latency of 0 ns once made the axis begin at the highest value. */
static void test_plot__an_axis_from_zero_shows_what_is_above(void **state)
{
	static const double rooms[] = { 0, 0.4 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rooms); i++) {
		struct plot_axis axis = plot_axis_over("x", QUANTITY_NS, true,
						       0, 5e6, rooms[i]);

		assert_true(axis.min > 0 && axis.min <= 5e6 / 100);
		assert_true(axis.max >= 5e6);
	}
}

static void test_plot__axes_of_nothing_are_still_axes(void **state)
{
	struct plot_axis log_axis =
		plot_axis_over("x", QUANTITY_COUNT, true, INFINITY, 0, 0.5);
	struct plot_axis axis =
		plot_axis_over("x", QUANTITY_COUNT, false, INFINITY, 0, 0.5);

	(void)state;
	assert_true(log_axis.min > 0 && log_axis.max > log_axis.min);
	assert_true(axis.min == 0 && axis.max > 0);
}

/* A picture with this text everywhere that text can go. */
static void begin(struct plot *p, const char *text)
{
	struct plot_axis x = { .title = text,
			       .kind = QUANTITY_COUNT,
			       .max = 10 };

	plot_begin(p, 400, 200, text, text);
	plot_set(p, "rows", 1);
	plot_set(p, "block", (double)plot_block(p));
	plot_number(p, 0.5);
	plot_number(p, 5);
	plot_number(p, 4);
	plot_number(p, 6);
	plot_number(p, 6);
	plot_text(p, text);
	plot_row_end(p);
	plot_place(p, (struct plot_box){ 50, 350, 70, 150 });
	plot_axes(p, &x, NULL);
	plot_ticks(p, 'x', &text, 1, false);
	plot_template(p, "bars");
}

static void test_plot__any_text_can_be_drawn(void **state)
{
	static const char *const texts[] = {
		"plain",
		"it's \"quoted\"",
		"`touch kdbench-was-here`",
		"$(touch kdbench-was-here)",
		"' ; system('touch kdbench-was-here') ; '",
		"\"; system(\"touch kdbench-was-here\")",
		"100%d %s %n %%",
		"{/Symbol a}_x^2 @macro ~a{b} &{x}",
		"back\\slash\\n\\",
		"tab\tnew\nline\x1b",
		"\xff\xfe",
		"",
		" ",
		"1.5",
		"NaN",
		"#comment",
		"<script>&amp;</script>",
	};
	struct results_dir d;

	(void)state;
	if (!gnuplot_exists("gnuplot"))
		skip();
	results_dir_make(&d, "");
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct plot plot;
		struct err err = { 0 };
		char *svg;

		begin(&plot, texts[i]);
		if (!plot_finish(&plot, d.path, "x", "gnuplot", &err))
			fail_msg("case %zu: %s", i, err.text);
		plot_release(&plot);
		svg = results_dir_read(&d, "x.svg");
		assert_non_null(strstr(svg, "</svg>"));
		assert_null(strstr(svg, "<script"));
		free(svg);
		assert_int_not_equal(access("kdbench-was-here", F_OK), 0);
		svg = results_dir_read(&d, "plots/kdbench-was-here");
		assert_null(svg);
	}
	results_dir_remove(&d);
}

static void test_plot__svg_ids_have_the_picture_in_front(void **state)
{
	struct results_dir d;
	struct plot plot;
	struct err err = { 0 };
	char *svg;

	(void)state;
	if (!gnuplot_exists("gnuplot"))
		skip();
	results_dir_make(&d, "");
	begin(&plot, "a picture");
	assert_true(plot_finish(&plot, d.path, "pic", "gnuplot", &err));
	plot_release(&plot);
	svg = results_dir_read(&d, "pic.svg");
	for (const char *at = svg; (at = strstr(at, " id=")); at++)
		assert_int_equal(strncmp(at + 5, "pic-", 4), 0);
	for (const char *at = svg; (at = strstr(at, "href='#")); at++)
		assert_int_equal(strncmp(at + 7, "pic-", 4), 0);
	/* One title, ours, and none that tells gnuplot commands. */
	assert_non_null(strstr(svg, "<title>a picture</title>"));
	assert_null(strstr(strstr(svg, "<title>") + 1, "<title>"));
	free(svg);
	results_dir_remove(&d);
}

static void test_plot__a_broken_script_fails_with_what_gnuplot_says(
	void **state)
{
	static const char script[] = "plot nonsense(\n";
	struct results_dir d;
	struct err err = { 0 };

	(void)state;
	if (!gnuplot_exists("gnuplot"))
		skip();
	results_dir_make(&d, "");
	results_dir_write(&d, "x.gp", script, strlen(script));
	assert_false(gnuplot_run("gnuplot", d.path, "./x.gp", &err));
	assert_int_equal(err.kind, ERR_HOST);
	assert_non_null(strstr(err.text, "./x.gp"));
	assert_non_null(strstr(err.text, "nonsense"));
	results_dir_remove(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plot__carries_the_templates_on_disk),
		cmocka_unit_test(test_plot__axes_hold_their_values_and_room),
		cmocka_unit_test(
			test_plot__an_axis_from_zero_shows_what_is_above),
		cmocka_unit_test(test_plot__axes_of_nothing_are_still_axes),
		cmocka_unit_test(test_plot__any_text_can_be_drawn),
		cmocka_unit_test(test_plot__svg_ids_have_the_picture_in_front),
		cmocka_unit_test(
			test_plot__a_broken_script_fails_with_what_gnuplot_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
