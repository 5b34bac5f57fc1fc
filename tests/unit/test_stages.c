/* SPDX-License-Identifier: MIT */
/* Faults of bytes, through a chain and the words of a scenario. */
#include "inject/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/clock.h"
#include "tests/support/hex.h"
#include "tests/support/stage_rig.h"

static void test_stages__drop_takes_bytes_or_packets(void **state)
{
	static const struct {
		const char *settings, *after;
		size_t acts;
	} cases[] = {
		{ "", "", 21 + 16 + 1 },
		{ "class=break-in", REQUEST ACK, 1 },
		{ "per=packet class=request", ACK "62", 1 },
		{ "per=packet", "", 3 },
		{ "offset=8 class=request",
		  "30303030 0200 0400 008080 0a000000 01020304 aa" ACK "62",
		  1 },
		{ "field=payload",
		  "30303030 0200 0400 00008080 0a000000 aa" ACK "62", 4 },
		{ "field=payload per=packet",
		  "30303030 0200 0400 00008080 0a000000 aa" ACK "62", 1 },
		{ "field=leader limit=2",
		  "3030 0200 0400 00008080 0a000000 "
		  "01020304 aa" ACK "62",
		  2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		start_with("drop", cases[i].settings);
		assert_makes(REQUEST ACK "62", cases[i].after);
		assert_int_equal(faults.act_count, cases[i].acts);
	}
}

static void test_stages__flip_inverts_as_many_bits_as_asked(void **state)
{
	static const char *const bits[] = { "bits=1", "bits=2", "bits=3",
					    "bits=4", "bits=5", "bits=6",
					    "bits=7", "bits=8" };
	size_t len = packet_data(in, KD_STATE_MANIPULATE, 0, 500, 1);

	(void)state;
	for (int i = 0; i < 8; i++) {
		uint8_t seen = 0;

		start_with("flip", bits[i]);
		chain_feed(&chain, in, len, T0);
		assert_int_equal(chain_drain(&chain, out, sizeof(out), T0),
				 len);
		for (size_t at = 0; at < len; at++) {
			uint8_t mask = in[at] ^ out[at];

			assert_int_equal(__builtin_popcount(mask), i + 1);
			seen |= mask;
		}
		assert_int_equal(seen, 0xff);
	}
}

static void test_stages__flip_takes_a_mask(void **state)
{
	(void)state;
	start_with("flip", "mask=0x81 field=payload");
	assert_makes(REQUEST, "30303030 0200 0400 00008080 0a000000 "
			      "80838285 aa");
	assert_int_equal(faults.acts[1].before, 0x02);
	assert_int_equal(faults.acts[1].after, 0x83);
	assert_int_equal(faults.acts[1].offset, 17);
}

/* Per packet it is one byte of those it may take, told with its place. */
static void test_stages__flip_of_a_packet_is_one_byte_of_it(void **state)
{
	unsigned different = 0;
	size_t len;

	(void)state;
	start_with("flip", "per=packet field=payload");
	for (uint32_t i = 0; i < 100; i++) {
		len = packet_data(in, KD_STATE_MANIPULATE, i, 4, (uint8_t)i);
		chain_feed(&chain, in, len, T0);
		assert_int_equal(chain_drain(&chain, out, sizeof(out), T0),
				 len);
		assert_int_equal(faults.act_count, i + 1);
		assert_in_range(faults.acts[i].offset, 16, 19);
		assert_int_not_equal(in[faults.acts[i].offset],
				     out[faults.acts[i].offset]);
		in[faults.acts[i].offset] = out[faults.acts[i].offset];
		assert_memory_equal(in, out, len);
		different |= 1u << (faults.acts[i].offset - 16);
	}
	assert_int_equal(different, 15);
}

static void test_stages__insert_adds_before_the_byte(void **state)
{
	static const struct {
		const char *settings, *after;
	} cases[] = {
		{ "byte=0x62 offset=4 class=request",
		  "30303030 62 0200 0400 00008080 0a000000 01020304 aa" ACK },
		{ "byte=0x69 per=packet class=ack", REQUEST "69" ACK },
		{ "byte=0x55 count=3 offset=21", "30303030 0200 0400 00008080 "
						 "0a000000 01020304 aa" ACK },
		{ "byte=0x55 count=3 field=trailer",
		  "30303030 0200 0400 00008080 0a000000 01020304 555555 "
		  "aa" ACK },
		{ "byte=0 field=payload", "30303030 0200 0400 00008080 "
					  "0a000000 0001000200030004 aa" ACK },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		start_with("insert", cases[i].settings);
		assert_makes(REQUEST ACK, cases[i].after);
	}
	assert_int_equal(faults.act_count, 4);
	assert_int_equal(faults.acts[3].offset, 19);
	assert_int_equal(faults.acts[3].before, -1);
	assert_int_equal(faults.acts[3].after, 0);
}

static void test_stages__insert_draws_its_byte(void **state)
{
	size_t len = packet_data(in, KD_STATE_MANIPULATE, 0, 2000, 1);
	unsigned seen[256] = { 0 };

	(void)state;
	start_with("insert", "");
	chain_feed(&chain, in, len, T0);
	assert_int_equal(chain_drain(&chain, out, sizeof(out), T0), 2 * len);
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(out[2 * i + 1], in[i]);
		assert_int_equal(out[2 * i], faults.acts[i].after);
		seen[out[2 * i]]++;
	}
	for (int i = 0; i < 256; i++) /* 8 each */
		assert_true(seen[i] < 32);
}

static void test_stages__insert_logs_in_the_order_of_the_line(void **state)
{
	size_t len = hex_read(ACK, in, sizeof(in));

	(void)state;
	start_with("insert", "count=16 per=packet");
	chain_feed(&chain, in, len, T0);
	assert_int_equal(chain_drain(&chain, out, sizeof(out), T0), len + 16);
	for (int i = 0; i < 16; i++) {
		assert_int_equal(out[i], faults.acts[i].after);
		assert_int_equal(faults.acts[i].offset, 0);
	}
}

static void test_stages__insert_stops_when_the_chunk_is_full(void **state)
{
	size_t len = packet_data(in, KD_STATE_MANIPULATE, 0, 4000, 1);

	(void)state;
	start_with("insert", "count=2 byte=7");
	chain_feed(&chain, in, len, T0);
	assert_int_equal(chain_drain(&chain, out, sizeof(out), T0), CHUNK_MAX);
	assert_int_equal(faults.act_count, CHUNK_MAX - len);
}

/* A later stage finds the byte it means, whatever came before. */
static void test_stages__offsets_are_those_of_the_undamaged_packet(void **state)
{
	(void)state;
	faults_init(&faults);
	faults_add(&faults, "drop", "offset=1");
	faults_add(&faults, "insert", "offset=2 byte=0x77");
	faults_add(&faults, "drop", "field=length per=packet");
	faults_add(&faults, "flip", "mask=0xff offset=19");
	faults_add(&faults, "drop", "offset=6"); /* gone already */
	faults_add(&faults, "flip", "mask=0xff field=type");
	start();
	assert_makes(REQUEST, "30 77 3030 fdff 00008080 0a000000 010203fb aa");
	assert_int_equal(faults.act_count, 6);
	assert_int_equal(faults.acts[3].offset, 19);
	assert_int_equal(faults.acts[2].offset, 6);
	assert_int_equal(faults.acts[2].len, 2);
}

static void test_stages__refuse_settings_that_make_no_sense(void **state)
{
	static const struct refusal cases[] = {
		{ "delay", "time=1ms", false },
		{ "delay", "time=0", false },
		{ "delay", "min=1ms max=1ms", false },
		{ "delay", "min=2ms max=1ms", true },
		{ "delay", "min=2ms", true },
		{ "delay", "time=1ms max=2ms", true },
		{ "flip", "bits=3", false },
		{ "flip", "mask=3", false },
		{ "flip", "bits=2 mask=3", true },
		{ "throttle", "rate=5 per=packet", false },
		{ "throttle", "rate=5 per=byte", true },
		{ "throttle", "rate=5 field=id", true },
		{ "drop", "after=2s until=2s", true },
		{ "drop", "after=2s until=3s", false },
	};

	(void)state;
	assert_refusals(cases, ARRAY_SIZE(cases));
}

static void test_stages__keys_do_not_clash_with_those_of_when(void **state)
{
	(void)state;
	for (const struct stage_type *const *t = stage_types; *t; t++) {
		assert_ptr_equal(stage_find((*t)->name), *t);
		for (const struct setting *s = (*t)->settings; s->key; s++) {
			assert_null(setting_find(when_settings, s->key));
			assert_string_not_equal(s->key, "packet");
		}
	}
	assert_null(stage_find("no-such-fault"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stages__drop_takes_bytes_or_packets),
		cmocka_unit_test(
			test_stages__flip_inverts_as_many_bits_as_asked),
		cmocka_unit_test(test_stages__flip_takes_a_mask),
		cmocka_unit_test(
			test_stages__flip_of_a_packet_is_one_byte_of_it),
		cmocka_unit_test(test_stages__insert_adds_before_the_byte),
		cmocka_unit_test(test_stages__insert_draws_its_byte),
		cmocka_unit_test(
			test_stages__insert_logs_in_the_order_of_the_line),
		cmocka_unit_test(
			test_stages__insert_stops_when_the_chunk_is_full),
		cmocka_unit_test(
			test_stages__offsets_are_those_of_the_undamaged_packet),
		cmocka_unit_test(
			test_stages__refuse_settings_that_make_no_sense),
		cmocka_unit_test(
			test_stages__keys_do_not_clash_with_those_of_when),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
