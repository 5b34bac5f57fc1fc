/* SPDX-License-Identifier: MIT */
/* Small phase diagrams: where the line between calm and storm lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/explore/phase.h"
#include "tests/support/plans.h"

#define SESSION                                                   \
	"session: [connect, read-memory: {count: 2, chunk: 16}, " \
	"step, continue]\n"

/* Time-outs of 1 ms to 1 s, delays of 100 us to 1 s, powers of ten. */
#define POLLS 1000000
#define COSTS                    \
	{                        \
		1000, 1000000, 1 \
	}
#define DELAYS                        \
	{                             \
		100000, 1000000000, 1 \
	}

static void draw(struct phase *p, const char *debugger, enum phase_of of,
		 unsigned workers)
{
	const struct phase_options o = { .of = of,
					 .cost_ps = COSTS,
					 .delay_ns = DELAYS,
					 .polls = POLLS,
					 .workers = workers };
	const struct scenario *s;
	struct err err = { 0 };
	char yaml[512];

	snprintf(yaml, sizeof(yaml),
		 "name: x\nmatrix: {transport: [sim]}\n"
		 "debugger: {profile: %s}\n" SESSION,
		 debugger);
	s = plans_loaded(NULL, yaml, NULL);
	if (!phase_run(p, &s->cells[0], &o, &err))
		fail_msg("%s", err.text);
	plans_release(NULL);
	assert_int_equal(p->columns, 4);
	assert_int_equal(p->rows, 5);
}

static uint64_t digest_of(const char *debugger, enum phase_of of,
			  unsigned workers)
{
	struct phase p;
	uint64_t digest;

	draw(&p, debugger, of, workers);
	digest = p.digest;
	phase_release(&p);
	return digest;
}

/* Less late than the target waits and the debugger asks again: all is calm. */
static void test_phase__is_calm_below_the_time_outs(void **state)
{
	struct phase p;

	(void)state;
	for (unsigned of = 0; of < PHASE_OF_COUNT; of++) {
		draw(&p, "robust", (enum phase_of)of, 2);
		for (size_t c = 0; c < p.columns; c++)
			for (size_t r = 0; r < p.rows; r++)
				if (phase_delay_ns(&p, r) <= 10000000 &&
				    4 * phase_delay_ns(&p, r) <
					    phase_timeout_ns(
						    POLLS,
						    phase_cost_ps(&p, c)))
					assert_int_equal(
						phase_point(&p, c, r)->end,
						PHASE_COMPLETED);
		phase_release(&p);
	}
}

/* Later than the target waits, it says everything again and again. */
static void test_phase__is_disturbed_above_the_time_out(void **state)
{
	struct phase p;

	(void)state;
	draw(&p, "robust", PHASE_DELAY, 2);
	for (size_t c = 0; c < p.columns; c++)
		for (size_t r = 0; r < p.rows; r++) {
			const struct phase_point *at = phase_point(&p, c, r);

			if (phase_delay_ns(&p, r) >
			    2 * phase_timeout_ns(POLLS, phase_cost_ps(&p, c)))
				assert_true(at->end >= PHASE_RECOVERED);
		}
	/* The faster the polls, the more of it. */
	assert_true(phase_point(&p, 0, 3)->waste >
		    phase_point(&p, 1, 3)->waste);
	assert_true(phase_point(&p, 1, 3)->waste >
		    phase_point(&p, 3, 3)->waste);
	phase_release(&p);
}

static void test_phase__each_place_ends_once(void **state)
{
	struct phase p;

	(void)state;
	for (unsigned of = 0; of < PHASE_OF_COUNT; of++) {
		draw(&p, "windbg", (enum phase_of)of, 2);
		for (size_t i = 0; i < p.columns * p.rows; i++) {
			const struct phase_point *at = &p.points[i];
			uint32_t places = 0;

			for (unsigned e = 0; e < PHASE_END_COUNT; e++)
				places += at->ends[e];
			assert_int_equal(places, at->places);
			assert_true(at->ends[at->end]);
			for (unsigned e = at->end + 1u; e < PHASE_END_COUNT;
			     e++)
				assert_int_equal(at->ends[e], 0);
			assert_true(at->places == 1 || of != PHASE_LATENCY);
			assert_true(at->places == 3 || of != PHASE_GAPS);
		}
		phase_release(&p);
	}
}

static void test_phase__is_the_same_with_any_workers(void **state)
{
	(void)state;
	for (unsigned of = 0; of < PHASE_OF_COUNT; of++) {
		uint64_t one = digest_of("windbg", (enum phase_of)of, 1);

		assert_int_equal(digest_of("windbg", (enum phase_of)of, 2),
				 one);
		assert_int_equal(digest_of("windbg", (enum phase_of)of, 5),
				 one);
	}
}

/*
 * On every machine, with every compiler. Who changes what the protocol does
 * changes these, and looks at the picture: docs/phase.md.
 */
static void test_phase__is_the_same_everywhere(void **state)
{
	static const uint64_t golden[PHASE_OF_COUNT] = {
		[PHASE_DELAY] = UINT64_C(0x76544320a602a309),
		[PHASE_LATENCY] = UINT64_C(0x48e5a3e145466a5a),
		[PHASE_GAP] = UINT64_C(0xfdad51cc5d5a1762),
		[PHASE_GAPS] = UINT64_C(0x0510da20a984ac95),
		[PHASE_PAUSE] = UINT64_C(0x2b6aced2b2bf343d),
	};

	(void)state;
	for (unsigned of = 0; of < PHASE_OF_COUNT; of++)
		assert_int_equal(digest_of("windbg", (enum phase_of)of, 2),
				 golden[of]);
}

/* A session that does not survive its time-outs without any delay either. */
static void test_phase__knows_what_fails_by_itself(void **state)
{
	const struct phase_options o = { .of = PHASE_DELAY,
					 .cost_ps = { 1000, 1000000, 1 },
					 .delay_ns = { 100000, 1000000, 1 },
					 .polls = 10,
					 .workers = 2 };
	const struct scenario *s;
	struct err err = { 0 };
	struct phase p;

	(void)state;
	/* The target waits 10 ns, and takes more to hear the first ACK. */
	s = plans_loaded(NULL,
			 "name: x\nmatrix: {transport: [sim]}\n"
			 "debugger: {profile: radare2}\n" SESSION,
			 NULL);
	assert_true(phase_run(&p, &s->cells[0], &o, &err));
	assert_true(phase_point(&p, 0, 0)->alone);
	assert_true(phase_point(&p, 0, 0)->end > PHASE_WASTEFUL);
	assert_int_equal(phase_point(&p, 0, 0)->places, 1);
	phase_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			test_phase__is_calm_below_the_time_outs, plans_release),
		cmocka_unit_test_teardown(
			test_phase__is_disturbed_above_the_time_out,
			plans_release),
		cmocka_unit_test_teardown(test_phase__each_place_ends_once,
					  plans_release),
		cmocka_unit_test_teardown(
			test_phase__is_the_same_with_any_workers,
			plans_release),
		cmocka_unit_test_teardown(test_phase__is_the_same_everywhere,
					  plans_release),
		cmocka_unit_test_teardown(
			test_phase__knows_what_fails_by_itself, plans_release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
