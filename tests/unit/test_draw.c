/* SPDX-License-Identifier: MIT */
#include "inject/draw.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "inject/normal.h"

#define TWO_64 18446744073709551616.0

static const struct packet_address request = { TO_TARGET, CLASS_REQUEST, 3, 0 };

static uint64_t fraction(double p)
{
	return p >= 1 ? UINT64_MAX : (uint64_t)(p * TWO_64);
}

/* How many bytes of 'packets' packets of 'len' bytes are hit. */
static uint64_t count_hits(double p, uint64_t packets, uint32_t len)
{
	uint64_t probability = fraction(p);
	uint64_t rate = draw_gap_rate(probability);
	uint64_t count = 0;

	for (uint64_t i = 0; i < packets; i++) {
		struct packet_address a = request;
		struct draw_hits h;
		uint32_t offset;

		a.ordinal = (uint32_t)i;
		draw_hits_begin(&h, draw_key(draw_who(1, "drop", 0), &a),
				probability, rate,
				(struct byte_range){ 0, len });
		while (draw_hits_next(&h, &offset))
			count++;
	}
	return count;
}

static void test_draw__logarithm_is_exact_to_38_bits(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 100000; i++) {
		uint64_t u = hash_u64(i) >> i % 64;
		double is, should;

		if (u == 0)
			continue;
		is = (double)draw_minus_ln(u) / (double)(UINT64_C(1) << 57);
		should = -log((double)u / TWO_64);
		if (fabs(is - should) > 0x1p-38)
			fail_msg("-ln(%#lx) is %.15g, not %.15g",
				 (unsigned long)u, should, is);
	}
}

static void test_draw__gap_rate_is_minus_ln_of_what_is_left(void **state)
{
	(void)state;
	for (double p = 1e-15; p < 1.0 / 64; p *= 1.7) {
		double is = (double)draw_gap_rate(fraction(p)) / TWO_64;
		double should = -log1p(-p);

		if (fabs(is - should) / should > 1e-4 + 1e-19 / p)
			fail_msg("rate of %g is %g, not %g", p, is, should);
	}
	assert_int_equal(draw_gap_rate(0), 0);
	assert_int_equal(draw_gap_rate(fraction(0.5)), 0);
	assert_int_equal(draw_gap_rate(UINT64_MAX), 0);
}

static void test_draw__rates_are_right_from_one_in_a_million(void **state)
{
	static const struct {
		double p;
		uint64_t packets;
		uint32_t len;
		double within; /* relative; four standard deviations */
	} cases[] = {
		{ 1e-6, 4000000, 4017, 0.035 },
		{ 1e-5, 1000000, 4017, 0.02 },
		{ 1e-4, 500000, 4017, 0.01 },
		{ 1e-3, 50000, 4017, 0.01 },
		{ 0.01, 10000, 4017, 0.01 },
		/* On either side of where gaps end, and short packets. */
		{ 0.0156, 5000, 4017, 0.01 },
		{ 0.0157, 5000, 4017, 0.01 },
		{ 0.01, 1000000, 73, 0.01 },
		{ 0.001, 2000000, 16, 0.03 },
		{ 0.1, 1000, 4017, 0.01 },
		{ 0.5, 1000, 4017, 0.005 },
		{ 0.9, 1000, 4017, 0.005 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t bytes = cases[i].packets * cases[i].len;
		double should = cases[i].p * (double)bytes;
		double is = (double)count_hits(cases[i].p, cases[i].packets,
					       cases[i].len);

		if (fabs(is - should) / should > cases[i].within)
			fail_msg("p=%g hit %g bytes, not %g", cases[i].p, is,
				 should);
	}
}

static void test_draw__hits_fall_evenly_over_the_packet(void **state)
{
	uint64_t tenths[10] = { 0 };
	uint64_t p = fraction(0.002);

	(void)state;
	for (uint32_t i = 0; i < 100000; i++) {
		struct packet_address a = { TO_TARGET, CLASS_REPLY, i, 0 };
		struct draw_hits h;
		uint32_t offset;

		draw_hits_begin(&h, draw_key(draw_who(7, "drop", 0), &a), p,
				draw_gap_rate(p),
				(struct byte_range){ 0, 1000 });
		while (draw_hits_next(&h, &offset))
			tenths[offset / 100]++;
	}
	for (int i = 0; i < 10; i++) /* 20000 each, give or take 141 */
		assert_in_range(tenths[i], 19400, 20600);
}

static void test_draw__one_hits_every_byte_and_zero_none(void **state)
{
	(void)state;
	assert_int_equal(count_hits(1, 10, 4017), 40170);
	assert_int_equal(count_hits(0, 10, 4017), 0);
}

static void test_draw__packets_are_hit_at_their_rate(void **state)
{
	static const double rates[] = { 0.001, 0.1, 0.5, 0.9 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rates); i++) {
		double count = 0;

		for (uint32_t n = 0; n < 1000000; n++) {
			struct packet_address a = request;

			a.ordinal = n;
			count += draw_packet(
				draw_key(draw_who(5, "drop", 1), &a),
				fraction(rates[i]));
		}
		if (fabs(count / 1e6 / rates[i] - 1) > 0.12)
			fail_msg("p=%g hit %g of a million", rates[i], count);
	}
	assert_true(draw_packet(draw_key(draw_who(1, "drop", 0), &request),
				UINT64_MAX));
	assert_false(
		draw_packet(draw_key(draw_who(1, "drop", 0), &request), 0));
}

/* Narrowing a fault to a field must not move the acts that remain. */
static void test_draw__range_gets_what_the_packet_gets_there(void **state)
{
	static const double rates[] = { 0.002, 0.01, 0.05, 0.5 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rates); i++) {
		uint64_t p = fraction(rates[i]);
		struct draw_hits all, part;
		uint32_t offset, other;

		draw_hits_begin(&all, 99, p, draw_gap_rate(p),
				(struct byte_range){ 0, 4017 });
		draw_hits_begin(&part, 99, p, draw_gap_rate(p),
				(struct byte_range){ 1000, 3000 });
		while (draw_hits_next(&all, &offset)) {
			if (offset < 1000 || offset >= 3000)
				continue;
			assert_true(draw_hits_next(&part, &other));
			assert_int_equal(other, offset);
		}
		assert_false(draw_hits_next(&part, &other));
	}
}

static void test_draw__each_part_of_the_address_counts(void **state)
{
	static const struct packet_address others[] = {
		{ TO_DEBUGGER, CLASS_REQUEST, 3, 0 },
		{ TO_TARGET, CLASS_ACK, 3, 0 },
		{ TO_TARGET, CLASS_REQUEST, 4, 0 },
		{ TO_TARGET, CLASS_REQUEST, 3, 1 },
	};
	uint64_t key = draw_key(draw_who(1, "drop", 0), &request);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		assert_true(draw_key(draw_who(1, "drop", 0), &others[i]) !=
			    key);
	assert_true(draw_key(draw_who(2, "drop", 0), &request) != key);
	assert_true(draw_key(draw_who(1, "drop", 1), &request) != key);
	assert_true(draw_act(key, 8) != draw_act(key, 9));
}

/* Against the integral: how many of so many draws lie below each place. */
static void test_draw__normal_is_normal(void **state)
{
	const uint64_t mean = 1000000, deviation = 100000, count = 200000;
	uint64_t below[9] = { 0 };

	(void)state;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t is = normal_draw(hash_u64(i), mean, deviation);

		for (unsigned k = 0; k < 9; k++)
			below[k] += is <
				    mean + deviation * k / 2 - 2 * deviation;
	}
	for (unsigned k = 0; k < 9; k++) {
		double z = k / 2.0 - 2;
		double should = erfc(-z / sqrt(2)) / 2;
		double is = (double)below[k] / (double)count;

		if (fabs(is - should) > 0.004)
			fail_msg("below %g: %g, not %g", z, is, should);
	}
	/* The ends: never below zero, never far out. */
	assert_int_equal(normal_draw(0, 1, 1000), 0);
	assert_in_range(normal_draw(UINT64_C(1) << 63, 0, 1000000), 5300000,
			5500000);
	assert_int_equal(normal_draw(UINT64_MAX, 7, 1000000), 7);
}

/* Out to the tails the table is where the integral is. */
static void test_draw__normal_is_exact_to_a_few_parts_in_a_thousand(
	void **state)
{
	(void)state;
	for (uint64_t q = UINT64_C(1) << 40; q < UINT64_C(1) << 63;
	     q += q / 7) {
		double tails = (double)q / (TWO_64 / 2);
		double z =
			(double)normal_draw(q | UINT64_C(1) << 63, 0, 1000000) /
			1e6;

		if (fabs(erfc(z / sqrt(2)) / tails - 1) > 0.012)
			fail_msg("%g has tails of %g, not %g", z,
				 erfc(z / sqrt(2)), tails);
	}
}

/* If one of these changes, recorded seeds no longer repeat what they did. */
static void test_draw__values_are_the_same_everywhere(void **state)
{
	static const uint32_t offsets[] = { 10, 1159, 1234, 1363 };
	uint64_t p = fraction(0.001953125);
	struct draw_hits h;
	uint32_t offset;

	(void)state;
	assert_int_equal(draw_key(draw_who(1, "drop", 0), &request),
			 0x5655745696651368);
	assert_int_equal(draw_act(1, 8), 0x646811ba8114352e);
	assert_int_equal(draw_minus_ln(UINT64_C(1) << 63), 0x162e42fefa39ef3);
	assert_int_equal(draw_minus_ln(0x123456789abcdef), 0xad50b1ca6a4b3e9);
	assert_int_equal(draw_gap_rate(p), 0x80200aaeac44ed);
	draw_hits_begin(&h, 1, p, draw_gap_rate(p),
			(struct byte_range){ 0, 4017 });
	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		assert_true(draw_hits_next(&h, &offset));
		assert_int_equal(offset, offsets[i]);
	}
}

static void test_draw__below_reaches_both_ends(void **state)
{
	(void)state;
	assert_int_equal(draw_below(0, 10), 0);
	assert_int_equal(draw_below(UINT64_MAX, 10), 9);
	assert_int_equal(draw_below(UINT64_MAX, 1), 0);
	assert_int_equal(draw_below(UINT64_C(1) << 63, 10), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_draw__logarithm_is_exact_to_38_bits),
		cmocka_unit_test(
			test_draw__gap_rate_is_minus_ln_of_what_is_left),
		cmocka_unit_test(
			test_draw__rates_are_right_from_one_in_a_million),
		cmocka_unit_test(test_draw__hits_fall_evenly_over_the_packet),
		cmocka_unit_test(test_draw__one_hits_every_byte_and_zero_none),
		cmocka_unit_test(test_draw__packets_are_hit_at_their_rate),
		cmocka_unit_test(
			test_draw__range_gets_what_the_packet_gets_there),
		cmocka_unit_test(test_draw__each_part_of_the_address_counts),
		cmocka_unit_test(test_draw__normal_is_normal),
		cmocka_unit_test(
			test_draw__normal_is_exact_to_a_few_parts_in_a_thousand),
		cmocka_unit_test(test_draw__values_are_the_same_everywhere),
		cmocka_unit_test(test_draw__below_reaches_both_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
