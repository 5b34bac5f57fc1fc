/* SPDX-License-Identifier: MIT */
/* Records through a cutter, and through a chain. */
#include "inject/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/hash.h"
#include "bench/kd/record.h"
#include "tests/support/faults.h"
#include "tests/support/hex.h"

static struct faults faults;
static struct chain chain;
static struct cutter cutter;
static struct chunk chunk;
static uint8_t in[65536], out[65536];

/* Manipulate with three bytes and with none, break-in, RESET, link-up, print,
   nonsense. */
#define REQUEST "01000200 03000000 010203"
#define EMPTY "01000200 00000000"
#define BREAKIN "02000000 00000000"
#define RESET "03000000 00000000"
#define LINK_UP "04000000 00000000"
#define PRINT "01000300 01000000 30"
#define NONSENSE "77000000 ffffffff"
#define TOO_LONG "01000200 ffffffff"
#define ALL REQUEST EMPTY BREAKIN RESET LINK_UP PRINT NONSENSE TOO_LONG REQUEST

static const char cuts[] =
	"request 1/11 request 2/8 break-in 1/8 reset 1/8 other 1/8 print 1/9 "
	"other 2/8 request 3/8 request 4/11 ";

static void test_cut_record__each_is_a_chunk_however_it_comes(void **state)
{
	size_t len = hex_read(ALL, in, sizeof(in));

	(void)state;
	for (size_t pieces = 1; pieces <= len; pieces++) {
		char text[512] = "";
		size_t text_len = 0, at = 0, got = 0;

		cutter_init_records(&cutter, TO_TARGET);
		while (at < len) {
			size_t piece = len - at < pieces ? len - at : pieces;
			struct kd_span span = { in + at, piece };

			at += piece;
			while (cutter_next(&cutter, &span, &chunk)) {
				memcpy(out + got, chunk.bytes, chunk.len);
				got += chunk.len;
				text_len += (size_t)snprintf(
					text + text_len,
					sizeof(text) - text_len, "%s %u/%u ",
					packet_class_names[chunk.address.class],
					chunk.address.ordinal, chunk.len);
			}
			assert_int_equal(span.len, 0);
		}
		assert_string_equal(text, cuts);
		assert_int_equal(got, len);
		assert_memory_equal(in, out, len);
		assert_false(cutter_holds(&cutter));
	}
}

/* Until its last byte is there, and however long that takes. */
static void test_cut_record__waits_for_its_end(void **state)
{
	size_t len = hex_read(REQUEST, in, sizeof(in));

	(void)state;
	for (size_t cut = 1; cut < len; cut++) {
		faults_init(&faults);
		faults_add(&faults, "drop", "probability=0 per=packet");
		chain_init_records(&chain, &faults.spec, TO_TARGET, 1, 0, NULL);
		chain_feed(&chain, in, cut, 0);
		assert_true(chain_deadline(&chain, 0) == UINT64_MAX);
		chain_time(&chain, UINT64_C(1) << 60);
		assert_int_equal(chain_peek(&chain, UINT64_C(1) << 60).len, 0);
		chain_feed(&chain, in + cut, len - cut, UINT64_C(1) << 60);
		assert_int_equal(chain_drain(&chain, out, sizeof(out),
					     UINT64_C(1) << 60),
				 len);
		assert_memory_equal(in, out, len);
		/* When the faults end, it goes on from where it is. */
		chain_init_records(&chain, &faults.spec, TO_TARGET, 1, 0, NULL);
		chain_feed(&chain, in, cut, 0);
		chain_heal(&chain, 0);
		chain_feed(&chain, in + cut, len - cut, 0);
		assert_int_equal(chain_drain(&chain, out, sizeof(out), 0), len);
		assert_memory_equal(in, out, len);
	}
}

static void test_cut_record__faults_take_them_whole(void **state)
{
	static const struct {
		const char *name, *settings, *after;
	} cases[] = {
		{ "drop", "per=packet class=request", BREAKIN RESET PRINT },
		{ "drop", "per=packet class=break-in", REQUEST RESET PRINT },
		{ "drop", "per=packet type=debug-io", REQUEST BREAKIN RESET },
		{ "duplicate", "per=packet class=break-in",
		  REQUEST BREAKIN BREAKIN RESET PRINT },
		{ "duplicate", "per=packet class=print count=2",
		  REQUEST BREAKIN RESET PRINT PRINT PRINT },
		{ "reorder", "class=request", BREAKIN REQUEST RESET PRINT },
	};
	char text[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t len =
			hex_read(REQUEST BREAKIN RESET PRINT, in, sizeof(in));

		faults_init(&faults);
		faults_add(&faults, cases[i].name, cases[i].settings);
		chain_init_records(&chain, &faults.spec, TO_TARGET, 1, 0,
				   &faults.log);
		chain_feed(&chain, in, len, 0);
		len = chain_drain(&chain, out, sizeof(out), 0);
		assert_hex(out, len, cases[i].after);
		assert_int_equal(faults.act_count, 1);
		assert_string_equal(faults.acts[0].field, "packet");
		assert_int_equal(faults.acts[0].offset, -1);
	}
	(void)fault_act_describe(&faults.acts[0], text, sizeof(text));
	assert_string_equal(text,
			    "request 1 to the target was held back behind "
			    "the next 1");
}

static void test_cut_record__bytes_of_them_are_refused(void **state)
{
	static const struct {
		const char *name;
		struct when when;
		bool fits;
	} cases[] = {
		{ "drop", { .per = PER_PACKET }, true },
		{ "drop", { .per = PER_DEFAULT }, false },
		{ "drop", { .per = PER_BYTE }, false },
		{ "drop", { .per = PER_PACKET, .field = FIELD_ID }, false },
		{ "delay", { .per = PER_DEFAULT }, true },
		{ "delay", { .per = PER_BYTE }, false },
		{ "reorder", { .per = PER_DEFAULT }, true },
		{ "throttle", { .per = PER_DEFAULT }, true },
		{ "burst", { .per = PER_PACKET }, true },
		{ "burst", { .per = PER_DEFAULT }, false },
		{ "flip", { .per = PER_PACKET }, false },
		{ "set", { .per = PER_PACKET }, false },
		{ "insert", { .per = PER_PACKET }, false },
		{ "truncate", { .per = PER_PACKET }, false },
		{ "hangup", { .per = PER_PACKET }, false },
		{ "freeze", { .per = PER_DEFAULT }, true },
		{ "freeze", { .field = FIELD_ID }, false },
		{ "reset", { .per = PER_DEFAULT }, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct when when = cases[i].when;
		const char *why;

		when.offset = OFFSET_ANY;
		why = stage_check_records(stage_find(cases[i].name), &when);
		if ((why == NULL) != cases[i].fits)
			fail_msg("case %zu, %s: %s", i, cases[i].name,
				 why ? why : "accepted");
	}
}

/* Any bytes at all: none is lost, the order is kept. */
static void test_cut_record__is_total(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 300; seed++) {
		struct kd_span span = { in, 4000 };
		size_t got = 0;

		for (size_t i = 0; i < 4000; i++)
			in[i] = (uint8_t)(hash_pattern(seed, i) %
					  (seed % 3 ? 5 : 256));
		cutter_init_records(&cutter, TO_DEBUGGER);
		while (cutter_next(&cutter, &span, &chunk)) {
			memcpy(out + got, chunk.bytes, chunk.len);
			got += chunk.len;
		}
		got += cutter_held(&cutter, out + got);
		assert_int_equal(got, 4000);
		assert_memory_equal(in, out, 4000);
		(void)cutter_digest(&cutter);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_cut_record__each_is_a_chunk_however_it_comes),
		cmocka_unit_test(test_cut_record__waits_for_its_end),
		cmocka_unit_test(test_cut_record__faults_take_them_whole),
		cmocka_unit_test(test_cut_record__bytes_of_them_are_refused),
		cmocka_unit_test(test_cut_record__is_total),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
