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
static uint8_t in[65536], out[65536];

#define T0 UINT64_C(1000000000)

static void start(void)
{
	chain_init(&chain, &faults.spec, TO_TARGET, 1, T0, &faults.log);
}

static void test_chain__without_stages_passes_everything_at_once(void **state)
{
	size_t len = packet_stream(in, 20000);

	(void)state;
	faults_init(&faults);
	start();
	assert_true(chain_empty(&chain));
	for (size_t i = 0; i < len; i++) {
		chain_feed(&chain, in + i, 1, T0);
		assert_int_equal(chain_drain(&chain, out + i, 1, T0), 1);
	}
	assert_memory_equal(in, out, len);
	assert_true(chain_deadline(&chain, T0) == UINT64_MAX);
}

static void test_chain__with_idle_stages_passes_whole_packets(void **state)
{
	size_t len;

	(void)state;
	faults_init(&faults);
	faults_add(&faults, "drop", "probability=0");
	faults_add(&faults, "delay", "time=0");
	start();
	len = packet_data(in, KD_STATE_MANIPULATE, 0, 100, 1);
	chain_feed(&chain, in, len - 1, T0);
	assert_int_equal(chain_peek(&chain, T0).len, 0);
	chain_feed(&chain, in + len - 1, 1, T0);
	assert_int_equal(chain_drain(&chain, out, sizeof(out), T0), len);
	assert_memory_equal(in, out, len);
	assert_int_equal(chain.acts, 0);
}

static void test_chain__deadline_is_exact(void **state)
{
	size_t len = packet_stream(in, 3000);
	uint64_t now = T0;
	size_t got = 0, instants = 0;

	(void)state;
	faults_init(&faults);
	faults_add(&faults, "throttle", "rate=300000 class=request");
	faults_add(&faults, "delay", "min=1us max=2ms probability=0.5");
	faults_add(&faults, "delay", "per=byte probability=0.02 time=777ns");
	start();
	chain_feed(&chain, in, len, now);
	got = chain_drain(&chain, out, sizeof(out), now);
	while (got < len) {
		uint64_t next = chain_deadline(&chain, now);
		size_t more;

		assert_true(next > now && next != UINT64_MAX);
		assert_int_equal(chain_peek(&chain, next - 1).len, 0);
		more = chain_drain(&chain, out + got, sizeof(out) - got, next);
		assert_true(more > 0);
		got += more;
		now = next;
		instants++;
	}
	assert_true(chain_deadline(&chain, now) == UINT64_MAX);
	assert_memory_equal(in, out, len);
	assert_true(instants > len / 4);
}

/* What is due and not yet taken is not announced again. */
static void test_chain__deadline_is_about_the_next_byte(void **state)
{
	size_t len;

	(void)state;
	faults_init(&faults);
	faults_add(&faults, "throttle", "rate=1000");
	start();
	len = packet_control(in, KD_ACKNOWLEDGE, 0);
	chain_feed(&chain, in, len, T0);
	for (unsigned i = 1; i <= len; i++) {
		assert_true(chain_deadline(&chain, T0 + i * NS_PER_MS - 1) ==
			    T0 + i * NS_PER_MS);
		assert_int_equal(chain_peek(&chain, T0 + i * NS_PER_MS).len, i);
	}
	assert_true(chain_deadline(&chain, T0 + NS_PER_S) == UINT64_MAX);
}

static void test_chain__silence_releases_an_incomplete_packet(void **state)
{
	uint64_t due = T0 + 5 + CHAIN_FLUSH_NS;

	(void)state;
	faults_init(&faults);
	faults_add(&faults, "drop", "offset=2 class=other");
	start();
	(void)packet_data(in, KD_STATE_MANIPULATE, 0, 100, 1);
	chain_feed(&chain, in, 20, T0);
	chain_feed(&chain, in + 20, 10, T0 + 5);
	assert_true(chain_deadline(&chain, T0 + 5) == due);
	chain_time(&chain, due - 1);
	assert_int_equal(chain_peek(&chain, due - 1).len, 0);
	chain_time(&chain, due);
	assert_int_equal(chain_drain(&chain, out, sizeof(out), due), 29);
	assert_int_equal(faults.acts[0].t_ns, 5 + CHAIN_FLUSH_NS);
	assert_true(chain_deadline(&chain, due) == UINT64_MAX);
}

/* The engine was late: the packet ended when silence said so all the same. */
static void test_chain__silence_counts_even_if_nobody_looked(void **state)
{
	size_t len = packet_data(in, KD_STATE_MANIPULATE, 0, 100, 1);
	uint64_t late = T0 + CHAIN_FLUSH_NS + 1;

	(void)state;
	faults_init(&faults);
	faults_add(&faults, "flip", "per=packet nth=1 offset=0");
	start();
	chain_feed(&chain, in, 20, T0);
	chain_feed(&chain, in + 20, len - 20, late);
	assert_int_equal(chain_drain(&chain, out, sizeof(out), late), len);
	assert_int_equal(faults.acts[0].address.class, CLASS_OTHER);
	assert_int_equal(faults.acts[0].t_ns, CHAIN_FLUSH_NS);
}

static void test_chain__full_chain_stops_reading_and_loses_nothing(void **state)
{
	size_t len = packet_stream(in, 60000);
	size_t taken = 0, got = 0;

	(void)state;
	faults_init(&faults);
	faults_add(&faults, "delay", "time=1s nth=1");
	start();
	for (;;) {
		size_t room = chain_room(&chain);
		struct kd_span span = { in + taken, len - taken };
		size_t more = chain_put(&chain, span, T0);

		assert_true(more <= room);
		taken += more;
		if (chain_room(&chain) == 0)
			break;
		assert_true(more > 0);
	}
	assert_in_range(taken, 16384, CHAIN_BYTES);
	assert_int_equal(chain_put(&chain, (struct kd_span){ in, 1 }, T0), 0);
	assert_int_equal(chain_peek(&chain, T0 + NS_PER_S - 1).len, 0);
	while (got < len) {
		got += chain_drain(&chain, out + got, sizeof(out) - got,
				   T0 + NS_PER_S);
		taken += chain_put(&chain,
				   (struct kd_span){ in + taken, len - taken },
				   T0 + NS_PER_S);
	}
	assert_memory_equal(in, out, len);
}

/* Doubling and pausing every byte, the worst that can be asked for. */
static void test_chain__room_holds_whatever_faults_add(void **state)
{
	size_t len = packet_stream(in, 30000);
	uint64_t now = T0;
	size_t taken = 0, got = 0;

	(void)state;
	faults_init(&faults);
	faults_add(&faults, "insert", "count=200 probability=0.1");
	faults_add(&faults, "delay", "per=byte min=1ns max=2us");
	faults.log.act = NULL;
	chain_init(&chain, &faults.spec, TO_TARGET, 1, T0, NULL);
	while (taken < len || chain_deadline(&chain, now) != UINT64_MAX) {
		taken += chain_put(&chain,
				   (struct kd_span){ in + taken, len - taken },
				   now);
		got += chain_drain(&chain, out, sizeof(out), now);
		if (chain_room(&chain) == 0 || taken == len)
			now = chain_deadline(&chain, now);
		if (now == UINT64_MAX)
			break;
	}
	assert_int_equal(taken, len);
	assert_true(got > 2 * len);
}

static void test_chain__healing_releases_all_in_order(void **state)
{
	size_t len = packet_stream(in, 10000);
	size_t half = len / 2;
	uint64_t acts;

	(void)state;
	faults_init(&faults);
	faults_add(&faults, "delay", "time=1s");
	faults_add(&faults, "throttle", "rate=100");
	start();
	chain_feed(&chain, in, half, T0);
	assert_true(cutter_holds(&chain.cutter));
	assert_int_equal(chain_peek(&chain, T0 + 5).len, 0);
	acts = chain.acts;
	chain_heal(&chain, T0 + 5);
	assert_int_equal(chain_drain(&chain, out, sizeof(out), T0 + 5), half);
	for (size_t i = half; i < len; i++) {
		chain_feed(&chain, in + i, 1, T0 + 6);
		assert_int_equal(chain_drain(&chain, out + i, 1, T0 + 6), 1);
	}
	assert_memory_equal(in, out, len);
	assert_int_equal(chain.acts, acts);
	assert_true(chain_deadline(&chain, T0 + 6) == UINT64_MAX);
}

static void test_chain__addresses_go_on_when_healed(void **state)
{
	size_t len = packet_stream(in, 10000);

	(void)state;
	faults_init(&faults);
	faults_add(&faults, "drop", "probability=0");
	start();
	chain_feed(&chain, in, len, T0);
	chain_init(&other, &faults.spec, TO_TARGET, 1, T0, NULL);
	chain_feed(&other, in, 3333, T0);
	chain_heal(&other, T0);
	chain_feed(&other, in + 3333, len - 3333, T0);
	assert_memory_equal(chain.cutter.ordinals, other.cutter.ordinals,
			    sizeof(chain.cutter.ordinals));
	assert_true(chain.cutter.ordinals[CLASS_REQUEST] > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_chain__without_stages_passes_everything_at_once),
		cmocka_unit_test(
			test_chain__with_idle_stages_passes_whole_packets),
		cmocka_unit_test(test_chain__deadline_is_exact),
		cmocka_unit_test(test_chain__deadline_is_about_the_next_byte),
		cmocka_unit_test(
			test_chain__silence_releases_an_incomplete_packet),
		cmocka_unit_test(
			test_chain__silence_counts_even_if_nobody_looked),
		cmocka_unit_test(
			test_chain__full_chain_stops_reading_and_loses_nothing),
		cmocka_unit_test(test_chain__room_holds_whatever_faults_add),
		cmocka_unit_test(test_chain__healing_releases_all_in_order),
		cmocka_unit_test(test_chain__addresses_go_on_when_healed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
