/* SPDX-License-Identifier: MIT */
/*
 * What a WinDbg asks: to attach, at each step, at each hit of a breakpoint with
 * a condition. How many requests, of which sizes, in which order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "tests/support/rig.h"
#include "tests/support/windbg.h"

#define HEAD "name: t\ntransport: sim\nguest.pattern: 64KiB\n"

static struct mix mix, seen;

static void run(struct rig *r, const char *settings, const char *session)
{
	char *yaml = mem_printf(HEAD "%ssession:\n  - connect\n%s", settings,
				session);

	rig_run(r, yaml, 0, 1, 1);
	assert_verdict(r, VERDICT_COMPLETED);
	mix_of_trace(&mix, &r->trial.trace);
	free(yaml);
}

/* --- the mixes ------------------------------------------------------------ */

static void test_sim_windbg__attaches_in_55_requests(void **state)
{
	static const char *const lines[] = {
		"",
		"transport.framing: packet\n",
		"transport.baud: 115200\n",
		"debugger.think: windbg\n",
	};
	const struct step_record *record;
	struct rig r;
	size_t at;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char *settings = mem_printf("%s%s", WINDBG_TARGET, lines[i]);

		run(&r, settings, "  - attach: { count: 2 }\n  - registers\n");
		record = rig_step(&r, "attach");
		assert_int_equal(record->ops, 2);
		assert_int_equal(record->round_trips, 2 * (WINDBG_ATTACH - 1));
		/* 15.5 KB, the ACK of the stop that it begins at included. */
		if (i != 1)
			assert_int_equal(record->wire_bytes, 2 * 15495);
		/* The first one was that of 'connect'. */
		at = mix_find(&mix, KD_API_GET_VERSION, 2);
		assert_int_equal(assert_attach(&mix, at), at + WINDBG_ATTACH);
		assert_int_equal(assert_attach(&mix, at + WINDBG_ATTACH),
				 at + 2 * WINDBG_ATTACH);
		rig_release(&r);
		free(settings);
	}
}

/* The same, one by one, as in a capture of the real one. */
static void test_sim_windbg__attaches_as_it_was_seen_to(void **state)
{
	struct decoding d;
	struct rig r;
	size_t at;

	(void)state;
	decoding_start_file(&d, "kdnet-win-real.jsonl", FROM_CONTENT);
	mix_of_capture(&seen, &d);
	decoding_release(&d);
	run(&r, WINDBG_TARGET, "  - attach\n");
	at = mix_find(&mix, KD_API_GET_VERSION, 2);
	for (size_t i = 0; i < WINDBG_ATTACH; i++, at++) {
		const struct mix_request *have = &mix.requests[at];
		const struct mix_request *want = &seen.requests[i];

		if (have->api != want->api || have->asked != want->asked ||
		    have->sent != want->sent || have->got != want->got ||
		    have->status != want->status)
			fail_msg("request %zu: api 0x%x, not 0x%x", i,
				 (unsigned)have->api, (unsigned)want->api);
	}
	rig_release(&r);
}

static void test_sim_windbg__steps_in_9_requests(void **state)
{
	const struct step_record *record;
	struct rig r;
	size_t at;

	(void)state;
	run(&r, WINDBG_TARGET,
	    "  - step: { as: windbg, count: 7, warmup: 2 }\n"
	    "  - step: { name: bare, count: 3 }\n");
	record = rig_step(&r, "step");
	assert_int_equal(record->ops, 7);
	assert_int_equal(record->round_trips, 7 * (WINDBG_STEP - 1));
	assert_int_equal(record->wire_bytes, 7 * 4962); /* 5.0 KB each */
	at = mix_find(&mix, KD_API_SET_CONTEXT, 1);
	for (unsigned i = 0; i < 9; i++) {
		assert_true(mix.requests[at + 2].trace);
		at = assert_windbg_step(&mix, at);
	}
	/* What is bare asks nothing. */
	assert_int_equal(mix.count - at, 3);
	assert_int_equal(rig_step(&r, "bare")->round_trips, 0);
	rig_release(&r);
}

static void test_sim_windbg__spends_20_requests_a_hit(void **state)
{
	const struct step_record *record;
	struct rig r;
	size_t at;

	(void)state;
	run(&r, WINDBG_TARGET,
	    "  - conditional-breakpoint: { count: 5, warmup: 1 }\n"
	    "  - continue\n  - wait: { duration: 10ms }\n  - break-in\n");
	record = rig_step(&r, "conditional-breakpoint");
	assert_int_equal(record->ops, 5);
	assert_int_equal(record->round_trips, 5 * (WINDBG_HIT - 2));
	at = mix_find(&mix, KD_API_RESTORE_BREAKPOINT, 1);
	for (unsigned i = 0; i < 6; i++) {
		assert_true(mix.requests[at + 3].trace);
		at = assert_windbg_hit(&mix, at);
	}
	/* It is cleared, the loop is called off, the target let go. */
	assert_int_equal(mix.requests[at].api, KD_API_RESTORE_BREAKPOINT);
	assert_int_equal(mix.requests[at + 1].api, KD_API_WRITE_VIRTUAL);
	assert_int_equal(mix.requests[at + 2].api, KD_API_CONTINUE2);
	rig_release(&r);
}

/* Who is served by GetContextEx asks no GetContext. */
static void test_sim_windbg__asks_for_the_context_once(void **state)
{
	struct rig r;

	(void)state;
	run(&r, "", "  - attach\n  - step: { as: windbg, count: 2 }\n");
	for (size_t i = 0; i < mix.count; i++)
		assert_int_not_equal(mix.requests[i].api, KD_API_GET_CONTEXT);
	assert_int_equal(rig_step(&r, "attach")->round_trips,
			 WINDBG_ATTACH - 3);
	assert_int_equal(rig_step(&r, "step")->round_trips,
			 2 * (WINDBG_STEP - 2));
	rig_release(&r);
}

/* --- time: virtual, so it can be asserted --------------------------------- */

static uint64_t median(const struct rig *r, const char *step)
{
	return histogram_quantile(&rig_step(r, step)->latency, 0.5);
}

static void assert_within(uint64_t have, uint64_t want_us, unsigned percent)
{
	uint64_t want = 1000 * want_us;

	if (have < want - want * percent / 100 ||
	    have > want + want * percent / 100)
		fail_msg("%llu ns, not %llu us", (unsigned long long)have,
			 (unsigned long long)want_us);
}

/* 306 bytes are 26.6 ms of line; else the gap of WinDbg, and the target. */
static void test_sim_windbg__a_read_takes_what_arithmetic_says(void **state)
{
	static const char reads[] =
		"  - read-memory: { name: all, chunk: 128, count: 1500, "
		"latency: with-think }\n"
		"  - read-memory: { name: answer, chunk: 128, count: 200 }\n";
	struct rig r;

	(void)state;
	run(&r, "transport.baud: 115200\ndebugger.think: windbg\n", reads);
	assert_within(median(&r, "all"), 27000, 5);
	rig_release(&r);
	run(&r, "transport.service: 20us\ndebugger.think: windbg\n", reads);
	assert_within(median(&r, "all"), 350 + 40, 15);
	assert_within(median(&r, "answer"), 40, 5);
	rig_release(&r);
	run(&r, "transport.service: 20us\n", reads);
	assert_within(median(&r, "all"), 40, 5);
	rig_release(&r);
}

/* Fifty-five times a median gap, and then some longer ones. */
static void test_sim_windbg__thinking_is_part_of_an_attach(void **state)
{
	struct rig r;
	uint64_t without;

	(void)state;
	run(&r, WINDBG_TARGET, "  - attach\n");
	without = median(&r, "attach");
	rig_release(&r);
	run(&r, WINDBG_TARGET "debugger.think: { ack: 0, gap: 1ms }\n",
	    "  - attach\n");
	assert_within(median(&r, "attach") - without, 55000, 2);
	rig_release(&r);
}

/* --- a bad line ----------------------------------------------------------- */

static void test_sim_windbg__no_lost_byte_corrupts_anything(void **state)
{
	static const char *const rates[] = { "1e-4", "1e-3", "2e-3" };
	struct rig r;

	(void)state;
	for (size_t rate = 0; rate < ARRAY_SIZE(rates); rate++) {
		for (uint64_t seed = 1; seed <= 6; seed++) {
			char *yaml = mem_printf(
				HEAD WINDBG_TARGET
				"faults:\n"
				"  to-target: [ { drop: { probability: %s } } "
				"]\n"
				"  to-debugger: [ { drop: { probability: %s } "
				"} ]\n"
				"session:\n"
				"  - connect\n"
				"  - attach: { count: 2 }\n"
				"  - step: { as: windbg, count: 10 }\n"
				"  - conditional-breakpoint: { count: 5 }\n"
				"  - read-memory\n",
				rates[rate], rates[rate]);

			rig_run(&r, yaml, 0, seed, 1);
			if (r.trial.verdict > VERDICT_RECOVERED)
				fail_msg("rate %s seed %u: %s %s", rates[rate],
					 (unsigned)seed,
					 verdict_names[r.trial.verdict],
					 r.trial.detail);
			rig_release(&r);
			free(yaml);
		}
	}
}

#define TEST(name) cmocka_unit_test(test_sim_windbg__##name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(attaches_in_55_requests),
		TEST(attaches_as_it_was_seen_to),
		TEST(steps_in_9_requests),
		TEST(spends_20_requests_a_hit),
		TEST(asks_for_the_context_once),
		TEST(a_read_takes_what_arithmetic_says),
		TEST(thinking_is_part_of_an_attach),
		TEST(no_lost_byte_corrupts_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
