/* SPDX-License-Identifier: MIT */
/* A debugger at a bridge, over bytes and over records, come what may. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "bench/base/clock.h"
#include "bench/bridge/framed.h"
#include "bench/launch/sim_machine.h"
#include "tests/support/bridged.h"
#include "tests/support/faults.h"

#define RESETS 10

static struct bridged b;
static struct faults faults;

static void begin(enum link_framing framing)
{
	bridged_init(&b, framing);
	bridged_start(&b);
	bridged_dial(&b);
}

static void test_sim_bridge__serves_both_framings(void **state)
{
	(void)state;
	for (int framing = LINK_STREAM; framing <= LINK_PACKET; framing++) {
		begin((enum link_framing)framing);
		bridged_sync(&b);
		bridged_read(&b, SIM_PATTERN, BRIDGED_PATTERN);
		for (unsigned i = 0; i < 5; i++) {
			bridged_go(&b);
			bridged_break_in(&b);
		}
		assert_int_equal(b.d.recoveries, 0);
		assert_true(b.bridge.ways[TO_DEBUGGER].counts.bytes >
			    BRIDGED_PATTERN);
		assert_int_equal(b.bridge.ways[TO_TARGET].counts.resets, 1);
		assert_int_equal(b.bridge.ways[TO_TARGET].counts.breakins, 5);
		bridged_stop(&b);
	}
}

/* The serial side heals what its faults break, whatever is behind it. */
static void test_sim_bridge__survives_faults(void **state)
{
	(void)state;
	for (int framing = LINK_STREAM; framing <= LINK_PACKET; framing++) {
		for (uint64_t seed = 0; seed < 20; seed++) {
			faults_init(&faults);
			faults_add(&faults, "drop", "probability=2e-4");
			/* Two flips may make up for each other (F21). */
			faults_add(&faults, "flip", "probability=1e-4 limit=1");
			bridged_init(&b, (enum link_framing)framing);
			b.faults[TO_TARGET] = faults.spec;
			b.faults[TO_DEBUGGER] = faults.spec;
			bridged_start(&b);
			for (unsigned dir = 0; dir < 2; dir++)
				b.bridge.ways[dir].chain.seed = seed;
			bridged_dial(&b);
			bridged_sync(&b);
			bridged_read(&b, SIM_PATTERN, BRIDGED_PATTERN);
			bridged_go(&b);
			bridged_break_in(&b);
			assert_true(b.bridge.ways[TO_DEBUGGER].chain.acts > 0);
			assert_true(b.d.recoveries > 0);
			bridged_stop(&b);
		}
	}
}

static void test_sim_bridge__is_left_and_found_again(void **state)
{
	(void)state;
	for (int framing = LINK_STREAM; framing <= LINK_PACKET; framing++) {
		const struct kd_manipulate m = {
			.api = KD_API_READ_VIRTUAL,
			.u.memory = { .address = SIM_PATTERN, .count = 3000 },
		};

		begin((enum link_framing)framing);
		for (unsigned i = 0; i < 6; i++) {
			bridged_sync(&b);
			bridged_read(&b, SIM_PATTERN, 10000);
			if (i % 2)
				bridged_go(&b);
			else /* in the middle of a reply */
				kd_debugger_request(&b.d, &m, NULL, 0, b.now);
			(void)bridged_run(&b, 30 * NS_PER_US + i * 10000);
			bridged_hang_up(&b);
			if (framing == LINK_PACKET)
				assert_false(framed_link_proxy(b.bridge.framed)
						     ->connected);
			bridged_idle(&b, NS_PER_S);
			bridged_dial(&b);
		}
		bridged_sync(&b);
		bridged_read(&b, SIM_PATTERN, 10000);
		assert_int_equal(b.bridge.connections, 7);
		assert_int_equal(b.bridge.departures, 6);
		bridged_stop(&b);
	}
}

/*
 * F36: RESETs of a debugger who has gone, before a target that is busy. How
 * many answers does the next one get to his only RESET?
 */
static unsigned surplus(bool keep)
{
	const struct kd_manipulate m = {
		.api = KD_API_READ_VIRTUAL,
		.u.memory = { .address = SIM_PATTERN, .count = 16 },
	};
	uint8_t reset[KD_HEADER_SIZE];
	unsigned answers;

	bridged_init(&b, LINK_STREAM);
	b.keep = keep;
	b.sim.capacity = 2 * KD_HEADER_SIZE; /* what no bridge can recall */
	b.sim.service_ns = 10 * NS_PER_S;
	bridged_start(&b);
	bridged_dial(&b);
	bridged_sync(&b);
	kd_debugger_request(&b.d, &m, NULL, 0, b.now);
	(void)bridged_run(&b, 50 * NS_PER_MS);
	(void)packet_control(reset, KD_RESET, 0);
	for (unsigned i = 0; i < RESETS; i++)
		bridged_say(&b, reset, sizeof(reset));
	bridged_hang_up(&b);
	bridged_dial(&b);
	bridged_say(&b, reset, sizeof(reset));
	bridged_idle(&b, 30 * NS_PER_S);
	answers = bridged_count_resets(&b);
	bridged_stop(&b);
	return answers;
}

static void test_sim_bridge__throws_the_resets_of_the_past_away(void **state)
{
	unsigned kept;

	(void)state;
	kept = surplus(true);
	assert_true(kept >= RESETS);
	assert_true(surplus(false) <= 4);
}

/* The same while he is there and has lost his patience. */
static void test_sim_bridge__keeps_one_reset_of_many(void **state)
{
	(void)state;
	for (int keep = 0; keep < 2; keep++) {
		uint8_t resets[RESETS * KD_HEADER_SIZE];
		struct bridge_way *w;
		size_t len = 0;

		bridged_init(&b, LINK_STREAM);
		b.keep = keep;
		b.sim.baud = 300; /* they are heard long before they leave */
		bridged_start(&b);
		bridged_dial(&b);
		w = &b.bridge.ways[TO_TARGET];
		for (unsigned i = 0; i < RESETS; i++)
			len += packet_control(resets + len, KD_RESET, 0);
		bridged_say(&b, resets, len);
		assert_int_equal(w->counts.resets, RESETS);
		bridged_idle(&b, 20 * NS_PER_S);
		if (keep)
			assert_int_equal(w->counts.dropped, 0);
		else
			assert_true(w->counts.dropped >= 6 * KD_HEADER_SIZE);
		/* What left, left whole: the target is not confused. */
		bridged_sync(&b);
		bridged_stop(&b);
	}
}

/*
 * What has begun to leave leaves whole, or the target would take what follows
 * for the rest of it; what has not, never does. At RESET and at the end.
 */
static void test_sim_bridge__cuts_between_packets(void **state)
{
	uint8_t packet[128], reset[KD_HEADER_SIZE];
	size_t len = packet_data(packet, KD_STATE_MANIPULATE, KD_ID_INITIAL,
				 KD_MANIPULATE_SIZE, 0);

	(void)state;
	(void)packet_control(reset, KD_RESET, 0);
	for (unsigned leaves = 0; leaves < 2; leaves++) {
		bridged_init(&b, LINK_STREAM);
		b.sim.baud = 300;
		bridged_start(&b);
		bridged_dial(&b);
		bridged_say(&b, packet, len);
		bridged_say(&b, packet, len);
		if (leaves)
			bridged_hang_up(&b);
		else
			bridged_say(&b, reset, sizeof(reset));
		bridged_idle(&b, 20 * NS_PER_S);
		assert_int_equal(b.bridge.ways[TO_TARGET].counts.dropped, len);
		assert_int_equal(b.target->link->counts.bytes_out,
				 leaves ? len : len + sizeof(reset));
		bridged_stop(&b);
	}
}

/* A 62 before a RESET is what lets a running target hear it. */
static void test_sim_bridge__keeps_the_break_in_before_a_reset(void **state)
{
	uint8_t bytes[1 + KD_HEADER_SIZE];

	(void)state;
	bytes[0] = KD_BREAKIN_BYTE;
	(void)packet_control(bytes + 1, KD_RESET, 0);
	for (int framing = LINK_STREAM; framing <= LINK_PACKET; framing++) {
		begin((enum link_framing)framing);
		bridged_sync(&b);
		bridged_go(&b);
		bridged_say(&b, bytes, sizeof(bytes));
		bridged_idle(&b, 10 * NS_PER_MS);
		assert_int_equal(bridged_count_resets(&b), 1);
		assert_int_equal(b.bridge.ways[TO_TARGET].counts.dropped, 0);
		bridged_stop(&b);
	}
}

/* Nobody there: by default the target talks on, else it has to wait. */
static void test_sim_bridge__drops_or_keeps_what_nobody_hears(void **state)
{
	(void)state;
	for (int keep = 0; keep < 2; keep++) {
		uint64_t said;

		bridged_init(&b, LINK_STREAM);
		b.keep = keep;
		bridged_start(&b);
		bridged_idle(&b, 60 * NS_PER_S);
		said = b.bridge.ways[TO_DEBUGGER].counts.dropped;
		assert_true(keep ? said == 0 : said > 200 * KD_STATE_SIZE);
		/* What the line has room for; the rest feels it. */
		assert_true(b.target->link->counts.bytes_in <=
			    (keep ? 0 : said));
		bridged_dial(&b);
		bridged_sync(&b);
		bridged_read(&b, SIM_PATTERN, 5000);
		bridged_stop(&b);
	}
}

/*
 * A debugger who does not read holds the target up, not our memory. Unread, its
 * state change comes ten times a second: 15 MB in all.
 */
static void test_sim_bridge__presses_back(void **state)
{
	(void)state;
	begin(LINK_STREAM);
	while (b.now < 6000 * NS_PER_S) {
		struct err err = { 0 };
		uint64_t next;
		bool moved;

		assert_true(bridge_step(&b.bridge, b.now, &next, &moved, &err));
		b.now += 100 * NS_PER_MS;
	}
	assert_true(b.target->link->counts.bytes_in > 10000);
	assert_true(b.target->link->counts.bytes_in < 1 << 20);
	/* What waited for him is not taken from what the next one gets. */
	bridged_hang_up(&b);
	assert_int_equal(b.bridge.ways[TO_DEBUGGER].stale, 0);
	bridged_dial(&b);
	bridged_sync(&b);
	bridged_stop(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sim_bridge__serves_both_framings),
		cmocka_unit_test(test_sim_bridge__survives_faults),
		cmocka_unit_test(test_sim_bridge__is_left_and_found_again),
		cmocka_unit_test(
			test_sim_bridge__throws_the_resets_of_the_past_away),
		cmocka_unit_test(test_sim_bridge__keeps_one_reset_of_many),
		cmocka_unit_test(test_sim_bridge__cuts_between_packets),
		cmocka_unit_test(
			test_sim_bridge__keeps_the_break_in_before_a_reset),
		cmocka_unit_test(
			test_sim_bridge__drops_or_keeps_what_nobody_hears),
		cmocka_unit_test(test_sim_bridge__presses_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
