/* SPDX-License-Identifier: MIT */
/* Faults of time, through a chain and the words of a scenario. */
#include "inject/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/clock.h"
#include "tests/support/hex.h"
#include "tests/support/stage_rig.h"

static void test_stages_time__delay_of_packets_is_a_latency(void **state)
{
	size_t len = hex_read(ACK ACK ACK, in, sizeof(in));

	(void)state;
	start_with("delay", "time=2ms");
	chain_feed(&chain, in, 16, T0);
	chain_feed(&chain, in + 16, len - 16, T0 + 500);
	assert_int_equal(left_by(2 * NS_PER_MS - 1), 0);
	assert_int_equal(left_by(2 * NS_PER_MS), 16);
	assert_int_equal(left_by(2 * NS_PER_MS + 499), 16);
	assert_int_equal(left_by(2 * NS_PER_MS + 500), 48);
	assert_int_equal(faults.acts[0].amount, 2 * NS_PER_MS);
	assert_string_equal(faults.acts[0].field, "packet");
}

static void test_stages_time__delay_pushes_back_what_follows(void **state)
{
	size_t len = hex_read(REQUEST ACK, in, sizeof(in));

	(void)state;
	start_with("delay", "time=2ms class=request");
	chain_feed(&chain, in, len, T0);
	assert_int_equal(left_by(2 * NS_PER_MS - 1), 0);
	assert_int_equal(left_by(2 * NS_PER_MS), len);
}

static void test_stages_time__delay_of_bytes_is_a_pause_before_them(
	void **state)
{
	size_t len = hex_read(REQUEST ACK, in, sizeof(in));

	(void)state;
	start_with("delay", "time=1ms field=id per=byte class=request");
	chain_feed(&chain, in, len, T0);
	assert_int_equal(left_by(0), 8);
	assert_int_equal(left_by(NS_PER_MS - 1), 8);
	assert_int_equal(left_by(NS_PER_MS), 9);
	assert_int_equal(left_by(3 * NS_PER_MS), 11);
	assert_int_equal(left_by(4 * NS_PER_MS - 1), 11);
	assert_int_equal(left_by(4 * NS_PER_MS), len);

	start_with("delay", "time=1ms field=id class=request"); /* one pause */
	chain_feed(&chain, in, len, T0);
	assert_int_equal(left_by(NS_PER_MS - 1), 8);
	assert_int_equal(left_by(NS_PER_MS), len);
	assert_int_equal(faults.acts[0].offset, 8);
}

static void test_stages_time__delay_holds_every_byte_of_the_longest(
	void **state)
{
	size_t len = packet_data(in, KD_STATE_MANIPULATE, 0, 4000, 1);

	(void)state;
	start_with("delay", "time=1us per=byte");
	chain_feed(&chain, in, len, T0);
	assert_int_equal(faults.act_count, len);
	for (size_t i = 1; i <= len; i += 50)
		assert_int_equal(left_by(i * NS_PER_US), i);
	/* Pauses of different length: as many as there is room for. */
	start_with("delay", "min=1us max=2us per=byte");
	chain_feed(&chain, in, len, T0);
	assert_in_range(faults.act_count, CHUNK_PAUSES, CHUNK_PAUSES + 5);
}

static void test_stages_time__delay_draws_between_its_bounds(void **state)
{
	uint64_t least = UINT64_MAX, most = 0, sum = 0;

	(void)state;
	start_with("delay", "min=10us max=30us");
	for (uint32_t i = 0; i < 1000; i++) {
		uint64_t now = T0 + i * NS_PER_MS;

		chain_feed(&chain, in, packet_control(in, KD_RESEND, 0), now);
		assert_true(chain_deadline(&chain, now) ==
			    now + faults.acts[i].amount);
		(void)chain_drain(&chain, out, 16, now + NS_PER_MS - 1);
		sum += faults.acts[i].amount;
		if (faults.acts[i].amount < least)
			least = faults.acts[i].amount;
		if (faults.acts[i].amount > most)
			most = faults.acts[i].amount;
	}
	assert_in_range(least, 10000, 10200);
	assert_in_range(most, 29800, 30000);
	assert_in_range(sum / 1000, 19400, 20600);
}

static void test_stages_time__throttle_spaces_bytes_at_its_rate(void **state)
{
	size_t len = packet_data(in, KD_STATE_MANIPULATE, 0, 4000, 1);

	(void)state;
	start_with("throttle", "rate=11520");
	chain_feed(&chain, in, len, T0);
	for (size_t i = 1; i <= len; i++) { /* never late, 4 ns early */
		uint64_t due = i * NS_PER_S / 11520;

		assert_int_equal(left_by(due - 4), i - 1);
		assert_int_equal(left_by(due), i);
	}
	/* The line is busy until then: what comes later waits. */
	chain_feed(&chain, in, packet_control(in, KD_RESEND, 0), T0 + 5);
	assert_int_equal(left_by((len + 16) * NS_PER_S / 11520 - 9), len + 15);
	assert_int_equal(left_by((len + 16) * NS_PER_S / 11520), len + 16);
	assert_int_equal(faults.act_count, 2);
	assert_int_equal(faults.acts[0].amount, 11520);
}

static void test_stages_time__throttle_knows_unlimited(void **state)
{
	(void)state;
	start_with("throttle", "rate=unlimited");
	chain_feed(&chain, in, packet_control(in, KD_RESEND, 0), T0);
	assert_int_equal(left_by(0), 16);
	assert_int_equal(faults.act_count, 0);
}

/* Both act before byte 8: the line stands still, then the new byte comes. */
static void test_stages_time__pause_comes_before_what_is_inserted(void **state)
{
	size_t len = hex_read(REQUEST, in, sizeof(in));

	(void)state;
	faults_init(&faults);
	faults_add(&faults, "delay", "time=1ms offset=8");
	faults_add(&faults, "delay", "time=2ms offset=9");
	faults_add(&faults, "insert", "offset=8 byte=1");
	start();
	chain_feed(&chain, in, len, T0);
	assert_int_equal(left_by(NS_PER_MS - 1), 8);
	assert_int_equal(left_by(NS_PER_MS), 10);
	assert_int_equal(left_by(3 * NS_PER_MS - 1), 10);
	assert_int_equal(left_by(3 * NS_PER_MS), len + 1);
}

/* Order of stages is order on the line. */
static void test_stages_time__lost_bytes_have_taken_their_time(void **state)
{
	size_t len = hex_read(REQUEST ACK, in, sizeof(in));

	(void)state;
	faults_init(&faults);
	faults_add(&faults, "throttle", "rate=1000 class=request");
	faults_add(&faults, "drop", "per=packet class=request");
	start();
	chain_feed(&chain, in, len, T0);
	assert_int_equal(left_by(21 * NS_PER_MS - 1), 0);
	assert_int_equal(left_by(21 * NS_PER_MS), 16);

	faults_init(&faults);
	faults_add(&faults, "drop", "per=packet class=request");
	faults_add(&faults, "throttle", "rate=1000 class=request");
	start();
	chain_feed(&chain, in, len, T0);
	assert_int_equal(left_by(0), 16);
	assert_int_equal(faults.act_count, 1);
}

static void test_stages_time__pause_outlives_the_byte_it_held(void **state)
{
	size_t len = hex_read(REQUEST ACK, in, sizeof(in));

	(void)state;
	faults_init(&faults);
	faults_add(&faults, "delay", "time=1ms offset=10 class=request");
	faults_add(&faults, "delay", "time=2ms offset=20 class=request");
	faults_add(&faults, "drop", "offset=10 class=request");
	faults_add(&faults, "drop", "offset=20 class=request");
	faults_add(&faults, "insert", "offset=3 class=request byte=1");
	start();
	chain_feed(&chain, in, len, T0);
	assert_int_equal(left_by(NS_PER_MS - 1), 11);
	assert_int_equal(left_by(NS_PER_MS), 20);
	assert_int_equal(left_by(3 * NS_PER_MS - 1), 20);
	assert_int_equal(left_by(3 * NS_PER_MS), len - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_stages_time__delay_of_packets_is_a_latency),
		cmocka_unit_test(
			test_stages_time__delay_pushes_back_what_follows),
		cmocka_unit_test(
			test_stages_time__delay_of_bytes_is_a_pause_before_them),
		cmocka_unit_test(
			test_stages_time__delay_holds_every_byte_of_the_longest),
		cmocka_unit_test(
			test_stages_time__delay_draws_between_its_bounds),
		cmocka_unit_test(
			test_stages_time__throttle_spaces_bytes_at_its_rate),
		cmocka_unit_test(test_stages_time__throttle_knows_unlimited),
		cmocka_unit_test(
			test_stages_time__lost_bytes_have_taken_their_time),
		cmocka_unit_test(
			test_stages_time__pause_comes_before_what_is_inserted),
		cmocka_unit_test(
			test_stages_time__pause_outlives_the_byte_it_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
