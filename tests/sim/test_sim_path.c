/* SPDX-License-Identifier: MIT */
/*
 * What the pipe, the path and the UART do to whole sessions: each fault leaves
 * the signature that docs/protocol.md has for it (F-numbers).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/rig.h"

#define HEAD                                             \
	"name: t\n"                                      \
	"transport: sim\n"                               \
	"guest.pattern: 64KiB\n"                         \
	"heal: { patience: 400ms }\n"                    \
	"target: { read-max: 1992, profile: "            \
	"%s }\n"                                         \
	"debugger.profile: %s\n"                         \
	"faults: { to-target: [ { %s } ], "              \
	"to-debugger: [ { %s } ] }\n"                    \
	"session:\n"                                     \
	"  - connect\n"                                  \
	"  - registers: { count: 20 }\n"                 \
	"  - read-memory: { size: 4000, chunk: 1992 }\n" \
	"  - step: { count: 3 }\n"                       \
	"  - continue\n"

/* A fault that meets nothing. */
#define NONE "drop: { probability: 0 }"

static void run(struct rig *r, const char *debugger, const char *target,
		const char *to_target, const char *to_debugger)
{
	char *yaml = mem_printf(HEAD, target, debugger,
				*to_target ? to_target : NONE,
				*to_debugger ? to_debugger : NONE);

	rig_run(r, yaml, 0, 1, 1);
	free(yaml);
}

/* Run it, and look at what it came to and what the debugger counted. */
static struct kd_counts outcome(const char *debugger, const char *target,
				const char *to_target, const char *to_debugger,
				enum verdict verdict)
{
	struct kd_counts counts;
	struct rig r;

	run(&r, debugger, target, to_target, to_debugger);
	assert_verdict(&r, verdict);
	counts = r.trial.counts;
	rig_release(&r);
	return counts;
}

/* F36: each RESET of an earlier life costs WinDbg one more; 'robust' none. */
static void test_sim_path__stale_resets_bounce(void **state)
{
	const char *none = "stale: { packet: { class: print } }";
	const char *some = "stale: { count: 3 }";
	struct kd_counts clean, stale;

	(void)state;
	clean = outcome("windbg", "ms", "", none, VERDICT_RECOVERED);
	stale = outcome("windbg", "ms", "", some, VERDICT_RECOVERED);
	assert_true(stale.resets_out > clean.resets_out);
	clean = outcome("robust", "ms", "", none, VERDICT_COMPLETED);
	stale = outcome("robust", "ms", "", some, VERDICT_RECOVERED);
	assert_int_equal(stale.resets_out, clean.resets_out);
}

/* A request of an earlier debugger is answered before this one has asked. */
static void test_sim_path__a_stale_request_is_dropped_by_reset(void **state)
{
	(void)state;
	outcome("robust", "ms", "stale: { what: packet }", "",
		VERDICT_COMPLETED);
	outcome("robust", "ms", "", "stale: { what: packet, id: 1 }",
		VERDICT_COMPLETED);
	outcome("radare2", "ms", "stale: { what: packet }", "",
		VERDICT_GAVE_UP);
}

/* F38: the time stamps of Linux hold leaders, and the receiver asks again. */
static void test_sim_path__time_stamps_look_like_packets(void **state)
{
	struct kd_counts linux_, login;

	(void)state;
	login = outcome("windbg", "ms", "", "foreign: { who: login }",
			VERDICT_RECOVERED);
	linux_ = outcome("windbg", "ms", "", "foreign: { who: linux }",
			 VERDICT_RECOVERED);
	assert_true(linux_.resends_out > login.resends_out);
	outcome("radare2", "ms", "", "foreign: { who: linux }",
		VERDICT_GAVE_UP);
}

/* F27, F28: a 62 right before a request; ReactOS forgets it. */
static void test_sim_path__a_scrap_of_text_stops_the_target(void **state)
{
	const char *scrap = "foreign: { who: scrap, nth: 9, "
			    "packet: { class: request } }";

	(void)state;
	/* Told of, and sent on. */
	outcome("robust", "ms", scrap, "", VERDICT_RECOVERED);
	outcome("robust", "reactos", scrap, "", VERDICT_COMPLETED);
}

/* F05: bytes out of the middle; one byte time-out, one RESEND. */
static void test_sim_path__stolen_bytes_cost_a_byte_timeout(void **state)
{
	const char *steal = "steal: { offset: 20, nth: 9, "
			    "packet: { class: request } }";
	struct kd_counts c =
		outcome("robust", "ms", steal, "", VERDICT_RECOVERED);

	(void)state;
	assert_int_equal(c.resends_in, 1);
	outcome("radare2", "ms", steal, "", VERDICT_GAVE_UP);
}

/*
 * MSDOC, F36: RESETs without end are for pipes that drop what is too much. The
 * target hears nothing for 5.5 s, and six of them pile up.
 */
static void test_sim_path__a_pipe_that_drops_ends_the_bounce(void **state)
{
	static const char *const pipes[] = {
		"{ delay: { time: 5500ms, until: 100ms } }, "
		"{ pipe: { capacity: 16KiB } }",
		"{ delay: { time: 5500ms, until: 100ms } }, "
		"{ pipe: { capacity: 16, when-full: drop-newest, "
		"until: 6s } }",
		"{ delay: { time: 5500ms, until: 100ms } }, "
		"{ pipe: { capacity: 16, when-full: drop-oldest, "
		"until: 6s } }",
	};
	uint64_t resets[ARRAY_SIZE(pipes)];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pipes); i++) {
		char *yaml = mem_printf(
			"name: t\ntransport: sim\nguest.pattern: 64KiB\n"
			"debugger.profile: windbg\nheal.patience: 60s\n"
			"faults: { to-target: [ %s ] }\nsession:\n"
			"  - connect\n  - registers: { count: 40 }\n",
			pipes[i]);
		struct rig r;

		rig_run(&r, yaml, 0, 1, 1);
		assert_verdict(&r, VERDICT_RECOVERED);
		resets[i] = r.trial.counts.resets_out;
		rig_release(&r);
		free(yaml);
	}
	assert_true(resets[0] > 20);
	assert_true(resets[1] <= 7);
	assert_true(resets[2] <= 7);
}

/* F42: it makes the sender wait, nothing is lost. */
static void test_sim_path__a_pipe_that_blocks_loses_nothing(void **state)
{
	(void)state;
	outcome("robust", "ms", "pipe: { capacity: 1 }",
		"pipe: { capacity: 1 }", VERDICT_COMPLETED);
}

/* F36, F37: a terminal that reflects RESET answers it before the target. */
static void test_sim_path__an_echo_of_reset_duels(void **state)
{
	const char *echo = "echo: { packet: { type: reset } }";
	struct kd_counts c;

	(void)state;
	outcome("robust", "ms", echo, "", VERDICT_RECOVERED);
	c = outcome("windbg", "ms", echo, "", VERDICT_RECOVERED);
	assert_true(c.resets_out >= 2);
	c = outcome("naive", "ms", echo, "", VERDICT_CORRUPT);
	assert_true(c.resets_out > 100);
}

/* And it comes to a target, whose own words it then hears. */
static void test_sim_path__an_echo_reaches_the_other_end(void **state)
{
	struct kd_counts clean, echoed;

	(void)state;
	clean = outcome("robust", "ms", "", "", VERDICT_COMPLETED);
	echoed = outcome("robust", "ms", "",
			 "echo: { nth: 2, packet: { class: reply } }",
			 VERDICT_COMPLETED);
	/* It answers what it takes for a request under the wrong id. */
	assert_true(echoed.bytes_in >= clean.bytes_in + KD_HEADER_SIZE);
}

/* F39: damage that is the same each time is asked for again without end. */
static void test_sim_path__text_lines_damage_each_copy(void **state)
{
	struct kd_counts c;

	(void)state;
	c = outcome("robust", "ms", "", "transform: { how: xon-xoff }",
		    VERDICT_RECOVERED);
	assert_true(c.resends_out >= 4);
	outcome("radare2", "ms", "", "transform: { how: seven-bits }",
		VERDICT_GAVE_UP);
}

/* F34: late, but whole: nothing is sent again. */
static void test_sim_path__coalescing_only_costs_time(void **state)
{
	(void)state;
	outcome("robust", "ms", "coalesce: { first: passes }",
		"coalesce: { first: passes }", VERDICT_COMPLETED);
	outcome("robust", "ms", "fragment: { pause: 10ms }",
		"fragment: { pause: 10ms }", VERDICT_COMPLETED);
}

/* F33, F43: pauses longer than the byte time-out cut every copy. */
static void test_sim_path__pieces_that_are_late_cut_every_copy(void **state)
{
	struct kd_counts c;

	(void)state;
	c = outcome("robust", "ms", "fragment: { size: 16, pause: 150ms }", "",
		    VERDICT_RECOVERED);
	assert_int_equal(c.resends_in + c.timeouts, c.resent);
	assert_true(c.resent >= 2);
	outcome("radare2", "ms", "fragment: { size: 16, pause: 150ms }", "",
		VERDICT_GAVE_UP);
}

/* F05 behind a receive error, which alone would cost nothing. */
static void test_sim_path__an_overrun_loses_one_byte(void **state)
{
	struct kd_counts c = outcome("robust", "ms",
				     "overrun: { nth: 9, "
				     "packet: { class: request } }",
				     "", VERDICT_RECOVERED);

	(void)state;
	assert_int_equal(c.resends_in, 1);
	assert_int_equal(c.resent, 1);
}

/*
 * 2.3: told of an error in a header, 'ms' asks at once. ReactOS returns RESEND
 * to whoever receives, and that sends the stop again (F26): the request is lost
 * without a word. In a control packet 'ms' only hunts on, so that its reply is
 * sent again by its own timer.
 */
static void test_sim_path__a_receive_error_is_told(void **state)
{
	static const char *const errors[] = { "framing", "line-break" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		char *request = mem_printf("%s: { nth: 9, offset: 9, packet: { "
					   "class: request } }",
					   errors[i]);
		char *ack = mem_printf("%s: { nth: 9, offset: 9, packet: { "
				       "class: ack } }",
				       errors[i]);
		struct kd_counts c;

		c = outcome("robust", "ms", request, "", VERDICT_RECOVERED);
		assert_int_equal(c.resends_in, 1);
		assert_int_equal(c.timeouts, 0);
		c = outcome("robust", "reactos", request, "",
			    VERDICT_RECOVERED);
		assert_int_equal(c.resends_in, 0);
		assert_int_equal(c.timeouts, 1);
		c = outcome("robust", "ms", ack, "", VERDICT_RECOVERED);
		assert_true(c.resends_in <= 1);
		free(request);
		free(ack);
	}
}

#define TEST(name) cmocka_unit_test(test_sim_path__##name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(stale_resets_bounce),
		TEST(a_stale_request_is_dropped_by_reset),
		TEST(time_stamps_look_like_packets),
		TEST(a_scrap_of_text_stops_the_target),
		TEST(stolen_bytes_cost_a_byte_timeout),
		TEST(a_pipe_that_drops_ends_the_bounce),
		TEST(a_pipe_that_blocks_loses_nothing),
		TEST(an_echo_of_reset_duels),
		TEST(an_echo_reaches_the_other_end),
		TEST(text_lines_damage_each_copy),
		TEST(coalescing_only_costs_time),
		TEST(pieces_that_are_late_cut_every_copy),
		TEST(an_overrun_loses_one_byte),
		TEST(a_receive_error_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
