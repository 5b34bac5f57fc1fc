/* SPDX-License-Identifier: MIT */
/* Bursts: how much, how long, and that the address alone decides. */
#include "inject/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/faults.h"

static struct faults faults;
static struct chain chain;
static uint8_t in[65536], out[65536];

#define T0 UINT64_C(1000000000)
static void start(void)
{
	chain_init(&chain, &faults.spec, TO_TARGET, 1, T0, &faults.log);
}

static void start_with(const char *name, const char *settings)
{
	faults_init(&faults);
	faults_add(&faults, name, settings);
	start();
}

/* Which bytes of one packet of 'len' bytes of payload are flipped. */
static void burst_bytes(uint16_t len, uint32_t number, uint8_t *hit)
{
	size_t size = packet_data(in, KD_STATE_MANIPULATE, number, len,
				  (uint8_t)number);

	chain_feed(&chain, in, size, T0);
	assert_int_equal(chain_drain(&chain, out, sizeof(out), T0), size);
	for (size_t i = 0; i < size; i++)
		hit[i] = in[i] != out[i];
}

static void test_burst__has_its_rates(void **state)
{
	static uint8_t hit[4096];
	unsigned hits = 0, heaps = 0, bytes = 0;

	(void)state;
	start_with("burst", "enter=0.01 leave=0.1 does=flip");
	for (uint32_t i = 0; i < 40; i++) {
		faults.act_count = 0;
		burst_bytes(4000, i, hit);
		bytes += 4017;
		for (unsigned k = 0; k < 4017; k++) {
			hits += hit[k];
			heaps += hit[k] && (k == 0 || !hit[k - 1]);
		}
	}
	/* Bad 1/11 of the time, ten bytes each time. */
	assert_in_range(hits, bytes / 11 - bytes / 110,
			bytes / 11 + bytes / 110);
	assert_in_range(hits / heaps, 9, 11);
}

static void test_burst__of_a_field_is_part_of_the_same(void **state)
{
	static uint8_t whole[512], part[512];

	(void)state;
	start_with("burst", "enter=0.05 leave=0.2 does=flip");
	burst_bytes(400, 0, whole);
	start_with("burst", "enter=0.05 leave=0.2 does=flip field=payload");
	burst_bytes(400, 0, part);
	for (unsigned i = 0; i < 417; i++)
		assert_int_equal(part[i], i >= 16 && i < 416 ? whole[i] : 0);
	/* Dropped are the same bytes that would be flipped. */
	start_with("burst", "enter=0.05 leave=0.2");
	chain_feed(&chain, in, packet_data(in, KD_STATE_MANIPULATE, 0, 400, 0),
		   T0);
	(void)chain_drain(&chain, out, sizeof(out), T0);
	for (unsigned i = 0; i < 417; i++) {
		unsigned gone = 0;

		for (size_t k = 0; k < faults.act_count; k++)
			gone += (int)i >= faults.acts[k].offset &&
				(int)i < faults.acts[k].offset +
						 (int)faults.acts[k].len;
		assert_int_equal(gone, whole[i]);
	}
	assert_true(faults.act_count > 3);
}

/* Requests 1 to 'count', each sent again if 'copies': which are lost? */
static void burst_packets(uint32_t count, uint8_t *copies, uint8_t *lost)
{
	start_with("burst", "enter=0.05 leave=0.25 per=packet");
	for (uint32_t i = 0; i < count; i++) {
		size_t len = packet_data(in, KD_STATE_MANIPULATE, i & 1, 4,
					 (uint8_t)i);

		chain_feed(&chain, in, len, T0);
		lost[i] = chain_drain(&chain, out, sizeof(out), T0) == 0;
		if (!copies)
			continue;
		chain_feed(&chain, in, len, T0);
		copies[i] = chain_drain(&chain, out, sizeof(out), T0) == 0;
	}
}

/* Heaps reach over packets; re-sends in between do not shift them. */
static void test_burst__of_packets_is_a_matter_of_address(void **state)
{
	static uint8_t lost[3000], again[3000], copies[3000];
	unsigned count = 0, heaps = 0, both = 0;

	(void)state;
	burst_packets(3000, NULL, lost);
	burst_packets(3000, copies, again);
	assert_memory_equal(lost, again, sizeof(lost));
	for (unsigned i = 0; i < 3000; i++) {
		count += lost[i];
		heaps += lost[i] && (i == 0 || !lost[i - 1]);
		both += lost[i] && copies[i];
	}
	/* A re-send is as likely to be lost as what comes next. */
	assert_in_range(100 * both / count, 65, 85);
	assert_in_range(count, 380, 620);            /* 500 */
	assert_in_range(10 * count / heaps, 33, 47); /* 4 in a row */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_burst__has_its_rates),
		cmocka_unit_test(test_burst__of_a_field_is_part_of_the_same),
		cmocka_unit_test(test_burst__of_packets_is_a_matter_of_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
