/* SPDX-License-Identifier: MIT */
/* 'accel' as an axis, on machines that have KVM and on those that have not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/plans.h"

#define BOTH \
	PLANS_SMALL "matrix: { accel: [tcg, kvm], transport: [ring, uart] }\n"

static unsigned asked;
static bool has_kvm;

/* A machine whose KVM is slower than TCG, or not there. */
static bool machine(enum accel_choice choice, const struct qemu_config *qemu,
		    enum accel *accel, char why[160], struct err *err)
{
	assert_non_null(qemu->binary);
	asked++;
	*accel = choice == ACCEL_CHOICE_KVM ? ACCEL_KVM : ACCEL_TCG;
	snprintf(why, 160, "because");
	if (choice != ACCEL_CHOICE_KVM || has_kvm)
		return true;
	err_set(err, ERR_HOST, "cannot open '/dev/kvm'");
	return err_hint(err, "load it");
}

static int setup(void **state)
{
	(void)state;
	plans_accel = machine;
	has_kvm = false;
	asked = 0;
	return 0;
}

static void test_plan_accel__both_are_cells_of_their_own(void **state)
{
	const struct scenario *s;

	(void)state;
	has_kvm = true;
	s = plans_loaded(NULL, BOTH, NULL);
	assert_int_equal(s->cell_count, 4);
	assert_int_equal(asked, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_null(s->cells[i].skip_reason);
		assert_int_equal(s->cells[i].accel,
				 i < 2 ? ACCEL_TCG : ACCEL_KVM);
		assert_true(plans_param(&s->cells[i], "accel")->axis);
	}
	assert_string_equal(s->cells[2].label, "accel=kvm transport=ring");
	assert_string_not_equal(s->cells[0].id, s->cells[2].id);
	assert_null(s->notes[0]);
}

/* Its id is that of a machine that has it. */
static void test_plan_accel__what_is_missing_is_left_out(void **state)
{
	const struct scenario *s;
	char id[17];

	(void)state;
	has_kvm = true;
	memcpy(id, plans_loaded(NULL, BOTH, NULL)->cells[2].id, 17);
	has_kvm = false;
	s = plans_loaded(NULL, BOTH, NULL);
	assert_int_equal(s->cell_count, 4);
	assert_null(s->cells[0].skip_reason);
	assert_null(s->cells[1].skip_reason);
	for (size_t i = 2; i < 4; i++) {
		assert_string_equal(s->cells[i].skip_reason,
				    "no kvm here: cannot open '/dev/kvm'");
		assert_int_equal(s->cells[i].accel, ACCEL_KVM);
		assert_string_equal(plans_param(&s->cells[i], "accel")->value,
				    "kvm");
	}
	assert_string_equal(s->cells[2].id, id);
	assert_string_equal(s->notes[0],
			    "2 cells left out: no kvm here: cannot open "
			    "'/dev/kvm'");
	assert_null(s->notes[1]);
	assert_null(s->skip_reason);
}

/* Asked for alone it is needed. */
static void test_plan_accel__alone_it_is_a_failure(void **state)
{
	static const struct {
		const char *scenario, *set;
	} cases[] = {
		{ PLANS_SMALL "accel: kvm\n", NULL },
		{ PLANS_SMALL "matrix: { accel: [kvm] }\n", NULL },
		{ BOTH, "accel=kvm" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_false(plans_load(NULL, cases[i].scenario, cases[i].set));
		assert_int_equal(plans_err.kind, ERR_HOST);
		assert_string_equal(plans_err.text, "cannot open '/dev/kvm'");
		assert_string_equal(plans_err.hint, "load it");
	}
}

/* 'auto' is one of the two: the same cell, not a third one. */
static void test_plan_accel__auto_is_one_of_them(void **state)
{
	const struct scenario *s;

	(void)state;
	s = plans_loaded(NULL,
			 PLANS_SMALL "matrix: { accel: [auto, tcg, kvm] }\n",
			 NULL);
	assert_int_equal(s->cell_count, 2);
	assert_null(s->cells[0].skip_reason);
	assert_non_null(s->cells[1].skip_reason);
	assert_string_equal(plans_plan.accel_why, "because");
}

/* Nobody looks for KVM for what has no QEMU, or is not run at all. */
static void test_plan_accel__is_not_looked_for_in_vain(void **state)
{
	(void)state;
	plans_loaded(NULL, PLANS_SMALL "matrix: { transport: [sim, native] }\n",
		     NULL);
	assert_int_equal(asked, 0);
}

int main(void)
{
#define TEST(name)                                                      \
	cmocka_unit_test_setup_teardown(test_plan_accel__##name, setup, \
					plans_release)
	const struct CMUnitTest tests[] = {
		TEST(both_are_cells_of_their_own),
		TEST(what_is_missing_is_left_out),
		TEST(alone_it_is_a_failure),
		TEST(auto_is_one_of_them),
		TEST(is_not_looked_for_in_vain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
