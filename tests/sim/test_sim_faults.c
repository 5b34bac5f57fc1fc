/* SPDX-License-Identifier: MIT */
/* Each fault of a line in a whole session: what it does, and what comes of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/rig.h"

#define SESSION                                          \
	"session:\n"                                     \
	"  - connect\n"                                  \
	"  - read-memory: { size: 6000, chunk: 500 }\n"  \
	"  - write-memory: { size: 6000, chunk: 500 }\n" \
	"  - step: { count: 5 }\n"                       \
	"  - print-storm: { count: 20, work: 5 }\n"      \
	"  - break-in: { count: 3 }\n"                   \
	"  - continue\n"

static struct rig r;

static void run(const char *settings, const char *direction, const char *fault)
{
	char *yaml = mem_printf("name: t\ntransport: sim\n"
				"guest.pattern: 64KiB\n%sfaults:\n"
				"  %s:\n    - %s\n" SESSION,
				settings, direction, fault);

	rig_run(&r, yaml, 0, 1, 1);
	free(yaml);
}

/* How often the fault acted, and on what, as its log says. */
static const struct fault_act *acts(size_t at_least)
{
	if (r.trial.trail.count < at_least)
		fail_msg("%zu acts, not %zu", (size_t)r.trial.trail.count,
			 at_least);
	return &r.trial.trail.acts[0];
}

static void test_sim_faults__each_acts_and_the_session_survives(void **state)
{
	static const struct {
		const char *direction, *fault;
		const char *name;
		enum verdict verdict;
	} cases[] = {
		{ "to-debugger", "drop: { probability: 0.0005 }", "drop",
		  VERDICT_RECOVERED },
		{ "to-debugger", "flip: { probability: 0.0005 }", "flip",
		  VERDICT_RECOVERED },
		{ "to-target",
		  "set: { value: 0, field: checksum, nth: 4, packet: { class: "
		  "request } }",
		  "set", VERDICT_RECOVERED },
		{ "to-debugger", "burst: { enter: 0.001, leave: 0.1 }", "burst",
		  VERDICT_RECOVERED },
		{ "to-target", "burst: { enter: 5%, leave: 50%, per: packet }",
		  "burst", VERDICT_RECOVERED },
		{ "to-target",
		  "insert: { byte: 0x30, nth: 5, offset: 0, packet: { class: "
		  "request } }",
		  "insert", VERDICT_RECOVERED },
		{ "to-debugger",
		  "duplicate: { per: packet, packet: { class: reply } }",
		  "duplicate", VERDICT_RECOVERED },
		{ "to-debugger",
		  "truncate: { nth: 3, packet: { class: reply } }", "truncate",
		  VERDICT_RECOVERED },
		{ "to-debugger", "reorder: { nth: 3, packet: { class: ack } }",
		  "reorder", VERDICT_COMPLETED },
		{ "to-debugger", "delay: { mean: 1ms, deviation: 500us }",
		  "delay", VERDICT_COMPLETED },
		{ "to-target", "jitter: { max: 1ms, pieces: 8 }", "jitter",
		  VERDICT_COMPLETED },
		{ "to-target",
		  "stall: { time: 700ms, nth: 5, packet: { class: request } }",
		  "stall", VERDICT_RECOVERED },
		{ "to-debugger", "throttle: { rate: 100KiB/s }", "throttle",
		  VERDICT_COMPLETED },
		{ "to-debugger", "hangup: { nth: 5, packet: { class: reply } }",
		  "hangup", VERDICT_RECOVERED },
		{ "to-target", "hangup: { nth: 5, packet: { class: ack } }",
		  "hangup", VERDICT_RECOVERED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		run("", cases[i].direction, cases[i].fault);
		if (r.trial.verdict != cases[i].verdict)
			fail_msg("%s: %s: %s", cases[i].fault,
				 verdict_names[r.trial.verdict],
				 r.trial.detail);
		assert_string_equal(acts(1)->act, cases[i].name);
		rig_release(&r);
	}
}

/* A line that is dead until the faults end. */
static void test_sim_faults__a_dead_line_is_alive_when_it_heals(void **state)
{
	(void)state;
	run("heal.patience: 5s\n", "to-debugger",
	    "hangup: { then: silence, nth: 5, packet: { class: reply } }");
	if (r.trial.verdict != VERDICT_RECOVERED &&
	    r.trial.verdict != VERDICT_GAVE_UP)
		fail_msg("%s: %s", verdict_names[r.trial.verdict],
			 r.trial.detail);
	assert_int_equal(r.trial.trail.count, 1);
	rig_release(&r);
}

/* The first copy is lost, and only that: the second re-send arrives. */
static void test_sim_faults__copy_means_a_re_send(void **state)
{
	(void)state;
	run("", "to-target",
	    "drop: { per: packet, nth: 5, copy: 1, packet: { class: request } "
	    "}");
	assert_verdict(&r, VERDICT_COMPLETED);
	assert_int_equal(r.trial.trail.count, 0);
	rig_release(&r);
	run("", "to-target",
	    "drop: { per: packet, nth: 5, copy: 0, packet: { class: request } "
	    "}\n    - drop: { per: packet, nth: 5, copy: 1, packet: { class: "
	    "request } }");
	assert_verdict(&r, VERDICT_RECOVERED);
	assert_int_equal(acts(2)[1].address.copy, 1);
	assert_int_equal(r.trial.trail.count, 2);
	rig_release(&r);
}

/* Records: the same faults, of whole packets. */
static void test_sim_faults__packets_meet_packet_faults(void **state)
{
	static const struct {
		const char *direction, *fault;
	} cases[] = {
		{ "to-debugger", "delay: { min: 0, max: 3ms }" },
		{ "to-target", "jitter: { max: 1ms }" },
		{ "to-target", "throttle: { rate: 100KiB/s }" },
		{ "to-target", "stall: { time: 10ms }" },
		{ "to-target", "reorder: { wait: 5ms, every: 3 }" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		run("transport.framing: packet\n", cases[i].direction,
		    cases[i].fault);
		if (r.trial.verdict > VERDICT_RECOVERED)
			fail_msg("%s: %s: %s", cases[i].fault,
				 verdict_names[r.trial.verdict],
				 r.trial.detail);
		assert_true(acts(1)->address.class != CLASS_STRAY);
		rig_release(&r);
	}
	/* Unanswered, a debugger asks again. */
	run("transport.framing: packet\n", "to-target",
	    "drop: { per: packet, nth: 5, packet: { class: request } }");
	assert_verdict(&r, VERDICT_RECOVERED);
	assert_int_equal(acts(1)->address.ordinal, 5);
	rig_release(&r);
}

/* What a perfect line would not have carried of some reads. */
static uint64_t wasted(const char *nth)
{
	char *yaml = mem_printf(
		"name: t\ntransport: sim\nfaults:\n  to-target:\n"
		"    - drop: { per: packet, nth: %s, packet: { class: request "
		"} "
		"}\nsession:\n  - connect\n  - read-memory: { size: 4KiB }\n",
		nth);
	const struct kd_counts *c = &r.trial.counts;
	uint64_t bytes;

	rig_run(&r, yaml, 0, 1, 1);
	free(yaml);
	bytes = c->bytes_in + c->bytes_out - c->useful;
	rig_release(&r);
	return bytes;
}

/* A request that is lost: itself once more, and nothing else. */
static void test_sim_faults__what_recovery_costs_is_counted(void **state)
{
	(void)state;
	assert_int_equal(wasted("5") - wasted("900"), 16 + 56 + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_sim_faults__each_acts_and_the_session_survives),
		cmocka_unit_test(
			test_sim_faults__a_dead_line_is_alive_when_it_heals),
		cmocka_unit_test(test_sim_faults__copy_means_a_re_send),
		cmocka_unit_test(test_sim_faults__packets_meet_packet_faults),
		cmocka_unit_test(
			test_sim_faults__what_recovery_costs_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
