/* SPDX-License-Identifier: MIT */
#include "inject/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/faults.h"

/*
 * Per-packet drops of packets numbered by their only payload byte show which
 * packets were met: what comes out is the numbers of those that were not.
 */
static struct faults faults;
static struct chain chain;

static void start(const char *settings)
{
	faults_init(&faults);
	faults_add(&faults, "drop", settings);
	chain_init(&chain, &faults.spec, TO_TARGET, 1, 0, &faults.log);
}

/* Requests with payload 'from' to 'to', each twice if 'again', at 'now'. */
static void requests(unsigned from, unsigned to, bool again, uint64_t now)
{
	uint8_t bytes[32];

	for (unsigned i = from; i <= to; i++) {
		size_t len = packet_data(bytes, KD_STATE_MANIPULATE, i & 1, 1,
					 (uint8_t)i);

		chain_feed(&chain, bytes, len, now);
		if (again)
			chain_feed(&chain, bytes, len, now);
	}
}

/* The numbers of the acts' packets: "2 2.1 4". */
static const char *met(void)
{
	static char text[4096];
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < faults.act_count; i++) {
		const struct packet_address *a = &faults.acts[i].address;

		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%u",
					i ? " " : "", a->ordinal);
		if (a->copy)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
						".%u", a->copy);
	}
	return text;
}

static void test_when__defaults_of_the_rows_always_hold(void **state)
{
	struct when always = WHEN_ALWAYS;
	struct when when;

	(void)state;
	memset(&when, 0x55, sizeof(when));
	for (const struct setting *s = when_settings; s->key; s++)
		assert_true(setting_default(s, &when));
	for (const struct setting *s = when_packet_settings; s->key; s++)
		assert_true(setting_default(s, &when));
	assert_true(when.probability == always.probability);
	assert_int_equal(when.per, always.per);
	assert_int_equal(when.nth, always.nth);
	assert_int_equal(when.every, always.every);
	assert_true(when.copy == always.copy);
	assert_int_equal(when.type, always.type);
	assert_int_equal(when.class, always.class);
	assert_int_equal(when.field, always.field);
	assert_true(when.offset == always.offset);
	assert_true(when.after_ns == always.after_ns);
	assert_true(when.until_ns == always.until_ns);
	assert_true(when.limit == always.limit);
}

static void assert_names(const struct setting *rows, const char *key,
			 const char *const *names, size_t count)
{
	char text[512] = "";

	for (size_t i = 0; i < count; i++) {
		if (i)
			strcat(text, "|");
		strcat(text, names[i]);
	}
	assert_string_equal(setting_find(rows, key)->names, text);
}

static void test_when__rows_name_what_the_tables_name(void **state)
{
	(void)state;
	assert_names(when_packet_settings, "type", packet_type_names,
		     KD_TYPE_MAX);
	assert_names(when_packet_settings, "class", packet_class_names,
		     CLASS_COUNT);
	assert_names(when_settings, "field", packet_field_names, FIELD_COUNT);
}

static void test_when__nth_counts_fresh_packets_from_one(void **state)
{
	(void)state;
	start("per=packet nth=3");
	requests(1, 6, true, 0);
	assert_string_equal(met(), "3");
}

static void test_when__every_skips_copies_too(void **state)
{
	(void)state;
	start("per=packet every=2");
	requests(1, 7, true, 0);
	assert_string_equal(met(), "2 4 6");
}

static void test_when__without_nth_copies_are_met_as_well(void **state)
{
	(void)state;
	start("per=packet");
	requests(1, 2, true, 0);
	assert_string_equal(met(), "1 1.1 2 2.1");
}

static void test_when__copy_means_the_nth_re_send(void **state)
{
	static const struct {
		const char *settings, *met;
	} cases[] = {
		{ "per=packet copy=0", "1 2 3 4" },
		{ "per=packet copy=1", "1.1 2.1 3.1 4.1" },
		{ "per=packet copy=2", "" },
		{ "per=packet copy=1 nth=3", "3.1" },
		{ "per=packet copy=1 nth=3 class=request", "3.1" },
		{ "per=packet copy=0 nth=3", "3" },
		{ "per=packet copy=1 every=2", "2.1 4.1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		start(cases[i].settings);
		requests(1, 4, true, 0);
		assert_string_equal(met(), cases[i].met);
	}
}

/* Between a packet and its re-send others are counted. */
static void test_when__copy_knows_its_packet(void **state)
{
	uint8_t bytes[32], ack[KD_HEADER_SIZE];
	size_t len = packet_data(bytes, KD_STATE_MANIPULATE, 0, 1, 1);

	(void)state;
	start("per=packet copy=2 nth=1");
	chain_feed(&chain, bytes, len, 0);
	for (unsigned i = 0; i < 3; i++) {
		chain_feed(&chain, ack, packet_control(ack, 4, i), 0);
		chain_feed(&chain, bytes, len, 0);
	}
	assert_string_equal(met(), "1.2");
	assert_int_equal(faults.acts[0].address.class, CLASS_REQUEST);
}

static void test_when__nth_counts_only_what_matches(void **state)
{
	uint8_t ack[KD_HEADER_SIZE];

	(void)state;
	start("per=packet nth=2 class=ack");
	for (unsigned i = 0; i < 3; i++) {
		requests(i, i, false, 0);
		chain_feed(&chain, ack, packet_control(ack, 4, i), 0);
	}
	assert_string_equal(met(), "2");
	assert_int_equal(faults.acts[0].address.class, CLASS_ACK);
}

static void test_when__type_is_that_of_the_header(void **state)
{
	uint8_t bytes[64];

	(void)state;
	start("per=packet type=file-io");
	requests(1, 3, false, 0);
	chain_feed(&chain, bytes, packet_data(bytes, KD_FILE_IO, 0, 1, 9), 0);
	chain_feed(&chain, (const uint8_t *)"\x0b\x62", 2, 0);
	assert_int_equal(faults.act_count, 1);
	assert_int_equal(faults.acts[0].type, KD_FILE_IO);
	assert_int_equal(faults.acts[0].address.class, CLASS_OTHER);
}

static void test_when__after_and_until_bound_the_time(void **state)
{
	(void)state;
	start("per=packet after=2ms until=4ms");
	requests(1, 1, false, 1999999);
	requests(2, 2, false, 2000000);
	requests(3, 3, false, 3999999);
	requests(4, 4, false, 4000000);
	assert_string_equal(met(), "2 3");
}

/* Which packet is the n-th must not depend on how fast the line was. */
static void test_when__time_does_not_change_what_nth_counts(void **state)
{
	(void)state;
	start("per=packet after=2ms nth=2");
	requests(1, 1, false, 0);
	requests(2, 4, false, 3000000);
	assert_string_equal(met(), "2");
}

static void test_when__limit_bounds_the_acts(void **state)
{
	(void)state;
	start("per=packet limit=3");
	requests(1, 9, false, 0);
	assert_string_equal(met(), "1 2 3");
	start("limit=5"); /* per byte */
	requests(1, 9, false, 0);
	assert_int_equal(faults.act_count, 5);
	assert_string_equal(met(), "1 1 1 1 1");
}

/* The undamaged offsets of the acts on one packet with 3 bytes of payload. */
static const char *offsets(const char *settings)
{
	static char text[512];
	uint8_t bytes[32];
	size_t len = 0;

	start(settings);
	chain_feed(&chain, (const uint8_t *)"\x62\x00", 2, 0);
	chain_feed(&chain, bytes, packet_data(bytes, 2, 0, 3, 1), 0);
	text[0] = '\0';
	for (size_t i = 0; i < faults.act_count; i++)
		len += (size_t)snprintf(
			text + len, sizeof(text) - len, "%s%d-%d %s",
			i ? ", " : "", faults.acts[i].offset,
			faults.acts[i].offset + (int)faults.acts[i].len - 1,
			faults.acts[i].field);
	return text;
}

static void test_when__field_and_offset_single_out_bytes(void **state)
{
	static const struct {
		const char *settings, *offsets;
	} cases[] = {
		{ "field=id", "8-8 id, 9-9 id, 10-10 id, 11-11 id" },
		{ "field=id per=packet", "8-11 id" },
		{ "field=leader per=packet", "0-3 leader" },
		{ "field=type per=packet", "4-5 type" },
		{ "field=length per=packet", "6-7 length" },
		{ "field=checksum per=packet", "12-15 checksum" },
		{ "field=payload per=packet", "16-18 payload" },
		{ "field=trailer per=packet", "19-19 trailer" },
		{ "offset=0", "0-0 leader" },
		{ "offset=17", "17-17 payload" },
		{ "offset=19", "19-19 trailer" },
		{ "offset=20", "" },
		{ "offset=9 field=id", "9-9 id" },
		{ "offset=12 field=id", "" },
		/* Single bytes have neither, but count as packets do. */
		{ "per=packet nth=3", "-1-18 packet" },
		{ "per=packet nth=2", "0-0 byte" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(offsets(cases[i].settings),
				    cases[i].offsets);
}

static void test_when__control_packets_have_no_payload(void **state)
{
	uint8_t ack[KD_HEADER_SIZE];

	(void)state;
	start("field=payload");
	chain_feed(&chain, ack, packet_control(ack, KD_ACKNOWLEDGE, 0), 0);
	assert_int_equal(faults.act_count, 0);
	start("field=checksum per=packet");
	chain_feed(&chain, ack, packet_control(ack, KD_ACKNOWLEDGE, 0), 0);
	assert_int_equal(faults.act_count, 1);
}

static void test_when__probability_is_per_packet_if_asked(void **state)
{
	(void)state;
	start("per=packet probability=0.25");
	requests(1, 255, false, 0);
	for (size_t i = 0; i < faults.act_count; i++)
		assert_string_equal(faults.acts[i].field, "packet");
	assert_in_range(faults.act_count, 44, 84); /* 64, give or take 7 */
}

/* A re-send can be aimed at; without 'copy' a number means the first. */
static void test_when__copy_aims_at_a_resend(void **state)
{
	(void)state;
	start("per=packet nth=2 copy=1");
	requests(1, 4, true, 0);
	assert_string_equal(met(), "2.1");
	start("per=packet copy=1");
	requests(1, 3, true, 0);
	assert_string_equal(met(), "1.1 2.1 3.1");
	start("per=packet copy=0");
	requests(1, 3, true, 0);
	assert_string_equal(met(), "1 2 3");
	start("per=packet nth=2");
	requests(1, 4, true, 0);
	assert_string_equal(met(), "2");
}

/* Two states that answer alike have one digest, others have not. */
static void test_when__digest_is_about_what_is_to_come(void **state)
{
	struct when w = WHEN_ALWAYS;
	struct when_state early = { .matched = 3, .acts = 3 };
	struct when_state late = { .matched = 7, .acts = 7 };

	(void)state;
	assert_true(when_digest(&w, &early, 5) == when_digest(&w, &late, 9));
	w.nth = 5;
	assert_true(when_digest(&w, &early, 0) != when_digest(&w, &late, 0));
	w.nth = 2;
	assert_true(when_digest(&w, &early, 0) == when_digest(&w, &late, 0));
	w.every = 4;
	assert_true(when_digest(&w, &early, 0) == when_digest(&w, &late, 0));
	w.every = 3;
	assert_true(when_digest(&w, &early, 0) != when_digest(&w, &late, 0));
	w.every = 0;
	w.limit = 6;
	assert_true(when_digest(&w, &early, 0) != when_digest(&w, &late, 0));
	w.limit = 0;
	w.after_ns = 7;
	assert_true(when_digest(&w, &early, 5) != when_digest(&w, &early, 6));
	assert_true(when_digest(&w, &early, 7) == when_digest(&w, &early, 8));
	w.until_ns = 8;
	assert_true(when_digest(&w, &early, 7) != when_digest(&w, &early, 8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_when__defaults_of_the_rows_always_hold),
		cmocka_unit_test(test_when__rows_name_what_the_tables_name),
		cmocka_unit_test(test_when__nth_counts_fresh_packets_from_one),
		cmocka_unit_test(test_when__every_skips_copies_too),
		cmocka_unit_test(test_when__copy_aims_at_a_resend),
		cmocka_unit_test(test_when__without_nth_copies_are_met_as_well),
		cmocka_unit_test(test_when__copy_means_the_nth_re_send),
		cmocka_unit_test(test_when__copy_knows_its_packet),
		cmocka_unit_test(test_when__nth_counts_only_what_matches),
		cmocka_unit_test(test_when__type_is_that_of_the_header),
		cmocka_unit_test(test_when__after_and_until_bound_the_time),
		cmocka_unit_test(
			test_when__time_does_not_change_what_nth_counts),
		cmocka_unit_test(test_when__limit_bounds_the_acts),
		cmocka_unit_test(test_when__field_and_offset_single_out_bytes),
		cmocka_unit_test(test_when__control_packets_have_no_payload),
		cmocka_unit_test(test_when__probability_is_per_packet_if_asked),
		cmocka_unit_test(test_when__digest_is_about_what_is_to_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
