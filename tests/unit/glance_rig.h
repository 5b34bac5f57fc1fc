/* SPDX-License-Identifier: MIT */
/* For tests: the report of a run of eleven transports. Include after cmocka. */
#ifndef TEST_GLANCE_RIG_H
#define TEST_GLANCE_RIG_H

#include "tests/unit/report_dir.h"
#include "tests/unit/summary_rig.h"

#define TEST(f) cmocka_unit_test_setup_teardown(f, sample, gone)

static struct results_dir d;
static char *text;

/* The run of tests/data/results-glance.jsonl, with its prediction. */
static inline int sample(void **state)
{
	char *predict = results_dir_slurp("tests/data/predict.json");
	struct err err = { 0 };

	(void)state;
	results_dir_copy(&d, "results-glance.jsonl");
	results_dir_write(&d, "predict.json", predict, strlen(predict));
	free(predict);
	text = table_of(&d);
	write_pages(&d);
	if (!results_read(&r, "tests/data/results-glance.jsonl", &err))
		return -1;
	summary_make(&s, &r);
	return 0;
}

static inline int gone(void **state)
{
	free(text);
	results_dir_remove(&d);
	return done(state);
}

/* Is every one of these there, in this order? */
static inline void follow(const char *in, const char *const *wanted,
			  size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *at = strstr(in, wanted[i]);

		if (!at)
			fail_msg("'%s' is not there, or too early", wanted[i]);
		in = at;
	}
}

#endif
