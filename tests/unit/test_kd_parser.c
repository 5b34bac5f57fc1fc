/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/kd/parser.h"
#include "bench/kd/record.h"
#include "bench/kd/sum.h"
#include "tests/support/hex.h"

#define ACK "69696969 0400 0000 00008080 00000000"
#define DATA "30303030 0200 0100 00008080 07000000 07 aa"
#define EMPTY "30303030 0200 0000 00008080 00000000 aa"

/* What an owner does at the header of a data packet. */
enum choice { TAKE, SKIP, HUNT };

static void decide(struct kd_parser *p, enum choice choice)
{
	if (p->header.leader != KD_LEADER_DATA)
		return;
	if (choice == TAKE)
		kd_parser_take(p);
	else if (choice == SKIP)
		kd_parser_skip(p);
}

/* Feed in pieces of 'piece' bytes; the events as letters. */
static void run(struct kd_parser *p, const uint8_t *bytes, size_t len,
		size_t piece, enum choice choice, char *events)
{
	static const char letters[] = ".sbLRHPT";

	for (size_t at = 0; at < len;) {
		size_t n = len - at < piece ? len - at : piece;
		size_t end = at + n;
		enum kd_parse event;

		do {
			size_t used;

			event = kd_parser_next(
				p, (struct kd_span){ bytes + at, end - at },
				&used);
			at += used;
			if (event != KD_PARSE_MORE)
				*events++ = letters[event];
			if (event == KD_PARSE_HEADER)
				decide(p, choice);
		} while (event != KD_PARSE_MORE || at < end);
	}
	*events = '\0';
}

static void test_kd_parser__names_what_it_meets(void **state)
{
	static const struct {
		const char *dump;
		enum choice choice;
		bool early;
		const char *events;
	} cases[] = {
		{ "62", TAKE, true, "b" },
		{ "00 62 41", TAKE, true, "sbs" },
		{ ACK, TAKE, true, "LH" },
		{ DATA, TAKE, true, "LHPT" },
		{ DATA, SKIP, true, "LHT" },
		{ DATA, HUNT, true, "LHss" },
		{ EMPTY, TAKE, true, "LHPT" },
		{ EMPTY, SKIP, true, "LHT" },
		/* F01: three leader bytes are silently no packet */
		{ "303030 0200", TAKE, true, "ss" },
		/* F02: a fifth leader byte shifts the header */
		{ "30" DATA, TAKE, true, "LH" },
		/* F03: the other leader in front is harmless */
		{ "30" ACK, TAKE, true, "LH" },
		/* RESEND is told early, its tail is left in the stream */
		{ "69696969 0500", TAKE, true, "LR" },
		{ "69696969 0500 0000 00000000 00000000", TAKE, true,
		  "LRssssssssss" },
		{ "69696969 0500 0000 00000000 00000000", TAKE, false, "LH" },
		/* F28: a break-in directly before a leader */
		{ "62" ACK, TAKE, true, "bLH" },
		{ DATA ACK DATA, TAKE, true, "LHPTLHLHPT" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t bytes[256];
		char events[256];
		struct kd_parser p;
		size_t len = hex_read(cases[i].dump, bytes, sizeof(bytes));

		kd_parser_init(&p, cases[i].early);
		run(&p, bytes, len, len, cases[i].choice, events);
		if (strcmp(events, cases[i].events) != 0)
			fail_msg("case %zu: '%s', not '%s'", i, events,
				 cases[i].events);
	}
}

static void test_kd_parser__refuses_to_take_an_oversized_payload(void **state)
{
	uint8_t bytes[32];
	char events[32];
	struct kd_parser p;
	size_t len = hex_read("30303030 0200 a10f 00008080 00000000 0102",
			      bytes, sizeof(bytes));

	(void)state;
	kd_parser_init(&p, true);
	run(&p, bytes, len, len, TAKE, events);
	assert_string_equal(events, "LHss");
	assert_int_equal(p.header.len, 4001);
	assert_true(kd_parser_idle(&p));
}

static void test_kd_parser__sums_what_it_copies(void **state)
{
	uint8_t bytes[64];
	char events[64];
	struct kd_parser p;
	size_t len = hex_read("30303030 0300 0500 01008080 ff000000 "
			      "ff 00 80 7f 01 aa",
			      bytes, sizeof(bytes));

	(void)state;
	kd_parser_init(&p, true);
	run(&p, bytes, len, len, TAKE, events);
	assert_string_equal(events, "LHPT");
	assert_int_equal(p.sum, 0xff + 0x80 + 0x7f + 1);
	assert_hex(p.payload, 5, "ff 00 80 7f 01");
	assert_int_equal(p.trailer, 0xaa);
	assert_int_equal(p.header.id, 0x80800001);
}

/* A stream of packets, damage and noise, the same for every seed. */
static size_t noisy(uint8_t *to, size_t size, uint64_t seed)
{
	static const char *const parts[] = {
		ACK,
		DATA,
		"62",
		"30",
		"69",
		"303030",
		"6969",
		"00 aa 41",
		EMPTY,
		"69696969 0500",
		"30303030 0200 ffff",
		"30303030 0200 0600 00008080 00000000 30303030 3069 aa",
	};
	size_t len = 0;

	for (uint64_t i = 0; len + 64 < size; i++) {
		size_t pick = hash_add(seed, i) % ARRAY_SIZE(parts);

		len += hex_read(parts[pick], to + len, size - len);
	}
	return len;
}

static void test_kd_parser__does_not_care_how_bytes_are_chunked(void **state)
{
	static uint8_t bytes[2048];
	static char whole[8192], pieces[8192];

	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++) {
		size_t len = noisy(bytes, sizeof(bytes), seed);
		enum choice choice = (enum choice)(seed % 3);
		struct kd_parser a, b;

		kd_parser_init(&a, seed % 2);
		kd_parser_init(&b, seed % 2);
		run(&a, bytes, len, len, choice, whole);
		run(&b, bytes, len, 1 + seed % 23, choice, pieces);
		if (strcmp(whole, pieces) != 0)
			fail_msg("seed %u: chunks change the events",
				 (unsigned)seed);
		assert_int_equal(kd_parser_digest(&a), kd_parser_digest(&b));
	}
}

static void test_kd_parser__reads_records(void **state)
{
	static const struct {
		const char *dump, *events;
	} cases[] = {
		{ "01 00 0200 03000000 010203", "HPT" },
		{ "02 00 0000 00000000", "b" },
		{ "03 00 0000 00000000", "H" },
		{ "04 00 0000 00000000 02 00 0000 00000000", "b" },
		{ "01 00 0200 00000000", "HPT" },
		/* a length that no packet has */
		{ "01 00 0200 a10f0000", "s" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (size_t piece = 1; piece < 20; piece++) {
			uint8_t bytes[64];
			char events[64];
			struct kd_parser p;
			size_t len =
				hex_read(cases[i].dump, bytes, sizeof(bytes));

			kd_parser_init_records(&p);
			run(&p, bytes, len, piece, TAKE, events);
			assert_string_equal(events, cases[i].events);
		}
	}
}

/* The definition, byte by byte. */
static uint32_t plain_sum(const uint8_t *at, size_t len)
{
	uint32_t sum = 0;

	while (len--)
		sum += *at++;
	return sum;
}

static void test_kd_sum__agrees_with_the_plain_sum(void **state)
{
	static uint8_t from[8200], to[8200];

	(void)state;
	for (size_t i = 0; i < sizeof(from); i++)
		from[i] = (uint8_t)(hash_u64(i) | (i < 4200 ? 0xff : 0));
	for (size_t len = 0; len < 4100; len += 1 + len / 50) {
		size_t skew = len % 8;

		memset(to, 0, sizeof(to));
		assert_int_equal(kd_sum(from + skew, len),
				 plain_sum(from + skew, len));
		assert_int_equal(kd_copy_sum(to + 3, from + skew, len),
				 plain_sum(from + skew, len));
		assert_memory_equal(to + 3, from + skew, len);
		assert_int_equal(to[3 + len], 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kd_parser__names_what_it_meets),
		cmocka_unit_test(
			test_kd_parser__refuses_to_take_an_oversized_payload),
		cmocka_unit_test(test_kd_parser__sums_what_it_copies),
		cmocka_unit_test(
			test_kd_parser__does_not_care_how_bytes_are_chunked),
		cmocka_unit_test(test_kd_parser__reads_records),
		cmocka_unit_test(test_kd_sum__agrees_with_the_plain_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
