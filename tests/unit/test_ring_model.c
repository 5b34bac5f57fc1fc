/* SPDX-License-Identifier: MIT */
/*
 * That no wake-up is lost, by trying everything: both ends of a ring, each of
 * which may sleep, in all interleavings that x86-TSO allows (ring_model.h,
 * tests/support/tso.h). A wake-up is lost if nobody can go on but by a timer.
 * Bytes that are read twice, early or not at all would be seen too.
 *
 * And that this test can see: each of the mutants must lose one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/explore.h"
#include "tests/unit/ring_model.h"

static struct explore all;

/* Everything that can happen next. False: nothing, unless a timer ends. */
static bool expand(const struct world *w)
{
	bool any = false;

	for (unsigned who = 0; who < 2; who++) {
		struct world next = *w;

		if (!tso_drained(&next.tso, who)) {
			tso_drain(&next.tso, who);
			explore_add(&all, &next);
			any = true;
		}
		for (int by_timer = 0; by_timer < 2; by_timer++) {
			next = *w;
			m.who = who;
			if (!step(&next, by_timer != 0))
				continue;
			explore_add(&all, &next);
			any |= !by_timer;
		}
	}
	return any;
}

/* Try everything. True: a wake-up can be lost. */
static bool can_lose(enum mutant mutant, uint32_t size, uint32_t total,
		     unsigned hosts, uint8_t timers)
{
	struct world first = { .thread = { { .timers = timers },
					   { .timers = timers } } };
	bool lost = false;
	struct world w;

	m.mutant = mutant;
	m.size = size;
	m.total = total;
	m.host[WRITER] = (hosts & 1) != 0;
	m.host[READER] = (hosts & 2) != 0;
	explore_reset(&all);
	explore_add(&all, &first);
	while (!lost && explore_next(&all, &w)) {
		bool over = w.thread[WRITER].where == DONE &&
			    w.thread[READER].where == DONE;

		lost = !expand(&w) && !over;
	}
	return lost;
}

static int setup(void **state)
{
	(void)state;
	explore_init(&all, sizeof(struct world));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	explore_release(&all);
	return 0;
}

static const struct {
	uint32_t size, total;
	uint8_t timers;
} cases[] = {
	{ 1, 3, 0 }, /* each byte fills it: both ends sleep in turn */
	{ 2, 4, 0 },
	{ 1, 2, 1 }, /* timers: an end lies down and gets up at any time */
	{ 2, 3, 1 },
	{ 1, 3, 2 },
};

static void test_ring_model__no_wakeup_is_lost(void **state)
{
	size_t worlds = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (unsigned hosts = 0; hosts < 4; hosts++) {
			if (can_lose(MUTANT_NONE, cases[i].size, cases[i].total,
				     hosts, cases[i].timers))
				fail_msg("lost in case %zu, hosts %u", i,
					 hosts);
			worlds += all.states;
		}
	}
	print_message("%zu states\n", worlds);
	assert_true(worlds > 10000);
}

static void test_ring_model__sees_what_each_order_is_for(void **state)
{
	(void)state;
	for (enum mutant k = MUTANT_NONE + 1; k < MUTANT_COUNT; k++) {
		bool lost = false;

		for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
			for (unsigned h = 0; h < 4 && !lost; h++)
				lost = can_lose(k, cases[i].size,
						cases[i].total, h,
						cases[i].timers);
		}
		if (!lost)
			fail_msg("nothing is lost, though: %s",
				 mutant_names[k]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ring_model__no_wakeup_is_lost),
		cmocka_unit_test(test_ring_model__sees_what_each_order_is_for),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
