/* SPDX-License-Identifier: MIT */
/*
 * The catalogue of known faults: every case, for every pair of profiles, ends
 * as scenarios/long/catalogue.yaml says. Whoever changes an outcome changes it
 * there, and says in docs/catalogue.md what it means.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cmocka has a macro of the same name as a function of it. */
#include "bench/run/expect.h"

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/plan/catalogue.h"

#define SEED 1

static int load(void **state)
{
	struct plan *plan = mem_alloc(sizeof(*plan));
	struct err err = { 0 };

	if (!catalogue_load(plan, &err)) {
		print_error("%s:%u: %s\n", err.where.file, err.where.line,
			    err.text);
		return -1;
	}
	*state = plan;
	return 0;
}

static int release(void **state)
{
	plan_release(*state);
	free(*state);
	return 0;
}

static bool has_case(const struct scenario *s, const char *name)
{
	for (size_t i = 0; i < s->case_count; i++) {
		if (strcmp(s->cases[i].name, name) == 0)
			return true;
	}
	return false;
}

static void test_catalogue__has_all_of_the_reference(void **state)
{
	const struct plan *plan = *state;
	static const char *const more[] = { "healthy", "F07b", "F07c" };
	const struct scenario *s = &plan->scenarios[0];

	for (unsigned i = 1; i <= 43; i++) {
		char name[8];

		snprintf(name, sizeof(name), "F%02u", i);
		if (!has_case(s, name))
			fail_msg("there is no %s", name);
	}
	for (size_t i = 0; i < ARRAY_SIZE(more); i++)
		assert_true(has_case(s, more[i]));
	for (size_t i = 0; i < s->case_count; i++)
		assert_true(*s->cases[i].about);
	assert_int_equal(s->cell_count, 8 * s->case_count);
	assert_true(catalogue_expects(plan, "F37", "ms", "naive") ==
		    1u << VERDICT_LIVELOCK);
	assert_true(catalogue_expects(plan, "F99", "ms", "naive") == 0);
}

static bool has_faults(const struct cell *cell)
{
	return cell->faults[0].count || cell->faults[1].count;
}

/* Run one; is it as the catalogue says, and has anything happened at all? */
static bool holds(const struct plan *plan, const struct cell *cell)
{
	const struct trial_input input = {
		.plan = plan,
		.cell = cell,
		.run_seed = SEED,
		.number = 1,
	};
	struct expect_tally tally = { 0 };
	char what[EXPECT_WHAT_MAX] = "";
	struct err err = { 0 };
	struct trial t;
	bool ok;

	if (!trial_run(&t, &input, &err))
		fail_msg("trial: %s", err.text);
	expect_add(&tally, cell, &t);
	ok = expect_judge(&tally, cell, what, sizeof(what)) == EXPECT_MET;
	if (!ok)
		print_error("%s: %s; %s\n", cell->label, what, t.detail);
	if (has_faults(cell) && !t.trail.count) {
		print_error("%s: no fault acted\n", cell->label);
		ok = false;
	}
	expect_release(&tally);
	trial_release(&t);
	return ok;
}

static void test_catalogue__ends_as_it_says(void **state)
{
	const struct plan *plan = *state;
	const struct scenario *s = &plan->scenarios[0];
	size_t wrong = 0;

	for (size_t i = 0; i < s->cell_count; i++)
		wrong += !holds(plan, &s->cells[i]);
	if (wrong)
		fail_msg("%zu of %zu cells end otherwise", wrong,
			 s->cell_count);
}

#define TEST(name) cmocka_unit_test(test_catalogue__##name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(has_all_of_the_reference),
		TEST(ends_as_it_says),
	};

	return cmocka_run_group_tests(tests, load, release);
}
