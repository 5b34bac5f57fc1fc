/* SPDX-License-Identifier: MIT */
/*
 * One by one, what exploration once killed 'robust' with, found with 'kdbench
 * explore' and shrunk. F-numbers are those of docs/protocol.md, rules those of
 * docs/resync.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/rig.h"

#define HEAD                     \
	"name: t\n"              \
	"transport: sim\n"       \
	"guest.pattern: 64KiB\n" \
	"guest.scratch: 16KiB\n"

static void run(struct rig *r, const char *more)
{
	char *yaml = mem_printf(HEAD "%s", more);

	rig_run(r, yaml, 0, 1, 1);
	free(yaml);
}

#define FLIP(dir, class, nth, offset, mask)                              \
	"faults: { " dir ": [ { flip: { mask: " mask ", offset: " offset \
	", nth: " nth ", packet: { class: " class " } } } ] }\n"

#define STEPS "session: [ connect, { step: { count: 3 } }, continue ]\n"
#define STORM                                                                \
	"session: [ connect, { print-storm: { name: storm, count: 5, work: " \
	"5 } }, continue ]\n"

static void test_sim_rescue__what_once_killed_robust(void **state)
{
	static const struct {
		const char *what, *yaml;
	} cases[] = {
		{ "F13: a step, acknowledged and dropped",
		  FLIP("to-target", "request", "6", "4", "1") STEPS },
		{ "F13: the Continue, and then somebody breaks in",
		  FLIP("to-target", "request", "8", "4", "1") STEPS },
		{ "F13 backwards: a stop whose type was damaged",
		  FLIP("to-debugger", "state-change", "2", "4", "1") STEPS },
		{ "F15 backwards: SYNC in the id of a reply",
		  FLIP("to-debugger", "reply", "4", "9", "8") STEPS },
		{ "F20: the ACK of a Continue is read as RESET",
		  FLIP("to-debugger", "ack", "6", "4", "2") STORM },
		{ "F20: the ACK before an order is, and the last reply comes "
		  "again",
		  FLIP("to-target", "ack", "5", "4", "2") STORM },
		{ "F20: the ACK of a line is, and the line comes again",
		  FLIP("to-target", "ack", "8", "4", "2") STORM },
		{ "F13: an answer, acknowledged and dropped",
		  "faults: { to-target: [ { flip: { mask: 1, offset: 4, "
		  "nth: 2, packet: { type: debug-io } } } ] }\n"
		  "session: [ connect, { prompt: { count: 3 } } ]\n" },
		{ "an answer that is lost eight times, and its copy",
		  "faults: { to-target: [ { drop: { per: packet, limit: 20, "
		  "packet: { type: file-io } } } ] }\n"
		  "session: [ connect, { file-transfer: { size: 20000 } } "
		  "]\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct rig r;

		run(&r, cases[i].yaml);
		if (r.trial.verdict != VERDICT_RECOVERED)
			fail_msg("%s: %s %s", cases[i].what,
				 verdict_names[r.trial.verdict],
				 r.trial.detail);
		rig_release(&r);
	}
}

/* F27: nobody can prevent it, so it is told. */
static void test_sim_rescue__a_stop_that_nobody_asked_for_is_told(void **state)
{
	static const char *const noise =
		"faults: { to-target: [ { insert: { byte: 0x62, offset: 0, "
		"nth: 3, packet: { class: request } } } ] }\n" STEPS;
	struct rig r;

	(void)state;
	run(&r, noise);
	assert_verdict(&r, VERDICT_RECOVERED);
	assert_int_equal(r.trial.unasked_stops, 1);
	assert_non_null(strstr(r.trial.detail, "though nobody asked"));
	rig_release(&r);
	run(&r, STEPS);
	assert_verdict(&r, VERDICT_COMPLETED);
	assert_int_equal(r.trial.unasked_stops, 0);
	rig_release(&r);
}

/* A long run costs 16 bytes now and then, and is no recovery. */
static void test_sim_rescue__a_long_run_is_left_alone(void **state)
{
	struct rig r;

	(void)state;
	run(&r, "heal.patience: 120s\nsession: [ connect, continue, { wait: { "
		"duration: 60s } }, { break-in: { count: 1 } } ]\n");
	assert_verdict(&r, VERDICT_COMPLETED);
	assert_int_equal(r.trial.recoveries, 0);
	assert_int_equal(r.trial.counts.resends_out, 6);
	rig_release(&r);
	run(&r, "debugger.probe-after: none\nsession: [ connect, continue, { "
		"wait: { duration: 60s } } ]\n");
	assert_int_equal(r.trial.counts.resends_out, 0);
	rig_release(&r);
}

#define TEST(name) cmocka_unit_test(test_sim_rescue__##name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_once_killed_robust),
		TEST(a_stop_that_nobody_asked_for_is_told),
		TEST(a_long_run_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
