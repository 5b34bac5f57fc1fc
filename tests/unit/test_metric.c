/* SPDX-License-Identifier: MIT */
/* Numbers that are worked out of a step or of a trial. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "bench/base/mem.h"
#include "report/metric.h"

static struct result_counters counters(struct result_counter *rows,
				       size_t count)
{
	return (struct result_counters){ rows, count };
}

/*
 * A guest that read ports 30 times and registers 10 times, wrote 20 times, rang
 * 5 times and looked 16 times for nothing; 10 bytes came of it.
 */
static double traps_per_byte(const char *kind)
{
	struct result_counter rows[] = {
		{ "port_reads", 30 },  { "mmio_reads", 10 },
		{ "port_writes", 20 }, { "mmio_writes", 0 },
		{ "doorbells", 5 },    { "polls", 16 },
	};
	struct result_param param = { "transport.kind", kind, NULL };
	struct result_trial trial = { .params = &param,
				      .param_count = kind ? 1 : 0 };
	struct result_step step = { .payload_bytes = 10 };

	step.guest = counters(rows, ARRAY_SIZE(rows));
	return metric_value(METRIC_TRAPS_BYTE, &trial, &step);
}

/* A look that is an access to a device is among the reads and waits only. */
static void test_metric__only_looks_at_devices_are_taken_out(void **state)
{
	(void)state;
	assert_true(traps_per_byte("uart") == (40 - 16 + 25) / 10.0);
	assert_true(traps_per_byte("byteport") == (40 - 16 + 25) / 10.0);
	assert_true(traps_per_byte("ivshmem") == (40 + 25) / 10.0);
	assert_true(traps_per_byte("virtio-serial") == (40 + 25) / 10.0);
	/* Records that do not tell are of UARTs. */
	assert_true(traps_per_byte(NULL) == (40 - 16 + 25) / 10.0);
}

/* Records from before there were such reads do not have the counter. */
static void test_metric__a_counter_that_is_missing_is_none(void **state)
{
	struct result_counter rows[] = { { "port_reads", 3 },
					 { "port_writes", 2 },
					 { "mmio_writes", 0 },
					 { "doorbells", 1 } };
	struct result_trial trial = { 0 };
	struct result_step step = { .payload_bytes = 2 };

	(void)state;
	step.guest = counters(rows, ARRAY_SIZE(rows));
	assert_true(metric_value(METRIC_TRAPS_BYTE, &trial, &step) == 3);
	step.guest = counters(rows, 0);
	assert_true(isnan(metric_value(METRIC_TRAPS_BYTE, &trial, &step)));
}

static void test_metric__loads_are_of_the_window(void **state)
{
	struct result_trial trial = { 0 };
	struct result_step step = { .wall_ns = 1e9,
				    .cpu = { .load = 40, .harness_ns = 25e7 } };

	(void)state;
	assert_true(metric_value(METRIC_CPU_LOAD, &trial, &step) == 40);
	assert_true(metric_value(METRIC_HARNESS_LOAD, &trial, &step) == 25);
	assert_true(metric_value(METRIC_ALL_LOAD, &trial, &step) == 65);
	step.cpu.harness_ns = NAN;
	assert_true(isnan(metric_value(METRIC_ALL_LOAD, &trial, &step)));
}

static void test_metric__splits_are_of_one_operation(void **state)
{
	struct result_trial trial = { 0 };
	struct result_step step = { .ops = 4,
				    .payload_bytes = 32,
				    .split = { 400, 800, 0, 1200 } };

	(void)state;
	assert_true(metric_value(METRIC_SPLIT_GUEST, &trial, &step) == 100);
	assert_true(metric_value(METRIC_SPLIT_TRANSPORT, &trial, &step) == 200);
	assert_true(metric_value(METRIC_SPLIT_HARNESS, &trial, &step) == 0);
	assert_true(metric_value(METRIC_PAYLOAD_OP, &trial, &step) == 8);
	step.split.guest_ns = NAN;
	assert_true(isnan(metric_value(METRIC_SPLIT_GUEST, &trial, &step)));
}

/* Exits are counted for a whole trial, and say nothing of a step. */
static void test_metric__exits_are_of_a_trial(void **state)
{
	struct result_counter rows[] = { { "exits", 60 },
					 { "io_exits", 30 },
					 { "halt_exits", 0 } };
	struct result_trial trial = { .payload_bytes = 30,
				      .exits = NAN,
				      .guest_load = 12 };
	struct result_step step = { .payload_bytes = 30 };

	(void)state;
	trial.exits_by_kind = counters(rows, ARRAY_SIZE(rows));
	assert_true(metric_value(METRIC_EXITS_BYTE, &trial, NULL) == 2);
	assert_true(metric_value(METRIC_IO_EXITS_BYTE, &trial, NULL) == 1);
	assert_true(metric_value(METRIC_HALT_EXITS_BYTE, &trial, NULL) == 0);
	assert_true(isnan(metric_value(METRIC_MMIO_EXITS_BYTE, &trial, NULL)));
	assert_true(isnan(metric_value(METRIC_EXITS_BYTE, &trial, &step)));
	assert_true(metric_value(METRIC_GUEST_LOAD, &trial, NULL) == 12);
	trial.exits = 90;
	assert_true(metric_value(METRIC_EXITS_BYTE, &trial, NULL) == 3);
}

/* A mean over rates that were asked for, or over costs, would say nothing. */
static void test_metric__what_is_not_alike_has_no_rate(void **state)
{
	struct result_sweep_point point = { 0 };
	struct result_counter cost = { "poll", 2 };
	struct result_trial trial = { 0 };
	struct result_step sweep = { .ops = 9,
				     .wall_ns = 9,
				     .throughput_bytes_s = 5,
				     .sweep = &point,
				     .sweep_count = 1 };
	struct result_step costs = { .ops = 9, .wall_ns = 9 };

	(void)state;
	costs.costs = counters(&cost, 1);
	for (int m = 0; m < METRIC_COUNT; m++) {
		assert_true(
			isnan(metric_value((enum metric)m, &trial, &sweep)));
		assert_true(
			isnan(metric_value((enum metric)m, &trial, &costs)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_metric__only_looks_at_devices_are_taken_out),
		cmocka_unit_test(
			test_metric__a_counter_that_is_missing_is_none),
		cmocka_unit_test(test_metric__loads_are_of_the_window),
		cmocka_unit_test(test_metric__splits_are_of_one_operation),
		cmocka_unit_test(test_metric__exits_are_of_a_trial),
		cmocka_unit_test(test_metric__what_is_not_alike_has_no_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
