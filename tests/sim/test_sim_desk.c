/* SPDX-License-Identifier: MIT */
/*
 * The debugger's side of the line: descheduled, killed in mid-packet and
 * started again, or not alone on its pipe.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/explore/world_parts.h"
#include "bench/run/desk.h"
#include "tests/support/rig.h"

#define HEAD                                             \
	"name: t\n"                                      \
	"transport: sim\n"                               \
	"guest.pattern: 64KiB\n"                         \
	"target: { read-max: 1992 }\n"                   \
	"debugger.profile: %s\n"                         \
	"faults: { %s: [ { %s } ] }\n"                   \
	"session:\n"                                     \
	"  - connect\n"                                  \
	"  - %s\n"                                       \
	"  - read-memory: { size: 4000, chunk: 1992 }\n" \
	"  - continue\n"                                 \
	"  - break-in\n"

/* Large: not on the stack. */
static struct rig r;

static void run(const char *debugger, const char *direction, const char *fault,
		const char *step)
{
	char *yaml = mem_printf(HEAD, debugger, direction, fault, step);

	rig_run(&r, yaml, 0, 1, 1);
	free(yaml);
}

/* --- frozen -----------------------------------------------------------------
 */

/* Whoever looks at no clock asks for nothing again; what came is still there.
 */
static void test_sim_desk__a_frozen_debugger_does_nothing(void **state)
{
	(void)state;
	run("robust", "to-debugger",
	    "freeze: { who: debugger, time: 50ms, nth: 9, packet: { class: "
	    "reply } }",
	    "registers: { count: 10 }");
	assert_verdict(&r, VERDICT_COMPLETED);
	assert_true(r.trial.wall_ns >= 50 * NS_PER_MS);
	assert_int_equal(r.trial.trail.count, 1);
	rig_release(&r);
	/* Longer than all that it would have waited: still it did not. */
	run("robust", "to-debugger",
	    "freeze: { who: debugger, time: 500ms, nth: 9, packet: { class: "
	    "reply } }",
	    "registers: { count: 10 }");
	assert_verdict(&r, VERDICT_RECOVERED);
	assert_int_equal(r.trial.counts.timeouts, 0);
	assert_int_equal(r.trial.counts.resent, 0);
	/* The target did: copies of its reply wait in the pipe. */
	assert_true(r.trial.counts.duplicates > 0);
	rig_release(&r);
}

/* Half a request is out: the target waits for its end, and asks for it. */
static void test_sim_desk__frozen_in_mid_send(void **state)
{
	static const struct {
		const char *time;
		enum verdict verdict;
		uint64_t resends;
	} cases[] = {
		{ "15ms", VERDICT_COMPLETED, 0 },
		{ "200ms", VERDICT_RECOVERED, 1 },
		{ "500ms", VERDICT_RECOVERED, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *fault = mem_printf("freeze: { who: debugger, time: %s, "
					 "nth: 9, offset: 20, packet: { "
					 "class: request } }",
					 cases[i].time);

		run("robust", "to-target", fault, "registers: { count: 10 }");
		assert_verdict(&r, cases[i].verdict);
		assert_int_equal(r.trial.counts.resends_in, cases[i].resends);
		rig_release(&r);
		free(fault);
	}
}

/* --- killed -----------------------------------------------------------------
 */

static const char *const steps[] = {
	"registers: { count: 3 }",
	"write-memory: { size: 500 }",
	"step: { count: 4 }",
	"breakpoint: { count: 2 }",
	"breakpoint-loop: { count: 4 }",
	"step-loop: { count: 3 }",
	"print-storm: { count: 9 }",
	"file-transfer: { size: 3000 }",
	"module-storm: { count: 5 }",
	"prompt: { count: 3 }",
	"break-in: { while: storm, count: 2 }",
	"idle: { duration: 2s }",
};

/*
 * Wherever it is killed, and whatever it was doing: the next one gets to a
 * prompt, the step is done again, and nobody calls that completed.
 */
static void test_sim_desk__killed_anywhere_it_comes_back(void **state)
{
	static const struct {
		const char *direction, *class;
	} places[] = {
		{ "to-target", "request" },        { "to-target", "ack" },
		{ "to-debugger", "reply" },        { "to-debugger", "print" },
		{ "to-debugger", "state-change" },
	};
	static const char *const pipes[] = { "same", "lost", "new" };
	unsigned acted = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		for (unsigned n = 0; n < 3 * ARRAY_SIZE(places); n++) {
			char *fault = mem_printf(
				"restart: { time: %s, pipe: %s, nth: %u, "
				"packet: { class: %s } }",
				n % 2 ? "0" : "1s", pipes[n % 3], 2 + 3 * n / 5,
				places[n % 5].class);

			run("robust", places[n % 5].direction, fault, steps[i]);
			if (r.trial.verdict != (r.trial.trail.count
							? VERDICT_RECOVERED
							: VERDICT_COMPLETED))
				fail_msg("%s, %s: %s: %s", steps[i], fault,
					 verdict_names[r.trial.verdict],
					 r.trial.detail);
			acted += r.trial.trail.count != 0;
			rig_release(&r);
			free(fault);
		}
	}
	assert_true(acted > 100);
}

/* What it had changed only the dead one knew how to put back. */
static void test_sim_desk__what_cannot_be_done_again_fails(void **state)
{
	(void)state;
	run("robust", "to-debugger",
	    "restart: { nth: 9, packet: { class: reply } }",
	    "set-registers: { count: 2 }");
	assert_verdict(&r, VERDICT_GAVE_UP);
	assert_non_null(strstr(r.trial.detail, "registers had been changed"));
	rig_release(&r);
}

/* The first copies of a reply that nobody read: F36, and then F14. */
static void test_sim_desk__windbg_bounces_off_what_waited(void **state)
{
	const char *same = "restart: { nth: 9, packet: { class: reply } }";
	const char *lost = "restart: { pipe: lost, nth: 9, packet: { class: "
			   "reply } }";
	uint64_t resets;

	(void)state;
	run("windbg", "to-debugger", lost, "registers: { count: 10 }");
	assert_verdict(&r, VERDICT_RECOVERED);
	resets = r.trial.counts.resets_out;
	rig_release(&r);
	run("windbg", "to-debugger", same, "registers: { count: 10 }");
	assert_true(r.trial.counts.resets_out > resets + 3);
	rig_release(&r);
}

/* --- two --------------------------------------------------------------------
 */

/*
 * Whatever the second one takes, says and interleaves: ours is never wrong, and
 * the same seed gives the same muddle.
 */
static void test_sim_desk__a_second_debugger_is_survived(void **state)
{
	static const char *const rivals[] = {
		"does: listen, reads: both",
		"does: listen, reads: both, mix: byte",
		"does: listen, time: 500ms",
		"does: attach, time: 500ms",
		"does: attach, time: 500ms, mix: byte",
		"does: attach, time: 500ms, profile: naive, reads: both",
		"does: attach, time: 500ms, profile: same",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rivals); i++) {
		char *fault = mem_printf("rival: { %s, nth: 5, packet: { "
					 "class: reply } }",
					 rivals[i]);
		char *first, *second;

		run("robust", "to-debugger", fault, "registers: { count: 10 }");
		if (r.trial.verdict > VERDICT_RECOVERED)
			fail_msg("%s: %s: %s", rivals[i],
				 verdict_names[r.trial.verdict],
				 r.trial.detail);
		first = rig_text(&r);
		rig_release(&r);
		run("robust", "to-debugger", fault, "registers: { count: 10 }");
		second = rig_text(&r);
		assert_string_equal(first, second);
		rig_release(&r);
		free(fault);
		free(first);
		free(second);
	}
}

/* Its GetVersion is answered, and who looks at types alone takes that. */
static void test_sim_desk__its_answers_reach_ours(void **state)
{
	const char *fault = "rival: { reads: both, nth: 9, packet: { class: "
			    "reply } }";

	(void)state;
	run("naive", "to-debugger", fault, "registers: { count: 10 }");
	assert_verdict(&r, VERDICT_CORRUPT);
	rig_release(&r);
}

/* --- put away and brought back ----------------------------------------------
 */

/*
 * A world that is brought back in the midst of it goes on as it did; what
 * lasts is in its state.
 */
static void test_sim_desk__a_world_goes_on_as_it_did(void **state)
{
	static const char *const faults[] = {
		"freeze: { who: debugger, time: 300ms, nth: 5, packet: { "
		"class: reply } }",
		"restart: { nth: 5, packet: { class: reply } }",
		"rival: { time: 2s, nth: 5, packet: { class: reply } }",
	};
	static const struct chain_spec none[2] = {
		{ .flush_ns = CHAIN_FLUSH_NS }, { .flush_ns = CHAIN_FLUSH_NS }
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		struct outcome first, second;
		struct err err = { 0 };
		const struct cell *cell;
		struct world *w;
		uint8_t *fresh, *midway;
		bool over = false;

		run("robust", "to-debugger", faults[i],
		    "registers: { count: 10 }");
		cell = r.input.cell;
		w = world_new(cell, 1, &err);
		assert_non_null(w);
		fresh = mem_alloc(world_size(w));
		world_save(w, fresh);
		world_restore(w, fresh, cell->faults);
		while (!over && !desk_is_away(&w->engine) &&
		       !desk_is_shared(&w->engine))
			assert_true(world_turn(w, &over, &err));
		assert_false(over);
		midway = mem_alloc(world_size(w));
		world_save(w, midway);
		/* Acts of before do not count in what is brought back. */
		world_restore(w, midway, cell->faults);
		assert_true(world_run(w, &first, &err));
		world_restore(w, fresh, none);
		assert_true(world_run(w, &second, &err));
		assert_true(second.digest != first.digest ||
			    second.ns != first.ns);
		world_restore(w, midway, cell->faults);
		assert_true(world_run(w, &second, &err));
		assert_int_equal(second.ns, first.ns);
		assert_int_equal(second.wire_bytes, first.wire_bytes);
		assert_true(second.digest == first.digest);
		free(fresh);
		free(midway);
		world_free(w);
		rig_release(&r);
	}
}

/* Records travel whole: between them all of it works as well. */
static void test_sim_desk__records_too(void **state)
{
	static const char *const faults[] = {
		"freeze: { who: debugger, time: 300ms, nth: 9 }",
		"restart: { nth: 9 }",
		"rival: { does: listen, reads: both, time: 300ms, nth: 9 }",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		char *yaml = mem_printf("name: t\ntransport: sim\n"
					"transport.framing: packet\n"
					"guest.pattern: 64KiB\n"
					"faults: { to-debugger: [ { %s } ] }\n"
					"session: [ connect, registers: { "
					"count: 10 }, continue, break-in ]\n",
					faults[i]);

		rig_run(&r, yaml, 0, 1, 1);
		assert_int_equal(r.trial.trail.count, 1);
		if (r.trial.verdict > VERDICT_RECOVERED)
			fail_msg("%s: %s: %s", faults[i],
				 verdict_names[r.trial.verdict],
				 r.trial.detail);
		rig_release(&r);
		free(yaml);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sim_desk__a_frozen_debugger_does_nothing),
		cmocka_unit_test(test_sim_desk__frozen_in_mid_send),
		cmocka_unit_test(test_sim_desk__killed_anywhere_it_comes_back),
		cmocka_unit_test(
			test_sim_desk__what_cannot_be_done_again_fails),
		cmocka_unit_test(test_sim_desk__windbg_bounces_off_what_waited),
		cmocka_unit_test(test_sim_desk__a_second_debugger_is_survived),
		cmocka_unit_test(test_sim_desk__its_answers_reach_ours),
		cmocka_unit_test(test_sim_desk__a_world_goes_on_as_it_did),
		cmocka_unit_test(test_sim_desk__records_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
