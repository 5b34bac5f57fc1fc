/* SPDX-License-Identifier: MIT */
/* The cost model on tests/data/model, whose costs are known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "bench/base/mem.h"
#include "bench/predict/anchor.h"
#include "bench/predict/model.h"
#include "bench/predict/save.h"

#define RESULTS "tests/data/model/results.jsonl"

static struct results results;
static struct models models;

static int setup(void **state)
{
	struct err err = { 0 };

	(void)state;
	return results_read(&results, RESULTS, &err) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	models_release(&models);
	results_release(&results);
	return 0;
}

static struct model *model_of(const char *accel)
{
	for (size_t i = 0; i < models.count; i++)
		if (strcmp(models.items[i].accel, accel) == 0)
			return &models.items[i];
	fail_msg("no model of %s", accel);
	return NULL;
}

static void make(void)
{
	struct err err = { 0 };

	if (!models_make(&models, &results, &err))
		fail_msg("%s", err.text);
}

static void assert_near(double have, double want, double share)
{
	if (!(fabs(have - want) <= share * fabs(want)))
		fail_msg("%g is not %g", have, want);
}

/* The numbers of tests/data/make_model.py. */
static void test_model__finds_the_costs_that_made_the_run(void **state)
{
	const struct model *m;
	char why[160];

	(void)state;
	make();
	m = model_of("tcg");
	assert_near(m->costs.of[PATH_UART][COST_PORT_READ], 60, 1e-9);
	assert_near(m->costs.of[PATH_RING][COST_DOORBELL], 1500, 1e-9);
	assert_near(m->costs.of[PATH_UART][COST_INSTRUCTION], 1, 1e-9);
	assert_near(m->costs.of[PATH_UART][COST_REQUEST], 50e3, 0.2);
	assert_near(m->costs.of[PATH_UART][COST_BYTE_OUT], 1600, 0.05);
	assert_near(m->costs.of[PATH_UART][COST_IN_TURN], 25e3, 0.05);
	assert_near(m->costs.of[PATH_UART][COST_BYTE_IN], 1000, 0.1);
	assert_near(m->costs.of[PATH_RING][COST_REQUEST], 8e3, 0.1);
	assert_near(m->costs.of[PATH_RING][COST_HOST_WAKE], 30e3, 0.05);
	assert_true(isnan(m->costs.of[PATH_RING][COST_IN_TURN]));
	assert_true(isnan(m->costs.of[PATH_UART][COST_DOORBELL]));
	assert_true(model_good(m, why));
	assert_true(m->error_median < 0.02 && m->error_max < 0.1);
}

/* Every fourth cell of each path, whole, and the same ones each time. */
static void test_model__holds_every_fourth_cell_out(void **state)
{
	static const struct {
		enum path path;
		unsigned cells, rows;
	} want[] = { { PATH_UART, 2, 6 }, { PATH_RING, 1, 3 } };
	const struct model *m;
	unsigned rows[PATH_COUNT] = { 0 };
	const char *cell = "";
	size_t use = 0;

	(void)state;
	make();
	m = model_of("tcg");
	for (size_t i = 0; i < m->row_count; i++) {
		const struct model_row *row = &m->rows[i];

		if (strcmp(row->cell, cell) == 0)
			assert_int_equal(row->use, use);
		cell = row->cell;
		use = row->use;
		rows[row->path] += use == USE_HELD_OUT;
	}
	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		assert_int_equal(rows[want[i].path], want[i].rows);
	assert_int_equal(m->held_out, 9);
}

/* Nothing but the ids decides: neither the order nor what was measured. */
static void test_model__the_choice_is_the_cells_own(void **state)
{
	char *cells[64];
	size_t n = 0;
	const struct model *m;

	(void)state;
	make();
	m = model_of("tcg");
	for (size_t i = 0; i < m->row_count; i++)
		if (m->rows[i].use == USE_HELD_OUT)
			cells[n++] = mem_strdup(m->rows[i].cell);
	models_release(&models);
	for (size_t i = 0; i < results.trial_count / 2; i++) {
		size_t other = results.trial_count - 1 - i;
		struct result_trial t = results.trials[i];

		results.trials[i] = results.trials[other];
		results.trials[other] = t;
	}
	for (size_t i = 0; i < results.trial_count; i++)
		for (size_t k = 0; k < results.trials[i].step_count; k++)
			results.trials[i].steps[k].wall_ns *= 3;
	make();
	m = model_of("tcg");
	for (size_t i = 0, at = 0; i < m->row_count; i++)
		if (m->rows[i].use == USE_HELD_OUT)
			assert_string_equal(m->rows[i].cell, cells[at++]);
	while (n)
		free(cells[--n]);
}

static void test_model__accelerators_do_not_mix(void **state)
{
	const struct model *kvm;

	(void)state;
	make();
	assert_int_equal(models.count, 2);
	kvm = model_of("kvm");
	assert_int_equal(kvm->row_count, 15);
	assert_near(kvm->costs.of[PATH_UART][COST_PORT_READ], 2600, 1e-9);
	assert_near(kvm->costs.any[COST_COPY_KIB], 60, 1e-9);
	/* One trigger level: what a turn and a byte cost is one thing. */
	assert_true(kvm->paths[PATH_UART].merged[COST_BYTE_IN]);
	assert_near(kvm->costs.of[PATH_UART][COST_IN_TURN], 26e3, 0.05);
}

static void test_model__a_paced_line_takes_its_time(void **state)
{
	const struct model *m;
	size_t paced = 0;

	(void)state;
	make();
	m = model_of("tcg");
	for (size_t i = 0; i < m->row_count; i++) {
		const struct model_row *row = &m->rows[i];

		if (row->use != USE_LINE)
			continue;
		paced++;
		assert_near(
			model_predict(row, &m->costs, NULL),
			(row->count[COST_BYTE_IN] + row->count[COST_BYTE_OUT]) *
				1e10 / 115200,
			1e-9);
		assert_true(fabs(model_error(m, row)) < 0.05);
	}
	assert_int_equal(paced, 3);
}

/* Of three trials the second takes 40 times as long. */
static void test_model__takes_the_median_of_good_trials(void **state)
{
	(void)state;
	make();
	assert_int_equal(models.passed_over, 2);
	for (size_t i = 0; i < models.items[0].row_count; i++)
		assert_int_equal(models.items[0].rows[i].trials, 3);
}

static void test_model__is_refused_if_it_does_not_hold(void **state)
{
	char why[160];
	double factor = 1;

	(void)state;
	for (size_t i = 0; i < results.trial_count; i++) {
		factor = factor > 20 ? 0.3 : factor * 1.7;
		for (size_t k = 0; k < results.trials[i].step_count; k++)
			results.trials[i].steps[k].wall_ns *= factor;
	}
	make();
	assert_false(model_good(model_of("tcg"), why));
	assert_non_null(strstr(why, "median error on held-out cells"));
}

static void test_model__wants_calibrations_and_cells_to_spare(void **state)
{
	char why[160];
	size_t kept = 0;

	(void)state;
	for (size_t i = 0; i < results.trial_count; i++) {
		struct result_trial *t = &results.trials[i];
		const char *label =
			result_param(t->params, t->param_count, "accel");

		/* Of kvm, keep three cells; of tcg no calibration. */
		for (size_t k = 0; k < t->step_count; k++)
			if (strcmp(label, "tcg") == 0)
				t->steps[k].costs.count = 0;
		if (strcmp(label, "kvm") == 0 && kept++ % 5 >= 3)
			t->valid = false;
	}
	make();
	assert_false(model_good(model_of("tcg"), why));
	assert_non_null(strstr(why, "no step 'calibrate' under tcg"));
	assert_false(model_good(model_of("kvm"), why));
	assert_non_null(strstr(why, "no cell is held out"));
}

static void test_model__another_machine_has_other_times(void **state)
{
	struct cost_set there;
	const struct model *m;
	const struct model_row *row;
	double here;

	(void)state;
	make();
	m = model_of("tcg");
	row = &m->rows[1]; /* a read over the UART */
	here = model_predict(row, &m->costs, NULL);
	cost_set_clear(&there);
	assert_near(model_predict(row, &there, &m->costs), here, 1e-12);
	assert_true(cost_set_named(&there, "port-write", 2570));
	assert_near(model_predict(row, &there, &m->costs),
		    here + 2500 * row->count[COST_PORT_WRITE], 1e-9);
	/* What is said of the path counts more than what is said of any. */
	assert_true(cost_set_named(&there, "uart/port-write", 70));
	assert_near(model_predict(row, &there, &m->costs), here, 1e-12);
	assert_false(cost_set_named(&there, "uart/port-writes", 70));
	assert_false(cost_set_named(&there, "urt/port-write", 70));
}

static void test_model__a_run_without_measurements_fails(void **state)
{
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < results.trial_count; i++)
		results.trials[i].valid = false;
	assert_false(models_make(&models, &results, &err));
	assert_non_null(strstr(err.text, "nothing that can be modelled"));
}

static void test_model__anchors_stand_beside_the_documented(void **state)
{
	struct anchor anchors[ANCHOR_COUNT];
	struct models none = { 0 };

	(void)state;
	make();
	assert_ptr_equal(anchors_make(anchors, &models), model_of("kvm"));
	for (size_t i = 0; i < ANCHOR_COUNT; i++)
		assert_near(anchors[i].error,
			    anchors[i].modelled / anchors[i].documented - 1,
			    1e-12);
	/* 73 bytes, a turn and some for each. */
	assert_string_equal(anchors[3].name, "windows-request");
	assert_near(anchors[3].modelled, 73 * 26e3, 0.05);
	/* 2.05 exits of 2 us and what a byte costs the host. */
	assert_string_equal(anchors[4].name, "windows-byte-low");
	assert_near(anchors[4].modelled, 4100 + 1600, 0.05);
	/* A model that may be used goes before one that may not. */
	model_of("kvm")->calibrations = 0;
	assert_ptr_equal(anchors_make(anchors, &models), model_of("tcg"));
	assert_non_null(strstr(anchors[4].why, "TCG"));
	/* Without a fit the guest's part is known all the same. */
	assert_null(anchors_make(anchors, &none));
	assert_near(anchors[4].modelled, 4100, 1e-9);
	assert_non_null(strstr(anchors[4].why, "without the host"));
	assert_near(anchors[0].modelled, 29657, 0.01);
	assert_true(isnan(anchors[3].modelled) && isnan(anchors[3].error));
	assert_non_null(strstr(anchors[3].why, "not known"));
}

static void test_model__is_written_as_json(void **state)
{
	const json_t *model, *row;
	json_t *all;

	(void)state;
	make();
	all = predict_json(&models, &results, NULL);
	assert_int_equal(json_array_size(json_object_get(all, "models")), 2);
	assert_int_equal(json_array_size(json_object_get(all, "anchors")),
			 ANCHOR_COUNT);
	model = json_array_get(json_object_get(all, "models"), 1);
	assert_string_equal(json_string_value(json_object_get(model, "accel")),
			    "tcg");
	assert_true(json_is_true(json_object_get(model, "good")));
	row = json_array_get(json_object_get(model, "rows"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "path")),
			    "uart");
	assert_null(json_object_get(row, "there_ns"));
	json_decref(all);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_model__finds_the_costs_that_made_the_run),
		TEST(test_model__holds_every_fourth_cell_out),
		TEST(test_model__the_choice_is_the_cells_own),
		TEST(test_model__accelerators_do_not_mix),
		TEST(test_model__a_paced_line_takes_its_time),
		TEST(test_model__takes_the_median_of_good_trials),
		TEST(test_model__is_refused_if_it_does_not_hold),
		TEST(test_model__wants_calibrations_and_cells_to_spare),
		TEST(test_model__another_machine_has_other_times),
		TEST(test_model__a_run_without_measurements_fails),
		TEST(test_model__anchors_stand_beside_the_documented),
		TEST(test_model__is_written_as_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
