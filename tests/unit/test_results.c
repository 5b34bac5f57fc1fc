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

#include "bench/result/results.h"
#include "tests/unit/results_dir.h"

#define RUN "{\"type\":\"run\",\"schema\":1,\"run\":\"r\",\"scenarios\":[]}\n"

/* Read 'text' as results; the caller releases 'r'. */
static bool read_text(struct results *r, const char *text, struct err *err)
{
	struct results_dir d;
	char *path;
	bool ok;

	results_dir_make(&d, text);
	path = mem_printf("%s/results.jsonl", d.path);
	*err = (struct err){ 0 };
	ok = results_read(r, path, err);
	free(path);
	results_dir_remove(&d);
	return ok;
}

static void read_sample(struct results *r)
{
	struct err err = { 0 };

	if (!results_read(r, "tests/data/results-small.jsonl", &err))
		fail_msg("%s", err.text);
}

static void test_results__run_record_is_read(void **state)
{
	struct results r;
	const struct result_scenario *s;

	(void)state;
	read_sample(&r);
	assert_string_equal(r.run.id, "20261121T123456Z-1a2b3c4d");
	assert_string_equal(r.run.seed, "12345");
	assert_null(r.run.git);
	assert_null(r.run.host.governor);
	assert_string_equal(r.run.host.cpu, "AMD EPYC 7B13");
	assert_true(r.run.host.tsc_hz == 2596000000.0);
	assert_true(r.run.host.virtualised);
	assert_string_equal(r.run.qemu_version, "7.2.9");
	assert_int_equal(r.run.scenario_count, 6);
	s = &r.run.scenarios[3];
	assert_string_equal(s->name, "lossy-line");
	assert_int_equal(s->cell_count, 8);
	assert_int_equal(s->note_count, 1);
	assert_int_equal(s->expect_verdict_count, 2);
	assert_string_equal(s->cells[1].label,
			    "transport=uart-unthrottled loss=1e-5");
	assert_string_equal(s->cells[1].axes[1], "loss");
	assert_string_equal(result_param(s->cells[1].params,
					 s->cells[1].param_count, "loss"),
			    "1e-05");
	assert_null(result_param(s->cells[1].params, s->cells[1].param_count,
				 "los"));
	assert_string_equal(s->cells[1].params[0].source, "built-in");
	assert_string_equal(r.run.scenarios[5].skip,
			    "needs kvm, and /dev/kvm is not usable here");
	results_release(&r);
}

static void test_results__trials_are_read(void **state)
{
	struct results r;
	const struct result_trial *t;

	(void)state;
	read_sample(&r);
	t = &r.trials[0];
	assert_string_equal(t->scenario, "throughput");
	assert_string_equal(t->verdict, "completed");
	assert_true(t->valid);
	assert_true(t->trial == 1);
	assert_int_equal(t->step_count, 2);
	assert_string_equal(t->steps[0].name, "read-memory");
	assert_string_equal(t->steps[1].kind, "write-memory");
	assert_true(t->steps[0].throughput_bytes_s > 10000);
	assert_true(t->steps[0].latency.n == 12);
	assert_true(t->steps[0].latency.bin_count > 0);
	assert_true(t->steps[0].cpu.load > 1);
	assert_true(result_counter(&t->steps[0].guest, "port_reads") > 0);
	assert_true(isnan(result_counter(&t->steps[0].guest, "unicorns")));
	assert_true(result_counter(&t->debugger, "packets_in") == 1200);
	assert_true(t->others_cores == 0.03);
	assert_true(r.ended && !r.interrupted && !r.cut);
	assert_true(r.expectation_count > 0 && !r.expectations[0].met);
	results_release(&r);
}

static void test_results__null_is_not_zero(void **state)
{
	struct results r;
	size_t found = 0;

	(void)state;
	read_sample(&r);
	for (size_t i = 0; i < r.trial_count; i++) {
		const struct result_trial *t = &r.trials[i];

		if (strcmp(t->scenario, "late-line") != 0)
			continue;
		found++;
		assert_true(isnan(t->boot_ns));
		assert_true(isnan(t->cpu.load));
		assert_true(isnan(t->peak_rss_bytes));
		assert_true(isnan(t->steps[0].cpu.vcpu_ns));
		assert_true(isnan(t->steal_cores));
		assert_int_equal(t->guest.count, 0);
	}
	assert_true(found > 0);
	results_release(&r);
}

static void test_results__suspect_and_recovery_are_read(void **state)
{
	struct results r;
	size_t recovered = 0;

	(void)state;
	read_sample(&r);
	for (size_t i = 0; i < r.trial_count; i++) {
		const struct result_trial *t = &r.trials[i];

		if (strcmp(t->verdict, "recovered") != 0)
			continue;
		recovered++;
		assert_string_equal(t->suspect.field, "id");
		assert_true(t->suspect.ordinal == 3);
		assert_non_null(strstr(t->suspect.text, "was dropped"));
		assert_true(t->recovery_p50_ns > 0);
		assert_non_null(strstr(t->repeat, "--trial"));
	}
	assert_true(recovered > 0);
	assert_null(r.trials[0].suspect.text);
	results_release(&r);
}

static void test_results__histogram_keeps_the_exact_maximum(void **state)
{
	struct results r;
	struct histogram *h = mem_alloc(sizeof(*h));
	const struct result_latency *latency;

	(void)state;
	read_sample(&r);
	latency = &r.trials[0].steps[0].latency;
	result_latency_merge(latency, h);
	assert_true((double)h->n == latency->n);
	assert_true((double)h->max == latency->max);
	free(h);
	results_release(&r);
}

static void test_results__a_cut_last_line_is_left_out_and_said(void **state)
{
	struct results r;
	struct err err;

	(void)state;
	assert_true(read_text(&r,
			      RUN "{\"type\":\"trial\",\"scenario\":\"s\","
				  "\"cell\":\"c\",\"verdict\":\"hang\"}\n"
				  "{\"type\":\"trial\",\"scen",
			      &err));
	assert_int_equal(r.trial_count, 1);
	assert_true(r.cut);
	assert_true(r.interrupted && !r.ended);
	results_release(&r);
	/* A whole last line that only lacks its end is good. */
	assert_true(read_text(&r, RUN "{\"type\":\"end\",\"exit\":0}", &err));
	assert_false(r.cut);
	assert_true(r.ended);
	results_release(&r);
}

static void test_results__an_interrupted_run_is_told(void **state)
{
	struct results r;
	struct err err;

	(void)state;
	assert_true(read_text(
		&r, RUN "{\"type\":\"end\",\"interrupted\":true}\n", &err));
	assert_true(r.ended && r.interrupted);
	results_release(&r);
	assert_true(read_text(&r, RUN, &err));
	assert_true(!r.ended && r.interrupted);
	results_release(&r);
}

static void test_results__unknown_records_are_passed_over(void **state)
{
	struct results r;
	struct err err;

	(void)state;
	assert_true(
		read_text(&r, RUN "{\"type\":\"weather\",\"rain\":1}\n", &err));
	assert_int_equal(r.trial_count, 0);
	results_release(&r);
}

#define TRIAL(rest)                                                  \
	RUN "{\"type\":\"trial\",\"scenario\":\"s\",\"cell\":\"c\"," \
	    "\"verdict\":\"hang\"," rest "}\n"

static void test_results__garbage_fails_with_its_place(void **state)
{
	static const struct {
		const char *text;
		const char *says; /* after the path */
	} cases[] = {
		{ "", ":1: there is no 'run' record" },
		{ "garbage\n", ":1: not JSON" },
		{ RUN "\x1b[31m\n", ":2: not JSON" },
		{ RUN "{\"a\":1,\"a\":2}\n", ":2: not JSON: duplicate" },
		{ RUN "[]\n", ":2: not an object" },
		{ RUN "7\n", ":2: not an object" },
		{ RUN RUN, ":2: a second 'run' record" },
		{ "{\"type\":\"trial\"}\n",
		  ":1: the first record is not of type 'run'" },
		{ RUN "{}\n", ":2: there is no 'type'" },
		{ RUN "{\"type\":3}\n", ":2: 'type' is not a text" },
		{ RUN "{\"type\":\"trial\"}\n", ":2: there is no 'scenario'" },
		{ "{\"type\":\"run\",\"schema\":2}\n",
		  ":1: these results have schema 2, this kdbench reads 1" },
		{ "{\"type\":\"run\",\"scenarios\":[null]}\n",
		  ":1: there is no 'name'" },
		{ "{\"type\":\"run\",\"host\":[]}\n",
		  ":1: 'host' is not an object" },
		{ TRIAL("\"wall_ns\":\"1\""), ":2: 'wall_ns' is not a number" },
		{ TRIAL("\"wall_ns\":-1"), ":2: 'wall_ns' is below 0" },
		{ TRIAL("\"wall_ns\":1e999"), ":2: not JSON" },
		{ TRIAL("\"valid\":1"), ":2: 'valid' is not true or false" },
		{ TRIAL("\"steps\":[]"), ":2: 'steps' is not an object" },
		{ TRIAL("\"steps\":{\"a\":1}"), ":2: step 'a' is not" },
		{ TRIAL("\"steps\":{\"a\":{\"latency_ns\":{\"hist\":"
			"[[99999,1]]}}}"),
		  ":2: step 'a': 'hist' names bucket 99999" },
		{ TRIAL("\"params\":{\"a\":[]}"),
		  ":2: 'a' in 'params' is not a text" },
		{ TRIAL("\"detail\":\"\\u0000\""), ":2: not JSON" },
		{ RUN "\n\n\nx\n", ":5: not JSON" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct results r;
		struct err err;
		const char *place;

		if (read_text(&r, cases[i].text, &err))
			fail_msg("case %zu is read without complaint", i);
		results_release(&r);
		assert_int_equal(err.kind, ERR_CONFIG);
		place = strstr(err.text, "results.jsonl");
		assert_non_null(place);
		if (strncmp(place + strlen("results.jsonl"), cases[i].says,
			    strlen(cases[i].says)) != 0)
			fail_msg("case %zu says '%s'", i, err.text);
		assert_null(strchr(err.text, '\x1b'));
	}
}

static void test_results__only_files_are_read(void **state)
{
	static const char *const paths[] = { "/dev/zero", "/tmp",
					     "/nonexistent/results.jsonl" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		struct results r;
		struct err err = { 0 };

		assert_false(results_read(&r, paths[i], &err));
		assert_int_equal(err.kind, ERR_USAGE);
		results_release(&r);
	}
}

/* Whatever is cut off or changed in a file, reading it fails or succeeds. */
static void test_results__damaged_files_are_survived(void **state)
{
	char *text = results_dir_slurp("tests/data/results-hostile.jsonl");
	size_t len;
	struct results_dir d;
	char *path;

	(void)state;
	assert_non_null(text);
	len = strlen(text);
	results_dir_make(&d, "");
	path = mem_printf("%s/results.jsonl", d.path);
	for (size_t i = 0; i < len; i += len / 150) {
		char kept = text[i];
		struct results r;
		struct err err = { 0 };

		text[i] = "\xff{[\"0\n\x01"[i % 7];
		results_dir_write(&d, "results.jsonl", text, len - i / 3);
		if (!results_read(&r, path, &err))
			assert_int_not_equal(err.kind, ERR_NONE);
		results_release(&r);
		text[i] = kept;
	}
	free(path);
	results_dir_remove(&d);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_results__run_record_is_read),
		cmocka_unit_test(test_results__trials_are_read),
		cmocka_unit_test(test_results__null_is_not_zero),
		cmocka_unit_test(test_results__suspect_and_recovery_are_read),
		cmocka_unit_test(
			test_results__histogram_keeps_the_exact_maximum),
		cmocka_unit_test(
			test_results__a_cut_last_line_is_left_out_and_said),
		cmocka_unit_test(test_results__an_interrupted_run_is_told),
		cmocka_unit_test(test_results__unknown_records_are_passed_over),
		cmocka_unit_test(test_results__garbage_fails_with_its_place),
		cmocka_unit_test(test_results__only_files_are_read),
		cmocka_unit_test(test_results__damaged_files_are_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
