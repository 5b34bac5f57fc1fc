/* SPDX-License-Identifier: MIT */
/*
 * Open loops in virtual time, where nothing is late but for the line: rates are
 * exact below what it can carry, and exactly that above.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Before cmocka, which has a macro expect_value. */
#include "bench/run/expect.h"

#include <cmocka.h>

#include <math.h>

#include "bench/base/mem.h"
#include "tests/support/rig.h"

#define S UINT64_C(1000000000)

/* 73 + 16 + 1097 + 16 bytes for a read of 1 KiB, ten bits each. */
#define LINE "transport.baud: 115200\ntransport.latency: 0\n"

static void run(struct rig *r, const char *line, const char *steps)
{
	char *yaml =
		mem_printf("name: t\ntransport: sim\nguest.pattern: 64KiB\n"
			   "%ssession:\n  - connect\n%s",
			   line, steps);

	rig_run(r, yaml, 0, 1, 1);
	free(yaml);
}

/* What the line carries of reads of 1 KiB, one after the other. */
static uint64_t limit_of(const char *line)
{
	struct rig r;
	uint64_t rate;

	run(&r, line, "  - read-memory: { count: 100, chunk: 1KiB }\n");
	assert_verdict(&r, VERDICT_COMPLETED);
	rate = 102400 * S / rig_step(&r, "read-memory")->wall_ns;
	rig_release(&r);
	return rate;
}

static void test_sim_sweep__achieves_what_is_offered_up_to_the_limit(
	void **state)
{
	static const char *const lines[] = {
		LINE,
		LINE "transport.service: 20ms\n",
		"transport.baud: unlimited\ntransport.latency: 40ms\n",
		LINE "transport.framing: packet\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		uint64_t limit = limit_of(lines[i]);
		const struct step_record *sweep;
		unsigned above = 0;
		struct rig r;

		run(&r, lines[i],
		    "  - sweep: { from: 1000, to: 64000, points: 7, each: 3s "
		    "}\n");
		assert_verdict(&r, VERDICT_COMPLETED);
		sweep = rig_step(&r, "sweep");
		assert_int_equal(sweep->sweep_count, 7);
		for (unsigned k = 0; k < 7; k++) {
			const struct sweep_point *p = &sweep->sweep[k];

			assert_int_equal(p->offered, 1000 << k);
			assert_int_equal(p->payload_bytes, 1024 * p->ops);
			assert_true(p->wall_ns >= 3 * S);
			assert_int_equal(p->latency.n, p->ops);
			if (p->offered < limit) {
				assert_in_range(p->achieved, p->offered - 1,
						p->offered);
				continue;
			}
			above++;
			/* The ACK of what came before is in the first one's. */
			assert_in_range(p->achieved, limit - limit / 500,
					limit + limit / 500);
		}
		assert_true(above >= 2);
		rig_release(&r);
	}
}

/* Below the limit each request is as fast as alone; above, they queue. */
static void test_sim_sweep__latency_counts_from_when_it_was_due(void **state)
{
	const struct step_record *sweep;
	uint64_t alone, last;
	struct rig r;

	(void)state;
	run(&r, LINE,
	    "  - sweep: { from: 1000, to: 20000, points: 2, each: 2s }\n");
	assert_verdict(&r, VERDICT_COMPLETED);
	sweep = rig_step(&r, "sweep");
	alone = sweep->sweep[0].latency.max;
	assert_in_range(sweep->sweep[0].latency.p50, alone - alone / 30, alone);
	/* n done in so long; the last of them was due when n - 1 were. */
	last = sweep->sweep[1].wall_ns -
	       (sweep->sweep[1].ops - 1) * 1024 * S / 20000;
	assert_in_range(sweep->sweep[1].latency.max, last - 1, last + 1);
	assert_true(last > 5 * alone);
	rig_release(&r);
}

static void test_sim_sweep__goes_as_far_as_the_line(void **state)
{
	uint64_t limit = limit_of(LINE);
	const struct sweep_point *p;
	unsigned count;
	struct rig r;

	(void)state;
	run(&r, LINE, "  - sweep: { from: 1KiB/s }\n");
	assert_verdict(&r, VERDICT_COMPLETED);
	p = rig_step(&r, "sweep")->sweep;
	count = rig_step(&r, "sweep")->sweep_count;
	assert_in_range(count, 4, 8);
	for (unsigned i = 0; i + 2 < count; i++)
		assert_true(p[i].achieved * 10 >= p[i].offered * 9 ||
			    p[i + 1].achieved * 10 >= p[i + 1].offered * 9);
	for (unsigned i = count - 2; i < count; i++)
		assert_true(p[i].achieved * 10 < p[i].offered * 9);
	assert_true(p[count - 1].achieved <= limit + limit / 100);
	assert_true((expect_value)(&r.trial, "saturation") >=
		    (double)p[count - 1].achieved);
	assert_true((expect_value)(&r.trial, "steps.sweep.saturation") <=
		    (double)(limit + limit / 100));
	assert_true(
		isnan((expect_value)(&r.trial, "steps.connect.saturation")));
	/* All points are the step. */
	for (unsigned i = 1; i < count; i++)
		assert_true(p[i].offered > p[i - 1].offered);
	rig_release(&r);
}

/* Each point is a window, and the step is all of them. */
static void test_sim_sweep__the_step_is_the_sum_of_its_points(void **state)
{
	uint64_t ops = 0, bytes = 0, wall = 0;
	const struct step_record *sweep;
	struct rig r;

	(void)state;
	run(&r, LINE,
	    "  - sweep: { from: 2000, to: 30000, points: 5, warmup: 4KiB }\n");
	assert_verdict(&r, VERDICT_COMPLETED);
	sweep = rig_step(&r, "sweep");
	for (unsigned i = 0; i < sweep->sweep_count; i++) {
		ops += sweep->sweep[i].ops;
		bytes += sweep->sweep[i].payload_bytes;
		wall += sweep->sweep[i].wall_ns;
	}
	assert_int_equal(sweep->ops, ops);
	assert_int_equal(sweep->latency.n, ops);
	assert_int_equal(sweep->payload_bytes, bytes);
	assert_int_equal(sweep->wall_ns, wall);
	assert_int_equal(sweep->round_trips, ops);
	rig_release(&r);
}

static void test_sim_sweep__the_record_has_its_points(void **state)
{
	char *first = NULL;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct rig r;
		char *text;

		run(&r, LINE,
		    "  - sweep: { from: 1024, to: 2048, points: 2 }\n");
		text = rig_text(&r);
		assert_non_null(strstr(text,
				       "\"sweep\":[{\"offered_bytes_s\":1024,"
				       "\"achieved_bytes_s\":1024,"
				       "\"payload_bytes\":4096,\"ops\":4,"
				       "\"wall_ns\":4000000000,\"cpu\":null,"
				       "\"latency_ns\":{\"p50\":"));
		assert_non_null(strstr(text, "\"split\":null"));
		assert_non_null(strstr(text, "\"exits_by_kind\":null"));
		if (first)
			assert_string_equal(text, first);
		free(first);
		first = text;
		rig_release(&r);
	}
	free(first);
}

static void test_sim_sweep__a_step_can_have_a_rate(void **state)
{
	static const struct {
		const char *step;
		uint64_t ops, bytes, wall_ns;
	} cases[] = {
		{ "read-memory: { name: x, rate: 5KiB/s, chunk: 1KiB, "
		  "size: 10KiB }",
		  10, 10240, 2 * S },
		{ "read-physical: { name: x, rate: 1000, chunk: 100, count: 5 "
		  "}",
		  5, 500, S / 2 },
		{ "write-memory: { name: x, rate: 1000, chunk: 100, "
		  "duration: 1s }",
		  10, 1000, S },
		/* Due at 0, 0.4 and 0.8 s, and not at 1.2. */
		{ "read-memory: { name: x, rate: 1000, chunk: 400, "
		  "duration: 1s }",
		  3, 1200, S },
		/* Silences that are longer than any patience. */
		{ "read-memory: { name: x, rate: 10, chunk: 400, count: 2 }", 2,
		  800, 80 * S },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *steps =
			mem_printf("  - %s\n  - version\n", cases[i].step);
		const struct step_record *x;
		struct rig r;

		run(&r, LINE, steps);
		assert_verdict(&r, VERDICT_COMPLETED);
		x = rig_step(&r, "x");
		assert_int_equal(x->ops, cases[i].ops);
		assert_int_equal(x->payload_bytes, cases[i].bytes);
		assert_int_equal(x->wall_ns, cases[i].wall_ns);
		assert_false(r.trial.healed);
		rig_release(&r);
		free(steps);
	}
}

/* The first line at once, then one each 10 ms, if the line is fast enough. */
static void test_sim_sweep__a_storm_can_have_a_rate(void **state)
{
	const struct step_record *storm;
	struct rig r;
	char *text;

	(void)state;
	run(&r, "transport.baud: unlimited\ntransport.latency: 1us\n",
	    "  - print-storm: { name: few, rate: 100, count: 11, work: 3 }\n"
	    "  - print-storm: { name: time, rate: 100, duration: 95ms }\n");
	assert_verdict(&r, VERDICT_COMPLETED);
	storm = rig_step(&r, "few");
	assert_int_equal(storm->ops, 11);
	assert_in_range(storm->wall_ns, 100000000, 100100000);
	assert_in_range(storm->latency.max, 9900000, 10200000);
	assert_int_equal(rig_step(&r, "time")->ops, 10);
	/* There is no idle loop to count, and no slowdown of what waits. */
	text = rig_text(&r);
	assert_non_null(strstr(text, "\"guest_load\":null"));
	assert_null(strstr(text, "\"guest_load\":0"));
	assert_non_null(strstr(text, "\"slowdown\":null"));
	free(text);
	rig_release(&r);
}

/* Its pace is its thinking: a debugger that thinks asks as often. */
static void test_sim_sweep__who_asks_by_the_clock_does_not_think(void **state)
{
	struct rig r;

	(void)state;
	run(&r, LINE "debugger: { think: { ack: 0, gap: 100ms } }\n",
	    "  - read-memory: { name: x, rate: 1000, chunk: 50, count: 20 }\n");
	assert_verdict(&r, VERDICT_COMPLETED);
	assert_int_equal(rig_step(&r, "x")->wall_ns, S);
	assert_true(rig_step(&r, "x")->latency.max < 50000000);
	rig_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_sim_sweep__achieves_what_is_offered_up_to_the_limit),
		cmocka_unit_test(
			test_sim_sweep__latency_counts_from_when_it_was_due),
		cmocka_unit_test(test_sim_sweep__goes_as_far_as_the_line),
		cmocka_unit_test(
			test_sim_sweep__the_step_is_the_sum_of_its_points),
		cmocka_unit_test(test_sim_sweep__the_record_has_its_points),
		cmocka_unit_test(test_sim_sweep__a_step_can_have_a_rate),
		cmocka_unit_test(test_sim_sweep__a_storm_can_have_a_rate),
		cmocka_unit_test(
			test_sim_sweep__who_asks_by_the_clock_does_not_think),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
