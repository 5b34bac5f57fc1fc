/* SPDX-License-Identifier: MIT */
/*
 * What is told of a whole run of eleven transports: at a glance, costs, the
 * model, and two accelerators side by side.
 */
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
#include "report/overview.h"
#include "tests/unit/glance_rig.h"

static void test_glance__fits_eighty_columns(void **state)
{
	(void)state;
	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n");

		if (utf8_columns(line, len) > 80)
			fail_msg("too wide: '%.*s'", (int)len, line);
		line += len + (line[len] == '\n');
	}
}

static void test_glance__one_row_a_transport(void **state)
{
	static const char *const wanted[] = {
		"Transports at a glance: transports, tcg and host process\n",
		"transport              rate     ratio  8 bytes   CPU/MB   "
		"traps/B   idle   runs\n",
		"tcg:\n",
		"uart           ",
		"1\u00d7",
		"uart-unthrottled",
		"byteport",
		"virtio",
		"ring  ",
		"37,000\u00d7",
		"0.50%  0.80%\n", /* QEMU's 0.3 and 0.6, kdbench's 0.2 */
		"ring-via-pty",
		"host process:\n",
		"native ",
		"877 MB/s         -", /* nothing to compare */
		"Rate, ratio to uart",
		"traps per byte, not times",
	};

	(void)state;
	follow(text, wanted, ARRAY_SIZE(wanted));
}

static void test_glance__markdown_can_be_pasted(void **state)
{
	static const char *const wanted[] = {
		"### Transports at a glance: transports, tcg and host process",
		"\n\n| transport | payload rate | ratio | 8-byte read | CPU "
		"per "
		"MB | traps per byte | CPU idle, stopped | CPU idle, running "
		"|\n|---|---:|---:|---:|---:|---:|---:|---:|\n",
		"| **tcg** |",
		"| ring | 408 MB/s | 37,000\u00d7 | 29.7 \u00b5s | 3.86 ms | "
		"0.00058 | 0.50% | 0.80% |\n",
		"## The ladder",
		"| memcpy |",
		"## transports",
		"### Where the time of an operation goes",
		"| uart | bulk | 357 ms | 700 \u00b5s | 355 ms | 1.43 ms | "
		"99% |\n",
		"### tcg and kvm side by side",
		"## Cost model",
	};
	char *md = results_dir_read(&d, "report/report.md");

	(void)state;
	follow(md, wanted, ARRAY_SIZE(wanted));
	free(md);
}

/* It follows from what steps did, whatever they are called. */
static void test_glance__needs_two_of_three(void **state)
{
	static const char trial[] =
		"{\"type\":\"trial\",\"scenario\":\"s\",\"cell\":\"c\",\"trial"
		"\":1,\"verdict\":\"completed\",\"steps\":{%s}}\n";
	static const char bulk[] = "\"x\":{\"kind\":\"read-memory\",\"ops\":4,"
				   "\"payload_bytes\":4096,"
				   "\"throughput_bytes_s\":9}";
	static const char small[] = "\"y\":{\"kind\":\"read-memory\",\"ops\":4,"
				    "\"payload_bytes\":32,\"latency_ns\":{"
				    "\"p50\":5}}";
	static const char idle[] = "\"z\":{\"kind\":\"idle\",\"state\":"
				   "\"running\",\"wall_ns\":1e9,\"cpu\":{"
				   "\"load\":5,\"harness_ns\":0}}";
	static const struct {
		const char *a, *b;
		bool shown;
	} cases[] = {
		{ bulk, small, true }, { bulk, idle, true },
		{ small, idle, true }, { bulk, NULL, false },
		{ idle, NULL, false }, { small, NULL, false },
	};

	(void)state;
	done(NULL);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *steps = mem_printf("%s%s%s", cases[i].a,
					 cases[i].b ? "," : "",
					 cases[i].b ? cases[i].b : "");
		char *line = mem_printf(trial, steps);
		struct results_dir own;
		struct sheet sheet;

		make(&own, CELL, line);
		if (overview_make(&sheet, &s, &s.scenarios[0]) !=
		    cases[i].shown)
			fail_msg("case %zu", i);
		drop(&own);
		free(steps);
		free(line);
	}
}

static void test_glance__spreadsheets(void **state)
{
	char *ladder = results_dir_read(&d, "report/ladder.csv");
	char *sweep = results_dir_read(&d, "report/sweep.csv");
	char *csv = results_dir_read(&d, "report/report.csv");

	(void)state;
	assert_true(has(ladder, "\"tcg\",\"kd:ring\",4"));
	assert_true(has(ladder, "\"socat is not installed; apt-get install "
				"socat\""));
	assert_true(has(sweep, "\"ring\",\"tcg\",\"rates\",10000,10000,"));
	assert_true(has(csv, ",split_guest_ns,split_guest_ns_low"));
	assert_true(has(csv, ",io_exits_per_byte,"));
	free(ladder);
	free(sweep);
	free(csv);
}

static void test_glance__the_page_begins_with_what_tells_most(void **state)
{
	static const char *const wanted[] = {
		"<h1>kdbench report</h1>",
		"Transports at a glance",
		"<th class=\"group\" colspan=\"8\">tcg</th>",
		"<nav>",
		"<h2>The ladder</h2>",
		"<h2>transports</h2>",
		"<h2>accelerators</h2>",
		"tcg and kvm side by side",
		"What one of each costs here",
		"<h2>Cost model</h2>",
		"made without, the model is off by 7.1% in the median, by 19% "
		"at most.",
		"<summary>Measured beside modelled, one operation: "
		"tcg</summary>",
		"Not to be used: its median error on held-out cells is 31%",
		"<h3>Anchors: what others documented</h3>",
		"with 2.9 us an exit",
		"<h2>Environment</h2>",
	};
	char *html = results_dir_read(&d, "report/index.html");

	(void)state;
	follow(html, wanted, ARRAY_SIZE(wanted));
	free(html);
}

static void test_glance__accelerators_stand_beside_each_other(void **state)
{
	static const char *const wanted[] = {
		"accelerators: Every transport",
		"kvm:\nuart ",
		"tcg and kvm side by side\n",
		"transport         step          tcg        kvm  kvm / tcg",
		"uart-unthrottled  bulk    1.30 MB/s   145 KB/s     1/8.95",
		"ring              bulk     409 MB/s  1.07 GB/s      "
		"2.62\u00d7",
	};

	(void)state;
	follow(text, wanted, ARRAY_SIZE(wanted));
	/* The accelerator is said once, and is no axis beside it. */
	assert_false(has(text, "accel kvm"));
	assert_false(has(text, "accel=kvm"));
}

static void test_glance__costs_of_each_accelerator(void **state)
{
	static const char *const wanted[] = {
		"What one of each costs here\n",
		"cost        tcg, ring  kvm, ring  what it is\n",
		"port-read     57.0 ns    2.89 \u00b5s  IN from a port",
		"doorbell       310 ns          -",
		"copy-kib",
		"Cost model, tcg: time = sum of count",
		"term          uart     ring\n",
		"calibrated:\n",
		"port-read  58.1 ns        -\n",
		"fitted:\n",
		"byte-in      above     0 ns\n",
		"On 3 steps of cells that it was made without, the model is "
		"off by 7.1%",
		"No fit for ring+via (2 measurements",
		"Cost model, kvm: time = sum of count",
		"Not to be used: its median error",
		"a back-door port per byte   11.5 KB/s  10.9 KB/s  -5.2%\n",
		"rings to dom0                 2.30 \u00b5s    2.60 \u00b5s   "
		"+13%\n",
		"what takes a fit              12.0 ms          -      -\n",
		"What a byte over a UART costs the host is taken from the "
		"model of tcg; the rest",
	};

	(void)state;
	follow(text, wanted, ARRAY_SIZE(wanted));
}

static void test_glance__a_broken_model_is_told_and_done_without(void **state)
{
	static const char broken[] = "{\"terms\":[{\"name\":\"\x1b[31m\"";
	char *html;
	char *table;

	(void)state;
	results_dir_write(&d, "predict.json", broken, strlen(broken));
	table = table_of(&d);
	write_pages(&d);
	html = results_dir_read(&d, "report/index.html");
	assert_true(has(table, "predict.json: not JSON"));
	assert_null(strchr(table, '\x1b'));
	assert_true(has(html, "predict.json: not JSON"));
	assert_false(has(html, "<h2>Cost model</h2>"));
	assert_true(has(table, "Transports at a glance"));
	free(html);
	free(table);
}

/* Texts of an unknown hand, and more paths than a table has room for. */
static void test_glance__a_hostile_model_is_shown_as_it_is(void **state)
{
#define EVIL "<b>|\\u001b[31m"
	static const char hostile[] =
		"{\"schema\":1,\"anchors_by\":\"" EVIL "\",\"models\":[{"
		"\"accel\":\"" EVIL "\",\"why\":\"" EVIL
		"\",\"held_out\":1e300,"
		"\"error_median\":1e300,\"terms\":[{\"name\":\"" EVIL
		"\",\"about\":\"" EVIL "\",\"from\":\"" EVIL "\",\"merged\":["
		"\"" EVIL "\"],\"ns\":{\"p0\":1,\"p1\":1,\"p2\":1,\"p3\":1,"
		"\"p4\":1,\"p5\":1,\"p6\":1,\"p7\":1,\"p8\":1,\"p9\":1e300,"
		"\"pa\":1,\"pb\":1,\"pc\":1,\"pd\":1,\"pe\":1}}],\"unfitted\":["
		"{\"path\":\"" EVIL "\"}],\"rows\":[{"
		"\"scenario\":\"" EVIL "\",\"cell\":\"" EVIL
		"\",\"step\":\"" EVIL "\",\"use\":\"" EVIL
		"\",\"measured_ns\":0,\"model_ns\":1}]}],"
		"\"anchors\":[{\"name\":\"" EVIL "\",\"why\":\"" EVIL
		"\",\"source\":\"" EVIL "\",\"unit\":\"" EVIL
		"\",\"model\":1e300,\"error\":-1e300}]}";
	char *html, *md, *table;

	(void)state;
	results_dir_write(&d, "predict.json", hostile, strlen(hostile));
	table = table_of(&d);
	write_pages(&d);
	html = results_dir_read(&d, "report/index.html");
	md = results_dir_read(&d, "report/report.md");
	assert_true(has(html, "<h2>Cost model</h2>"));
	assert_true(has(html, "&lt;b&gt;|"));
	assert_true(has(html, "More paths have costs than there is room"));
	assert_false(has(html, "<b>"));
	assert_false(has(md, "<b>|"));
	assert_null(strchr(html, '\x1b'));
	assert_null(strchr(md, '\x1b'));
	assert_null(strchr(table, '\x1b'));
	free(html);
	free(md);
	free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_glance__fits_eighty_columns),
		TEST(test_glance__one_row_a_transport),
		TEST(test_glance__markdown_can_be_pasted),
		TEST(test_glance__needs_two_of_three),
		TEST(test_glance__spreadsheets),
		TEST(test_glance__the_page_begins_with_what_tells_most),
		TEST(test_glance__accelerators_stand_beside_each_other),
		TEST(test_glance__costs_of_each_accelerator),
		TEST(test_glance__a_broken_model_is_told_and_done_without),
		TEST(test_glance__a_hostile_model_is_shown_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
