/* SPDX-License-Identifier: MIT */
/* What faults let happen to a target, and what becomes of the session. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "inject/replay.h"
#include "tests/support/rig.h"

#define SESSION                                         \
	"session:\n"                                    \
	"  - connect\n"                                 \
	"  - read-memory: { size: 6000, chunk: 500 }\n" \
	"  - break-in: { count: 2 }\n"                  \
	"  - continue\n"

#define AT "nth: 5, packet: { class: request }"

static struct rig r;

static void run(const char *settings, const char *direction, const char *faults)
{
	char *yaml = mem_printf("name: t\ntransport: sim\n"
				"guest.pattern: 64KiB\n%sfaults:\n"
				"  %s: [ %s ]\n" SESSION,
				settings, direction, faults);

	rig_run(&r, yaml, 0, 1, 1);
	free(yaml);
}

static void test_sim_target__each_has_a_verdict(void **state)
{
	static const struct {
		const char *direction, *fault;
		enum verdict verdict;
	} cases[] = {
		{ "to-target", "freeze: { time: 1ms, " AT " }",
		  VERDICT_COMPLETED },
		{ "to-target", "freeze: { time: 400ms, " AT " }",
		  VERDICT_RECOVERED },
		{ "to-target", "freeze: { time: 400ms, offset: 20, " AT " }",
		  VERDICT_RECOVERED },
		{ "to-target", "pause: { time: 400ms, " AT " }",
		  VERDICT_RECOVERED },
		{ "to-debugger",
		  "pause: { time: 3s, nth: 4, packet: { class: reply } }",
		  VERDICT_RECOVERED },
		/* Ids have one bit: every other time it goes unnoticed. */
		{ "to-target", "revert: { nth: 6, packet: { class: request } }",
		  VERDICT_RECOVERED },
		{ "to-target", "revert: { offset: 30, " AT " }",
		  VERDICT_COMPLETED },
		{ "to-target", "reset: { offset: 20, " AT " }",
		  VERDICT_RECOVERED },
		{ "to-target", "reset: { pipe: new, offset: 20, " AT " }",
		  VERDICT_RECOVERED },
		{ "to-debugger",
		  "reset: { offset: 9, nth: 4, packet: { class: reply } }",
		  VERDICT_RECOVERED },
		{ "to-target", "wreck: { what: idt, " AT " }",
		  VERDICT_LOST_TARGET },
		{ "to-target", "wreck: { what: page-tables, " AT " }",
		  VERDICT_LOST_TARGET },
		{ "to-target", "wreck: { what: stub, " AT " }",
		  VERDICT_LOST_TARGET },
		{ "to-debugger",
		  "wreck: { what: cli-hlt, nth: 4, packet: { class: reply } }",
		  VERDICT_LOST_TARGET },
		{ "to-target", "wreck: { what: ring-memory, " AT " }",
		  VERDICT_ERROR },
		{ "to-target", "ring-epoch: { " AT " }", VERDICT_ERROR },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		run("", cases[i].direction, cases[i].fault);
		if (r.trial.verdict != cases[i].verdict)
			fail_msg("%s: %s: %s", cases[i].fault,
				 verdict_names[r.trial.verdict],
				 r.trial.detail);
		assert_int_equal(r.trial.trail.count, 1);
		rig_release(&r);
	}
}

/* A target that stands still does not count: it sends nothing again. */
static void test_sim_target__frozen_has_no_time_outs(void **state)
{
	uint64_t frozen;

	(void)state;
	/* It waits for the ACK of its reply when it stops. */
	run("debugger: { ack-timeout: 5s, reply-timeout: 5s }\n", "to-target",
	    "freeze: { time: 3s, nth: 6, packet: { class: ack } }");
	assert_verdict(&r, VERDICT_COMPLETED);
	assert_true(r.trial.wall_ns >= 3 * NS_PER_S);
	frozen = r.trial.counts.packets_in + r.trial.counts.duplicates;
	rig_release(&r);
	/* Paused, its clock goes on: its time-out is over when it wakes. */
	run("debugger: { ack-timeout: 5s, reply-timeout: 5s }\n", "to-target",
	    "pause: { time: 3s, nth: 6, packet: { class: ack } }");
	assert_true(r.trial.wall_ns >= 3 * NS_PER_S);
	assert_true(r.trial.counts.packets_in + r.trial.counts.duplicates >
		    frozen);
	rig_release(&r);
}

/* It sleeps no longer than the faults last. */
static void test_sim_target__wakes_when_it_heals(void **state)
{
	(void)state;
	run("heal.patience: 2s\n", "to-target",
	    "freeze: { time: 9min, " AT " }");
	if (r.trial.verdict > VERDICT_GAVE_UP)
		fail_msg("%s: %s", verdict_names[r.trial.verdict],
			 r.trial.detail);
	assert_true(r.trial.wall_ns < 60 * NS_PER_S);
	rig_release(&r);
}

static uint64_t recovery(const char *faults)
{
	uint64_t ns;

	run("target: { timeout-unit: polls, poll-cost: 100ns, "
	    "byte-polls: 100000 }\n"
	    "debugger: { reply-timeout: 30s, ack-timeout: 30s }\n",
	    "to-debugger", faults);
	/* The debugger has not had to do anything. */
	assert_verdict(&r, VERDICT_COMPLETED);
	ns = r.trial.wall_ns;
	rig_release(&r);
	return ns;
}

/* Only the target's own time-out can help; it is as long as its polls take. */
static void test_sim_target__poll_cost_stretches_time_outs(void **state)
{
	const char *lose = "drop: { per: packet, nth: 6, copy: 0, "
			   "packet: { class: reply } }";
	char *step = mem_printf(
		"poll-cost: { cost: 10us, nth: 3, packet: { class: reply } "
		"}, %s",
		lose);
	uint64_t before, after;

	(void)state;
	before = recovery(lose);
	after = recovery(step);
	free(step);
	assert_in_range(before, 10 * NS_PER_MS, 100 * NS_PER_MS);
	assert_in_range(after, NS_PER_S, 2 * NS_PER_S);
}

/* Back to a snapshot in mid-session, again and again. */
static void test_sim_target__reverts_to_its_snapshot(void **state)
{
	(void)state;
	run("", "to-target",
	    "snapshot: { nth: 4, packet: { class: request } }, "
	    "revert: { every: 5, limit: 3, packet: { class: request } }");
	if (r.trial.verdict > VERDICT_GAVE_UP)
		fail_msg("%s: %s", verdict_names[r.trial.verdict],
			 r.trial.detail);
	rig_release(&r);
	/* None is there yet: that is said, and nothing else is blamed. */
	run("", "to-target",
	    "snapshot: { nth: 9, packet: { class: request } }, "
	    "revert: { nth: 4, packet: { class: request } }");
	assert_verdict(&r, VERDICT_ERROR);
	assert_non_null(strstr(r.trial.detail, "revert#2"));
	assert_non_null(strstr(r.trial.detail, "no snapshot"));
	rig_release(&r);
}

/* From its log: the snapshot that nobody wrote down is taken all the same. */
static void test_sim_target__reverts_again_from_its_log(void **state)
{
	struct replay *chains = mem_array(2, sizeof(*chains));
	struct fault_act act;
	struct cell again;
	char *first, *second;
	struct err err = { 0 };

	(void)state;
	run("", "to-target",
	    "revert: { offset: 30, nth: 6, packet: { class: request } }");
	assert_int_equal(r.trial.trail.count, 1);
	first = rig_text(&r);
	act = r.trial.trail.acts[0];
	again = *r.input.cell;
	for (unsigned dir = 0; dir < 2; dir++) {
		replay_init(&chains[dir], (enum fault_dir)dir, &act, 1,
			    &r.input.cell->faults[dir]);
		again.faults[dir] = chains[dir].chain;
	}
	trial_release(&r.trial);
	r.input.cell = &again;
	assert_true(trial_run(&r.trial, &r.input, &err));
	if (r.trial.verdict > VERDICT_GAVE_UP)
		fail_msg("%s: %s", verdict_names[r.trial.verdict],
			 r.trial.detail);
	second = rig_text(&r);
	assert_string_equal(first, second);
	rig_release(&r);
	free(first);
	free(second);
	free(chains);
}

/* The same in every run, to the byte. */
static void test_sim_target__repeats(void **state)
{
	const char *faults =
		"freeze: { time: 300ms, probability: 0.05 }, "
		"revert: { nth: 7, offset: 11, packet: { class: request } }, "
		"reset: { nth: 9, offset: 11, packet: { class: request } }";
	char *first, *second;

	(void)state;
	run("", "to-target", faults);
	first = rig_text(&r);
	rig_release(&r);
	run("", "to-target", faults);
	second = rig_text(&r);
	rig_release(&r);
	assert_string_equal(first, second);
	free(first);
	free(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sim_target__each_has_a_verdict),
		cmocka_unit_test(test_sim_target__frozen_has_no_time_outs),
		cmocka_unit_test(test_sim_target__wakes_when_it_heals),
		cmocka_unit_test(
			test_sim_target__poll_cost_stretches_time_outs),
		cmocka_unit_test(test_sim_target__reverts_to_its_snapshot),
		cmocka_unit_test(test_sim_target__reverts_again_from_its_log),
		cmocka_unit_test(test_sim_target__repeats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
