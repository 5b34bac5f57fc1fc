/* SPDX-License-Identifier: MIT */
/* Schedules whose end is known, and surveys that do not depend on anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/explore/aim.h"
#include "bench/explore/survey.h"
#include "tests/support/plans.h"

#define SESSION                                                   \
	"session: [connect, read-memory: {count: 2, chunk: 16}, " \
	"step, continue]\n"

/* The world of a pair of profiles. */
static struct world *world_of(const char *debugger, const char *target)
{
	static char yaml[512];
	const struct scenario *s;
	struct err err = { 0 };
	struct world *w;

	snprintf(yaml, sizeof(yaml),
		 "name: x\nmatrix: {transport: [sim]}\n"
		 "debugger: {profile: %s}\ntarget: {profile: %s}\n" SESSION,
		 debugger, target);
	s = plans_loaded(NULL, yaml, NULL);
	w = world_new(&s->cells[0], 1, &err);
	assert_non_null(w);
	return w;
}

static void run(struct survey *s, struct world *w, enum survey_faults faults,
		unsigned kinds, unsigned workers)
{
	const struct survey_options o = {
		.faults = faults,
		.kinds = kinds,
		.sessions = 300,
		.seed = 7,
		.workers = workers,
	};
	struct err err = { 0 };

	if (!survey_run(s, w, &o, &err))
		fail_msg("%s", err.text);
}

/* --- ends that are known ----------------------------------------------------
 */

static enum verdict end_of(const char *debugger, const char *target,
			   const char *text, bool *proven)
{
	struct world *w = world_of(debugger, target);
	struct survey s = { 0 };
	struct schedule schedule;
	struct outcome o;
	struct err err = { 0 };

	assert_true(schedule_read(&schedule, text, &err));
	assert_true(reference_run(&s.reference, w, &err));
	assert_true(survey_again(&s, w, &schedule, &o, &err));
	*proven = o.proven;
	survey_release(&s);
	world_free(w);
	plans_release(NULL);
	return (enum verdict)o.verdict;
}

static void test_explore__knows_ends_that_are_known(void **state)
{
	static const struct {
		const char *debugger, *target, *schedule;
		enum verdict verdict;
	} cases[] = {
		{ "robust", "ms", "drop@to-target/request/2+20",
		  VERDICT_RECOVERED },
		{ "robust", "ms", "drop@to-debugger/reply/2+20",
		  VERDICT_RECOVERED },
		{ "robust", "reactos", "delay@to-debugger/ack/3=20",
		  VERDICT_RECOVERED },
		/* It never looks at time, and takes RESEND for an error (F41).
		 */
		{ "radare2", "ms", "drop@to-target/request/2", VERDICT_HANG },
		{ "radare2", "ms", "drop@to-target/request/2+20",
		  VERDICT_GAVE_UP },
		/* A packet sent again on time-out is lost again: the copy. */
		{ "robust", "ms",
		  "drop@to-target/request/2,drop@to-target/request/2.1",
		  VERDICT_RECOVERED },
	};
	bool proven;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(end_of(cases[i].debugger, cases[i].target,
					cases[i].schedule, &proven),
				 cases[i].verdict);
}

static void test_explore__proves_a_livelock(void **state)
{
	struct world *w = world_of("naive", "ms");
	struct survey s;

	(void)state;
	run(&s, w, SURVEY_PAIRS, 1u << ACT_DROP, 2);
	assert_true(s.all.verdicts[VERDICT_LIVELOCK] > 0);
	assert_int_equal(s.all.proven, s.all.verdicts[VERDICT_LIVELOCK]);
	survey_release(&s);
	world_free(w);
}

/* --- nothing depends on the workers -----------------------------------------
 */

static uint64_t digest_of(const char *debugger, const char *target,
			  enum survey_faults faults, unsigned kinds,
			  unsigned workers)
{
	struct world *w = world_of(debugger, target);
	struct survey s;
	uint64_t digest;

	run(&s, w, faults, kinds, workers);
	digest = s.sum.digest;
	survey_release(&s);
	world_free(w);
	plans_release(NULL);
	return digest;
}

static void test_explore__is_the_same_with_any_workers(void **state)
{
	(void)state;
	for (unsigned f = 0; f < SURVEY_FAULTS_COUNT; f++) {
		const unsigned kinds = f == SURVEY_RANDOM || f == SURVEY_SEARCH
					       ? ACT_KINDS_ALL
					       : 1u << ACT_DROP |
							 1u << ACT_REORDER;
		uint64_t one = digest_of("naive", "ms", (enum survey_faults)f,
					 kinds, 1);

		assert_int_equal(digest_of("naive", "ms", (enum survey_faults)f,
					   kinds, 2),
				 one);
		assert_int_equal(digest_of("naive", "ms", (enum survey_faults)f,
					   kinds, 5),
				 one);
	}
}

/*
 * On every machine: a number that differs here where nobody meant to change the
 * protocol, a profile, the session or a fault has a reason that must be found.
 * With 1, 2 and 5 workers the test above must pass first.
 */
static void golden(const char *what, uint64_t is, uint64_t was)
{
	if (is != was)
		fail_msg("%s: 0x%016llx, was 0x%016llx. If a profile, the "
			 "protocol, the session or a fault was meant to "
			 "change, write the new number into this test",
			 what, (unsigned long long)is, (unsigned long long)was);
}

static void test_explore__is_the_same_everywhere(void **state)
{
	(void)state;
	golden("single",
	       digest_of("naive", "ms", SURVEY_SINGLE, 1u << ACT_DROP, 2),
	       UINT64_C(0x762fd9516dbf1f4));
	golden("random",
	       digest_of("windbg", "reactos", SURVEY_RANDOM, ACT_KINDS_ALL, 2),
	       UINT64_C(0x13a77a152bae8e57));
	golden("search",
	       digest_of("naive", "ms", SURVEY_SEARCH, ACT_KINDS_ALL, 2),
	       UINT64_C(0x53a0c00ef3f520e));
}

/* --- what is known need not be run ------------------------------------------
 */

static uint64_t digest_thorough(const char *debugger, const char *target,
				enum survey_faults faults, bool thorough)
{
	/* Stale packets tell of other stops, and leave no other trace. */
	unsigned stale = faults == SURVEY_SINGLE ? 1u << ACT_STALE : 0;
	const struct survey_options o = {
		.faults = faults,
		.kinds = 1u << ACT_DROP | 1u << ACT_DUPLICATE | stale,
		.workers = 2,
		.thorough = thorough,
	};
	struct world *w = world_of(debugger, target);
	struct err err = { 0 };
	struct survey s;
	uint64_t digest;

	if (!survey_run(&s, w, &o, &err))
		fail_msg("%s", err.text);
	digest = s.sum.digest;
	assert_true(thorough || s.rejoin.count > 5);
	survey_release(&s);
	world_free(w);
	plans_release(NULL);
	return digest;
}

/* Verdict, rounds, bytes and time of every schedule. */
static void test_explore__need_not_run_what_is_known(void **state)
{
	static const char *const debuggers[] = { "robust", "windbg", "radare2",
						 "naive" };

	(void)state;
	for (size_t d = 0; d < ARRAY_SIZE(debuggers); d++) {
		const char *target = d % 2 ? "ms" : "reactos";

		assert_int_equal(digest_thorough(debuggers[d], target,
						 SURVEY_SINGLE, false),
				 digest_thorough(debuggers[d], target,
						 SURVEY_SINGLE, true));
	}
	assert_int_equal(digest_thorough("naive", "ms", SURVEY_PAIRS, false),
			 digest_thorough("naive", "ms", SURVEY_PAIRS, true));
}

/* --- what is told can be repeated -------------------------------------------
 */

static void repeats(enum survey_faults faults)
{
	struct world *w = world_of("naive", "ms");
	struct err err = { 0 };
	struct survey s;
	unsigned told = 0;

	run(&s, w, faults, 1u << ACT_DROP | 1u << ACT_FLIP, 2);
	for (unsigned v = 0; v < VERDICT_COUNT; v++)
		for (unsigned i = 0; i < TALLY_KEPT; i++) {
			const struct finding *f = &s.sum.bad[v][i];
			char text[SCHEDULE_TEXT_MAX];
			struct schedule read;
			struct outcome o;

			if (!f->schedule.count)
				continue;
			schedule_write(&f->schedule, text);
			assert_true(schedule_read(&read, text, &err));
			assert_true(survey_again(&s, w, &read, &o, &err));
			assert_int_equal(o.verdict, v);
			assert_int_equal(o.rounds, f->rounds);
			told++;
		}
	assert_true(told > 0);
	survey_release(&s);
	world_free(w);
	plans_release(NULL);
}

/* Also where it was found behind a fault, from a state in the midst. */
static void test_explore__finds_what_repeats_from_the_start(void **state)
{
	(void)state;
	repeats(SURVEY_SINGLE);
	repeats(SURVEY_PAIRS);
	repeats(SURVEY_RANDOM);
	repeats(SURVEY_SEARCH);
}

/* An act does what the stage of a scenario would do. */
static void test_explore__acts_as_scenarios_do(void **state)
{
	struct world *w = world_of("robust", "ms");
	struct err err = { 0 };
	struct survey s;

	(void)state;
	run(&s, w, SURVEY_SINGLE, ACT_KINDS_ALL, 2);
	for (uint64_t i = 0; i < s.space.count; i += 97) {
		const struct passage *p =
			&s.reference.passages[space_passage(&s.space, i)];
		struct schedule schedule;
		struct schedule_chains chains;
		struct outcome o;

		space_at(&s.space, i, &schedule);
		schedule_chains(&schedule, &chains);
		world_restore(w, s.reference.states[p->state], chains.chains);
		assert_true(world_run(w, &o, &err));
		assert_int_equal(o.verdict, s.results[i].verdict);
		assert_int_equal(o.rounds, s.results[i].rounds);
	}
	survey_release(&s);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			test_explore__knows_ends_that_are_known, plans_release),
		cmocka_unit_test_teardown(test_explore__proves_a_livelock,
					  plans_release),
		cmocka_unit_test_teardown(
			test_explore__is_the_same_with_any_workers,
			plans_release),
		cmocka_unit_test_teardown(test_explore__is_the_same_everywhere,
					  plans_release),
		cmocka_unit_test_teardown(
			test_explore__need_not_run_what_is_known,
			plans_release),
		cmocka_unit_test_teardown(
			test_explore__finds_what_repeats_from_the_start,
			plans_release),
		cmocka_unit_test_teardown(test_explore__acts_as_scenarios_do,
					  plans_release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
