/* SPDX-License-Identifier: MIT */
/*
 * radare2's client: a reader of sixteen bytes, no timer, no second try.
 * kd-protocol 7.2, 7.5, 7.6; F-numbers are those of docs/protocol.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/kd/blocks.h"
#include "tests/support/desk.h"

#define ID0 KD_ID_INITIAL
#define ID1 (KD_ID_INITIAL ^ 1)

static const uint8_t ack0[16] = { 0x69, 0x69, 0x69, 0x69, 4,    0,
				  0,    0,    0,    0,    0x80, 0x80 };

static struct desk k;
static uint8_t bytes[2 * KD_PACKET_MAX];

/* Asked, and acknowledged: the reply is awaited. */
static void await_reply(void)
{
	desk_sit(&k, "radare2");
	desk_ask(&k);
	desk_control(&k, KD_ACKNOWLEDGE, ID0);
	assert_int_equal(k.d.state, KD_DEBUGGER_ACKED);
	desk_forget(&k);
}

/* The bytes of a reply of 'len' in all. */
static size_t reply(uint8_t *to, uint32_t id, uint16_t len)
{
	const struct kd_manipulate m = { .api = KD_API_GET_VERSION };
	uint8_t payload[KD_PAYLOAD_MAX] = { 0 };

	kd_manipulate_store(&m, payload);
	return desk_packet(to, KD_STATE_MANIPULATE, id, payload, len);
}

/* It waits, and no clock will ever end that. */
static void assert_hangs(void)
{
	assert_true(kd_debugger_deadline(&k.d) == KD_NEVER);
	desk_wait(&k, 3600000 * DESK_MS);
	assert_int_equal(k.event, KD_DEBUGGER_NOTHING);
	assert_true(k.d.state != KD_DEBUGGER_GAVE_UP);
}

static void test_kd_radare2__connects_with_62_and_reset(void **state)
{
	(void)state;
	desk_be(&k, "radare2");
	kd_debugger_connect(&k.d, k.now);
	desk_listen(&k);
	assert_string_equal(k.said, "bZ");
	/* A packet from before: acknowledged and dropped. */
	desk_stop(&k, ID0 | KD_ID_SYNC);
	assert_string_equal(k.said, "bZA");
	assert_int_equal(k.ids[2], ID0);
	assert_int_equal(k.d.state, KD_DEBUGGER_SYNC);
	desk_control(&k, KD_RESET, 0);
	assert_int_equal(desk_stop(&k, ID0), KD_DEBUGGER_STOP);
	assert_string_equal(k.said, "bZAA");
	desk_ask(&k);
	assert_int_equal(k.ids[4], ID0);
}

/* F41: any byte lost or damaged, either way, and that was it. */
static void test_kd_radare2__one_byte_is_enough(void **state)
{
	size_t len;

	(void)state;
	for (size_t at = 0; at < 73; at++) {
		await_reply();
		len = reply(bytes, ID1, KD_MANIPULATE_SIZE);
		memmove(bytes + at, bytes + at + 1, len - at - 1);
		desk_take(&k, bytes, len - 1);
		if (k.d.state == KD_DEBUGGER_GAVE_UP)
			continue;
		assert_true(strspn(k.said, "N") == strlen(k.said));
		assert_hangs();
	}
	/* Where the target asks for its own packet again: an error. */
	await_reply();
	assert_int_equal(desk_control(&k, KD_RESEND, 0), KD_DEBUGGER_LOST);
	desk_be(&k, "radare2");
	kd_debugger_connect(&k.d, k.now);
	assert_int_equal(desk_control(&k, KD_RESEND, 0), KD_DEBUGGER_LOST);
	/* An ACK that is lost, the reply behind it: dropped, for the ACK. */
	desk_sit(&k, "radare2");
	desk_ask(&k);
	assert_int_equal(desk_version(&k, ID1), KD_DEBUGGER_NOTHING);
	assert_hangs();
	/* F30: RESET, and the reply instead of a stop. */
	desk_be(&k, "radare2");
	kd_debugger_connect(&k.d, k.now);
	desk_control(&k, KD_RESET, 0);
	assert_int_equal(desk_version(&k, ID0), KD_DEBUGGER_NOTHING);
	assert_hangs();
}

static void test_kd_radare2__damage_is_an_error_without_an_ack(void **state)
{
	size_t len;

	(void)state;
	await_reply();
	len = reply(bytes, ID1, KD_MANIPULATE_SIZE);
	bytes[30] ^= 4;
	assert_int_equal(desk_take(&k, bytes, len), KD_DEBUGGER_LOST);
	assert_string_equal(k.said, "");
	await_reply();
	len = reply(bytes, ID1, KD_MANIPULATE_SIZE);
	bytes[len - 1] = 0xab;
	assert_int_equal(desk_take(&k, bytes, len), KD_DEBUGGER_LOST);
	assert_string_equal(k.said, "");
}

/* 800 hex bytes of payload are taken, one more is not. */
static void test_kd_radare2__refuses_long_packets_without_draining(void **state)
{
	size_t len;

	(void)state;
	await_reply();
	len = reply(bytes, ID1, 2048);
	assert_int_equal(desk_take(&k, bytes, len), KD_DEBUGGER_REPLY);
	await_reply();
	reply(bytes, ID1, 2049);
	assert_int_equal(desk_take(&k, bytes, KD_HEADER_SIZE),
			 KD_DEBUGGER_LOST);
	assert_string_equal(k.said, "");
}

/* Neither the id of an ACK nor that of data is looked at. */
static void test_kd_radare2__compares_no_ids(void **state)
{
	(void)state;
	desk_sit(&k, "radare2");
	desk_ask(&k);
	desk_control(&k, KD_ACKNOWLEDGE, ID1);
	assert_int_equal(k.d.state, KD_DEBUGGER_ACKED);
	desk_forget(&k);
	assert_int_equal(desk_version(&k, 0x12345678 | KD_ID_SYNC),
			 KD_DEBUGGER_REPLY);
	assert_string_equal(k.said, "A");
	assert_int_equal(k.ids[0], 0x12345678 & ~KD_ID_SYNC);
	/* So a duplicate is the answer to the next question. */
	desk_ask(&k);
	desk_control(&k, KD_ACKNOWLEDGE, ID1);
	assert_int_equal(desk_version(&k, 0x12345678), KD_DEBUGGER_REPLY);
}

/* Ten packets of other types; the eleventh is taken for the awaited one. */
static void test_kd_radare2__discards_ten_packets(void **state)
{
	(void)state;
	await_reply();
	for (unsigned i = 0; i < 10; i++) {
		desk_stop(&k, ID1);
		assert_int_equal(k.event, KD_DEBUGGER_NOTHING);
	}
	assert_int_equal(desk_version(&k, ID1), KD_DEBUGGER_REPLY);
	await_reply();
	for (unsigned i = 0; i < 10; i++)
		desk_control(&k, KD_RESET, 0);
	assert_int_equal(k.event, KD_DEBUGGER_NOTHING);
	assert_int_equal(desk_stop(&k, ID1), KD_DEBUGGER_LOST);

	desk_be(&k, "radare2");
	kd_debugger_connect(&k.d, k.now);
	for (unsigned i = 0; i < 10; i++)
		desk_stop(&k, ID0);
	assert_int_equal(k.d.state, KD_DEBUGGER_SYNC);
	desk_stop(&k, ID0);
	assert_int_equal(k.d.state, KD_DEBUGGER_SYNCED);
}

/*
 * Garbage in front of a packet: one RESEND, and the packet is found only if it
 * begins behind the sixteenth byte.
 */
static void test_kd_radare2__looks_at_sixteen_bytes_at_once(void **state)
{
	(void)state;
	for (size_t garbage = 1; garbage <= 40; garbage++) {
		size_t len = garbage;
		bool found = garbage >= KD_HEADER_SIZE;

		await_reply();
		memset(bytes, 0x41, garbage);
		len += reply(bytes + garbage, ID1, KD_MANIPULATE_SIZE);
		desk_take(&k, bytes, len);
		assert_int_equal(k.event, found ? KD_DEBUGGER_REPLY
						: KD_DEBUGGER_NOTHING);
		/* "000" of the leader are left, and what follows is none. */
		assert_string_equal(k.said, found           ? "NA"
					    : garbage == 15 ? "NN"
							    : "N");
	}
	/* Sixteen zero bytes are a packet, for it: an unused one. */
	await_reply();
	memset(bytes, 0, 32);
	assert_int_equal(
		desk_take(&k, bytes,
			  32 + reply(bytes + 32, ID1, KD_MANIPULATE_SIZE)),
		KD_DEBUGGER_REPLY);
	assert_string_equal(k.said, "A");
	/* It gives up in the end. */
	await_reply();
	memset(bytes, 0x41, sizeof(bytes));
	desk_take(&k, bytes, KD_HEADER_SIZE + KD_BLOCKS_SLIDE_MAX - 1);
	assert_string_equal(k.said, "N");
	assert_int_equal(desk_take(&k, bytes, 1), KD_DEBUGGER_LOST);
}

/* Three leader bytes are looked at; the fourth may be anything. */
static void test_kd_radare2__slides_in_fours(void **state)
{
	(void)state;
	await_reply();
	memset(bytes, 0x41, 16);
	memcpy(bytes + 16, "0x00", 4); /* eaten, with a leader byte in it */
	assert_int_equal(
		desk_take(&k, bytes,
			  20 + reply(bytes + 20, ID1, KD_MANIPULATE_SIZE)),
		KD_DEBUGGER_REPLY);
	await_reply();
	memset(bytes, 0x41, 16);
	memcpy(bytes + 16, "000x", 4);
	memset(bytes + 20, 0x41, 12);
	assert_int_equal(
		desk_take(&k, bytes,
			  32 + reply(bytes + 32, ID1, KD_MANIPULATE_SIZE)),
		KD_DEBUGGER_REPLY);
	assert_string_equal(k.said, "NNA");
}

/* A control packet's length is believed: it eats what comes behind it. */
static void test_kd_radare2__believes_the_length_of_an_ack(void **state)
{
	(void)state;
	desk_sit(&k, "radare2");
	desk_ask(&k);
	memcpy(bytes, ack0, sizeof(ack0));
	bytes[6] = 100;
	memset(bytes + 16, 1, 100);
	desk_take(&k, bytes, 16 + 99);
	assert_int_equal(k.event, KD_DEBUGGER_NOTHING);
	assert_int_equal(k.d.state, KD_DEBUGGER_SENT);
	assert_int_equal(desk_take(&k, bytes + 16, 1), KD_DEBUGGER_LOST);
	/* With the right sum it is an ACK all the same. */
	desk_sit(&k, "radare2");
	desk_ask(&k);
	bytes[12] = 100;
	desk_take(&k, bytes, 16 + 100);
	assert_int_equal(k.d.state, KD_DEBUGGER_ACKED);
}

/* Any chunking, the same events; and the digest tells each state apart. */
static void test_kd_radare2__chunks_change_nothing(void **state)
{
	size_t len = 0;

	(void)state;
	memset(bytes, 0x41, 16);
	memcpy(bytes + 16, "x0xxx000x", 9);
	len = 25;
	len += reply(bytes + len, ID1, KD_MANIPULATE_SIZE);
	for (size_t chunk = 1; chunk <= len; chunk++) {
		uint64_t before = 0;

		await_reply();
		for (size_t at = 0; at < len; at += chunk) {
			uint64_t digest = kd_parser_digest(&k.d.x.rx);

			if (at && chunk == 1)
				assert_true(digest != before);
			before = digest;
			desk_take(&k, bytes + at,
				  len - at < chunk ? len - at : chunk);
		}
		assert_string_equal(k.said, "NN");
		assert_int_equal(k.d.x.rx.part, KD_PART_SLIDE);
	}
}

#define TEST(name) cmocka_unit_test(test_kd_radare2__##name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(connects_with_62_and_reset),
		TEST(one_byte_is_enough),
		TEST(damage_is_an_error_without_an_ack),
		TEST(refuses_long_packets_without_draining),
		TEST(compares_no_ids),
		TEST(discards_ten_packets),
		TEST(looks_at_sixteen_bytes_at_once),
		TEST(slides_in_fours),
		TEST(believes_the_length_of_an_ack),
		TEST(chunks_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
