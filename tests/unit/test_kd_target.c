/* SPDX-License-Identifier: MIT */
/*
 * The target's receiving rules against the catalogue of failures: what one
 * damaged byte makes it say. F-numbers are those of docs/protocol.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/machine.h"

static size_t drop(uint8_t *bytes, size_t len, size_t at)
{
	memmove(bytes + at, bytes + at + 1, len - at - 1);
	return len - 1;
}

static void test_kd_target__serves_a_clean_request(void **state)
{
	static struct machine m;
	uint8_t req[128];

	(void)state;
	machine_stop(&m);
	m.memory[0x100] = 0x5a;
	machine_hear(&m, req, machine_request(req, KD_ID_INITIAL));
	assert_string_equal(m.said, "AD");
	assert_int_equal(m.data_len, KD_MANIPULATE_SIZE + 16);
	assert_int_equal(m.data[KD_MANIPULATE_SIZE], 0x5a);
	assert_int_equal(m.data_ids[0], KD_ID_INITIAL ^ 1);
}

static void test_kd_target__answers_each_lost_byte_as_catalogued(void **state)
{
	static const struct {
		size_t from, to;
		const char *at_once, *after_timeout;
	} cases[] = {
		{ 0, 3, "", "" },    /* F01: silent */
		{ 16, 71, "", "N" }, /* F05: payload */
		{ 72, 72, "", "N" }, /* F05: the trailer */
	};
	static struct machine m;
	uint8_t req[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (size_t at = cases[i].from; at <= cases[i].to; at++) {
			size_t len = machine_request(req, KD_ID_INITIAL);

			machine_stop(&m);
			machine_hear(&m, req, drop(req, len, at));
			assert_string_equal(m.said, cases[i].at_once);
			machine_be_silent(&m);
			assert_string_equal(m.said, cases[i].after_timeout);
		}
	}
}

/* F04: one RESEND, at once or after one byte time-out. */
static void test_kd_target__asks_again_once_for_a_lost_header_byte(void **state)
{
	static struct machine m;
	uint8_t req[128];

	(void)state;
	for (size_t at = 4; at < 16; at++) {
		size_t len = machine_request(req, KD_ID_INITIAL);

		machine_stop(&m);
		machine_hear(&m, req, drop(req, len, at));
		machine_be_silent(&m);
		machine_be_silent(&m);
		if (strcmp(m.said, "N") != 0)
			fail_msg("byte %zu: '%s'", at, m.said);
	}
}

/* F06: one byte lost, two packets lost. */
static void test_kd_target__loses_the_packet_behind_a_short_one(void **state)
{
	static struct machine m;
	uint8_t req[256];
	size_t len = machine_request(req, KD_ID_INITIAL);

	(void)state;
	machine_stop(&m);
	len = drop(req, len, 40);
	len += machine_request(req + len, KD_ID_INITIAL);
	machine_hear(&m, req, len);
	machine_be_silent(&m);
	assert_string_equal(m.said, "N");
}

static void test_kd_target__answers_each_flipped_field_as_catalogued(
	void **state)
{
	static const struct {
		const char *what;
		size_t at;
		uint8_t mask;
		const char *said;
	} cases[] = {
		{ "F11: leader", 1, 0x01, "" },
		{ "F12: payload", 30, 0x10, "N" },
		{ "F12: checksum", 12, 0x01, "N" },
		{ "F13: type", 4, 0x01, "A" },
		{ "F14: id, sequence bit", 8, 0x01, "A" },
		{ "F15: id, SYNC", 9, 0x08, "N" },
		{ "F18: length minus eight", 6, 0x08, "N" },
		{ "length over 4000", 7, 0x80, "N" },
	};
	static struct machine m;
	uint8_t req[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t len = machine_request(req, KD_ID_INITIAL);

		machine_stop(&m);
		req[cases[i].at] ^= cases[i].mask;
		machine_hear(&m, req, len);
		if (strcmp(m.said, cases[i].said) != 0)
			fail_msg("%s: '%s', not '%s'", cases[i].what, m.said,
				 cases[i].said);
		assert_int_equal(m.data_count, 0);
		/* The same id again is what gets through in every case. */
		machine_be_silent(&m);
		machine_forget(&m);
		len = machine_request(req, KD_ID_INITIAL);
		machine_hear(&m, req, len);
		assert_string_equal(m.said, "AD");
	}
}

/* F22, F25: new data while it waits for an ACK is an ACK, and RESEND. */
static void test_kd_target__takes_new_data_for_an_implied_ack(void **state)
{
	static struct machine m;
	uint8_t req[128];

	(void)state;
	machine_stop(&m);
	machine_hear(&m, req, machine_request(req, KD_ID_INITIAL));
	machine_forget(&m);
	machine_hear(&m, req, machine_request(req, KD_ID_INITIAL ^ 1));
	assert_string_equal(m.said, "N");
	assert_int_equal(m.t.state, KD_TARGET_STOPPED);
	machine_be_silent(&m);
	machine_forget(&m);
	machine_hear(&m, req, machine_request(req, KD_ID_INITIAL ^ 1));
	assert_string_equal(m.said, "AD");
}

/* A duplicate is acknowledged and not served again. */
static void test_kd_target__acknowledges_a_duplicate_only(void **state)
{
	static struct machine m;
	uint8_t req[128];

	(void)state;
	machine_stop(&m);
	machine_hear(&m, req, machine_request(req, KD_ID_INITIAL));
	machine_control(&m, KD_ACKNOWLEDGE, KD_ID_INITIAL ^ 1);
	machine_forget(&m);
	machine_hear(&m, req, machine_request(req, KD_ID_INITIAL));
	assert_string_equal(m.said, "A");
	assert_int_equal(m.t.state, KD_TARGET_STOPPED);
}

static void test_kd_target__answers_reset_with_reset_and_the_stop(void **state)
{
	static struct machine m;

	(void)state;
	machine_stop(&m);
	machine_control(&m, KD_RESET, 0);
	assert_string_equal(m.said, "ZD");
	assert_int_equal(m.data_type, KD_STATE_CHANGE64);
	assert_int_equal(m.data_ids[0], KD_ID_INITIAL);
}

/* F30: in the middle of a reply it is the reply that comes again. */
static void test_kd_target__repeats_the_reply_after_reset(void **state)
{
	static struct machine m;
	uint8_t req[128];

	(void)state;
	machine_stop(&m);
	machine_hear(&m, req, machine_request(req, KD_ID_INITIAL));
	machine_forget(&m);
	machine_control(&m, KD_RESET, 0);
	assert_string_equal(m.said, "ZD");
	assert_int_equal(m.data_type, KD_STATE_MANIPULATE);
	assert_int_equal(m.data_ids[0], KD_ID_INITIAL);
}

/* F26: a stray RESEND, six bytes of it, brings the state change again. */
static void test_kd_target__repeats_the_stop_on_a_stray_resend(void **state)
{
	static const uint8_t resend[] = { 0x69, 0x69, 0x69, 0x69, 5, 0 };
	static struct machine m;

	(void)state;
	machine_stop(&m);
	machine_hear(&m, resend, sizeof(resend));
	assert_string_equal(m.said, "D");
	assert_int_equal(m.data_type, KD_STATE_CHANGE64);
	assert_int_equal(m.data_ids[0], KD_ID_INITIAL ^ 1);
}

/* F27: a 62 to a stopped target: the stop again, and one more after Continue.
 */
static void test_kd_target__remembers_a_break_in_while_stopped(void **state)
{
	static const uint8_t breakin = KD_BREAKIN_BYTE;
	static struct machine m;
	size_t used;

	(void)state;
	machine_stop(&m);
	machine_hear(&m, &breakin, 1);
	assert_string_equal(m.said, "");
	machine_be_silent(&m);
	assert_string_equal(m.said, "D");
	assert_true(m.t.breakin_pending);
	m.t.state = KD_TARGET_RUNNING;
	assert_true(kd_target_poll(&m.t, (struct kd_span){ NULL, 0 }, &used));
	assert_false(kd_target_poll(&m.t, (struct kd_span){ NULL, 0 }, &used));
}

/* F28, F29: a leader keeps a 62 before it alive, garbage forgets it. */
static void test_kd_target__forgets_a_break_in_before_garbage(void **state)
{
	static struct machine m;
	uint8_t bytes[160] = { KD_BREAKIN_BYTE };

	(void)state;
	machine_stop(&m);
	machine_hear(&m, bytes, 1 + machine_request(bytes + 1, KD_ID_INITIAL));
	assert_string_equal(m.said, "AD");
	assert_true(m.t.breakin_pending);
	machine_stop(&m);
	bytes[1] = 0x41;
	machine_hear(&m, bytes, 2);
	machine_be_silent(&m);
	assert_string_equal(m.said, "");
	assert_false(m.t.breakin_pending);
}

/* F31: a running target eats one byte a poll. */
static void test_kd_target__eats_what_it_is_sent_while_running(void **state)
{
	static const uint8_t reset[16] = { 0x69, 0x69, 0x69, 0x69, 6 };
	static const uint8_t breakin = KD_BREAKIN_BYTE;
	static struct machine m;
	size_t used;

	(void)state;
	machine_power_up(&m);
	for (size_t i = 0; i < sizeof(reset); i++) {
		struct kd_span rest = { reset + i, sizeof(reset) - i };

		assert_false(kd_target_poll(&m.t, rest, &used));
		assert_int_equal(used, 1);
	}
	assert_true(
		kd_target_poll(&m.t, (struct kd_span){ &breakin, 1 }, &used));
}

/* F35: five sends, then nobody is there; SYNC on the next life. */
static void test_kd_target__gives_up_prints_but_never_stops(void **state)
{
	static struct machine m;
	struct kd_exception e = { .code = KD_CODE_BREAKPOINT };

	(void)state;
	machine_power_up(&m);
	assert_true(kd_target_print(&m.t, (const uint8_t *)"hello", 5, 0));
	machine_listen(&m);
	for (unsigned i = 0; i < 10; i++)
		machine_be_silent(&m);
	assert_string_equal(m.said, "DDDDD");
	assert_int_equal(m.t.state, KD_TARGET_RUNNING);
	assert_false(kd_target_print(&m.t, (const uint8_t *)"hello", 5, 0));
	machine_forget(&m);
	kd_target_stop(&m.t, &e, m.now);
	machine_listen(&m);
	for (unsigned i = 0; i < 49; i++)
		machine_be_silent(&m);
	assert_int_equal(m.data_count, 50);
	assert_int_equal(m.ids[49], KD_ID_INITIAL | KD_ID_SYNC);
	/* Someone speaks: prints are worth trying again, 20 times now. */
	machine_control(&m, KD_ACKNOWLEDGE, KD_ID_INITIAL);
	m.t.state = KD_TARGET_RUNNING;
	machine_forget(&m);
	assert_true(kd_target_print(&m.t, (const uint8_t *)"hello", 5, m.now));
	machine_listen(&m);
	for (unsigned i = 0; i < 40; i++)
		machine_be_silent(&m);
	assert_int_equal(m.data_count, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kd_target__serves_a_clean_request),
		cmocka_unit_test(
			test_kd_target__answers_each_lost_byte_as_catalogued),
		cmocka_unit_test(
			test_kd_target__asks_again_once_for_a_lost_header_byte),
		cmocka_unit_test(
			test_kd_target__loses_the_packet_behind_a_short_one),
		cmocka_unit_test(
			test_kd_target__answers_each_flipped_field_as_catalogued),
		cmocka_unit_test(
			test_kd_target__takes_new_data_for_an_implied_ack),
		cmocka_unit_test(test_kd_target__acknowledges_a_duplicate_only),
		cmocka_unit_test(
			test_kd_target__answers_reset_with_reset_and_the_stop),
		cmocka_unit_test(test_kd_target__repeats_the_reply_after_reset),
		cmocka_unit_test(
			test_kd_target__repeats_the_stop_on_a_stray_resend),
		cmocka_unit_test(
			test_kd_target__remembers_a_break_in_while_stopped),
		cmocka_unit_test(
			test_kd_target__forgets_a_break_in_before_garbage),
		cmocka_unit_test(
			test_kd_target__eats_what_it_is_sent_while_running),
		cmocka_unit_test(
			test_kd_target__gives_up_prints_but_never_stops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
