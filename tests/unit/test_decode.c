/* SPDX-License-Identifier: MIT */
/* Bytes to packets to words: damage, garbage, what went before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/kd/message.h"
#include "bench/kd/record.h"
#include "bench/kd/sum.h"
#include "tests/support/decoding.h"
#include "tests/support/hex.h"

#define ZEROS8 "0000000000000000"
#define ZEROS24 ZEROS8 ZEROS8 ZEROS8

/* The published vectors (kd-protocol 11). */
#define READ_BODY                                           \
	"30310000 00000000 00000000 00000000" /* payload */ \
	"00100000 00f8ffff 10000000 00000000" ZEROS24
#define READ "30303030 0200 3800 01008080 77030000" READ_BODY "aa"
#define PRINT                                  \
	"30303030 0300 1600 00088080 86020000" \
	"30320000 00000000 06000000 00000000 68656c6c6f0a aa"
#define ACK_1 "69696969 0400 0000 01008080 00000000"
#define RESEND "69696969 0500 0000 00000000 00000000"
#define ACK_0 "69696969 0400 0000 00008080 00000000"
#define READ_LINE(n, rest)                                               \
	"   " n "         - > manip    80800001   56 ReadVirtualMemory " \
	"fffff80000001000 16" rest "\n"

#define AGAIN_LINE(n)                                                    \
	"   " n "         - > manip    80800001   56 ReadVirtualMemory " \
	"fffff800... [again: 1]\n"

static void check(const char *hex, const char *expected)
{
	struct decoding d;
	char *text;

	decoding_start_hex(&d, hex);
	text = decoding_text(&d, 0);
	assert_string_equal(text, expected);
	free(text);
	decoding_release(&d);
}

static void contains(const char *hex, unsigned verbose, const char *expected)
{
	struct decoding d;
	char *text;

	decoding_start_hex(&d, hex);
	text = decoding_text(&d, verbose);
	if (!strstr(text, expected))
		fail_msg("no '%s' in:\n%s", expected, text);
	free(text);
	decoding_release(&d);
}

static void test_decode__a_packet_is_one_line(void **state)
{
	(void)state;
	check(READ, READ_LINE("1", ""));
	check(PRINT, "   1         - < debug-io 80800800   22 PrintString "
		     "\"hello\\n\"\n");
	check("", "");
}

static void test_decode__a_wrong_checksum_is_told(void **state)
{
	(void)state;
	check("30303030 0200 3800 01008080 78030000" READ_BODY "aa",
	      READ_LINE("1", "") "      ! checksum 0x378, is 0x377, at offset "
				 "0x0\n");
}

static void test_decode__a_wrong_trailer_is_told(void **state)
{
	(void)state;
	check("30303030 0200 3800 01008080 77030000" READ_BODY "00",
	      READ_LINE("1", "") "      ! trailer 00, should be AA, at offset "
				 "0x0\n");
}

/* F06: of a packet that lost its trailer the next one is not a victim. */
static void test_decode__a_missing_trailer_is_told(void **state)
{
	(void)state;
	check("30303030 0200 3800 01008080 77030000" READ_BODY READ,
	      READ_LINE("1", "") "      ! trailer missing, at offset "
				 "0x0\n" AGAIN_LINE("2"));
}

/* F01: three leader bytes, and the hunt goes on to the next packet. */
static void test_decode__three_leader_bytes_are_no_packet(void **state)
{
	(void)state;
	check("303030 0200 3800 01008080 77030000" READ_BODY "aa" READ,
	      "   1         - > stray           -   72 30 30 30 02 00 38 00 "
	      "01 ...\n"
	      "      ! run of 3 leader bytes: not a packet, at offset "
	      "0x0\n" READ_LINE("2", ""));
}

/* F02: a fifth one shifts the header; its length is refused. */
static void test_decode__five_leader_bytes_are_told(void **state)
{
	(void)state;
	contains("30" READ READ, 0,
		 "! length 14336, over 4000: not a packet; run of more than 4 "
		 "leader bytes\n");
	contains("30" READ READ, 0, READ_LINE("3", ""));
}

/* F16: a length that is too large does not swallow what is behind it. */
static void test_decode__a_wrong_length_swallows_nothing(void **state)
{
	(void)state;
	check("30303030 0200 3801 01008080 77030000" READ_BODY "aa" READ,
	      "   1         - > manip    80800001  312 ReadVirtualMemory "
	      "fffff80000001000 16...\n"
	      "      ! only 57 of 312 bytes of payload, at offset "
	      "0x0\n" READ_LINE("2", ""));
}

/* F07: so a header that lost a byte borrows none. */
static void test_decode__a_short_header_swallows_nothing(void **state)
{
	(void)state;
	check("69696969 0400 0000 008080 00000000" READ,
	      "   1         - > ack             -   15\n"
	      "      ! only 15 of 16 bytes of header, at offset "
	      "0x0\n" READ_LINE("2", ""));
}

static void test_decode__the_end_may_come_anywhere(void **state)
{
	uint8_t bytes[128];
	size_t len = hex_read(READ, bytes, sizeof(bytes));

	(void)state;
	for (size_t cut = 1; cut < len; cut++) {
		struct decoding d;
		size_t told = 0;

		decoding_start(&d, bytes, cut, FROM_RAW, DIR_TO_TARGET);
		assert_int_equal(d.list.count, 1);
		assert_int_not_equal(d.list.packets[0].damage, 0);
		for (size_t i = 0; i < d.list.count; i++)
			told += d.list.packets[i].raw_len;
		assert_int_equal(told, cut);
		decoding_release(&d);
	}
}

static void test_decode__a_breakin_stands_before_a_leader(void **state)
{
	(void)state;
	check("62" READ,
	      "   1         - > break-in        -    1\n" READ_LINE("2", ""));
	check("62 00" READ, "   1         - > stray           -    2 62 00\n"
			    "      ! no packet; holds 62: a running target may "
			    "stop, at offset 0x0\n" READ_LINE("2", ""));
}

static void test_decode__garbage_in_a_capture_is_escaped(void **state)
{
	(void)state;
	check("30303030 0300 1400 00008080 d2000000"
	      "30320000 00000000 04000000 00000000 1b5bc20a aa",
	      "   1         - < debug-io 80800000   20 PrintString "
	      "\"\\x1b[\\xc2\\n\"\n"
	      "      ! checksum 0xd2, is 0x1a8, at offset 0x0\n");
}

static void test_decode__bytes_of_no_field_are_shown(void **state)
{
	(void)state;
	/* The pad, and the union behind GetVersion's... request. */
	contains("30303030 0200 3800 00008080 00000000"
		 "36310000 00000000 00000000 efbe0000"
		 "00000000 00000000 00000000 00000000" ZEROS24 "aa",
		 1, "unclaimed bytes at +0c (pad)\n      +000c ef be");
	contains("30303030 0200 3900 00008080 00000000"
		 "36310000 00000000 00000000 00000000"
		 "00000000 00000000 00000000 00000000" ZEROS24 "77 aa",
		 1, "unclaimed bytes at +38 (excess)\n      +0038 77");
	contains("30303030 0200 3800 00008080 00000000"
		 "36310000 00000000 00000000 00000000"
		 "02000100 dd000000 00000000 00000000" ZEROS24 "aa",
		 1, "unclaimed bytes at +14 (union)\n      +0014 dd");
}

static void test_decode__unknown_numbers_are_told(void **state)
{
	(void)state;
	contains("30303030 0200 3800 00008080 00000000"
		 "99310000 00000000 00000000 00000000"
		 "00000000 00000000 00000000 00000000" ZEROS24 "aa",
		 0, "unknown API 3199");
	contains("30303030 4d00 0000 00008080 00000000 aa", 0,
		 "type 77 does not go with leader 30303030");
	contains("69696969 0200 0000 00008080 00000000", 0,
		 "type 2 does not go with leader 69696969");
}

static void test_decode__acks_name_what_they_are_for(void **state)
{
	static const char to_debugger[] = ACK_1 ACK_1 ACK_1 ACK_0 RESEND;
	struct decoding d = { 0 };
	uint8_t bytes[256];
	size_t len = hex_read(READ READ, bytes, sizeof(bytes));
	char *text;

	(void)state;
	capture_add(&d.capture, DIR_TO_TARGET, END_DEBUGGER, 0, bytes, len);
	len = hex_read(to_debugger, bytes, sizeof(bytes));
	capture_add(&d.capture, DIR_TO_DEBUGGER, END_DEBUGGER, 0, bytes, len);
	packet_list_cut(&d.list, &d.capture);
	text = decoding_text(&d, 0);
	assert_string_equal(
		text, READ_LINE("1", "") "   2         - < ack      80800001   "
					 " 0 [of 1]\n" AGAIN_LINE(
						 "3") "   4         - < ack    "
						      "  80800001    0 [of 1]\n"
						      "   5         - < ack    "
						      "  80800001    0 [of 1, "
						      "once more]\n"
						      "   6         - < ack    "
						      "  80800000    0 [of "
						      "nothing seen]\n"
						      "   7         - < resend "
						      "  00000000    0 [wants "
						      "1 again]\n");
	free(text);
	decoding_release(&d);
}

/*
 * Two dumps of one line: a read and its reply, twice, with what the target sent
 * in one piece and what the debugger sent in the other.
 */
static void test_decode__two_dumps_are_put_in_turn(void **state)
{
#define READ_0 "30303030 0200 3800 00008080 77030000" READ_BODY "aa"
	static const char *const dumps[2] = {
		[DIR_TO_TARGET] = READ_0 ACK_0 READ ACK_1,
		[DIR_TO_DEBUGGER] = ACK_0 READ_0 ACK_1 READ,
	};
	static const char order[] = "><<>><<>";
	struct decoding d = { 0 };
	uint8_t bytes[256];

	(void)state;
	for (unsigned dir = 0; dir < 2; dir++)
		capture_add(&d.capture, (enum capture_dir)dir, END_DEBUGGER, 0,
			    bytes, hex_read(dumps[dir], bytes, sizeof(bytes)));
	packet_list_cut(&d.list, &d.capture);
	assert_int_equal(d.list.count, strlen(order));
	for (size_t i = 0; order[i]; i++)
		assert_int_equal(d.list.packets[i].dir,
				 order[i] == '>' ? DIR_TO_TARGET
						 : DIR_TO_DEBUGGER);
	decoding_release(&d);
}

/* i386 addresses have their upper half set; GetVersion has the last word. */
static void test_decode__the_machine_is_told_by_the_packets(void **state)
{
	static uint8_t bytes[16 + KD_STATE_SIZE + 1];
	static const struct {
		uint64_t pc;
		uint16_t flags, count;
		enum kd_arch arch;
	} rows[] = { { 0xfffff80000001000, 0xd0, 0xd4, KD_AMD64 },
		     { 0xffffffff80001000, 0xe4, 0xc8, KD_I386 },
		     { 0x1000, 0xe4, 0xc8, KD_I386 },
		     { 0x1000, 0xd0, 0xd4, KD_AMD64 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint8_t *p = bytes + KD_HEADER_SIZE;
		struct kd_header h = { .leader = KD_LEADER_DATA,
				       .type = KD_STATE_CHANGE64,
				       .len = KD_STATE_SIZE };
		struct decoding d;
		struct history history;

		memset(p, 0, KD_STATE_SIZE);
		kd_store32(p, KD_STATE_EXCEPTION);
		kd_store64(p + 0x18, rows[i].pc);
		kd_store32(p + rows[i].flags, 0x202);
		kd_store16(p + rows[i].count, 16);
		h.checksum = kd_sum(p, KD_STATE_SIZE);
		kd_store_header(bytes, &h);
		p[KD_STATE_SIZE] = KD_TRAILER_BYTE;
		decoding_start(&d, bytes, sizeof(bytes), FROM_RAW, DIR_UNKNOWN);
		history_init(&history, &d.list, false, KD_AMD64);
		assert_int_equal(history.arch, rows[i].arch);
		history_init(&history, &d.list, true, KD_I386);
		assert_int_equal(history.arch, KD_I386);
		decoding_release(&d);
	}
}

/* A GetContextEx reply that holds the middle of a CONTEXT: Rax at 78. */
static void test_decode__a_piece_of_a_context_has_its_registers(void **state)
{
	(void)state;
	contains("30303030 0200 4800 00008080 00000000"
		 "5f310000 00000000 00000000 00000000"
		 "78000000 10000000 10000000 00000000" ZEROS24
		 "efbeadde 00000000 0100000000000000 aa",
		 1,
		 "      context\n"
		 "      +38  Rax                       "
		 "0x00000000deadbeef\n"
		 "      +40  Rcx                       "
		 "0x0000000000000001\n");
}

static void test_decode__records_are_read(void **state)
{
	uint8_t bytes[3 * KD_RECORD_SIZE + 22 + 5];
	struct capture c = { .framing = FRAMING_RECORDS };
	struct packet_list list;

	(void)state;
	memset(bytes, 0, sizeof(bytes));
	kd_record_store(bytes, KD_RECORD_RESET, 0, 0);
	kd_record_store(bytes + 8, KD_RECORD_DATA, KD_DEBUG_IO, 22);
	kd_store32(bytes + 16, KD_PRINT_STRING);
	kd_record_store(bytes + 38, KD_RECORD_BREAKIN, 0, 0);
	bytes[46] = 9; /* no kind of record */
	capture_add(&c, DIR_TO_DEBUGGER, END_DEBUGGER, 0, bytes, sizeof(bytes));
	packet_list_cut(&list, &c);
	assert_int_equal(list.count, 4);
	assert_int_equal(list.packets[0].header.type, KD_RESET);
	assert_int_equal(list.packets[1].payload_len, 22);
	assert_int_equal(list.packets[1].damage, 0);
	assert_int_equal(list.packets[2].kind, PACKET_BREAKIN);
	assert_int_equal(list.packets[3].kind, PACKET_STRAY);
	assert_int_equal(list.packets[3].raw_len, 5);
	packet_list_release(&list);
	capture_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode__a_packet_is_one_line),
		cmocka_unit_test(test_decode__a_wrong_checksum_is_told),
		cmocka_unit_test(test_decode__a_wrong_trailer_is_told),
		cmocka_unit_test(test_decode__a_missing_trailer_is_told),
		cmocka_unit_test(test_decode__three_leader_bytes_are_no_packet),
		cmocka_unit_test(test_decode__five_leader_bytes_are_told),
		cmocka_unit_test(test_decode__a_wrong_length_swallows_nothing),
		cmocka_unit_test(test_decode__a_short_header_swallows_nothing),
		cmocka_unit_test(test_decode__the_end_may_come_anywhere),
		cmocka_unit_test(test_decode__a_breakin_stands_before_a_leader),
		cmocka_unit_test(test_decode__garbage_in_a_capture_is_escaped),
		cmocka_unit_test(test_decode__bytes_of_no_field_are_shown),
		cmocka_unit_test(test_decode__unknown_numbers_are_told),
		cmocka_unit_test(test_decode__acks_name_what_they_are_for),
		cmocka_unit_test(
			test_decode__a_piece_of_a_context_has_its_registers),
		cmocka_unit_test(test_decode__two_dumps_are_put_in_turn),
		cmocka_unit_test(
			test_decode__the_machine_is_told_by_the_packets),
		cmocka_unit_test(test_decode__records_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
