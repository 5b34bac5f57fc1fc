/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/link/pace.h"

#define START UINT64_C(123456789)
#define MS UINT64_C(1000000)

static const uint64_t bauds[] = { 1200, 9600, 57600, 115200, 921600, 4000000 };

/* When 'len' bytes that become ready at 'start' have passed, rounded up. */
static uint64_t ideal(uint64_t baud, uint64_t start, uint64_t len)
{
	return start + (len * UINT64_C(10000000000) + baud - 1) / baud;
}

/*
 * Send 'len' bytes that are ready at 'now', each look late by up to
 * 'jitter_ns'; returns when the last one passed.
 */
static uint64_t send_packet(struct pace *p, uint64_t now, size_t len,
			    uint64_t jitter_ns)
{
	len -= pace_pass(p, now, len);
	while (len) {
		uint64_t next = pace_next_ns(p);

		assert_true(next > now && next != UINT64_MAX);
		now = next;
		if (jitter_ns)
			now += hash_u64(now) % jitter_ns;
		len -= pace_pass(p, now, len);
	}
	return now;
}

static void test_pace__gives_each_byte_its_time(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(bauds); i++) {
		struct pace p = { .baud = bauds[i] };
		uint64_t now = START;

		assert_int_equal(pace_pass(&p, now, 100), 0);
		for (unsigned k = 1; k <= 100; k++) {
			assert_int_equal(pace_next_ns(&p),
					 ideal(bauds[i], START, k));
			now = pace_next_ns(&p);
			assert_int_equal(pace_pass(&p, now - 1, 101 - k), 0);
			assert_int_equal(pace_pass(&p, now, 101 - k), 1);
		}
		assert_int_equal(pace_next_ns(&p), UINT64_MAX);
	}
}

static void test_pace__makes_up_for_late_looks(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(bauds); i++) {
		struct pace p = { .baud = bauds[i] };
		uint64_t end = send_packet(&p, START, 1024, MS);

		assert_true(end >= ideal(bauds[i], START, 1024));
		assert_true(end <= ideal(bauds[i], START, 1024) + MS);
		assert_int_equal(p.lost, 0);
	}
}

/* An idle line never bursts, however short the pause that makes it idle. */
static void test_pace__takes_full_time_after_silence(void **state)
{
	static const uint64_t pauses[] = { PACE_QUIET_NS + 1, MS, 20 * MS,
					   1000 * MS, 7200 * 1000 * MS };

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(bauds); i++) {
		struct pace p = { .baud = bauds[i] };
		uint64_t now = send_packet(&p, START, 1024, 0);

		for (unsigned k = 0; k < ARRAY_SIZE(pauses); k++) {
			now += pauses[k];
			assert_int_equal(send_packet(&p, now, 1024, 0),
					 ideal(bauds[i], now, 1024));
			now = ideal(bauds[i], now, 1024);
		}
	}
}

/* The far end handed on its bytes a little late: no gap in the line's time. */
static void test_pace__bridges_a_moment_without_bytes(void **state)
{
	struct pace p = { .baud = 115200 };
	uint64_t now = START;

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		now = send_packet(&p, now, 128, 0);
		assert_int_equal(now, ideal(115200, START, 128 * (i + 1)));
		assert_int_equal(pace_pass(&p, now + PACE_QUIET_NS / 2, 0), 0);
	}
}

static void test_pace__counts_what_it_cannot_make_up_for(void **state)
{
	struct pace p = { .baud = 115200 };
	uint64_t late = START + 100 * MS; /* 1152 byte times */
	uint64_t most = pace_bytes(115200, PACE_LATE_NS) + 1;

	(void)state;
	assert_int_equal(pace_pass(&p, START, 16), 0);
	assert_int_equal(pace_pass(&p, late, 16), 16);
	assert_int_equal(p.lost, 1152 - 16 - most);
	/* What is made up for is bounded, too. */
	assert_int_equal(pace_pass(&p, late, 1000), most);
}

static void test_pace__loses_the_time_of_refused_bytes(void **state)
{
	struct pace p = { .baud = 9600 };
	uint64_t now;

	(void)state;
	assert_int_equal(pace_pass(&p, START, 10), 0);
	now = ideal(9600, START, 4);
	assert_int_equal(pace_pass(&p, now, 10), 4);
	pace_refused(&p, 4);
	assert_int_equal(p.lost, 4);
	assert_int_equal(pace_pass(&p, now, 10), 0);
	assert_int_equal(pace_next_ns(&p), ideal(9600, START, 5));
}

/* 100 s of a busy line, looked at now and then: not a byte too many or few. */
static void test_pace__does_not_drift(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(bauds); i++) {
		struct pace p = { .baud = bauds[i] };
		uint64_t passed = pace_pass(&p, START, 1000000);

		for (uint64_t t = 0; t < 100000; t++)
			passed += pace_pass(&p, START + (t + 1) * MS, 1000000);
		assert_int_equal(passed, bauds[i] * 10);
	}
}

static void test_pace__lets_everything_pass_unpaced(void **state)
{
	struct pace p = { .baud = 0 };

	(void)state;
	assert_int_equal(pace_pass(&p, START, 12345), 12345);
	assert_int_equal(pace_next_ns(&p), UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pace__gives_each_byte_its_time),
		cmocka_unit_test(test_pace__makes_up_for_late_looks),
		cmocka_unit_test(test_pace__takes_full_time_after_silence),
		cmocka_unit_test(test_pace__bridges_a_moment_without_bytes),
		cmocka_unit_test(test_pace__counts_what_it_cannot_make_up_for),
		cmocka_unit_test(test_pace__loses_the_time_of_refused_bytes),
		cmocka_unit_test(test_pace__does_not_drift),
		cmocka_unit_test(test_pace__lets_everything_pass_unpaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
