/* SPDX-License-Identifier: MIT */
/*
 * Where debuggers differ: each setting of their profiles against what it
 * decides. F-numbers are those of docs/protocol.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/desk.h"
#include "tests/support/machine.h"

#define ID0 KD_ID_INITIAL
#define ID1 (KD_ID_INITIAL ^ 1)

static struct desk k;

/* Ask, and be acknowledged. */
static void ask_and_ack(const char *profile)
{
	desk_sit(&k, profile);
	desk_ask(&k);
	assert_string_equal(k.said, "D");
	assert_int_equal(k.ids[0], ID0);
	desk_control(&k, KD_ACKNOWLEDGE, ID0);
	assert_int_equal(k.d.state, KD_DEBUGGER_ACKED);
	desk_forget(&k);
}

static void test_kd_debugger__acknowledged_but_unanswered(void **state)
{
	(void)state;
	/* The same id once more, then RESET. */
	ask_and_ack("robust");
	desk_wait(&k, 250 * DESK_MS);
	assert_string_equal(k.said, "D");
	assert_int_equal(k.ids[0], ID0);
	desk_wait(&k, 200 * DESK_MS);
	assert_string_equal(k.said, "DZ");
	/* The next id, every 485 ms. */
	ask_and_ack("windbg");
	desk_wait(&k, 484 * DESK_MS);
	assert_string_equal(k.said, "");
	desk_wait(&k, 2 * DESK_MS);
	assert_string_equal(k.said, "D");
	assert_int_equal(k.ids[0], ID1);
	/* Unacknowledged, it keeps its id. */
	desk_wait(&k, 485 * DESK_MS);
	assert_string_equal(k.said, "DD");
	assert_int_equal(k.ids[1], ID1);
	/* The word of an ACK is good enough: F13. */
	ask_and_ack("naive");
	desk_wait(&k, 3600000 * DESK_MS);
	assert_string_equal(k.said, "");
	assert_true(kd_debugger_deadline(&k.d) == KD_NEVER);
}

/* F13 cured by chance: every second time the id is the one awaited. */
static void test_kd_debugger__windbg_asks_under_both_ids(void **state)
{
	(void)state;
	ask_and_ack("windbg");
	for (unsigned i = 0; i < 10; i++) {
		desk_forget(&k);
		desk_wait(&k, 490 * DESK_MS);
		assert_string_equal(k.said, "D");
		assert_int_equal(k.ids[0], i % 2 ? ID0 : ID1);
		desk_control(&k, KD_ACKNOWLEDGE, k.ids[0]);
	}
	desk_forget(&k);
	desk_wait(&k, 490 * DESK_MS);
	assert_string_equal(k.said, "Z");
}

static void test_kd_debugger__resend_is_obeyed_at_once_or_later(void **state)
{
	(void)state;
	for (unsigned late = 0; late < 2; late++) {
		desk_sit(&k, late ? "windbg" : "robust");
		desk_ask(&k);
		desk_control(&k, KD_RESEND, 0);
		assert_string_equal(k.said, late ? "D" : "DD");
		desk_wait(&k, 16 * DESK_MS);
		assert_string_equal(k.said, "DD");
		assert_int_equal(k.ids[0], k.ids[1]);
	}
	/* F39: sixteen times, or for ever. */
	desk_sit(&k, "robust");
	desk_ask(&k);
	for (unsigned i = 0; i < 17; i++)
		desk_control(&k, KD_RESEND, 0);
	assert_int_equal(strcspn(k.said, "Z"), 17);
	desk_sit(&k, "naive");
	desk_ask(&k);
	for (unsigned i = 0; i < 100; i++)
		desk_control(&k, KD_RESEND, 0);
	assert_int_equal(strspn(k.said, "D"), 101);
}

/* F20, F36, F37: a RESET that nobody awaits. */
static void test_kd_debugger__a_reset_that_it_does_not_await(void **state)
{
	static const struct {
		const char *profile, *said;
		enum kd_debugger_state state;
	} cases[] = {
		{ "robust", "", KD_DEBUGGER_SYNCED },
		{ "windbg", "Z", KD_DEBUGGER_SYNC },
		{ "naive", "Z", KD_DEBUGGER_SYNCED },
		{ "radare2", "", KD_DEBUGGER_READY },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		desk_sit(&k, cases[i].profile);
		desk_control(&k, KD_RESET, 0);
		assert_string_equal(k.said, cases[i].said);
		assert_int_equal(k.d.state, cases[i].state);
	}
	/* An open request is asked again behind it. */
	desk_sit(&k, "windbg");
	desk_ask(&k);
	desk_forget(&k);
	desk_control(&k, KD_RESET, 0);
	assert_string_equal(k.said, "Z");
	desk_control(&k, KD_RESET, 0);
	desk_stop(&k, ID0);
	assert_string_equal(k.said, "ZAD");
}

/*
 * Until a RESET is answered: once a second for ever, or twelve times, ever more
 * slowly: a target may be busy for ten seconds.
 */
static void test_kd_debugger__resets_until_one_is_answered(void **state)
{
	(void)state;
	desk_be(&k, "robust");
	kd_debugger_connect(&k.d, k.now);
	desk_wait(&k, 2500 * DESK_MS);
	assert_string_equal(k.said, "ZbZZbZZbZ");
	desk_wait(&k, 12000 * DESK_MS);
	assert_string_equal(k.said, "ZbZZbZZbZZbZZbZZbZ");
	assert_int_equal(k.event, KD_DEBUGGER_LOST);

	desk_be(&k, "windbg");
	kd_debugger_connect(&k.d, k.now);
	desk_wait(&k, 30500 * DESK_MS);
	assert_int_equal(strlen(k.said), 31);
	assert_int_equal(strspn(k.said, "Z"), 31);
	assert_int_equal(k.ids[0], ID0);

	desk_be(&k, "windbg");
	k.d.profile.resets = 3;
	kd_debugger_connect(&k.d, k.now);
	desk_wait(&k, 30500 * DESK_MS);
	assert_string_equal(k.said, "ZZZ");
	assert_int_equal(k.event, KD_DEBUGGER_LOST);
}

/* CAP, records 4 to 8: asked for again, then taken, SYNC or not. */
static void test_kd_debugger__data_before_it_is_synchronised(void **state)
{
	static const uint32_t ids[] = { ID0 | KD_ID_SYNC, ID0, ID1 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		desk_be(&k, "windbg");
		kd_debugger_connect(&k.d, k.now);
		desk_listen(&k);
		assert_int_equal(desk_print(&k, ids[i]), KD_DEBUGGER_NOTHING);
		assert_string_equal(k.said, "ZN");
		assert_int_equal(desk_print(&k, ids[i]), KD_DEBUGGER_PRINT);
		assert_string_equal(k.said, "ZNA");
		assert_int_equal(k.ids[2], ids[i] & ~KD_ID_SYNC);
		assert_int_equal(desk_stop(&k, (ids[i] & ~KD_ID_SYNC) ^ 1),
				 KD_DEBUGGER_STOP);
		assert_string_equal(k.said, "ZNAA");
	}
	/* Another packet is no copy. */
	desk_be(&k, "windbg");
	kd_debugger_connect(&k.d, k.now);
	desk_print(&k, ID0);
	desk_stop(&k, ID1);
	assert_string_equal(k.said, "ZNN");
	desk_be(&k, "robust");
	kd_debugger_connect(&k.d, k.now);
	desk_print(&k, ID0);
	desk_print(&k, ID0);
	assert_string_equal(k.said, "Z");
}

/* F34, 2.10: SYNC at any time, and both counters start over. */
static void test_kd_debugger__sync_restarts_its_counters(void **state)
{
	static const struct {
		const char *profile;
		uint32_t next;
	} cases[] = { { "robust", ID0 }, { "windbg", ID0 }, { "naive", ID1 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		desk_sit(&k, cases[i].profile);
		desk_continue(&k);
		desk_control(&k, KD_ACKNOWLEDGE, ID0);
		desk_forget(&k);
		/* 80800001 would be next: naive sees that bit at least. */
		desk_stop(&k, ID1 | KD_ID_SYNC);
		assert_string_equal(k.said, "A");
		assert_int_equal(k.ids[0], ID1);
		desk_forget(&k);
		desk_ask(&k);
		assert_int_equal(k.ids[0], cases[i].next);
	}
	/* Whoever only masks it takes a new life for a duplicate. */
	desk_sit(&k, "naive");
	desk_continue(&k);
	desk_control(&k, KD_ACKNOWLEDGE, ID0);
	assert_int_equal(desk_stop(&k, ID0 | KD_ID_SYNC), KD_DEBUGGER_NOTHING);
	desk_sit(&k, "windbg");
	desk_continue(&k);
	desk_control(&k, KD_ACKNOWLEDGE, ID0);
	assert_int_equal(desk_stop(&k, ID0 | KD_ID_SYNC), KD_DEBUGGER_STOP);
}

/* F22, F25: the reply comes, and the ACK did not. */
static void test_kd_debugger__data_instead_of_an_ack(void **state)
{
	(void)state;
	desk_sit(&k, "robust");
	desk_ask(&k);
	assert_int_equal(desk_version(&k, ID1), KD_DEBUGGER_REPLY);
	desk_sit(&k, "naive");
	desk_ask(&k);
	assert_int_equal(desk_version(&k, ID1), KD_DEBUGGER_NOTHING);
	assert_string_equal(k.said, "DA");
	assert_int_equal(k.d.state, KD_DEBUGGER_ACKED);
	assert_true(kd_debugger_deadline(&k.d) == KD_NEVER);
}

/* F24: an ACK of an earlier packet. */
static void test_kd_debugger__an_ack_of_something_else(void **state)
{
	(void)state;
	desk_sit(&k, "robust");
	desk_ask(&k);
	desk_control(&k, KD_ACKNOWLEDGE, ID1);
	assert_int_equal(k.d.state, KD_DEBUGGER_SENT);
	desk_sit(&k, "naive");
	desk_ask(&k);
	desk_control(&k, KD_ACKNOWLEDGE, ID1);
	assert_int_equal(k.d.state, KD_DEBUGGER_ACKED);
}

/* F30: the reply to an earlier request. */
static void test_kd_debugger__an_answer_to_something_else(void **state)
{
	const struct kd_manipulate other = { .api = KD_API_GET_CONTEXT };
	uint8_t payload[KD_MANIPULATE_SIZE] = { 0 };

	(void)state;
	kd_manipulate_store(&other, payload);
	ask_and_ack("robust");
	assert_int_equal(desk_data(&k, KD_STATE_MANIPULATE, ID1, payload,
				   sizeof(payload)),
			 KD_DEBUGGER_NOTHING);
	ask_and_ack("naive");
	assert_int_equal(desk_data(&k, KD_STATE_MANIPULATE, ID1, payload,
				   sizeof(payload)),
			 KD_DEBUGGER_REPLY);
}

/* 5.2: a file is refused with 64 bytes, and the target goes on. */
static void test_kd_debugger__a_wish_for_a_file(void **state)
{
	uint8_t create[64 + 8] = { 0x30, 0x34 };

	(void)state;
	desk_sit(&k, "windbg");
	desk_continue(&k);
	desk_control(&k, KD_ACKNOWLEDGE, ID0);
	desk_forget(&k);
	desk_data(&k, KD_FILE_IO, ID1, create, sizeof(create));
	assert_string_equal(k.said, "AD");
	assert_int_equal(k.type, KD_FILE_IO);
	assert_int_equal(k.data_len, 64);
	assert_int_equal(kd_load32(k.data), 0x3430);
	assert_int_equal(kd_load32(k.data + 4), 0xc000000f);
	assert_int_equal(k.ids[1], ID1);
	desk_control(&k, KD_ACKNOWLEDGE, ID1);
	assert_int_equal(desk_stop(&k, ID0), KD_DEBUGGER_STOP);
	desk_forget(&k);
	desk_ask(&k);
	assert_int_equal(k.ids[0], ID0);
	desk_sit(&k, "robust");
	desk_continue(&k);
	desk_control(&k, KD_ACKNOWLEDGE, ID0);
	desk_forget(&k);
	desk_data(&k, KD_FILE_IO, ID1, create, sizeof(create));
	assert_string_equal(k.said, "A");
}

/* F37: one stray RESET, no requests: does the talk end? */
static void test_kd_debugger__two_that_answer_reset_never_stop(void **state)
{
	static const char *const profiles[] = { "robust", "windbg", "naive" };
	static struct machine m;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++) {
		char last[sizeof(m.said)] = "Z";
		unsigned rounds = 0;

		machine_be("ms");
		machine_stop(&m);
		desk_sit(&k, profiles[i]);
		desk_control(&k, KD_RESET, 0);
		while (rounds < 1000 && strchr(k.said, 'Z')) {
			desk_forget(&k);
			machine_forget(&m);
			machine_control(&m, KD_RESET, 0);
			memcpy(last, m.said, sizeof(last));
			assert_string_equal(last, "ZD");
			desk_control(&k, KD_RESET, 0);
			desk_stop(&k, m.data_ids[0]);
			machine_control(&m, KD_ACKNOWLEDGE, KD_ID_INITIAL);
			rounds++;
		}
		assert_int_equal(rounds, i == 0 ? 0 : i == 1 ? 1 : 1000);
	}
}

/* Whatever decides what comes next is in the digest. */
static void test_kd_debugger__the_digest_holds_what_profiles_remember(
	void **state)
{
	struct kd_debugger d;
	uint64_t before;

	(void)state;
	ask_and_ack("radare2");
	before = kd_debugger_digest(&k.d, k.now);
	d = k.d;
	d.refusing = true;
	assert_true(kd_debugger_digest(&d, k.now) != before);
	d = k.d;
	d.copy_asked = true;
	assert_true(kd_debugger_digest(&d, k.now) != before);
	d = k.d;
	d.repeated = 1;
	assert_true(kd_debugger_digest(&d, k.now) != before);
	d = k.d;
	d.discarded = 3;
	assert_true(kd_debugger_digest(&d, k.now) != before);
	/* A count without a limit decides nothing: a livelock repeats. */
	ask_and_ack("naive");
	before = kd_debugger_digest(&k.d, k.now);
	d = k.d;
	d.obeyed = 77;
	d.tries = 77;
	d.resets = d.resets % 2 + 76;
	assert_true(kd_debugger_digest(&d, k.now) == before);
}

#define TEST(name) cmocka_unit_test(test_kd_debugger__##name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(acknowledged_but_unanswered),
		TEST(windbg_asks_under_both_ids),
		TEST(resend_is_obeyed_at_once_or_later),
		TEST(a_reset_that_it_does_not_await),
		TEST(resets_until_one_is_answered),
		TEST(data_before_it_is_synchronised),
		TEST(sync_restarts_its_counters),
		TEST(data_instead_of_an_ack),
		TEST(an_ack_of_something_else),
		TEST(an_answer_to_something_else),
		TEST(a_wish_for_a_file),
		TEST(two_that_answer_reset_never_stop),
		TEST(the_digest_holds_what_profiles_remember),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
