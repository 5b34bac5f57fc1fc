/* SPDX-License-Identifier: MIT */
#include "inject/cutter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/hash.h"
#include "tests/support/faults.h"
#include "tests/support/hex.h"

#define ACK0 "69696969 0400 0000 00008080 00000000"
#define ACK1 "69696969 0400 0000 01008080 00000000"
#define RESEND "69696969 0500 0000 00000000 00000000"
#define RESET "69696969 0600 0000 00000000 00000000"
/* One byte of payload; ids 0 and 1. */
#define REQUEST0 "30303030 0200 0100 00008080 07000000 07 aa"
#define REQUEST1 "30303030 0200 0100 01008080 07000000 07 aa"
#define REQUEST0B "30303030 0200 0100 00008080 08000000 08 aa"
#define PRINT1 "30303030 0300 0100 01008080 07000000 07 aa"
#define STATE "30303030 0700 0100 00088080 07000000 07 aa"
#define FILE_IO "30303030 0b00 0100 00008080 07000000 07 aa"

/* Chunks as text: "request 1/18 ack 1.2/16": class ordinal[.copy]/length. */
struct cuts {
	struct cutter cutter;
	struct chunk chunk;
	size_t len, text_len;
	uint8_t bytes[8192]; /* of all chunks */
	char text[65536];
};

static void note(struct cuts *c)
{
	const struct packet_address *a = &c->chunk.address;
	char copy[16] = "";

	if (a->copy)
		snprintf(copy, sizeof(copy), ".%u", a->copy);
	c->text_len += (size_t)snprintf(
		c->text + c->text_len, sizeof(c->text) - c->text_len,
		"%s%s %u%s/%u", c->text_len ? " " : "",
		packet_class_names[a->class], a->ordinal, copy, c->chunk.len);
	assert_true(c->text_len < sizeof(c->text));
	assert_int_equal(c->chunk.len, c->chunk.length);
	memcpy(c->bytes + c->len, c->chunk.bytes, c->chunk.len);
	c->len += c->chunk.len;
}

static void cut(struct cuts *c, const uint8_t *bytes, size_t len)
{
	struct kd_span in = { bytes, len };

	while (cutter_next(&c->cutter, &in, &c->chunk))
		note(c);
	assert_int_equal(in.len, 0);
}

static void start(struct cuts *c, enum fault_dir dir)
{
	cutter_init(&c->cutter, dir);
	c->len = 0;
	c->text_len = 0;
	c->text[0] = '\0';
}

static struct cuts first, second;

static const char *cut_hex(const char *hex, enum fault_dir dir)
{
	uint8_t bytes[8192];
	size_t len = hex_read(hex, bytes, sizeof(bytes));

	start(&first, dir);
	cut(&first, bytes, len);
	return first.text;
}

static void test_cutter__names_each_kind_of_chunk(void **state)
{
	static const struct {
		enum fault_dir dir;
		const char *hex, *chunks;
	} cases[] = {
		{ TO_TARGET, REQUEST0, "request 1/18" },
		{ TO_DEBUGGER, REQUEST0, "reply 1/18" },
		{ TO_DEBUGGER, STATE, "state-change 1/18" },
		{ TO_DEBUGGER, PRINT1, "print 1/18" },
		{ TO_TARGET, FILE_IO, "other 1/18" },
		{ TO_TARGET, ACK0, "ack 1/16" },
		{ TO_TARGET, RESEND, "resend 1/16" },
		{ TO_TARGET, RESET, "reset 1/16" },
		{ TO_TARGET, "62", "break-in 1/1" },
		{ TO_TARGET, "00 62 aa", "stray 1/1 break-in 1/1 stray 2/1" },
		{ TO_TARGET, "62" REQUEST0 "62",
		  "break-in 1/1 request 1/18 "
		  "break-in 2/1" },
		/* An ACK under the wrong leader; a payload of nothing. */
		{ TO_TARGET, "30303030 0400 0000 00008080 00000000 aa",
		  "other 1/17" },
		{ TO_TARGET, "69696969 0200 0000 00008080 00000000",
		  "other 1/16" },
		/* The sender's checksum and trailer are its own affair. */
		{ TO_TARGET, "30303030 0200 0100 00008080 ffffffff 07 55",
		  "request 1/18" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(cut_hex(cases[i].hex, cases[i].dir),
				    cases[i].chunks);
}

static void test_cutter__broken_leaders_are_stray_bytes(void **state)
{
	(void)state;
	assert_string_equal(cut_hex("303030 62", TO_TARGET),
			    "stray 1/1 stray 2/1 stray 3/1 break-in 1/1");
	assert_string_equal(cut_hex("3030 6969 00", TO_TARGET),
			    "stray 1/1 stray 2/1 stray 3/1 stray 4/1 "
			    "stray 5/1");
	assert_string_equal(cut_hex("3030" ACK0, TO_TARGET),
			    "stray 1/1 stray 2/1 ack 1/16");
	/* No look-back: the first four in a row are the leader. */
	assert_string_equal(cut_hex("30 30303030 0200 3800 00008080 07000000 "
				    "07 aa",
				    TO_TARGET),
			    "other 1/16 stray 1/1 stray 2/1 stray 3/1");
}

static void test_cutter__payload_of_an_oversized_packet_is_hunted(void **state)
{
	(void)state;
	assert_string_equal(cut_hex("30303030 0200 a10f 00008080 00000000 "
				    "0102" ACK0 "62",
				    TO_TARGET),
			    "other 1/16 stray 1/1 stray 2/1 ack 1/16 "
			    "break-in 1/1");
}

static void test_cutter__maximal_packet_is_one_chunk(void **state)
{
	uint8_t bytes[KD_PACKET_MAX];

	(void)state;
	start(&first, TO_TARGET);
	cut(&first, bytes, packet_data(bytes, 2, 0, KD_PAYLOAD_MAX, 1));
	assert_string_equal(first.text, "request 1/4017");
	assert_memory_equal(first.bytes, bytes, sizeof(bytes));
	assert_int_equal(first.chunk.header.len, KD_PAYLOAD_MAX);
}

static void test_cutter__tells_copies_from_fresh_packets(void **state)
{
	static const struct {
		const char *hex, *chunks;
	} cases[] = {
		{ REQUEST0 REQUEST0 REQUEST0,
		  "request 1/18 request 1.1/18 request 1.2/18" },
		{ REQUEST0 REQUEST1 REQUEST0,
		  "request 1/18 request 2/18 request 3/18" },
		{ REQUEST0 REQUEST0B, "request 1/18 request 2/18" },
		/* What is between does not matter, unless it is data. */
		{ REQUEST0 "62 00" ACK0 RESEND REQUEST0,
		  "request 1/18 break-in 1/1 stray 1/1 ack 1/16 resend 1/16 "
		  "request 1.1/18" },
		{ REQUEST0 PRINT1 REQUEST0,
		  "request 1/18 print 1/18 request 2/18" },
		{ ACK0 ACK0 ACK1 ACK1 ACK0,
		  "ack 1/16 ack 1.1/16 ack 2/16 ack 2.1/16 ack 3/16" },
		{ ACK0 REQUEST0 "62" RESEND ACK0,
		  "ack 1/16 request 1/18 break-in 1/1 resend 1/16 ack 1.1/16" },
		{ RESEND RESEND RESET RESET "62 62",
		  "resend 1/16 resend 2/16 reset 1/16 reset 2/16 "
		  "break-in 1/1 break-in 2/1" },
		/* A RESET forgets; counting goes on. */
		{ REQUEST0 ACK0 RESET REQUEST0 ACK0 ACK0,
		  "request 1/18 ack 1/16 reset 1/16 request 2/18 ack 2/16 "
		  "ack 2.1/16" },
		/* Copies keep their ordinal, whatever else is of the class. */
		{ FILE_IO "30303030 0200 ffff 00008080 00000000" FILE_IO,
		  "other 1/18 other 2/16 other 1.1/18" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(cut_hex(cases[i].hex, TO_TARGET),
				    cases[i].chunks);
}

/* SYNC stays until the first ACK: with it and without are two packets. */
static void test_cutter__sync_bit_is_part_of_the_id(void **state)
{
	(void)state;
	assert_string_equal(
		cut_hex(STATE STATE
			"30303030 0700 0100 00008080 07000000 07 aa",
			TO_DEBUGGER),
		"state-change 1/18 state-change 1.1/18 state-change 2/18");
}

static void flush_all(struct cuts *c)
{
	while (cutter_flush(&c->cutter, &c->chunk))
		note(c);
	assert_false(cutter_holds(&c->cutter));
}

static void test_cutter__flush_releases_what_is_open(void **state)
{
	static const struct {
		const char *hex, *chunks;
		unsigned type, len; /* known of the last chunk's header */
	} cases[] = {
		{ "", "", 0, 0 },
		{ REQUEST0, "request 1/18", 2, 1 },
		{ "3030", "stray 1/1 stray 2/1", 0, 0 },
		{ "30303030", "other 1/4", 0, 0 },
		{ "30303030 02", "other 1/5", 0, 0 },
		{ "30303030 0200 01", "other 1/7", 2, 0 },
		{ "30303030 0200 0200 00008080 07000000 07", "other 1/17", 2,
		  2 },
		{ "30303030 0200 0000 00008080 07000000", "other 1/16", 2, 0 },
		{ "30303030 0200 0100 00008080 07000000 07", "other 1/17", 2,
		  1 },
		{ "69696969 0400 0000 0000", "other 1/10", 4, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t bytes[64];
		size_t len = hex_read(cases[i].hex, bytes, sizeof(bytes));

		first.chunk.header = (struct kd_header){ 0 };
		(void)cut_hex(cases[i].hex, TO_TARGET);
		flush_all(&first);
		assert_string_equal(first.text, cases[i].chunks);
		assert_int_equal(first.len, len);
		assert_memory_equal(first.bytes, bytes, len);
		assert_int_equal(first.chunk.header.type, cases[i].type);
		assert_int_equal(first.chunk.header.len, cases[i].len);
	}
}

static void test_cutter__goes_on_after_a_flush(void **state)
{
	uint8_t rest[32];
	size_t len = hex_read("0708 aa" REQUEST1, rest, sizeof(rest));

	(void)state;
	(void)cut_hex("30303030 0200 0300 00008080 07000000 06", TO_TARGET);
	flush_all(&first);
	cut(&first, rest, len);
	assert_string_equal(first.text, "other 1/17 stray 1/1 stray 2/1 "
					"stray 3/1 request 1/18");
}

/* Mostly leaders, small headers and types: random bytes rarely make any. */
static size_t rough_stream(uint64_t seed, uint8_t *to, size_t size)
{
	static const uint8_t common[] = { 0x30, 0x69, 0x62, 0, 1, 2, 4, 0xaa };
	size_t len = 0;

	while (len + 100 < size) {
		uint64_t x = hash_pattern(seed, len);

		if (x % 5 == 0) {
			len += packet_data(to + len, x >> 8 & 7, x >> 16 & 1,
					   x >> 24 & 15, 7);
			len -= x >> 32 & 1; /* sometimes without its end */
		} else if (x % 5 == 1) {
			len += packet_control(to + len, x >> 8 & 7,
					      x >> 16 & 1);
		} else if (x % 5 == 2) {
			memset(to + len, x >> 8 & 1 ? 0x30 : 0x69, 4);
			len += 1 + (x >> 16 & 3);
		} else {
			to[len++] = common[x >> 8 & 7];
		}
	}
	return len;
}

static void test_cutter__any_chunking_gives_the_same_chunks(void **state)
{
	uint8_t bytes[4000];

	(void)state;
	for (uint64_t seed = 0; seed < 300; seed++) {
		size_t len = rough_stream(seed, bytes, sizeof(bytes));
		size_t at = 0;

		start(&first, TO_TARGET);
		cut(&first, bytes, len);
		flush_all(&first);
		start(&second, TO_TARGET);
		while (at < len) {
			size_t piece = 1 + hash_pattern(seed, at) %
						   (seed % 3 ? 40 : 1);

			piece = piece < len - at ? piece : len - at;
			cut(&second, bytes + at, piece);
			at += piece;
		}
		flush_all(&second);
		assert_string_equal(first.text, second.text);
		assert_int_equal(first.len, len);
		assert_memory_equal(first.bytes, bytes, len);
		assert_memory_equal(second.bytes, bytes, len);
	}
}

static void test_cutter__held_bytes_and_chunks_make_up_the_stream(void **state)
{
	uint8_t bytes[4000], held[KD_PACKET_MAX];

	(void)state;
	for (uint64_t seed = 0; seed < 20; seed++) {
		size_t len = rough_stream(seed, bytes, sizeof(bytes));

		start(&first, TO_TARGET);
		for (size_t i = 0; i < len; i++) {
			size_t waiting;

			cut(&first, bytes + i, 1);
			waiting = cutter_held(&first.cutter, held);
			assert_int_equal(first.len + waiting, i + 1);
			assert_memory_equal(held, bytes + first.len, waiting);
			assert_int_equal(cutter_holds(&first.cutter),
					 waiting != 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cutter__names_each_kind_of_chunk),
		cmocka_unit_test(test_cutter__broken_leaders_are_stray_bytes),
		cmocka_unit_test(
			test_cutter__payload_of_an_oversized_packet_is_hunted),
		cmocka_unit_test(test_cutter__maximal_packet_is_one_chunk),
		cmocka_unit_test(test_cutter__tells_copies_from_fresh_packets),
		cmocka_unit_test(test_cutter__sync_bit_is_part_of_the_id),
		cmocka_unit_test(test_cutter__flush_releases_what_is_open),
		cmocka_unit_test(test_cutter__goes_on_after_a_flush),
		cmocka_unit_test(
			test_cutter__any_chunking_gives_the_same_chunks),
		cmocka_unit_test(
			test_cutter__held_bytes_and_chunks_make_up_the_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
