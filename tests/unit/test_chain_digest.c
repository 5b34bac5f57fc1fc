/* SPDX-License-Identifier: MIT */
#include "inject/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/clock.h"
#include "tests/support/faults.h"

static struct faults faults;
static struct chain chain, other;
static uint8_t bytes[8192], sink[65536];

#define T0 UINT64_C(1000000000)
#define LATER UINT64_C(777777777)

static void start(struct chain *c, uint64_t now)
{
	chain_init(c, &faults.spec, TO_TARGET, 1, now, NULL);
}

static void request(struct chain *c, uint8_t payload, uint64_t now)
{
	chain_feed(c, bytes,
		   packet_data(bytes, KD_STATE_MANIPULATE, payload & 1, 1,
			       payload),
		   now);
}

static bool same(uint64_t now, uint64_t other_now)
{
	return chain_digest(&chain, now) == chain_digest(&other, other_now);
}

static void test_chain_digest__knows_no_absolute_time(void **state)
{
	(void)state;
	faults_init(&faults);
	faults_add(&faults, "delay", "time=2ms after=1ms until=9ms");
	faults_add(&faults, "throttle", "rate=1000");
	start(&chain, T0);
	start(&other, T0 + LATER);
	request(&chain, 1, T0 + NS_PER_MS);
	request(&other, 1, T0 + LATER + NS_PER_MS);
	for (uint64_t t = NS_PER_MS; t < 30 * NS_PER_MS; t += 333333) {
		assert_true(same(T0 + t, T0 + LATER + t));
		assert_int_equal(
			chain_drain(&chain, sink, sizeof(sink), T0 + t),
			chain_drain(&other, sink, sizeof(sink),
				    T0 + LATER + t));
	}
}

static void test_chain_digest__tells_what_comes_next(void **state)
{
	(void)state;
	faults_init(&faults);
	faults_add(&faults, "delay", "time=2ms");
	start(&chain, T0);
	start(&other, T0);
	request(&chain, 1, T0);
	assert_false(same(T0, T0)); /* a packet waits */
	request(&other, 2, T0);
	assert_false(same(T0, T0)); /* another packet */

	start(&chain, T0);
	start(&other, T0);
	request(&chain, 1, T0);
	request(&other, 1, T0 + 1);
	assert_false(same(T0 + 2, T0 + 2)); /* due at another time */
	assert_true(same(T0 + 2, T0 + 3));

	start(&chain, T0);
	start(&other, T0);
	(void)packet_data(bytes, KD_STATE_MANIPULATE, 0, 100, 1);
	chain_feed(&chain, bytes, 50, T0);
	bytes[40] ^= 1;
	chain_feed(&other, bytes, 50, T0);
	assert_false(same(T0, T0)); /* the open packet differs */

	start(&chain, T0);
	start(&other, T0);
	chain_feed(&chain, bytes, 50, T0);
	chain_feed(&other, bytes, 50, T0 + 1);
	assert_false(same(T0 + 1, T0 + 1)); /* and when it is given up */
	assert_true(same(T0 + 1, T0 + 2));
}

static void test_chain_digest__counts_what_faults_count(void **state)
{
	(void)state;
	faults_init(&faults);
	faults_add(&faults, "drop", "nth=5");
	start(&chain, T0);
	start(&other, T0);
	request(&chain, 1, T0);
	request(&chain, 2, T0);
	request(&other, 2, T0);
	(void)chain_drain(&chain, sink, sizeof(sink), T0);
	(void)chain_drain(&other, sink, sizeof(sink), T0);
	assert_false(same(T0, T0));
}

/* A loop after the heal must be seen as one, however often it turned. */
static void test_chain_digest__repeats_once_healed(void **state)
{
	uint64_t digest;

	(void)state;
	faults_init(&faults);
	faults_add(&faults, "drop", "probability=0.5");
	start(&chain, T0);
	request(&chain, 1, T0);
	chain_heal(&chain, T0);
	(void)chain_drain(&chain, sink, sizeof(sink), T0);
	digest = chain_digest(&chain, T0);
	for (uint8_t i = 0; i < 200; i++) {
		request(&chain, 7, T0 + i);
		assert_true(chain_digest(&chain, T0 + i) != digest);
		(void)chain_drain(&chain, sink, sizeof(sink), T0 + i);
		assert_true(chain_digest(&chain, T0 + i) == digest);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chain_digest__knows_no_absolute_time),
		cmocka_unit_test(test_chain_digest__tells_what_comes_next),
		cmocka_unit_test(test_chain_digest__counts_what_faults_count),
		cmocka_unit_test(test_chain_digest__repeats_once_healed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
