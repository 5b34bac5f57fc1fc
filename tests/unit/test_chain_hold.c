/* SPDX-License-Identifier: MIT */
/* A packet that others overtake, and what becomes of it. */
#include "inject/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/clock.h"
#include "tests/support/faults.h"

static struct faults faults;
static struct chain chain, other;
static uint8_t bytes[8192], in[65536], out[65536];

#define T0 UINT64_C(1000000000)

static void start(const char *settings)
{
	faults_init(&faults);
	faults_add(&faults, "reorder", settings);
	chain_init(&chain, &faults.spec, TO_TARGET, 1, T0, &faults.log);
}

/* Request 'number', whose only payload byte says so. */
static void request(uint8_t number, uint64_t now)
{
	chain_feed(
		&chain, bytes,
		packet_data(bytes, KD_STATE_MANIPULATE, number & 1, 1, number),
		now);
}

/* The numbers of those that have come out: "132". */
static const char *came(uint64_t now)
{
	static char text[64];
	size_t len = chain_drain(&chain, out, sizeof(out), now);

	assert_int_equal(len % 18, 0);
	for (size_t i = 0; i < len / 18; i++)
		text[i] = (char)('0' + out[18 * i + 16]);
	text[len / 18] = '\0';
	return text;
}

static void test_chain_hold__others_pass_it(void **state)
{
	(void)state;
	start("nth=2");
	for (uint8_t i = 1; i <= 4; i++)
		request(i, T0);
	assert_string_equal(came(T0), "1324");
	assert_int_equal(faults.act_count, 1);
	start("nth=1 behind=3");
	for (uint8_t i = 1; i <= 5; i++)
		request(i, T0);
	assert_string_equal(came(T0), "23415");
	/* One waits at a time: the next one goes. */
	start("behind=2");
	for (uint8_t i = 1; i <= 6; i++)
		request(i, T0);
	assert_string_equal(came(T0), "231564");
	assert_int_equal(faults.act_count, 2);
}

static void test_chain_hold__it_does_not_wait_for_ever(void **state)
{
	(void)state;
	start("nth=1 wait=30ms");
	request(1, T0 + 5);
	assert_string_equal(came(T0 + 5), "");
	assert_true(chain_deadline(&chain, T0 + 5) == T0 + 5 + 30 * NS_PER_MS);
	chain_time(&chain, T0 + 4 + 30 * NS_PER_MS);
	assert_string_equal(came(T0 + 4 + 30 * NS_PER_MS), "");
	chain_time(&chain, T0 + 5 + 30 * NS_PER_MS);
	assert_string_equal(came(T0 + 5 + 30 * NS_PER_MS), "1");
	assert_true(chain_deadline(&chain, T0 + NS_PER_S) == UINT64_MAX);
	/* However late anybody looked: it went before what came later. */
	start("nth=1 wait=30ms");
	request(1, T0);
	request(2, T0 + 31 * NS_PER_MS);
	assert_string_equal(came(T0 + 31 * NS_PER_MS), "12");
}

/* What is lost later on does not pass it. */
static void test_chain_hold__what_is_dropped_does_not_pass(void **state)
{
	(void)state;
	faults_init(&faults);
	faults_add(&faults, "reorder", "nth=1");
	faults_add(&faults, "drop", "nth=2 per=packet");
	chain_init(&chain, &faults.spec, TO_TARGET, 1, T0, &faults.log);
	for (uint8_t i = 1; i <= 4; i++)
		request(i, T0);
	assert_string_equal(came(T0), "314");
}

static void test_chain_hold__healing_lets_it_go(void **state)
{
	(void)state;
	start("nth=1 behind=9");
	for (uint8_t i = 1; i <= 3; i++)
		request(i, T0);
	assert_string_equal(came(T0), "23");
	chain_heal(&chain, T0 + 1);
	assert_string_equal(came(T0 + 1), "1");
	request(4, T0 + 2);
	assert_string_equal(came(T0 + 2), "4");
}

static void test_chain_hold__the_end_of_a_connection_forgets_it(void **state)
{
	(void)state;
	start("nth=1");
	request(1, T0);
	chain_empty_out(&chain);
	request(2, T0);
	assert_string_equal(came(T0), "2");
	assert_true(chain_deadline(&chain, T0) == UINT64_MAX);
}

static void test_chain_hold__digest_knows_it(void **state)
{
	uint64_t one;

	(void)state;
	start("nth=1");
	request(1, T0);
	one = chain_digest(&chain, T0);
	start("nth=1");
	request(3, T0); /* another packet waits */
	assert_true(chain_digest(&chain, T0) != one);
	start("nth=1");
	request(1, T0 + 7); /* it waits as long, from another time on */
	assert_true(chain_digest(&chain, T0 + 7) == one);
	assert_true(chain_digest(&chain, T0 + 8) != one);
}

static void test_chain_hold__is_put_away_and_brought_back(void **state)
{
	struct keeper k = { .at = in };
	size_t len;

	(void)state;
	start("nth=1 behind=2");
	request(1, T0);
	request(2, T0);
	chain_keep(&chain, &k);
	len = k.used;
	request(3, T0);
	assert_string_equal(came(T0), "231");
	memcpy(&other, &chain, sizeof(chain));
	k = (struct keeper){ .at = in, .restoring = true };
	chain_keep(&chain, &k);
	assert_int_equal(k.used, len);
	request(4, T0);
	assert_string_equal(came(T0), "241");
}

/* The worst that can be asked for: nothing is lost and nothing overflows. */
static void test_chain_hold__a_full_chain_has_room_for_it(void **state)
{
	size_t len = packet_stream(in, 60000);
	uint64_t now = T0;
	size_t taken = 0, got = 0;

	(void)state;
	faults_init(&faults);
	faults_add(&faults, "delay", "per=byte min=1ns max=2us");
	faults_add(&faults, "reorder", "every=3 behind=2");
	chain_init(&chain, &faults.spec, TO_TARGET, 1, T0, NULL);
	while (now != UINT64_MAX) {
		taken += chain_put(&chain,
				   (struct kd_span){ in + taken, len - taken },
				   now);
		chain_time(&chain, now);
		got += chain_drain(&chain, out + got, sizeof(out) - got, now);
		now = chain_deadline(&chain, now);
	}
	assert_int_equal(taken, len);
	assert_int_equal(got, len);
	assert_memory_not_equal(in, out, len);
}

/* The longest there are, and the one that waited behind them. */
static void test_chain_hold__room_is_kept_for_the_longest(void **state)
{
	size_t taken = 0, got = 0, len;
	uint64_t now = T0, next = T0;

	(void)state;
	faults_init(&faults);
	faults_add(&faults, "insert", "count=2");
	faults_add(&faults, "reorder", "nth=1 behind=3 wait=600s");
	faults_add(&faults, "delay", "time=10s");
	chain_init(&chain, &faults.spec, TO_TARGET, 1, T0, NULL);
	len = packet_data(in, KD_STATE_MANIPULATE, 0, 4000, 1);
	for (unsigned i = 1; i < 6; i++)
		(void)packet_data(in + i * len, KD_STATE_MANIPULATE, i, 4000,
				  1);
	while (next != UINT64_MAX || taken < 6 * len) {
		struct kd_span rest = { in + taken, 6 * len - taken };

		taken += chain_put(&chain, rest, now);
		got += chain_drain(&chain, out, sizeof(out), now);
		next = chain_deadline(&chain, now);
		now = next == UINT64_MAX ? now : next;
	}
	assert_int_equal(taken, 6 * len);
	assert_int_equal(got, 6 * CHUNK_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chain_hold__others_pass_it),
		cmocka_unit_test(test_chain_hold__it_does_not_wait_for_ever),
		cmocka_unit_test(
			test_chain_hold__what_is_dropped_does_not_pass),
		cmocka_unit_test(test_chain_hold__healing_lets_it_go),
		cmocka_unit_test(
			test_chain_hold__the_end_of_a_connection_forgets_it),
		cmocka_unit_test(test_chain_hold__digest_knows_it),
		cmocka_unit_test(test_chain_hold__is_put_away_and_brought_back),
		cmocka_unit_test(test_chain_hold__a_full_chain_has_room_for_it),
		cmocka_unit_test(test_chain_hold__room_is_kept_for_the_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
