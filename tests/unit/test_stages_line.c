/* SPDX-License-Identifier: MIT */
/* Faults of a line: what they leave of a few packets, and what they say. */
#include "inject/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/clock.h"
#include "tests/support/hex.h"
#include "tests/support/stage_rig.h"

/* --- values and lengths -----------------------------------------------------
 */

static void test_stages_line__set_gives_bytes_and_fields_a_value(void **state)
{
	static const struct {
		const char *settings, *after;
		size_t acts;
	} cases[] = {
		{ "value=0x62 offset=4 class=request",
		  "30303030 6200 0400 00008080 0a000000 01020304 aa" ACK, 1 },
		{ "value=5000 field=length per=packet class=request",
		  "30303030 0200 8813 00008080 0a000000 01020304 aa" ACK, 2 },
		{ "value=0x80800801 field=id per=packet class=ack",
		  REQUEST "69696969 0400 0000 01088080 00000000", 2 },
		{ "value=7 field=payload",
		  "30303030 0200 0400 00008080 0a000000 07070707 aa" ACK, 4 },
		/* Nothing happens, and nothing is told. */
		{ "value=0x30 field=leader class=request", REQUEST ACK, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		start_with("set", cases[i].settings);
		assert_makes(REQUEST ACK, cases[i].after);
		assert_int_equal(faults.act_count, cases[i].acts);
	}
	start_with("set", "value=5000 field=length per=packet");
	assert_makes(REQUEST,
		     "30303030 0200 8813 00008080 0a000000 01020304 aa");
	assert_int_equal(faults.acts[0].before, 4);
	assert_int_equal(faults.acts[0].after, 0x88);
	assert_int_equal(faults.acts[1].offset, 7);
}

static void test_stages_line__truncate_cuts_the_end_off(void **state)
{
	static const struct {
		const char *settings, *after;
	} cases[] = {
		{ "keep=18", "30303030 0200 0400 00008080 0a000000 0102" ACK },
		{ "keep=0 class=request", ACK },
		{ "keep=21", REQUEST ACK },
		{ "offset=3 class=request", "303030" ACK },
		{ "field=payload", "30303030 0200 0400 00008080 0a000000" ACK },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		start_with("truncate", cases[i].settings);
		assert_makes(REQUEST ACK, cases[i].after);
	}
	assert_int_equal(faults.acts[0].offset, 16);
	assert_int_equal(faults.acts[0].len, 5);
}

static void test_stages_line__truncate_draws_where(void **state)
{
	uint32_t seen = 0;

	(void)state;
	start_with("truncate", "");
	for (unsigned i = 0; i < 500; i++) {
		size_t got;

		chain_feed(&chain, in, packet_control(in, KD_RESET, i), T0);
		got = chain_drain(&chain, out, sizeof(out), T0);
		assert_in_range(got, 0, 15);
		assert_memory_equal(in, out, got);
		seen |= 1u << got;
	}
	assert_int_equal(seen, 0xffff);
}

static void test_stages_line__duplicate_delivers_again(void **state)
{
	static const struct {
		const char *settings, *after;
	} cases[] = {
		{ "per=packet class=ack", REQUEST ACK ACK },
		{ "per=packet count=3",
		  REQUEST REQUEST REQUEST REQUEST ACK ACK ACK ACK },
		{ "offset=8 class=request",
		  "30303030 0200 0400 00 00008080 0a000000 01020304 aa" ACK },
		{ "field=payload class=request",
		  "30303030 0200 0400 00008080 0a000000 0101020203030404 "
		  "aa" ACK },
		{ "field=payload per=packet",
		  "30303030 0200 0400 00008080 0a000000 0102030401020304 "
		  "aa" ACK },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		start_with("duplicate", cases[i].settings);
		assert_makes(REQUEST ACK, cases[i].after);
	}
}

/* What does not fit is not done, and not told. */
static void test_stages_line__duplicate_stops_where_the_chunk_ends(void **state)
{
	size_t len = packet_data(in, KD_STATE_MANIPULATE, 0, 4000, 1);

	(void)state;
	start_with("duplicate", "per=packet count=5");
	chain_feed(&chain, in, len, T0);
	assert_int_equal(chain_drain(&chain, out, sizeof(out), T0), 2 * len);
	assert_memory_equal(out + len, in, len);
	assert_int_equal(faults.acts[0].amount, 2);
}

/* --- time -------------------------------------------------------------------
 */

static void test_stages_line__stall_comes_in_the_midst(void **state)
{
	uint32_t seen = 0;

	(void)state;
	start_with("stall", "time=5ms offset=10 class=request");
	chain_feed(&chain, in, hex_read(REQUEST ACK, in, sizeof(in)), T0);
	assert_int_equal(left_by(5 * NS_PER_MS - 1), 10);
	assert_int_equal(left_by(5 * NS_PER_MS), 37);
	assert_int_equal(faults.acts[0].amount, 5 * NS_PER_MS);
	assert_int_equal(faults.acts[0].offset, 10);
	for (uint64_t seed = 0; seed < 300; seed++) {
		start_with("stall", "time=5ms");
		chain.who[0] = seed;
		chain_feed(&chain, in, packet_control(in, KD_RESET, 0), T0);
		assert_in_range(left_by(0), 1, 15);
		assert_int_equal(left_by(5 * NS_PER_MS), 16);
		seen |= 1u << left_by(0);
	}
	assert_int_equal(seen, 0xfffe);
}

static void test_stages_line__jitter_makes_pieces(void **state)
{
	size_t len = packet_data(in, KD_STATE_MANIPULATE, 0, 1000, 1);
	uint64_t now = T0, longest = 0;
	size_t got;
	unsigned pieces = 0;

	(void)state;
	start_with("jitter", "max=2ms pieces=20");
	chain_feed(&chain, in, len, T0);
	got = chain_drain(&chain, out, sizeof(out), now);
	while (got < len) {
		uint64_t next = chain_deadline(&chain, now);

		assert_in_range(next, now + 1, now + 2 * NS_PER_MS);
		longest = next - now > longest ? next - now : longest;
		now = next;
		got += chain_drain(&chain, out + got, sizeof(out) - got, now);
		pieces++;
	}
	assert_memory_equal(in, out, len);
	assert_in_range(pieces, 15, 20);
	assert_int_equal(pieces, faults.act_count);
	assert_true(longest > NS_PER_MS);
	for (size_t i = 1; i < faults.act_count; i++)
		assert_true(faults.acts[i].offset > faults.acts[i - 1].offset);
}

static void test_stages_line__delay_can_be_normal(void **state)
{
	uint64_t sum = 0, within = 0;

	(void)state;
	start_with("delay", "mean=1ms deviation=200us");
	for (uint32_t i = 0; i < 4000; i++) {
		uint64_t now = T0 + i * 10 * NS_PER_MS;

		chain_feed(&chain, in, packet_control(in, KD_RESEND, 0), now);
		(void)chain_drain(&chain, out, 16, now + 9 * NS_PER_MS);
		sum += faults.acts[i].amount;
		within += faults.acts[i].amount > 800000 &&
			  faults.acts[i].amount < 1200000;
	}
	assert_in_range(sum / 4000, 985000, 1015000);
	assert_in_range(within, 2600, 2860); /* 68.3 % are 2731 */
}

/* --- the end ----------------------------------------------------------------
 */

static void test_stages_line__hangup_loses_the_rest(void **state)
{
	size_t len = hex_read(REQUEST ACK REQUEST, in, sizeof(in));

	(void)state;
	start_with("hangup", "offset=8 nth=1 then=silence class=ack");
	assert_int_equal(chain_hung(&chain), CHAIN_UP);
	chain_feed(&chain, in, len, T0);
	assert_int_equal(chain_drain(&chain, out, sizeof(out), T0), 21 + 8);
	assert_int_equal(chain_hung(&chain), CHAIN_DEAD);
	assert_int_equal(faults.act_count, 1);
	chain_heal(&chain, T0);
	assert_int_equal(chain_hung(&chain), CHAIN_UP);
	chain_feed(&chain, in, len, T0);
	assert_int_equal(chain_drain(&chain, out, sizeof(out), T0), len);

	start_with("hangup", "offset=8 class=ack nth=1");
	chain_feed(&chain, in, len, T0);
	assert_int_equal(chain_hung(&chain), CHAIN_NEW_PIPE);
	chain_empty_out(&chain);
	assert_int_equal(chain_hung(&chain), CHAIN_UP);
	chain_feed(&chain, in, len, T0);
	assert_int_equal(chain_drain(&chain, out, sizeof(out), T0), len);
	/* What came behind it was counted all the same. */
	assert_int_equal(chain.cutter.ordinals[CLASS_REQUEST], 1);
	assert_int_equal(chain.cutter.ordinals[CLASS_ACK], 1);
}

static void test_stages_line__refuse_settings_that_make_no_sense(void **state)
{
	static const struct refusal cases[] = {
		{ "delay", "mean=1ms deviation=1ms", false },
		{ "delay", "mean=1ms time=1ms", true },
		{ "delay", "mean=1ms max=1ms", true },
		{ "set", "value=255", false },
		{ "set", "value=256", true },
		{ "set", "value=256 per=packet field=id", false },
		{ "set", "value=1 per=packet", true },
		{ "truncate", "keep=3", false },
		{ "truncate", "keep=3 offset=1", true },
		{ "truncate", "per=byte", true },
		{ "hangup", "per=byte", true },
		{ "burst", "enter=0.1 leave=0.1", false },
		{ "burst", "enter=0 leave=0.1", true },
		{ "burst", "enter=0.6 leave=0.6", true },
		{ "burst", "enter=0.1 leave=0.1 does=flip", false },
		{ "burst", "enter=0.1 leave=0.1 does=flip per=packet", true },
		{ "reorder", "", false },
		{ "reorder", "per=byte", true },
		{ "reorder", "offset=3", true },
	};

	(void)state;
	assert_refusals(cases, ARRAY_SIZE(cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_stages_line__set_gives_bytes_and_fields_a_value),
		cmocka_unit_test(test_stages_line__truncate_cuts_the_end_off),
		cmocka_unit_test(test_stages_line__truncate_draws_where),
		cmocka_unit_test(test_stages_line__duplicate_delivers_again),
		cmocka_unit_test(
			test_stages_line__duplicate_stops_where_the_chunk_ends),
		cmocka_unit_test(test_stages_line__stall_comes_in_the_midst),
		cmocka_unit_test(test_stages_line__jitter_makes_pieces),
		cmocka_unit_test(test_stages_line__delay_can_be_normal),
		cmocka_unit_test(test_stages_line__hangup_loses_the_rest),
		cmocka_unit_test(
			test_stages_line__refuse_settings_that_make_no_sense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
