/* SPDX-License-Identifier: MIT */
/*
 * RESETs that pile up bounce for ever, though answers get through in between
 * (F36): a livelock, as long as it is one and no longer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/rig.h"

#define STALE "stale: { count: 3, packet: { class: reset } }"
#define NONE "drop: { probability: 0 }"

static struct kd_counts outcome(const char *debugger, const char *input,
				const char *fault, unsigned count,
				enum verdict verdict)
{
	char *yaml = mem_printf(
		"name: t\ntransport: sim\nguest.pattern: 64KiB\n"
		"heal: { rounds: 80 }\ndebugger.profile: %s\n"
		"target.reset-input: %s\n"
		"faults: { to-target: [ { %s } ] }\n"
		"session: [connect, version: { count: %u }, continue]\n",
		debugger, input, fault, count);
	struct kd_counts counts;
	struct rig r;

	rig_run(&r, yaml, 0, 1, 1);
	assert_verdict(&r, verdict);
	if (verdict == VERDICT_LIVELOCK)
		assert_non_null(strstr(r.trial.detail, "not proven"));
	counts = r.trial.counts;
	rig_release(&r);
	free(yaml);
	return counts;
}

static void test_sim_bounce__never_ends(void **state)
{
	(void)state;
	outcome("windbg", "kept", STALE, 400, VERDICT_LIVELOCK);
}

static void test_sim_bounce__ends_where_what_piled_up_is_discarded(void **state)
{
	(void)state;
	assert_true(
		outcome("windbg", "discarded", STALE, 400, VERDICT_RECOVERED)
			.resets_out <= 3);
}

static void test_sim_bounce__does_not_begin_unless_answered(void **state)
{
	(void)state;
	assert_true(outcome("robust", "kept", STALE, 400, VERDICT_RECOVERED)
			    .resets_out <= 3);
}

/* Recovery that ends is none, however often it was needed before. */
static void test_sim_bounce__faults_that_act_are_no_bounce(void **state)
{
	const char *lossy = "drop: { per: packet, every: 3, "
			    "packet: { class: request } }";

	(void)state;
	assert_true(outcome("robust", "kept", lossy, 150, VERDICT_RECOVERED)
			    .resent > 40);
}

/* Too few of them to tell. */
static void test_sim_bounce__a_short_one_has_recovered(void **state)
{
	(void)state;
	outcome("windbg", "kept", STALE, 20, VERDICT_RECOVERED);
	outcome("windbg", "kept", NONE, 400, VERDICT_RECOVERED);
}

/*
 * Packets come 150 ms late while it synchronises, and never again. A target
 * whose time-out is shorter sends a copy, which WinDbg takes for the beginning;
 * the answer to its RESET then comes as a surprise, and so on. Each of the
 * rules that make it so is needed.
 */
static void test_sim_bounce__a_hiccup_begins_it(void **state)
{
	static const struct {
		const char *timeout, *rule;
		enum verdict verdict;
	} cases[] = {
		{ "5ms", "", VERDICT_LIVELOCK },
		{ "61ms", "", VERDICT_LIVELOCK },
		{ "1s", "", VERDICT_RECOVERED },
		{ "61ms", "debugger.unexpected-reset: resync\n",
		  VERDICT_RECOVERED },
		{ "61ms", "debugger.unsynced-data: drop\n", VERDICT_RECOVERED },
		{ "61ms", "target.reset-input: discarded\n",
		  VERDICT_RECOVERED },
	};
	const char *late = "delay: { time: 150ms, until: 400ms }";

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *yaml = mem_printf(
			"name: t\ntransport: sim\nguest.pattern: 64KiB\n"
			"heal: { rounds: 100 }\ndebugger.profile: windbg\n"
			"target.byte-timeout: %s\n%s"
			"faults: { to-target: [ { %s } ], "
			"to-debugger: [ { %s } ] }\n"
			"session: [connect, version: { count: 250 }]\n",
			cases[i].timeout, cases[i].rule, late, late);
		struct rig r;

		rig_run(&r, yaml, 0, 1, 1);
		assert_verdict(&r, cases[i].verdict);
		rig_release(&r);
		free(yaml);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test(test_sim_bounce__##name)
	const struct CMUnitTest tests[] = {
		TEST(never_ends),
		TEST(ends_where_what_piled_up_is_discarded),
		TEST(does_not_begin_unless_answered),
		TEST(faults_that_act_are_no_bounce),
		TEST(a_short_one_has_recovered),
		TEST(a_hiccup_begins_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
