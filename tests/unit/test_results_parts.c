/* SPDX-License-Identifier: MIT */
/* Splits, sweeps, costs, exits, limits and predictions, as they are read. */
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

#include "bench/result/prediction.h"
#include "bench/result/results.h"
#include "tests/unit/results_dir.h"

#define RUN "{\"type\":\"run\",\"schema\":1,\"run\":\"r\",\"scenarios\":[]}\n"
#define TRIAL(rest)                                                  \
	RUN "{\"type\":\"trial\",\"scenario\":\"s\",\"cell\":\"c\"," \
	    "\"verdict\":\"completed\"," rest "}\n"
#define LIMIT(rest) RUN "{\"type\":\"limit\"," rest "}\n"

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

static void read_good(struct results *r, const char *text)
{
	struct err err;

	if (!read_text(r, text, &err))
		fail_msg("%s", err.text);
}

static void test_results_parts__splits_and_costs_are_read(void **state)
{
	struct results r;
	const struct result_step *step;

	(void)state;
	read_good(&r,
		  TRIAL("\"steps\":{\"a\":{\"kind\":\"idle\",\"state\":"
			"\"running\",\"split\":{\"guest_ns\":1,"
			"\"transport_ns\":2,\"harness_ns\":3,\"wall_ns\":6},"
			"\"costs\":{\"poll\":2.5,\"doorbell\":null}},"
			"\"b\":{\"split\":null}}"));
	step = &r.trials[0].steps[0];
	assert_string_equal(step->state, "running");
	assert_true(step->split.guest_ns == 1 && step->split.transport_ns == 2);
	assert_true(step->split.harness_ns == 3 && step->split.wall_ns == 6);
	assert_true(result_counter(&step->costs, "poll") == 2.5);
	assert_true(isnan(result_counter(&step->costs, "doorbell")));
	step = &r.trials[0].steps[1];
	assert_true(isnan(step->split.guest_ns) && isnan(step->split.wall_ns));
	assert_null(step->state);
	assert_int_equal(step->costs.count, 0);
	assert_int_equal(step->sweep_count, 0);
	results_release(&r);
}

static void test_results_parts__sweeps_are_read(void **state)
{
	struct results r;
	const struct result_step *step;

	(void)state;
	read_good(&r, TRIAL("\"steps\":{\"a\":{\"sweep\":[{\"offered_bytes_s\":"
			    "1000,\"achieved_bytes_s\":990,\"payload_bytes\":"
			    "99,\"ops\":3,\"wall_ns\":1e8,\"cpu\":{\"vcpu_ns\":"
			    "5,\"load\":7},\"latency_ns\":{\"p50\":4,\"n\":3}},"
			    "{\"offered_bytes_s\":2000,\"cpu\":null,"
			    "\"latency_ns\":null}]}}"));
	step = &r.trials[0].steps[0];
	assert_int_equal(step->sweep_count, 2);
	assert_true(step->sweep[0].offered_bytes_s == 1000);
	assert_true(step->sweep[0].achieved_bytes_s == 990);
	assert_true(step->sweep[0].cpu.load == 7);
	assert_true(step->sweep[0].latency.p50 == 4);
	assert_true(step->sweep[1].offered_bytes_s == 2000);
	assert_true(isnan(step->sweep[1].achieved_bytes_s));
	assert_true(isnan(step->sweep[1].cpu.load));
	assert_true(isnan(step->sweep[1].latency.p50));
	results_release(&r);
}

static void test_results_parts__exits_that_are_not_known_are_left_out(
	void **state)
{
	struct results r;
	const struct result_trial *t;

	(void)state;
	read_good(&r, TRIAL("\"guest_load\":41.5,\"exits_by_kind\":{\"exits\":"
			    "7,\"io_exits\":0,\"insn_emulation\":null}"));
	t = &r.trials[0];
	assert_true(t->guest_load == 41.5);
	assert_true(result_counter(&t->exits_by_kind, "exits") == 7);
	assert_true(result_counter(&t->exits_by_kind, "io_exits") == 0);
	assert_true(isnan(result_counter(&t->exits_by_kind, "insn_emulation")));
	results_release(&r);
	read_good(&r, TRIAL("\"exits_by_kind\":null"));
	assert_int_equal(r.trials[0].exits_by_kind.count, 0);
	results_release(&r);
}

static void test_results_parts__limits_are_read(void **state)
{
	struct results r;

	(void)state;
	read_good(&r,
		  LIMIT("\"name\":\"gdbstub\",\"about\":\"gdb\",\"accel\":"
			"\"tcg\",\"bytes\":16777216,\"rates_bytes_s\":[1,"
			"null,3],\"skip\":null") "{\"type\":\"limit\",\"name\":"
						 "\"socat\",\"skip\":"
						 "\"no socat\"}\n");
	assert_int_equal(r.limit_count, 2);
	assert_string_equal(r.limits[0].name, "gdbstub");
	assert_string_equal(r.limits[0].accel, "tcg");
	assert_true(r.limits[0].bytes == 16777216);
	assert_int_equal(r.limits[0].rate_count, 3);
	assert_true(r.limits[0].rates_bytes_s[0] == 1);
	assert_true(isnan(r.limits[0].rates_bytes_s[1]));
	assert_true(r.limits[0].rates_bytes_s[2] == 3);
	assert_null(r.limits[0].skip);
	assert_int_equal(r.limits[1].rate_count, 0);
	assert_string_equal(r.limits[1].skip, "no socat");
	results_release(&r);
}

static void test_results_parts__garbage_fails_with_its_place(void **state)
{
	static const struct {
		const char *text;
		const char *says; /* after the path */
	} cases[] = {
		{ LIMIT("\"name\":null"), ":2: there is no 'name'" },
		{ LIMIT("\"name\":\"x\",\"rates_bytes_s\":{}"),
		  ":2: 'rates_bytes_s' is not a list" },
		{ LIMIT("\"name\":\"x\",\"rates_bytes_s\":[1,-1]"),
		  ":2: 'rates_bytes_s' is not a list of numbers" },
		{ LIMIT("\"name\":\"x\",\"rates_bytes_s\":[\"1\"]"),
		  ":2: 'rates_bytes_s' is not a list of numbers" },
		{ TRIAL("\"exits_by_kind\":[]"),
		  ":2: 'exits_by_kind' is not an object" },
		{ TRIAL("\"exits_by_kind\":{\"exits\":-1}"),
		  ":2: 'exits' is below 0" },
		{ TRIAL("\"steps\":{\"a\":{\"split\":7}}"),
		  ":2: step 'a': 'split' is not an object" },
		{ TRIAL("\"steps\":{\"a\":{\"split\":{\"guest_ns\":-5}}}"),
		  ":2: step 'a': 'guest_ns' is below 0" },
		{ TRIAL("\"steps\":{\"a\":{\"costs\":{\"poll\":\"x\"}}}"),
		  ":2: step 'a': 'poll' is not a number" },
		{ TRIAL("\"steps\":{\"a\":{\"sweep\":{}}}"),
		  ":2: step 'a': 'sweep' is not a list" },
		{ TRIAL("\"steps\":{\"a\":{\"sweep\":[7]}}"),
		  ":2: step 'a': 'sweep' is not a list of objects" },
		{ TRIAL("\"steps\":{\"a\":{\"sweep\":[{},{\"ops\":\"x\"}]}}"),
		  ":2: step 'a': 'sweep', entry 2: 'ops' is not a number" },
		{ TRIAL("\"steps\":{\"a\":{\"sweep\":[{\"cpu\":3}]}}"),
		  ":2: step 'a': 'sweep', entry 1: 'cpu' is not an object" },
		{ TRIAL("\"steps\":{\"a\":{\"state\":3}}"),
		  ":2: step 'a': 'state' is not a text" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct results r;
		struct err err;
		const char *place;

		if (read_text(&r, cases[i].text, &err))
			fail_msg("case %zu is read without complaint", i);
		results_release(&r);
		place = strstr(err.text, "results.jsonl");
		assert_non_null(place);
		if (strncmp(place + strlen("results.jsonl"), cases[i].says,
			    strlen(cases[i].says)) != 0)
			fail_msg("case %zu says '%s'", i, err.text);
	}
}

/* A sweep of a million rates is no sweep. */
static void test_results_parts__lists_have_an_end(void **state)
{
	size_t size = 1 << 20;
	char *text = mem_alloc(size);
	struct results r;
	struct err err;
	size_t at;

	(void)state;
	at = (size_t)snprintf(text, size, "%s",
			      RUN "{\"type\":\"trial\",\"scenario\":\"s\","
				  "\"cell\":\"c\",\"verdict\":\"hang\","
				  "\"steps\":{\"a\":{\"sweep\":[{}");
	for (int i = 0; i < 5000; i++)
		at += (size_t)snprintf(text + at, size - at, ",{}");
	snprintf(text + at, size - at, "]}}}\n");
	assert_false(read_text(&r, text, &err));
	assert_non_null(strstr(err.text, "'sweep' has 5001 entries"));
	results_release(&r);
	free(text);
}

#define GOOD "{\"schema\":1,"
#define MODEL GOOD "\"models\":[{\"accel\":\"tcg\","

/* --- predictions ------------------------------------------------------------
 */

static bool predict_text(struct prediction *p, const char *text,
			 struct err *err)
{
	struct results_dir d;
	char *path;
	bool ok;

	results_dir_make(&d, "");
	results_dir_write(&d, "predict.json", text, strlen(text));
	path = mem_printf("%s/predict.json", d.path);
	*err = (struct err){ 0 };
	ok = prediction_read(p, path, err);
	free(path);
	results_dir_remove(&d);
	return ok;
}

static void test_prediction__is_read(void **state)
{
	char *text = results_dir_slurp("tests/data/predict.json");
	const struct prediction_model *m;
	struct prediction p;
	struct err err;

	(void)state;
	assert_non_null(text);
	if (!predict_text(&p, text, &err))
		fail_msg("%s", err.text);
	assert_true(p.known);
	assert_int_equal(p.model_count, 2);
	m = &p.models[0];
	assert_string_equal(m->accel, "tcg");
	assert_true(m->good && m->held_out == 3);
	assert_true(m->error_median == 0.071 && m->error_max == 0.19);
	assert_int_equal(m->term_count, 4);
	assert_string_equal(m->terms[1].from, "calibrated");
	assert_true(result_counter(&m->terms[1].ns, "ring") == 415);
	/* Part of another cost, and so not 0. */
	assert_true(isnan(result_counter(&m->terms[3].ns, "uart")));
	assert_int_equal(m->terms[3].merged_count, 1);
	assert_string_equal(m->terms[3].merged[0], "uart");
	assert_int_equal(m->row_count, 11);
	assert_string_equal(m->rows[3].use, "held-out");
	assert_true(m->rows[0].measured_ns > 0);
	assert_int_equal(m->unfitted_count, 1);
	assert_false(p.models[1].good);
	assert_non_null(strstr(p.models[1].why, "above 20%"));
	assert_ptr_equal(prediction_model_of(&p, p.anchors_by), m);
	assert_null(prediction_model_of(&p, "none"));
	assert_null(prediction_model_of(&p, NULL));
	assert_int_equal(p.anchor_count, 3);
	assert_string_equal(p.anchors[0].unit, "bytes/s");
	assert_true(p.anchors[0].error == -0.052);
	assert_null(p.anchors[1].why);
	assert_true(isnan(p.anchors[2].model));
	prediction_release(&p);
	free(text);
}

static void test_prediction__none_is_no_failure(void **state)
{
	struct prediction p;
	struct err err = { 0 };

	(void)state;
	assert_true(prediction_read(&p, "/nonexistent/predict.json", &err));
	assert_false(p.known);
	prediction_release(&p);
}

static void test_prediction__garbage_is_refused(void **state)
{
	static const struct {
		const char *text;
		const char *says;
	} cases[] = {
		{ "", "not JSON" },
		{ "\x1b[31m", "not JSON" },
		{ "[]", "not an object" },
		{ "{\"a\":1,\"a\":1}", "not JSON: duplicate" },
		{ "{}", "its 'schema' is not 1" },
		{ "{\"schema\":\"1\"}", "'schema' is not a number" },
		{ "{\"schema\":2,\"models\":[]}", "its 'schema' is not 1" },
		{ GOOD "\"models\":{}}", "'models' is not a list" },
		{ GOOD "\"models\":[7]}", "'models' is not a list of objects" },
		{ GOOD "\"models\":[{}]}",
		  "'models', entry 1: there is no 'accel'" },
		{ MODEL "\"good\":1}]}",
		  "'models', entry 1: 'good' is not true or false" },
		{ MODEL "\"error_median\":\"x\"}]}",
		  "'error_median' is not a number" },
		{ MODEL "\"terms\":[{}]}]}",
		  "'models', entry 1: 'terms', entry 1: there is no 'name'" },
		{ MODEL "\"terms\":[{\"name\":\"t\",\"ns\":[]}]}]}",
		  "'terms', entry 1: 'ns' is not an object" },
		{ MODEL "\"terms\":[{\"name\":\"t\",\"ns\":{\"a\":-1}}]}]}",
		  "'terms', entry 1: 'a' is below 0" },
		{ MODEL "\"terms\":[{\"name\":\"t\",\"merged\":[1]}]}]}",
		  "'terms', entry 1: 'merged' is not a list of texts" },
		{ MODEL "\"rows\":[{\"cell\":\"c\",\"measured_ns\":-1}]}]}",
		  "'rows', entry 1: 'measured_ns' is below 0" },
		{ MODEL "\"rows\":[{\"cell\":\"c\",\"use\":1}]}]}",
		  "'rows', entry 1: 'use' is not a text" },
		{ MODEL "\"unfitted\":[{}]}]}",
		  "'unfitted', entry 1: there is no 'path'" },
		{ GOOD "\"anchors\":[7]}",
		  "'anchors' is not a list of objects" },
		{ GOOD "\"anchors_by\":[]}", "'anchors_by' is not a text" },
	};
	struct prediction p;
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (predict_text(&p, cases[i].text, &err))
			fail_msg("case %zu is read without complaint", i);
		assert_false(p.known);
		prediction_release(&p);
		assert_non_null(strstr(err.text, "predict.json: "));
		if (!strstr(err.text, cases[i].says))
			fail_msg("case %zu says '%s'", i, err.text);
		assert_null(strchr(err.text, '\x1b'));
	}
	/* A device could go on for ever. */
	assert_false(prediction_read(&p, "/dev/zero", &err));
	prediction_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_results_parts__splits_and_costs_are_read),
		cmocka_unit_test(test_results_parts__sweeps_are_read),
		cmocka_unit_test(
			test_results_parts__exits_that_are_not_known_are_left_out),
		cmocka_unit_test(test_results_parts__limits_are_read),
		cmocka_unit_test(
			test_results_parts__garbage_fails_with_its_place),
		cmocka_unit_test(test_results_parts__lists_have_an_end),
		cmocka_unit_test(test_prediction__is_read),
		cmocka_unit_test(test_prediction__none_is_no_failure),
		cmocka_unit_test(test_prediction__garbage_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
