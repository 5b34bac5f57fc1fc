/* SPDX-License-Identifier: MIT */
/* Break-ins: of a target that idles, prints, or does not look. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "tests/support/rig.h"

#define SIM "name: t\ntransport: sim\nguest.pattern: 64KiB\n"

static const char *const lines[] = {
	"",
	"transport.baud: 115200\n",
	"transport.framing: packet\n",
	"transport.latency: 5ms\n",
	"debugger.think: windbg\n",
};

static char *scenario(const char *line, const char *steps)
{
	return mem_printf(SIM "%ssession:\n  - connect\n%s", line, steps);
}

static uint64_t quantile(const struct rig *r, const char *step, double q)
{
	return histogram_quantile(&rig_step(r, step)->latency, q);
}

static void test_sim_break_in__works_whatever_goes_on(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char *yaml = scenario(
			lines[i],
			"  - break-in: { name: idle, count: 5 }\n"
			"  - break-in: { name: storm, while: storm, "
			"count: 5 }\n"
			"  - break-in: { name: off, while: interrupts-off, "
			"count: 5 }\n"
			"  - registers\n"
			"  - continue\n"
			"  - break-in: { name: on, while: storm, count: 2 }\n"
			"  - break-in: { name: again, count: 5, warmup: 1 }\n"
			"  - read-memory\n");
		struct rig r;

		rig_run(&r, yaml, 0, 1, 1);
		assert_verdict(&r, VERDICT_COMPLETED);
		assert_int_equal(rig_step(&r, "idle")->ops, 5);
		assert_int_equal(rig_step(&r, "storm")->ops, 5);
		assert_int_equal(rig_step(&r, "storm")->lines_lost, 0);
		assert_int_equal(rig_step(&r, "off")->ops, 5);
		assert_int_equal(rig_step(&r, "on")->ops, 2);
		/* Nothing is left of the orders before. */
		assert_int_equal(rig_step(&r, "again")->ops, 5);
		assert_true(quantile(&r, "again", 1) <=
			    quantile(&r, "idle", 1) + NS_PER_MS);
		rig_release(&r);
		free(yaml);
	}
}

/* Half of them come at once, the rest when interrupts are on again. */
static void test_sim_break_in__waits_for_interrupts(void **state)
{
	char *yaml = scenario("", "  - break-in: { while: interrupts-off, "
				  "count: 200 }\n"
				  "  - break-in: { name: short, while: "
				  "interrupts-off, off: 5ms, count: 200 }\n");
	struct rig r;

	(void)state;
	rig_run(&r, yaml, 0, 1, 1);
	assert_verdict(&r, VERDICT_COMPLETED);
	assert_in_range(quantile(&r, "break-in", 1), 45 * NS_PER_MS,
			51 * NS_PER_MS);
	assert_in_range(quantile(&r, "break-in", 0.75), 15 * NS_PER_MS,
			35 * NS_PER_MS);
	assert_true(quantile(&r, "break-in", 0.35) < NS_PER_MS);
	assert_in_range(quantile(&r, "short", 1), 4 * NS_PER_MS, 6 * NS_PER_MS);
	rig_release(&r);
	free(yaml);
}

/* A storm's own time goes on where it was stopped, and no line is lost. */
static void test_sim_break_in__interrupts_a_storm(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char *yaml = scenario(
			lines[i],
			"  - print-storm: { duration: 300ms, break-ins: 7 }\n"
			"  - print-storm: { name: rate, rate: 200/s, "
			"duration: 300ms, break-ins: 3, work: 2 }\n"
			"  - print-storm: { name: none, duration: 100ms }\n"
			"  - print-storm: { name: count, count: 5 }\n"
			"  - read-memory\n");
		const struct step_record *storm;
		struct rig r;
		char *text;

		rig_run(&r, yaml, 0, 1, 1);
		assert_verdict(&r, VERDICT_COMPLETED);
		storm = rig_step(&r, "print-storm");
		assert_int_equal(storm->break_in.n, 8);
		assert_int_equal(storm->lines_lost, 0);
		assert_in_range(storm->wall_ns, 250 * NS_PER_MS,
				350 * NS_PER_MS);
		assert_int_equal(rig_step(&r, "rate")->break_in.n, 4);
		assert_int_equal(rig_step(&r, "rate")->lines_lost, 0);
		assert_int_equal(rig_step(&r, "none")->break_in.n, 1);
		assert_int_equal(rig_step(&r, "count")->break_in.n, 0);
		text = rig_text(&r);
		assert_non_null(strstr(text, "\"break_in_ns\":{\"p50\":"));
		/* The simulated machine has no counters to be read. */
		assert_non_null(strstr(text, "\"prints_skipped\":null"));
		assert_null(strstr(text, "\"prints_skipped\":0"));
		free(text);
		rig_release(&r);
		free(yaml);
	}
}

static void test_sim_break_in__survives_lost_bytes(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		char *yaml = scenario(
			"faults:\n"
			"  to-target: [ { drop: { probability: 1e-3 } } ]\n"
			"  to-debugger: [ { drop: { probability: 1e-3 } } ]\n",
			"  - break-in: { count: 8 }\n"
			"  - break-in: { name: off, while: interrupts-off, "
			"count: 5 }\n"
			"  - read-memory\n");
		struct rig r;

		rig_run(&r, yaml, 0, seed, 1);
		if (r.trial.verdict > VERDICT_RECOVERED)
			fail_msg("seed %u: %s %s", (unsigned)seed,
				 verdict_names[r.trial.verdict],
				 r.trial.detail);
		assert_int_equal(rig_step(&r, "off")->ops, 5);
		rig_release(&r);
		free(yaml);
	}
}

/*
 * The first print is lost as often as the target sends it: it believes itself
 * alone, prints no more, and is stopped all the same. A process, since the
 * simulated machine has no counters.
 */
static void test_sim_break_in__counts_what_is_not_printed(void **state)
{
	static const char yaml[] =
		"name: t\ntransport: native\nguest.pattern: 64KiB\n"
		"target.byte-timeout: 5ms\n"
		"target.retries: 2\n"
		"faults:\n"
		"  to-debugger: [ { drop: { per: packet, limit: 3, packet: { "
		"class: print } } } ]\n"
		"session:\n"
		"  - connect\n"
		"  - print-storm: { duration: 200ms }\n"
		"  - print-storm: { name: heard, duration: 50ms }\n";
	struct rig r;

	(void)state;
	rig_run(&r, yaml, 0, 1, 1);
	if (r.trial.verdict > VERDICT_RECOVERED)
		fail_msg("%s: %s", verdict_names[r.trial.verdict],
			 r.trial.detail);
	assert_true(rig_step(&r, "print-storm")->skips_known);
	assert_true(rig_step(&r, "print-storm")->prints_skipped > 0);
	assert_true(rig_step(&r, "heard")->skips_known);
	assert_int_equal(rig_step(&r, "heard")->prints_skipped, 0);
	rig_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sim_break_in__works_whatever_goes_on),
		cmocka_unit_test(test_sim_break_in__waits_for_interrupts),
		cmocka_unit_test(test_sim_break_in__interrupts_a_storm),
		cmocka_unit_test(test_sim_break_in__survives_lost_bytes),
		cmocka_unit_test(test_sim_break_in__counts_what_is_not_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
