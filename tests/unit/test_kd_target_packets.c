/* SPDX-License-Identifier: MIT */
/*
 * Where targets differ in what they make of packets: each setting of their
 * profiles against the failure that it decides. F-numbers are those of
 * docs/protocol.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/machine.h"

static struct machine m;
static uint8_t req[160];

static void check_flips(const char *profile, const char *sync_said)
{
	const struct {
		size_t at;
		uint8_t mask;
		const char *said;
	} cases[] = {
		{ 4, 0x01, "A" },       /* F13 */
		{ 8, 0x01, "A" },       /* F14 */
		{ 9, 0x08, sync_said }, /* F15 */
		{ 12, 0x01, "N" },      /* F12 */
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t len = machine_request(req, KD_ID_INITIAL);

		machine_be(profile);
		machine_stop(&m);
		req[cases[i].at] ^= cases[i].mask;
		machine_hear(&m, req, len);
		assert_string_equal(m.said, cases[i].said);
		assert_int_equal(m.data_count, 0);
		machine_be_silent(&m);
		assert_string_equal(machine_said_to(&m, KD_ID_INITIAL), "AD");
	}
}

/* F15: SYNC in a request's id: RESEND, or an ACK that bears SYNC, too. */
static void test_kd_target_packets__sync_in_an_id_is_refused_or_acknowledged(
	void **state)
{
	(void)state;
	check_flips("ms", "N");
	check_flips("reactos", "A");
	machine_stop(&m);
	machine_said_to(&m, KD_ID_INITIAL | KD_ID_SYNC);
	assert_string_equal(m.said, "A");
	assert_int_equal(m.ids[0], KD_ID_INITIAL | KD_ID_SYNC);
	machine_be("ms");
	machine_profile.sync_id = KD_SYNC_TAKE;
	machine_stop(&m);
	assert_string_equal(machine_said_to(&m, KD_ID_INITIAL | KD_ID_SYNC),
			    "AD");
}

/* F13: the next id behind a dropped request: acknowledged for ever, unserved.
 */
static void test_kd_target_packets__a_dropped_request_wedges_the_next_id(
	void **state)
{
	static const char *const profiles[] = { "ms", "reactos" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++) {
		size_t len = machine_request(req, KD_ID_INITIAL);

		machine_be(profiles[i]);
		machine_stop(&m);
		req[4] ^= 1;
		machine_hear(&m, req, len);
		assert_string_equal(m.said, "A");
		for (unsigned again = 0; again < 5; again++)
			assert_string_equal(
				machine_said_to(&m, KD_ID_INITIAL ^ 1), "A");
		assert_string_equal(machine_said_to(&m, KD_ID_INITIAL), "AD");
	}
}

/* F22: an ACK lost with a new request behind it: no time-out on either. */
static void test_kd_target_packets__a_new_request_is_an_ack_for_both(
	void **state)
{
	static const char *const profiles[] = { "ms", "reactos" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++) {
		machine_be(profiles[i]);
		machine_owe_an_ack(&m);
		assert_string_equal(machine_said_to(&m, KD_ID_INITIAL ^ 1),
				    "N");
		machine_be_silent(&m);
		assert_string_equal(machine_said_to(&m, KD_ID_INITIAL ^ 1),
				    "AD");
	}
}

/*
 * F23: the reply is lost, and the request comes again before the target's own
 * timer. ReactOS takes the old request for the ACK, asks for it again, and then
 * calls it a duplicate: a wedge.
 */
static void test_kd_target_packets__an_impatient_debugger_wedges_reactos(
	void **state)
{
	(void)state;
	machine_be("ms");
	machine_owe_an_ack(&m);
	assert_string_equal(machine_said_to(&m, KD_ID_INITIAL), "A");
	machine_be_silent(&m);
	assert_string_equal(m.said, "AD");

	machine_be("reactos");
	machine_owe_an_ack(&m);
	assert_string_equal(machine_said_to(&m, KD_ID_INITIAL), "N");
	assert_int_equal(m.t.state, KD_TARGET_STOPPED);
	machine_be_silent(&m);
	for (unsigned again = 0; again < 5; again++) {
		assert_string_equal(machine_said_to(&m, KD_ID_INITIAL), "A");
		machine_be_silent(&m);
		assert_int_equal(m.data_count, 0);
	}
	machine_control(&m, KD_RESET, 0);
	assert_int_equal(m.data_type, KD_STATE_CHANGE64);
}

/* F40: ISP asks for whatever comes while it waits, and never sends again. */
static void test_kd_target_packets__without_an_implied_ack_it_waits_for_ever(
	void **state)
{
	(void)state;
	machine_be("ms");
	machine_profile.implied_ack = KD_IMPLIED_NEVER;
	machine_profile.resend = KD_RESEND_NEVER;
	machine_profile.sum_check = KD_SUM_NONE;
	machine_profile.duplicate = KD_DUPLICATE_SERVE;
	machine_owe_an_ack(&m);
	for (unsigned again = 0; again < 5; again++) {
		assert_string_equal(machine_said_to(&m, KD_ID_INITIAL ^ 1),
				    "N");
		machine_be_silent(&m);
		machine_control(&m, KD_RESEND, 0);
		assert_string_equal(m.said, "N");
	}
	machine_forget(&m);
	machine_control(&m, KD_RESET, 0);
	assert_string_equal(m.said, "ZD");
	assert_int_equal(m.data_type, KD_STATE_CHANGE64);
	machine_control(&m, KD_ACKNOWLEDGE, KD_ID_INITIAL);
	/* Neither the sum nor the id of a request matters to it. */
	assert_string_equal(machine_said_to(&m, KD_ID_INITIAL), "AD");
	machine_control(&m, KD_ACKNOWLEDGE, m.data_ids[0]);
	machine_forget(&m);
	machine_request(req, KD_ID_INITIAL);
	req[12] ^= 1;
	machine_hear(&m, req, 73);
	assert_string_equal(m.said, "AD");
}

/* A damaged duplicate: acknowledged unseen, or refused like any other. */
static void test_kd_target_packets__the_sum_of_a_duplicate(void **state)
{
	static const struct {
		const char *profile, *said;
	} cases[] = { { "ms", "A" }, { "reactos", "N" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		machine_be(cases[i].profile);
		machine_owe_an_ack(&m);
		machine_control(&m, KD_ACKNOWLEDGE, KD_ID_INITIAL ^ 1);
		machine_forget(&m);
		machine_request(req, KD_ID_INITIAL);
		req[30] ^= 0x10;
		machine_hear(&m, req, 73);
		assert_string_equal(m.said, cases[i].said);
	}
}

/* F35: nobody there. Prints: 5 sends or 20; a reply: for ever, or 20. */
static void test_kd_target_packets__how_often_it_tries(void **state)
{
	static const struct {
		const char *profile;
		unsigned prints, replies;
	} cases[] = { { "ms", 5, 61 }, { "reactos", 20, 20 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		machine_be(cases[i].profile);
		machine_power_up(&m);
		kd_target_print(&m.t, (const uint8_t *)"hello", 5, m.now);
		machine_listen(&m);
		for (unsigned k = 0; k < 60; k++)
			machine_be_silent(&m);
		assert_int_equal(m.data_count, cases[i].prints);

		machine_owe_an_ack(&m);
		for (unsigned k = 0; k < 60; k++)
			machine_be_silent(&m);
		assert_int_equal(m.data_count, cases[i].replies);
		assert_int_equal(m.t.not_present, i == 1);
		/* It listens still, and its next packet bears SYNC. */
		if (i == 1) {
			assert_string_equal(machine_said_to(&m, KD_ID_INITIAL),
					    "AD");
			assert_int_equal(m.data_ids[0],
					 KD_ID_INITIAL | KD_ID_SYNC);
		}
	}
	machine_profile.abandon_replies = 7;
	machine_owe_an_ack(&m);
	for (unsigned k = 0; k < 60; k++)
		machine_be_silent(&m);
	assert_int_equal(m.data_count, 7);
}

/* Garbage with a leader in it: 'ms' begins to count anew, ReactOS does not. */
static void test_kd_target_packets__what_gives_retries_back(void **state)
{
	static const uint8_t leader[] = { 0x30, 0x30, 0x30, 0x30 };

	(void)state;
	for (unsigned never = 0; never < 2; never++) {
		machine_be("ms");
		machine_profile.retry_reload = (int)never;
		machine_power_up(&m);
		kd_target_print(&m.t, (const uint8_t *)"hello", 5, m.now);
		machine_listen(&m);
		for (unsigned k = 0; k < 10; k++) {
			machine_hear(&m, leader, sizeof(leader));
			machine_be_silent(&m);
		}
		assert_int_equal(m.data_count, never ? 5 : 11);
	}
}

/* 4.2: ReactOS sends four bytes behind an exception. */
static void test_kd_target_packets__trace_data_behind_a_stop(void **state)
{
	static const uint8_t trace[] = { 1, 0, 0, 0 };

	(void)state;
	machine_be("reactos");
	machine_stop(&m);
	assert_int_equal(m.data_len, KD_STATE_SIZE + sizeof(trace));
	assert_memory_equal(m.data + KD_STATE_SIZE, trace, sizeof(trace));
	machine_be("ms");
	machine_stop(&m);
	assert_int_equal(m.data_len, KD_STATE_SIZE);
}

/* 12: half of what was asked for is there. None at all fails in any case. */
static void test_kd_target_packets__a_partial_read_fails_or_is_short(
	void **state)
{
	struct kd_manipulate r = {
		.api = KD_API_READ_VIRTUAL,
		.u.memory = { .address = sizeof(m.memory) - 8, .count = 16 },
	};

	(void)state;
	for (unsigned success = 0; success < 2; success++) {
		struct kd_manipulate reply;

		machine_be("ms");
		machine_profile.read_partial = (int)success;
		machine_stop(&m);
		r.u.memory.address = sizeof(m.memory) - 8;
		machine_ask(&m, &r, NULL, 0);
		reply = machine_answer(&m);
		assert_int_equal(reply.u.memory.actual, 8);
		assert_int_equal(m.data_len, KD_MANIPULATE_SIZE + 8);
		assert_int_equal(kd_status_ok(reply.status), success);
		r.u.memory.address = sizeof(m.memory);
		machine_ask(&m, &r, NULL, 0);
		assert_false(kd_status_ok(machine_answer(&m).status));
	}
}

/* F38: a write of 1000 times 30, a leader byte lost: 62 RESENDs from both. */
static void test_kd_target_packets__leaders_in_a_payload_are_resent_62_times(
	void **state)
{
	static const char *const profiles[] = { "ms", "reactos" };
	static uint8_t payload[KD_MANIPULATE_SIZE + 1000];
	static uint8_t wire[sizeof(payload) + 32];
	const struct kd_manipulate r = {
		.api = KD_API_WRITE_VIRTUAL,
		.u.memory = { .address = 0x100, .count = 1000 },
	};
	struct kd_header h = { .leader = KD_LEADER_DATA,
			       .type = KD_STATE_MANIPULATE,
			       .len = sizeof(payload),
			       .id = KD_ID_INITIAL };
	size_t len;

	(void)state;
	memset(payload, 0, KD_MANIPULATE_SIZE);
	memset(payload + KD_MANIPULATE_SIZE, 0x30, 1000);
	kd_manipulate_store(&r, payload);
	for (size_t i = 0; i < sizeof(payload); i++)
		h.checksum += payload[i];
	len = kd_packet_write(&h, payload, 0,
			      (struct kd_room){ wire, sizeof(wire) });
	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++) {
		machine_be(profiles[i]);
		machine_stop(&m);
		machine_hear(&m, wire + 1, len - 1);
		assert_int_equal(strspn(m.said, "N"), 62);
		assert_int_equal(strlen(m.said), 62);
		machine_be_silent(&m);
		machine_forget(&m);
		machine_hear(&m, wire, len);
		assert_string_equal(m.said, "AD");
	}
}

/* Whatever decides what comes next is in the digest. */
static void test_kd_target_packets__the_digest_holds_what_profiles_remember(
	void **state)
{
	struct kd_target t;

	(void)state;
	machine_be("reactos");
	machine_stop(&m);
	t = m.t;
	t.discarding = true;
	assert_true(kd_target_digest(&t, 0) != kd_target_digest(&m.t, 0));
	t = m.t;
	t.poll_due = true;
	assert_true(kd_target_digest(&t, 0) != kd_target_digest(&m.t, 0));
	t = m.t;
	t.asked_once = true;
	assert_true(kd_target_digest(&t, 0) != kd_target_digest(&m.t, 0));
	t = m.t;
	t.stopped_once = false;
	assert_true(kd_target_digest(&t, 0) != kd_target_digest(&m.t, 0));
}

#define TEST(name) cmocka_unit_test(test_kd_target_packets__##name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sync_in_an_id_is_refused_or_acknowledged),
		TEST(a_dropped_request_wedges_the_next_id),
		TEST(a_new_request_is_an_ack_for_both),
		TEST(an_impatient_debugger_wedges_reactos),
		TEST(without_an_implied_ack_it_waits_for_ever),
		TEST(the_sum_of_a_duplicate),
		TEST(how_often_it_tries),
		TEST(what_gives_retries_back),
		TEST(trace_data_behind_a_stop),
		TEST(a_partial_read_fails_or_is_short),
		TEST(leaders_in_a_payload_are_resent_62_times),
		TEST(the_digest_holds_what_profiles_remember),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
