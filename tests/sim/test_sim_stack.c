/* SPDX-License-Identifier: MIT */
/* stack-walk in virtual time: what it asks, in which order, over which lines.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/puppet.h"
#include "tests/support/rig.h"

#define FUNCTIONS 2550 /* 255 blocks of ten: 8 reads each time */
#define FRAMES 10
#define COLD 15 /* reads of a frame */
#define WARM 5

static struct puppet puppet;

/* --- what it asks ----------------------------------------------------------
 */

/* The replies in the measured window. */
static struct {
	uint32_t api, len;
	uint64_t address;
} replies[4 * FRAMES * COLD];
static size_t reply_count;

static void note(struct puppet *p, uint16_t type, uint8_t *payload,
		 uint16_t *len)
{
	if (type != KD_STATE_MANIPULATE || !p->s.step ||
	    p->s.step->kind != STEP_STACK_WALK || p->s.phase != PHASE_MEASURE ||
	    reply_count == ARRAY_SIZE(replies))
		return;
	replies[reply_count].api = kd_load32(payload);
	replies[reply_count].len = *len - KD_MANIPULATE_SIZE;
	replies[reply_count].address = kd_load64(payload + 16);
	reply_count++;
}

static void walk(uint64_t layout, const char *step)
{
	char *session = mem_printf("  - connect\n  - %s\n", step);

	puppet.world = (struct kd_world){ .modules = 3,
					  .processes = 1,
					  .functions = FUNCTIONS,
					  .layout = layout };
	reply_count = 0;
	puppet_run(&puppet, session);
	free(session);
}

static void assert_mix(const uint32_t *lens, size_t count, size_t frames)
{
	assert_int_equal(reply_count, count * frames);
	for (size_t i = 0; i < reply_count; i++) {
		assert_int_equal(replies[i].api, KD_API_READ_VIRTUAL);
		assert_int_equal(replies[i].len, lens[i % count]);
	}
}

/* 8 x 128 of the table, 128 unwind, 128 code, 128 stack, 3 x 8, 16. */
static void test_sim_stack__asks_what_windbg_asks(void **state)
{
	static const uint32_t cold[COLD] = { 128, 128, 128, 128, 128,
					     128, 128, 128, 128, 128,
					     128, 8,   8,   8,   16 };
	static const uint32_t warm[WARM] = { 128, 8, 8, 8, 16 };

	(void)state;
	puppet.change = note;
	for (uint64_t layout = 0; layout < 40; layout++) {
		walk(layout, "stack-walk: { frames: 10, count: 20 }");
		assert_ended(&puppet, VERDICT_COMPLETED, "");
		assert_mix(cold, COLD, 20);
		walk(layout,
		     "stack-walk: { frames: 10, cache: warm, count: 20 }");
		assert_ended(&puppet, VERDICT_COMPLETED, "");
		assert_mix(warm, WARM, 20);
	}
}

/* Where it reads depends on where the target has put things. */
static void test_sim_stack__follows_the_target(void **state)
{
	uint64_t first[FRAMES * COLD];
	size_t other = 0;

	(void)state;
	puppet.change = note;
	walk(1, "stack-walk: { count: 10 }");
	for (size_t i = 0; i < FRAMES * COLD; i++)
		first[i] = replies[i].address;
	walk(2, "stack-walk: { count: 10 }");
	assert_ended(&puppet, VERDICT_COMPLETED, "");
	for (size_t i = 0; i < FRAMES * COLD; i++)
		other += first[i] != replies[i].address;
	assert_true(other > FRAMES * COLD * 9 / 10);
	/* The second round of the same walk reads the same. */
	walk(1, "stack-walk: { count: 20 }");
	for (size_t i = 0; i < FRAMES * COLD; i++) {
		assert_int_equal(replies[i].address, first[i]);
		assert_int_equal(replies[FRAMES * COLD + i].address, first[i]);
	}
}

/* --- lines -----------------------------------------------------------------
 */

static void test_sim_stack__is_walked_over_every_line(void **state)
{
	static const char *const lines[] = {
		"transport: sim\n",
		"transport: native\n",
		"transport: sim\ntransport.baud: 115200\n",
		"transport: sim\ntransport.framing: packet\n",
		"transport: sim\ntransport.capacity: 100\n",
		"transport: sim\ndebugger.think: windbg\n",
		"transport: sim\ntarget.profile: reactos\n",
	};
	static const char rest[] =
		"name: t\nguest.functions: 2550\nsession:\n"
		"  - connect\n"
		"  - stack-walk: { count: 25, warmup: 5 }\n"
		"  - repeat:\n"
		"      count: 2\n"
		"      steps:\n"
		"        - stack-walk: { name: warm, cache: warm, frames: 64, "
		"count: 64 }\n"
		"  - read-memory: { size: 4000 }\n"
		"  - break-in: { count: 2 }\n";

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char *yaml = mem_printf("%s%s", lines[i], rest);
		const struct step_record *cold, *warm;
		struct rig r;

		rig_run(&r, yaml, 0, 1, 1);
		assert_verdict(&r, VERDICT_COMPLETED);
		cold = rig_step(&r, "stack-walk");
		warm = rig_step(&r, "warm");
		assert_int_equal(cold->ops, 25);
		assert_int_equal(cold->round_trips, 25 * COLD);
		assert_int_equal(cold->payload_bytes,
				 25 * (11 * 128 + 3 * 8 + 16));
		assert_int_equal(warm->ops, 2 * 64);
		assert_int_equal(warm->round_trips, 2 * 64 * WARM);
		assert_false(cold->mixed || warm->mixed);
		rig_release(&r);
		free(yaml);
	}
}

/* What is lost is asked for again; what comes is right, or says why not. */
static void test_sim_stack__no_lost_byte_corrupts_a_walk(void **state)
{
	static const char *const rates[] = { "1e-4", "1e-3", "2e-3" };

	(void)state;
	for (size_t rate = 0; rate < ARRAY_SIZE(rates); rate++) {
		char *yaml = mem_printf(
			"name: t\ntransport: sim\nguest.functions: 300\n"
			"faults:\n"
			"  to-target: [ { drop: { probability: %s } } ]\n"
			"  to-debugger: [ { drop: { probability: %s } } ]\n"
			"session:\n"
			"  - connect\n"
			"  - stack-walk: { count: 20 }\n"
			"  - stack-walk: { cache: warm, count: 20 }\n",
			rates[rate], rates[rate]);

		for (uint64_t seed = 1; seed <= 60; seed++) {
			struct rig r;

			rig_run(&r, yaml, 0, seed, 1);
			if (r.trial.verdict > VERDICT_RECOVERED)
				fail_msg("rate %s seed %u: %s %s", rates[rate],
					 (unsigned)seed,
					 verdict_names[r.trial.verdict],
					 r.trial.detail);
			rig_release(&r);
		}
		free(yaml);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sim_stack__asks_what_windbg_asks),
		cmocka_unit_test(test_sim_stack__follows_the_target),
		cmocka_unit_test(test_sim_stack__is_walked_over_every_line),
		cmocka_unit_test(test_sim_stack__no_lost_byte_corrupts_a_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
