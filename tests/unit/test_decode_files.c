/* SPDX-License-Identifier: MIT */
/* Capture files: what is taken, of either byte order, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/decode/pcapng.h"
#include "tests/support/decoding.h"
#include "tests/support/hex.h"

/* An ACK, as a packet of a big-endian pcapng, inbound, at 1.5 s. */
#define BIG_SECTION                                     \
	"0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffff" \
	"ffffffff 0000001c"
#define BIG_INTERFACE "00000001 00000014 0093 0000 00000000 00000014"
#define BIG_PACKET                                                       \
	"00000006 0000003c 00000000 00000000 0016e360 00000010 00000010" \
	"69696969 0400 0000 00008080 00000000"                           \
	"0002 0004 00000001 00000000 0000003c"

static bool take(struct decoding *d, const char *hex, struct err *err)
{
	uint8_t bytes[512];
	size_t len = hex_read(hex, bytes, sizeof(bytes));
	bool ok;

	memset(d, 0, sizeof(*d));
	*err = (struct err){ 0 };
	ok = capture_read_bytes(&d->capture, "test", bytes, len, FROM_CONTENT,
				DIR_UNKNOWN, err);
	if (ok)
		packet_list_cut(&d->list, &d->capture);
	return ok;
}

static void refuse(const char *hex, const char *expected)
{
	struct decoding d;
	struct err err;

	assert_false(take(&d, hex, &err));
	assert_string_equal(err.text, expected);
	decoding_release(&d);
}

static void check_ack(const char *hex, const char *expected)
{
	struct decoding d;
	struct err err;
	char *text;

	if (!take(&d, hex, &err))
		fail_msg("%s", err.text);
	text = decoding_text(&d, 0);
	assert_string_equal(text, expected);
	free(text);
	decoding_release(&d);
}

static void test_decode_files__big_endian_pcapng_is_read(void **state)
{
	(void)state;
	check_ack(BIG_SECTION BIG_INTERFACE BIG_PACKET,
		  "   1  1.500000 < ack      80800000    0 [of nothing "
		  "seen]\n");
}

static void test_decode_files__pcap_is_read_without_direction(void **state)
{
	(void)state;
	check_ack("d4c3b2a1 0200 0400 00000000 00000000 ffff0000 93000000"
		  "01000000 20a10700 10000000 10000000"
		  "69696969 0400 0000 00008080 00000000",
		  "   1  1.500000 ? ack      80800000    0\n");
	check_ack("a1b23c4d 0002 0004 00000000 00000000 0000ffff 00000093"
		  "00000001 1dcd6500 00000010 00000010"
		  "69696969 0400 0000 00008080 00000000",
		  "   1  1.500000 ? ack      80800000    0\n");
}

static void test_decode_files__hostile_lengths_are_refused(void **state)
{
	(void)state;
	refuse(BIG_SECTION "00000001 00000000 0093 0000 00000000 00000014",
	       "'test': a block of a wrong length at offset 0x1c");
	refuse(BIG_SECTION "00000001 00000014 0093 0000 00000000 00000018",
	       "'test': a block with two lengths at offset 0x1c");
	refuse(BIG_SECTION BIG_PACKET,
	       "'test': a packet of no interface at offset 0x1c");
	refuse(BIG_SECTION BIG_INTERFACE
	       "00000006 00000020 00000000 00000000 00000000 ffffffff 00000000"
	       "00000020",
	       "'test': a packet longer than its block at offset 0x30");
	refuse(BIG_SECTION "00000001 00000010 0093 0000 00000010",
	       "'test': an interface block without its fields at offset 0x1c");
	refuse("0a0d0d0a 0000001c 11111111 0001 0000 ffffffff ffffffff"
	       "0000001c",
	       "'test': a section of no byte order at offset 0x0");
	refuse("0a0d0d0a 0000001c 1a2b3c4d",
	       "'test': a section header without its fields at offset 0x0");
}

static void test_decode_files__other_link_types_are_refused(void **state)
{
	struct decoding d;
	struct err err;

	(void)state;
	assert_false(take(&d,
			  BIG_SECTION "00000001 00000014 0001 0000 00000000"
				      "00000014" BIG_PACKET,
			  &err));
	assert_non_null(strstr(err.text, "USER0"));
	assert_true(*err.hint);
	decoding_release(&d);
}

static void test_decode_files__a_cut_file_is_read_up_to_there(void **state)
{
	struct decoding d;
	struct err err;

	(void)state;
	assert_true(take(&d, BIG_SECTION BIG_INTERFACE BIG_PACKET "00000006 00",
			 &err));
	assert_true(d.capture.cut);
	assert_non_null(strstr(d.capture.note, "offset 0x6c"));
	assert_int_equal(d.list.count, 1);
	decoding_release(&d);
}

static bool take_trace(struct decoding *d, const char *text, struct err *err)
{
	memset(d, 0, sizeof(*d));
	*err = (struct err){ 0 };
	return capture_read_bytes(&d->capture, "test", (const uint8_t *)text,
				  strlen(text), FROM_CONTENT, DIR_UNKNOWN, err);
}

#define TRACE "{\"type\":\"trace\",\"schema\":1,\"framing\":\"serial\"}\n"
#define TRACE_LINE                                                             \
	"{\"t_ns\":1,\"dir\":\"to-target\",\"end\":\"target\",\"raw\":\"62\"}" \
	"\n"

/* Whoever is killed while it writes leaves half a line; only the last may be.
 */
static void test_decode_files__a_cut_trace_is_read_up_to_there(void **state)
{
	struct decoding d;
	struct err err;

	(void)state;
	assert_true(take_trace(&d, TRACE TRACE_LINE "{\"t_ns\":2,\"di", &err));
	assert_true(d.capture.cut);
	assert_non_null(strstr(d.capture.note, "line 3"));
	assert_int_equal(d.capture.len, 1);
	decoding_release(&d);
	assert_false(take_trace(&d, TRACE "{\"t_ns\":2,\n" TRACE_LINE, &err));
	assert_int_equal(err.where.line, 2);
	decoding_release(&d);
}

/* Options that claim more than there is are no options. */
static void test_decode_files__options_stay_in_their_block(void **state)
{
	(void)state;
	check_ack(BIG_SECTION BIG_INTERFACE
		  "00000006 00000038 00000000 00000000 0016e360 00000010"
		  "00000010 69696969 0400 0000 00008080 00000000"
		  "0002 ffff 00000001 00000038",
		  "   1  1.500000 ? ack      80800000    0\n");
}

static void refuse_text(const char *text, const char *expected, unsigned line)
{
	struct capture c = { 0 };
	struct err err = { 0 };

	assert_false(capture_read_bytes(&c, "test", (const uint8_t *)text,
					strlen(text), FROM_CONTENT, DIR_UNKNOWN,
					&err));
	assert_string_equal(err.text, expected);
	assert_int_equal(err.where.line, line);
	assert_int_equal(err.kind, ERR_HOST);
	capture_release(&c);
}

#define HEAD "{\"type\":\"trace\",\"schema\":1}\n"
#define KDNET(more)                                                      \
	"{\"dir\":\"T>H\",\"leader\":\"69696969\",\"type\":4,"           \
	"\"id\":\"00000002\",\"len\":0,\"ck\":\"00000000\",\"payload\":" \
	"\"\"" more "}\n"

static void test_decode_files__bad_lines_are_refused_by_number(void **state)
{
	(void)state;
	refuse_text("{\"type\":\"trace\",\"schema\":2}\n",
		    "a trace of an unknown schema", 1);
	refuse_text("{\"t_ns\":0,\"dir\":\"to-target\",\"type\":\"reset\"}\n",
		    "this trace holds no bytes", 1);
	refuse_text(HEAD "\n{\"t_ns\":0,\"dir\":\"up\",\"raw\":\"\"}\n",
		    "'dir' is no direction", 3);
	refuse_text(HEAD "{\"t_ns\":-1,\"dir\":\"to-target\",\"raw\":\"\"}\n",
		    "'t_ns' is no time", 2);
	refuse_text(HEAD "{\"t_ns\":1,\"dir\":\"to-target\",\"raw\":\"6\"}\n",
		    "'raw' is not hex", 2);
	refuse_text(HEAD "{\"t_ns\":1,\"dir\":\"to-target\",\"raw\":\"6g\"}\n",
		    "'raw' is not hex", 2);
	refuse_text(HEAD "[]\n", "not a JSON object", 2);
	refuse_text(KDNET("") "{\"dir\":\"T>H\",\"payload\":\"\"}\n",
		    "'leader' is not a number that fits", 2);
	refuse_text(KDNET("") "{\"dir\":1}", "'dir' is neither H>T nor T>H", 2);
}

/* What only looks like JSON is a dump of bytes. */
static void test_decode_files__stray_braces_are_bytes(void **state)
{
	struct decoding d;
	struct err err;

	(void)state;
	assert_true(take(&d, "7b 69696969 0400 0000 00008080 00000000", &err));
	assert_int_equal(d.list.count, 2);
	assert_int_equal(d.list.packets[1].kind, PACKET_KD);
	decoding_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode_files__big_endian_pcapng_is_read),
		cmocka_unit_test(
			test_decode_files__pcap_is_read_without_direction),
		cmocka_unit_test(
			test_decode_files__hostile_lengths_are_refused),
		cmocka_unit_test(
			test_decode_files__other_link_types_are_refused),
		cmocka_unit_test(
			test_decode_files__a_cut_file_is_read_up_to_there),
		cmocka_unit_test(
			test_decode_files__a_cut_trace_is_read_up_to_there),
		cmocka_unit_test(
			test_decode_files__options_stay_in_their_block),
		cmocka_unit_test(
			test_decode_files__bad_lines_are_refused_by_number),
		cmocka_unit_test(test_decode_files__stray_braces_are_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
