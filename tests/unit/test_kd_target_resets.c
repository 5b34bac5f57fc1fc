/* SPDX-License-Identifier: MIT */
/*
 * Where targets differ at RESET, at a break-in and while they run. F-numbers
 * are those of docs/protocol.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/machine.h"

static const uint8_t breakin = KD_BREAKIN_BYTE;
static const uint8_t reset[16] = { 0x69, 0x69, 0x69, 0x69, 6 };

static struct machine m;

/* F28: a 62 before a leader. F29: a 62 before garbage, which VKD remembers. */
static void test_kd_target_resets__where_a_break_in_is_lost(void **state)
{
	static const uint8_t garbage[] = { KD_BREAKIN_BYTE, 0x41 };
	static const uint8_t cut_short[] = { KD_BREAKIN_BYTE, 0x30 };

	(void)state;
	for (unsigned lost = 0; lost < 2; lost++) {
		machine_be(lost ? "reactos" : "ms");
		machine_stop(&m);
		machine_hear(&m, &breakin, 1);
		assert_string_equal(machine_said_to(&m, KD_ID_INITIAL), "AD");
		assert_int_equal(m.t.breakin_pending, !lost);
		machine_stop(&m);
		machine_hear(&m, cut_short, sizeof(cut_short));
		machine_be_silent(&m);
		assert_int_equal(m.t.breakin_pending, !lost);
		/* Before silence it counts for both. */
		machine_stop(&m);
		machine_hear(&m, &breakin, 1);
		machine_be_silent(&m);
		assert_true(m.t.breakin_pending);
		assert_string_equal(m.said, "D");
	}
	for (unsigned kept = 0; kept < 2; kept++) {
		machine_be("ms");
		machine_profile.breakin_before_garbage = (int)kept;
		machine_stop(&m);
		machine_hear(&m, garbage, sizeof(garbage));
		machine_be_silent(&m);
		assert_int_equal(m.t.breakin_pending, kept);
	}
}

/* F30: RESET while a reply is unacknowledged: the reply, from both. */
static void test_kd_target_resets__reset_repeats_the_reply_on_both(void **state)
{
	static const char *const profiles[] = { "ms", "reactos" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++) {
		machine_be(profiles[i]);
		machine_owe_an_ack(&m);
		machine_forget(&m);
		machine_control(&m, KD_RESET, 0);
		assert_string_equal(m.said, "ZD");
		assert_int_equal(m.data_type, KD_STATE_MANIPULATE);
		assert_int_equal(m.data_ids[0], KD_ID_INITIAL);
	}
}

/* F36: six RESETs have piled up: six answers, or one (VKD). */
static void test_kd_target_resets__piled_up_resets_are_answered_or_discarded(
	void **state)
{
	uint8_t six[6 * sizeof(reset)];

	(void)state;
	for (unsigned i = 0; i < 6; i++)
		memcpy(six + i * sizeof(reset), reset, sizeof(reset));
	for (unsigned discard = 0; discard < 2; discard++) {
		machine_be("ms");
		machine_profile.reset_input = (int)discard;
		machine_stop(&m);
		machine_hear(&m, six, sizeof(six));
		assert_string_equal(m.said, discard ? "ZD" : "ZDZDZDZDZDZD");
		machine_control(&m, KD_ACKNOWLEDGE, KD_ID_INITIAL);
		assert_string_equal(machine_said_to(&m, KD_ID_INITIAL), "AD");
	}
}

/* F36, WBG's cure: RESET is answered until the first request only. */
static void test_kd_target_resets__reset_is_answered_until_a_request(
	void **state)
{
	(void)state;
	machine_be("ms");
	machine_profile.reset_answer = 1;
	machine_stop(&m);
	machine_control(&m, KD_RESET, 0);
	assert_string_equal(m.said, "ZD");
	machine_control(&m, KD_ACKNOWLEDGE, KD_ID_INITIAL);
	assert_string_equal(machine_said_to(&m, KD_ID_INITIAL), "AD");
	machine_control(&m, KD_ACKNOWLEDGE, m.data_ids[0]);
	machine_forget(&m);
	machine_control(&m, KD_RESET, 0);
	assert_string_equal(m.said, "");
}

/* 7.8: behind a RESET, 80800000, or 80800800 for Rizin; WBG always. */
static void test_kd_target_resets__first_id_behind_a_reset(void **state)
{
	(void)state;
	machine_be("ms");
	machine_profile.reset_id = 1;
	machine_stop(&m);
	machine_control(&m, KD_RESET, 0);
	assert_int_equal(m.data_ids[0], KD_ID_INITIAL | KD_ID_SYNC);
	machine_control(&m, KD_ACKNOWLEDGE, KD_ID_INITIAL);
	assert_string_equal(machine_said_to(&m, KD_ID_INITIAL), "AD");
	assert_int_equal(m.data_ids[0], KD_ID_INITIAL ^ 1);

	machine_be("ms");
	machine_profile.stop_id = 1;
	machine_stop(&m);
	/* Also where a RESET repeats the state change. */
	for (unsigned i = 0; i < 2; i++) {
		machine_forget(&m);
		machine_control(&m, KD_RESET, 0);
		assert_string_equal(m.said, "ZD");
		assert_int_equal(m.data_ids[0], KD_ID_INITIAL | KD_ID_SYNC);
	}
	machine_control(&m, KD_ACKNOWLEDGE, KD_ID_INITIAL);
	for (unsigned i = 0; i < 3; i++) {
		assert_string_equal(machine_said_to(&m, KD_ID_INITIAL), "AD");
		assert_int_equal(m.data_ids[0], KD_ID_INITIAL ^ 1);
		machine_control(&m, KD_ACKNOWLEDGE, m.data_ids[0]);
		machine_forget(&m);
		machine_control(&m, KD_RESEND, 0);
		assert_string_equal(m.said, "D");
		assert_int_equal(m.data_ids[0], KD_ID_INITIAL | KD_ID_SYNC);
		machine_control(&m, KD_ACKNOWLEDGE, KD_ID_INITIAL);
	}
}

/* F32: SINGULARITY drains the line before the first state change ever. */
static void test_kd_target_resets__the_first_stop_may_drain_the_line(
	void **state)
{
	const struct kd_exception e = { .code = KD_CODE_BREAKPOINT };

	(void)state;
	for (unsigned drain = 0; drain < 2; drain++) {
		machine_be("ms");
		machine_profile.drain_first = (int)drain;
		machine_power_up(&m);
		kd_target_stop(&m.t, &e, m.now);
		assert_int_equal(kd_target_discarding(&m.t), drain);
		if (drain)
			kd_target_input(&m.t, NULL, NULL,
					(struct kd_span){ reset, 16 }, m.now);
		machine_listen(&m);
		machine_hear(&m, reset, drain ? 0 : sizeof(reset));
		assert_string_equal(m.said, drain ? "D" : "DZD");
		/* Only the first. */
		machine_control(&m, KD_RESET, 0);
		machine_control(&m, KD_ACKNOWLEDGE, KD_ID_INITIAL);
		m.t.state = KD_TARGET_RUNNING;
		kd_target_stop(&m.t, &e, m.now);
		assert_false(kd_target_discarding(&m.t));
	}
}

/* 2.7: ReactOS looks once more behind each print; SING not without a peer. */
static void test_kd_target_resets__when_a_running_target_looks(void **state)
{
	struct kd_span in = { &breakin, 1 };
	size_t used;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		machine_be(i ? "reactos" : "ms");
		machine_power_up(&m);
		kd_target_print(&m.t, (const uint8_t *)"hello", 5, m.now);
		machine_listen(&m);
		assert_false(kd_target_poll_due(&m.t));
		machine_control(&m, KD_ACKNOWLEDGE, KD_ID_INITIAL);
		assert_int_equal(m.t.state, KD_TARGET_RUNNING);
		assert_int_equal(kd_target_poll_due(&m.t), i);
		assert_true(kd_target_poll(&m.t, in, &used));
		assert_false(kd_target_poll_due(&m.t));
	}
	for (unsigned deaf = 0; deaf < 2; deaf++) {
		machine_be("ms");
		machine_profile.absent_poll = (int)deaf;
		machine_power_up(&m);
		m.t.not_present = true;
		assert_int_equal(kd_target_poll(&m.t, in, &used), !deaf);
		assert_int_equal(used, !deaf);
	}
}

#define TEST(name) cmocka_unit_test(test_kd_target_resets__##name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(where_a_break_in_is_lost),
		TEST(reset_repeats_the_reply_on_both),
		TEST(piled_up_resets_are_answered_or_discarded),
		TEST(reset_is_answered_until_a_request),
		TEST(first_id_behind_a_reset),
		TEST(the_first_stop_may_drain_the_line),
		TEST(when_a_running_target_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
