/* SPDX-License-Identifier: MIT */
/*
 * What predict counts on each path, and what it writes, as the report reads it:
 * on tests/data/model, whose costs are known.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <math.h>

#include "bench/base/mem.h"
#include "bench/cli/predict_write.h"
#include "bench/predict/model.h"
#include "bench/result/prediction.h"
#include "tests/unit/results_dir.h"

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

static struct result_param *param(const struct result_trial *t, const char *key)
{
	for (size_t i = 0; i < t->param_count; i++)
		if (strcmp(t->params[i].key, key) == 0)
			return &t->params[i];
	fail_msg("no '%s'", key);
	return NULL;
}

static struct result_counter *counter(const struct result_step *s,
				      const char *name)
{
	for (size_t i = 0; i < s->guest.count; i++)
		if (strcmp(s->guest.rows[i].name, name) == 0)
			return &s->guest.rows[i];
	fail_msg("no '%s'", name);
	return NULL;
}

static bool is(const struct result_trial *t, const char *key, const char *value)
{
	return strcmp(param(t, key)->value, value) == 0;
}

/* Make every trial over 'kind' something else; its counters too. */
static void change(const char *kind, const char *key, const char *value,
		   void (*counters)(struct result_step *))
{
	for (size_t i = 0; i < results.trial_count; i++) {
		struct result_trial *t = &results.trials[i];

		if (!is(t, "transport.kind", kind) || !is(t, "accel", "tcg"))
			continue;
		param(t, key)->value = value;
		for (size_t k = 0; counters && k < t->step_count; k++)
			if (t->steps[k].guest.count)
				counters(&t->steps[k]);
	}
}

static void make(void)
{
	struct err err = { 0 };

	if (!models_make(&models, &results, &err))
		fail_msg("%s", err.text);
}

static const struct model *model_of(const char *accel)
{
	for (size_t i = 0; i < models.count; i++)
		if (strcmp(models.items[i].accel, accel) == 0)
			return &models.items[i];
	fail_msg("no model of %s", accel);
	return NULL;
}

/* A byteport fetches as often as it moves a byte, and in vain besides. */
static void fetching(struct result_step *s)
{
	double in = counter(s, "bytes_in")->value;

	counter(s, "polls")->value = 5000;
	counter(s, "mmio_reads")->value = in + 5000;
	counter(s, "port_reads")->value = 0;
	counter(s, "port_writes")->value = 0;
}

static void test_predict__fetches_in_vain_cost_nothing(void **state)
{
	const struct model *m;

	(void)state;
	change("uart", "transport.kind", "byteport", fetching);
	make();
	m = model_of("tcg");
	assert_true(m->paths[PATH_BYTEPORT].present);
	for (size_t i = 0; i < m->row_count; i++) {
		const double *n = m->rows[i].count;

		if (m->rows[i].path != PATH_BYTEPORT)
			continue;
		assert_true(fabs(n[COST_MMIO_READ] - n[COST_BYTE_IN]) < 1e-6);
		assert_true(n[COST_PORT_READ] == 0);
	}
}

/* Payload that no byte on the line accounts for came out of the guest's RAM. */
static void past_the_line(struct result_step *s)
{
	counter(s, "bytes_in")->value = 0;
	counter(s, "bytes_out")->value = 0;
}

static void test_predict__memory_read_past_the_line_is_counted(void **state)
{
	const struct model *m;
	size_t direct = 0;

	(void)state;
	change("ivshmem", "transport.memory", "direct", past_the_line);
	make();
	m = model_of("tcg");
	for (size_t i = 0; i < m->row_count; i++) {
		const double *n = m->rows[i].count;

		if (m->rows[i].path != PATH_RING_DMA)
			continue;
		assert_true(n[COST_DIRECT_KIB] * 1024 == m->rows[i].payload);
		assert_true(n[COST_COPY_KIB] == 0 && n[COST_INSTRUCTION] == 0);
		direct += n[COST_DIRECT_KIB] > 0;
	}
	assert_int_equal(direct, 10);
	assert_false(isnan(m->costs.of[PATH_RING_DMA][COST_DIRECT_KIB]));
}

/* A process of the host traps nowhere, so there is nothing to calibrate. */
static void test_predict__a_process_wants_no_calibration(void **state)
{
	const struct model *m;
	char why[160];

	(void)state;
	change("ivshmem", "transport.kind", "native", NULL);
	for (size_t i = 0; i < results.trial_count; i++) {
		struct result_trial *t = &results.trials[i];

		if (!is(t, "transport.kind", "native"))
			continue;
		param(t, "accel")->value = "none";
		for (size_t k = 0; k < t->step_count; k++)
			t->steps[k].costs.count = 0;
	}
	make();
	m = model_of("none");
	assert_true(model_native(m) && m->calibrations == 0);
	if (!model_good(m, why))
		fail_msg("%s", why);
}

/* Both ends of the file: what is written, read as the report does. */
static void read_back(struct prediction *p, bool whole_run)
{
	struct err err = { 0 };
	struct results_dir d;
	char *path, *all;

	all = results_dir_slurp(RESULTS);
	results_dir_make(&d, all);
	free(all);
	if (!(whole_run ? predict_write_run(d.path, &err)
			: predict_write(&models, &results, NULL, d.path, &err)))
		fail_msg("%s", err.text);
	path = mem_printf("%s/" PREDICT_FILE, d.path);
	if (!prediction_read(p, path, &err))
		fail_msg("%s", err.text);
	free(path);
	results_dir_remove(&d);
	assert_true(p->known);
}

static const struct prediction_term *term(const struct prediction_model *m,
					  const char *name)
{
	for (size_t i = 0; i < m->term_count; i++)
		if (strcmp(m->terms[i].name, name) == 0)
			return &m->terms[i];
	fail_msg("no term '%s'", name);
	return NULL;
}

static void check_models(const struct prediction *p)
{
	const struct prediction_model *tcg = prediction_model_of(p, "tcg");
	const struct prediction_model *kvm = prediction_model_of(p, "kvm");
	const struct model *m = model_of("tcg");

	assert_true(tcg && kvm && p->model_count == 2);
	assert_true(tcg->good && tcg->held_out == 9 && !tcg->why);
	assert_true(fabs(tcg->error_median - m->error_median) < 1e-9);
	assert_int_equal(tcg->row_count, m->row_count);
	assert_true(result_counter(&term(tcg, "port-read")->ns, "uart") == 60);
	/* What never happens on a path costs nothing there. */
	assert_true(isnan(result_counter(&term(tcg, "port-read")->ns, "ring")));
	assert_string_equal(term(tcg, "request")->from, "fitted");
	assert_string_equal(term(kvm, "byte-in")->merged[0], "uart");
	assert_int_equal(p->anchor_count, 7);
	assert_string_equal(p->anchors_by, "kvm");
}

static void test_predict__writes_what_the_report_reads(void **state)
{
	struct prediction p;

	(void)state;
	make();
	read_back(&p, false);
	check_models(&p);
	prediction_release(&p);
	read_back(&p, true);
	check_models(&p);
	prediction_release(&p);
}

/* A run that is not there, and a place that cannot be written. */
static void test_predict__says_what_keeps_it_from_writing(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_false(predict_write_run("/nonexistent", &err));
	assert_non_null(strstr(err.text, "/nonexistent"));
	make();
	assert_false(
		predict_write(&models, &results, NULL, "/nonexistent", &err));
}

/* A run of nothing but calibrations has no models, and says what it can. */
static void test_predict__calibrations_alone_make_anchors(void **state)
{
	struct err err = { 0 };
	struct prediction p;

	(void)state;
	for (size_t i = 0; i < results.trial_count; i++)
		for (size_t k = 0; k < results.trials[i].step_count; k++)
			results.trials[i].steps[k].guest.count = 0;
	assert_false(models_make(&models, &results, &err));
	assert_true(models.count == 0 && models.calibrations > 0);
	read_back(&p, false);
	assert_int_equal(p.model_count, 0);
	assert_null(p.anchors_by);
	assert_int_equal(p.anchor_count, 7);
	assert_true(isfinite(p.anchors[0].model));
	assert_true(isnan(p.anchors[3].model));
	prediction_release(&p);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_predict__fetches_in_vain_cost_nothing),
		TEST(test_predict__memory_read_past_the_line_is_counted),
		TEST(test_predict__a_process_wants_no_calibration),
		TEST(test_predict__writes_what_the_report_reads),
		TEST(test_predict__says_what_keeps_it_from_writing),
		TEST(test_predict__calibrations_alone_make_anchors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
