/* SPDX-License-Identifier: MIT */
/*
 * Every debugger against every target: on a healthy line they all get through a
 * session; what one damaged byte leads to is their own affair. F-numbers are
 * those of docs/protocol.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/rig.h"

/* radare2 refuses longer replies than these. */
#define HEAD                     \
	"name: t\n"              \
	"transport: sim\n"       \
	"guest.pattern: 64KiB\n" \
	"target.read-max: 1992\n"

#define SESSION                                                       \
	"session:\n"                                                  \
	"  - connect\n"                                               \
	"  - version: { count: 3 }\n"                                 \
	"  - registers: { name: registers, count: 20 }\n"             \
	"  - read-memory: { name: bulk, size: 20000, chunk: 1992 }\n" \
	"  - write-memory: { size: 8000 }\n"                          \
	"  - step: { count: 5 }\n"                                    \
	"  - breakpoint: { count: 3 }\n"                              \
	"  - print-storm: { name: storm, count: 30, work: 50 }\n"     \
	"  - break-in: { count: 4 }\n"                                \
	"  - continue\n"

/* A RESET between two prompts, then questions that are all the same. */
#define REGISTERS       \
	"session:\n"    \
	"  - connect\n" \
	"  - registers: { count: %u }\n"

static const char *const targets[] = { "ms", "reactos" };
static const char *const debuggers[] = { "robust", "windbg", "radare2",
					 "naive" };

/* Run one trial of this debugger against this target. */
static void run(struct rig *r, const char *debugger, const char *target,
		const char *more)
{
	char *yaml = mem_printf(HEAD "debugger.profile: %s\n"
				     "target.profile: %s\n%s",
				debugger, target, more);

	rig_run(r, yaml, 0, 1, 1);
	free(yaml);
}

static void test_sim_profiles__all_complete_on_a_healthy_line(void **state)
{
	static const char *const lines[] = {
		"", "transport.latency: 2ms\n",
		"transport.service: 1ms\ntransport.capacity: 100\n",
		"transport.framing: packet\n"
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(debuggers) * ARRAY_SIZE(targets);
	     i++) {
		const char *debugger = debuggers[i / ARRAY_SIZE(targets)];
		const char *target = targets[i % ARRAY_SIZE(targets)];

		for (size_t k = 0; k < ARRAY_SIZE(lines); k++) {
			char *more = mem_printf("%s" SESSION, lines[k]);
			struct rig r;

			run(&r, debugger, target, more);
			if (r.trial.verdict > VERDICT_RECOVERED)
				fail_msg("%s, %s, line %zu: %s %s", debugger,
					 target, k,
					 verdict_names[r.trial.verdict],
					 r.trial.detail);
			assert_int_equal(rig_step(&r, "bulk")->payload_bytes,
					 20000);
			assert_int_equal(rig_step(&r, "storm")->lines_lost, 0);
			rig_release(&r);
			free(more);
		}
	}
}

/*
 * 62 and RESET to a stopped target: 'ms' remembers the 62 and stops once more,
 * ReactOS has lost it (F28).
 */
static void test_sim_profiles__radare2_stops_ms_twice_and_reactos_once(
	void **state)
{
	struct rig r;

	(void)state;
	run(&r, "radare2", "ms", SESSION);
	assert_verdict(&r, VERDICT_RECOVERED);
	rig_release(&r);
	run(&r, "radare2", "reactos", SESSION);
	assert_verdict(&r, VERDICT_COMPLETED);
	rig_release(&r);
}

/* One fault, and what it leads to with each debugger. */
static void test_sim_profiles__what_one_fault_leads_to(void **state)
{
	static const struct {
		const char *what, *faults;
		enum verdict verdicts[4]; /* as in debuggers[] */
	} cases[] = {
		{ "F13: a request's type flipped",
		  "faults: { to-target: [ { flip: { mask: 1, offset: 4, "
		  "nth: 9, packet: { class: request } } } ] }\n",
		  { VERDICT_RECOVERED, VERDICT_RECOVERED, VERDICT_HANG,
		    VERDICT_HANG } },
		{ "F22: an ACK lost, the reply behind it",
		  "faults: { to-debugger: [ { drop: { per: packet, nth: 9, "
		  "packet: { class: ack } } } ] }\n",
		  { VERDICT_COMPLETED, VERDICT_RECOVERED, VERDICT_HANG,
		    VERDICT_HANG } },
		{ "F01, F41: a leader byte of a request lost",
		  "faults: { to-target: [ { drop: { offset: 1, nth: 9, "
		  "packet: { class: request } } } ] }\n",
		  { VERDICT_RECOVERED, VERDICT_RECOVERED, VERDICT_HANG,
		    VERDICT_RECOVERED } },
		{ "F05, F41: a payload byte of a request lost",
		  "faults: { to-target: [ { drop: { offset: 30, nth: 9, "
		  "packet: { class: request } } } ] }\n",
		  { VERDICT_RECOVERED, VERDICT_RECOVERED, VERDICT_GAVE_UP,
		    VERDICT_RECOVERED } },
		{ "F05, F41: a payload byte of a reply lost",
		  "faults: { to-debugger: [ { drop: { offset: 30, nth: 9, "
		  "packet: { class: reply } } } ] }\n",
		  { VERDICT_RECOVERED, VERDICT_RECOVERED, VERDICT_GAVE_UP,
		    VERDICT_RECOVERED } },
		/* The target sends it again by itself; radare2 may slide. */
		{ "F01: a leader byte of a reply lost",
		  "faults: { to-debugger: [ { drop: { offset: 1, nth: 9, "
		  "packet: { class: reply } } } ] }\n",
		  { VERDICT_COMPLETED, VERDICT_RECOVERED, VERDICT_RECOVERED,
		    VERDICT_COMPLETED } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(debuggers); k++) {
			char *more = mem_printf("%s" SESSION, cases[i].faults);
			struct rig r;

			run(&r, debuggers[k], "ms", more);
			if (r.trial.verdict != cases[i].verdicts[k])
				fail_msg("%s, %s: %s %s", cases[i].what,
					 debuggers[k],
					 verdict_names[r.trial.verdict],
					 r.trial.detail);
			rig_release(&r);
			free(more);
		}
	}
}

/*
 * F36: the target hears nothing for 5.5 s, then six RESETs at once. WinDbg
 * works on after the first answer, and each surplus one costs a RESET more; a
 * target that throws away what came behind a RESET has no surplus (VKD's cure).
 */
static void test_sim_profiles__piled_up_resets_bounce(void **state)
{
	static const char *const inputs[] = { "kept", "discarded" };
	uint64_t resets[2][2];

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		char *more = mem_printf(
			"target.reset-input: %s\nheal.patience: 60s\n"
			"faults: { to-target: [ { delay: { time: 5500ms, "
			"until: 100ms } } ] }\n" REGISTERS,
			inputs[i / 2], i % 2 ? 80 : 20);
		struct rig r;

		run(&r, "windbg", "ms", more);
		assert_verdict(&r, VERDICT_RECOVERED);
		resets[i / 2][i % 2] = r.trial.counts.resets_out;
		rig_release(&r);
		free(more);
	}
	/* One for every other question, and no end; or none. */
	assert_true(resets[0][1] >= resets[0][0] + 30);
	assert_int_equal(resets[1][0], resets[1][1]);
	assert_true(resets[1][0] <= 3);
}

/* F37: both answer RESET with RESET, and the world repeats itself. */
static void test_sim_profiles__two_that_answer_reset_duel(void **state)
{
	static const enum verdict verdicts[] = {
		VERDICT_RECOVERED,
		VERDICT_RECOVERED,
		VERDICT_LIVELOCK,
	};
	static const char *const duelists[] = { "robust", "windbg", "naive" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(duelists); i++) {
		char *more = mem_printf(
			"debugger.reply-match: echo\n"
			"target.reset-input: discarded\n"
			/* F20: an ACK is read as RESET. */
			"faults: { to-target: [ { flip: { mask: 2, offset: 4, "
			"nth: 12, packet: { class: ack } } } ] }\n" REGISTERS,
			20);
		struct rig r;

		run(&r, duelists[i], "ms", more);
		assert_verdict(&r, verdicts[i]);
		rig_release(&r);
		free(more);
	}
}

/*
 * 2.9: the wait for a byte counts polls. 409,600 of them at 60 ns are 25 ms,
 * and over a line of 20 ms each way no ACK comes sooner than 40: ReactOS sends
 * every packet again on a healthy line. At the microsecond of hardware it does
 * not.
 */
static void test_sim_profiles__cheap_polls_break_a_long_line(void **state)
{
	static const struct {
		const char *cost;
		bool healthy;
	} cases[] = { { "tcg", false }, { "hw", true } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *more = mem_printf(
			"target: { timeout-unit: polls, poll-cost: %s }\n"
			"transport.latency: 20ms\n"
			"session: [ connect ]\n",
			cases[i].cost);
		struct rig r;

		run(&r, "robust", "reactos", more);
		if ((r.trial.verdict == VERDICT_COMPLETED) != cases[i].healthy)
			fail_msg("%s: %s %s", cases[i].cost,
				 verdict_names[r.trial.verdict],
				 r.trial.detail);
		rig_release(&r);
		free(more);
	}
}

#define TEST(name) cmocka_unit_test(test_sim_profiles__##name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_complete_on_a_healthy_line),
		TEST(radare2_stops_ms_twice_and_reactos_once),
		TEST(what_one_fault_leads_to),
		TEST(piled_up_resets_bounce),
		TEST(two_that_answer_reset_duel),
		TEST(cheap_polls_break_a_long_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
