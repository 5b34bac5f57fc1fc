/* SPDX-License-Identifier: MIT */
/* When a loop goes to sleep, and what it learns of having slept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bench/link/waiter.h"

#define SPIN 1000

static void start(struct waiter *w, int wait)
{
	const struct link l = { .spin_ns = SPIN };

	waiter_init(w, &l, wait, 5000);
}

static void test_waiter__spins_for_ever_when_told_to(void **state)
{
	struct waiter w;

	(void)state;
	start(&w, LINK_WAIT_SPIN);
	assert_false(waiter_sleeps(&w, false, UINT64_MAX / 2));
}

static void test_waiter__blocks_at_once_when_told_to(void **state)
{
	struct waiter w;

	(void)state;
	start(&w, LINK_WAIT_BLOCK);
	assert_false(waiter_sleeps(&w, true, 6000));
	assert_true(waiter_sleeps(&w, false, 6000));
	/* And it never learns otherwise. */
	waiter_slept(&w, true);
	assert_false(waiter_sleeps(&w, true, 6001));
	assert_true(waiter_sleeps(&w, false, 6001));
}

static void test_waiter__spins_for_a_while_and_then_sleeps(void **state)
{
	struct waiter w;

	(void)state;
	start(&w, LINK_WAIT_ADAPTIVE);
	assert_false(waiter_sleeps(&w, false, 5000 + SPIN - 1));
	assert_true(waiter_sleeps(&w, false, 5000 + SPIN));
	assert_false(waiter_sleeps(&w, true, 5000 + SPIN));
	assert_false(waiter_sleeps(&w, false, 5000 + 2 * SPIN - 1));
	assert_true(waiter_sleeps(&w, false, 5000 + 2 * SPIN));
}

/* Something moves 'gap' after the last time, and 'woken' ended a sleep. */
static void pass(struct waiter *w, uint64_t gap, bool woken)
{
	uint64_t now = w->moved_ns + gap;

	assert_true(waiter_sleeps(w, false, w->moved_ns + w->spin_ns));
	waiter_slept(w, woken);
	assert_false(waiter_sleeps(w, true, now));
}

static void test_waiter__spins_longer_if_a_sleep_was_not_worth_it(void **state)
{
	struct waiter w;

	(void)state;
	start(&w, LINK_WAIT_ADAPTIVE);
	pass(&w, 2 * SPIN, true);
	assert_int_equal(w.spin_ns, 2 * SPIN);
	for (unsigned i = 0; i < 10; i++)
		pass(&w, WAITER_GROWTH * SPIN - 1, true);
	assert_int_equal(w.spin_ns, WAITER_GROWTH * SPIN);
	pass(&w, WAITER_GROWTH * SPIN, true);
	assert_int_equal(w.spin_ns, SPIN);
}

/* A pause of the debugger's own is nothing that spinning would shorten. */
static void test_waiter__learns_nothing_from_its_own_timers(void **state)
{
	struct waiter w;

	(void)state;
	start(&w, LINK_WAIT_ADAPTIVE);
	pass(&w, 2 * SPIN, false);
	assert_int_equal(w.spin_ns, SPIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waiter__spins_for_ever_when_told_to),
		cmocka_unit_test(test_waiter__blocks_at_once_when_told_to),
		cmocka_unit_test(
			test_waiter__spins_for_a_while_and_then_sleeps),
		cmocka_unit_test(
			test_waiter__spins_longer_if_a_sleep_was_not_worth_it),
		cmocka_unit_test(
			test_waiter__learns_nothing_from_its_own_timers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
