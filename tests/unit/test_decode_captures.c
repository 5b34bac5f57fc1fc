/* SPDX-License-Identifier: MIT */
/* Real captures, where $KDBENCH_CAPTURES has them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/kd/message.h"
#include "tests/support/decoding.h"

#define WINDBG "kdnet-win-real.jsonl"

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static const char *field(const json_t *object, const char *group,
			 const char *name)
{
	return text_of(json_object_get(object, group), name);
}

static json_int_t count(const json_t *object, const char *name)
{
	const json_t *fields = json_object_get(object, "fields");

	return json_integer_value(json_object_get(fields, name));
}

static void test_decode_captures__windbg_is_known_to_the_last_byte(void **state)
{
	struct decoding d;
	json_t *list, *packet, *run;
	size_t i, k, data = 0;

	(void)state;
	decoding_start_file(&d, WINDBG, FROM_CONTENT);
	list = decoding_json(&d);
	assert_int_equal(json_array_size(list), 526);
	json_array_foreach(list, i, packet)
	{
		assert_int_equal(
			json_array_size(json_object_get(packet, "damage")), 0);
		assert_string_not_equal(text_of(packet, "type"), "");
		if (!json_object_get(packet, "api"))
			continue;
		data++;
		assert_string_not_equal(text_of(packet, "api"), "");
		assert_string_equal(text_of(packet, "sum"),
				    text_of(packet, "checksum"));
		/* Only what the protocol calls garbage is left over. */
		json_array_foreach(json_object_get(packet, "unclaimed"), k, run)
		{
			const char *why = text_of(run, "why");

			if (strcmp(why, "pad") != 0 &&
			    strcmp(why, "union") != 0)
				fail_msg("packet %zu: bytes at %lld (%s)",
					 i + 1,
					 json_integer_value(json_object_get(
						 run, "offset")),
					 why);
		}
	}
	assert_int_equal(data, 263);
	json_decref(list);
	decoding_release(&d);
}

/* Claimed or not, no byte may be counted twice or forgotten. */
static void test_decode_captures__every_byte_is_told_once(void **state)
{
	struct decoding d;

	(void)state;
	decoding_start_file(&d, WINDBG, FROM_KDNET);
	for (size_t i = 0; i < d.list.count; i++) {
		struct packet p = d.list.packets[i];
		struct unclaimed runs[64];
		struct dissection what;
		uint8_t *ones;
		size_t hidden = 0;

		if (!packet_is_data(&p))
			continue;
		/* With every byte set, nothing can hide by being zero. */
		dissect(&what, &p, KD_AMD64);
		ones = mem_alloc(p.payload_len);
		memset(ones, 0xff, p.payload_len);
		p.payload = ones;
		for (size_t n = dissect_unclaimed(&what, &p, runs,
						  ARRAY_SIZE(runs));
		     n > 0; n--)
			hidden += dissect_why(runs[n - 1].why) == NULL ||
				  runs[n - 1].why == AREA_EXCESS;
		assert_int_equal(hidden, 0);
		free(ones);
	}
	decoding_release(&d);
}

static const json_t *find(const json_t *list, const char *api, bool reply)
{
	const json_t *packet;
	size_t i;

	json_array_foreach(list, i, packet)
	{
		if (strcmp(text_of(packet, "api"), api) == 0 &&
		    json_is_true(json_object_get(packet, "reply")) == reply)
			return packet;
	}
	fail_msg("there is no %s", api);
	return NULL;
}

static void test_decode_captures__windbg_values_are_the_published(void **state)
{
	struct decoding d;
	const json_t *packet;
	json_t *list;

	(void)state;
	decoding_start_file(&d, WINDBG, FROM_CONTENT);
	list = decoding_json(&d);
	packet = find(list, "GetVersion", true);
	assert_string_equal(text_of(packet, "machine"), "amd64");
	assert_string_equal(field(packet, "fields", "MajorVersion"), "0x040f");
	assert_int_equal(count(packet, "MinorVersion"), 10586);
	assert_string_equal(field(packet, "fields", "MaxManipulate"), "0x59");
	packet = find(list, "Continue2", false);
	assert_string_equal(field(packet, "fields", "Dr7"),
			    "0x0000000000000400");
	packet = find(list, "GetContext", true);
	assert_string_equal(field(packet, "context", "ContextFlags"),
			    "0x0010001b");
	packet = find(list, "ReadControlSpace", true);
	assert_string_equal(field(packet, "special", "Cr0"),
			    "0x0000000080000013");
	packet = find(list, "LoadSymbols", false);
	assert_string_equal(
		text_of(json_array_get(json_object_get(packet, "areas"), 0),
			"text"),
		"winload.efi");
	json_decref(list);
	decoding_release(&d);
}

/* Records 194 to 206: a recovery (kd-protocol 13). */
static void test_decode_captures__windbg_recovery_is_told(void **state)
{
	struct decoding d;
	char *text;

	(void)state;
	decoding_start_file(&d, WINDBG, FROM_CONTENT);
	text = decoding_text(&d, 0);
	assert_non_null(strstr(text, " 195  0.525688 < resend   00000000    0 "
				     "[wants 194 again]\n"));
	assert_non_null(strstr(text, "GetContext [again: 194]\n"));
	assert_non_null(strstr(text, " < reset    00000062    0 "
				     "[answers 199]\n"));
	assert_non_null(strstr(text, "GetContext 1232 bytes [again: 198]\n"));
	free(text);
	decoding_release(&d);
}

static void test_decode_captures__windows_10_stops(void **state)
{
	struct decoding d;
	char *text;

	(void)state;
	decoding_start_file(&d, "win10-x64-exception-syzkaller.bin",
			    FROM_CONTENT);
	text = decoding_text(&d, 0);
	assert_string_equal(
		text, "   1         - < state    80800800  240 BREAKPOINT at "
		      "fffff802c55e3380 cpu 1/2\n"
		      "      ! trailer missing, at offset 0x0\n");
	free(text);
	decoding_release(&d);
}

/* The file may go on with a RESET and the same state change again. */
static void test_decode_captures__windows_xp_loads_symbols(void **state)
{
	static const char first[] =
		"   1         - < state    80800800  271 load "
		"ffffffff804d8000 \"ntkrnlpa.exe\"\n";
	struct decoding d;
	json_t *list;
	const json_t *packet;
	char *text;

	(void)state;
	decoding_start_file(&d, "xp-serial-loadsymbols.bin", FROM_CONTENT);
	text = decoding_text(&d, 0);
	assert_int_equal(strncmp(text, first, strlen(first)), 0);
	list = decoding_json(&d);
	packet = json_array_get(list, 0);
	assert_string_equal(text_of(packet, "machine"), "i386");
	assert_string_equal(field(packet, "report", "EFlags"), "0x00000082");
	assert_int_equal(count(packet, "PathNameLength"), 31);
	assert_int_equal(json_array_size(json_object_get(packet, "damage")), 0);
	if (json_array_size(list) > 1) {
		assert_string_equal(text_of(json_array_get(list, 1), "type"),
				    "reset");
		assert_string_equal(text_of(json_array_get(list, 2), "id"),
				    "0x80800000");
	}
	json_decref(list);
	free(text);
	decoding_release(&d);
}

static void test_decode_captures__pcapng_tells_the_same(void **state)
{
	struct decoding d, again;
	char *text, *text_again;
	uint8_t *bytes;
	size_t len;

	(void)state;
	decoding_start_file(&d, WINDBG, FROM_CONTENT);
	bytes = decoding_pcapng(&d, &len);
	decoding_start(&again, bytes, len, FROM_CONTENT, DIR_UNKNOWN);
	text = decoding_text(&d, 2);
	text_again = decoding_text(&again, 2);
	assert_string_equal(text, text_again);
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		assert_true(strcspn(line, "\n") <= 80);
	free(text);
	free(text_again);
	free(bytes);
	decoding_release(&d);
	decoding_release(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_decode_captures__windbg_is_known_to_the_last_byte),
		cmocka_unit_test(test_decode_captures__every_byte_is_told_once),
		cmocka_unit_test(
			test_decode_captures__windbg_values_are_the_published),
		cmocka_unit_test(test_decode_captures__windbg_recovery_is_told),
		cmocka_unit_test(test_decode_captures__windows_10_stops),
		cmocka_unit_test(
			test_decode_captures__windows_xp_loads_symbols),
		cmocka_unit_test(test_decode_captures__pcapng_tells_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
