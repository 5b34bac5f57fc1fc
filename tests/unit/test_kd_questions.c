/* SPDX-License-Identifier: MIT */
/*
 * The debugger's half where the target asks: prompts and files, and what
 * becomes of the answers on a bad line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/kd/sum.h"
#include "tests/support/peer.h"

static struct peer peer;

/* A prompt with this text, for an answer of at most 'max' bytes. */
static uint16_t make_prompt(uint8_t *to, const char *text, uint32_t max)
{
	const struct kd_debug_io io = { .api = KD_GET_STRING,
					.processor = 1,
					.len = (uint32_t)strlen(text),
					.max = max };

	memset(to, 0, KD_DEBUG_IO_SIZE);
	kd_debug_io_store(&io, to);
	memcpy(to + KD_DEBUG_IO_SIZE, text, io.len);
	return (uint16_t)(KD_DEBUG_IO_SIZE + io.len);
}

static enum kd_debugger_event prompt(const char *text)
{
	uint8_t payload[256];
	uint16_t len = make_prompt(payload, text, 64);

	return peer_data(&peer, KD_DEBUG_IO, payload, len);
}

static uint16_t make_read(uint8_t *to, uint64_t offset)
{
	const struct kd_file_io f = {
		.api = KD_FILE_READ,
		.u.transfer = { .handle = 7, .offset = offset, .length = 16 }
	};

	memset(to, 0xa5, KD_FILE_IO_SIZE);
	kd_file_io_store(&f, to);
	return KD_FILE_IO_SIZE;
}

static enum kd_debugger_event ask_read(uint64_t offset)
{
	uint8_t payload[KD_FILE_IO_SIZE];

	return peer_data(&peer, KD_FILE_IO, payload,
			 make_read(payload, offset));
}

static void answer_read(void)
{
	static const uint8_t bytes[] = "0123456789abcdef";
	struct kd_file_io f = peer.d.file;

	f.status = KD_STATUS_SUCCESS;
	kd_debugger_answer_file(&peer.d, &f, bytes, 16, peer.now);
	peer_listen(&peer);
}

static void answer_prompt(const char *text)
{
	kd_debugger_answer_prompt(&peer.d, (const uint8_t *)text,
				  (uint32_t)strlen(text), peer.now);
	peer_listen(&peer);
}

static void test_kd_questions__a_prompt_is_answered(void **state)
{
	struct kd_debug_io io;

	(void)state;
	peer_start(&peer);
	peer_run(&peer);
	assert_int_equal(prompt("who? "), KD_DEBUGGER_PROMPT);
	assert_said(&peer, "A");
	assert_int_equal(kd_debugger_data(&peer.d).len, 5);
	assert_memory_equal(kd_debugger_data(&peer.d).at, "who? ", 5);
	answer_prompt("me");
	assert_said(&peer, "D");
	assert_int_equal(peer.data_type, KD_DEBUG_IO);
	assert_int_equal(peer.data_len, KD_DEBUG_IO_SIZE + 2);
	kd_debug_io_load(&io, peer.data);
	assert_int_equal(io.api, KD_GET_STRING);
	assert_int_equal(io.processor, 1);
	assert_int_equal(io.max, 2);
	assert_memory_equal(peer.data + KD_DEBUG_IO_SIZE, "me", 2);
	assert_int_equal(peer_ack(&peer), KD_DEBUGGER_NOTHING);
	assert_int_equal(peer.d.state, KD_DEBUGGER_RUNNING);
	/* The ACK is no promise: in a while it asks whether the target runs. */
	assert_true(kd_debugger_deadline(&peer.d) ==
		    peer.d.since + peer.d.profile.probe_after_ns);
	assert_int_equal(peer.d.recoveries, 0);
}

static void test_kd_questions__an_answer_is_no_longer_than_wanted(void **state)
{
	uint8_t payload[64];
	uint16_t len = make_prompt(payload, "?", 3);

	(void)state;
	peer_start(&peer);
	peer_run(&peer);
	/* It claims more text than there is. */
	kd_store32(payload + 8, 0xffffffff);
	assert_int_equal(peer_data(&peer, KD_DEBUG_IO, payload, len),
			 KD_DEBUGGER_PROMPT);
	assert_int_equal(kd_debugger_data(&peer.d).len, 1);
	answer_prompt("abcdef");
	assert_int_equal(peer.data_len, KD_DEBUG_IO_SIZE + 3);
}

static void test_kd_questions__a_file_request_is_answered_in_place(void **state)
{
	struct kd_file_io f;

	(void)state;
	peer_start(&peer);
	peer_run(&peer);
	assert_int_equal(ask_read(32), KD_DEBUGGER_FILE);
	assert_int_equal(peer.d.file.api, KD_FILE_READ);
	assert_int_equal(peer.d.file.u.transfer.offset, 32);
	answer_read();
	assert_said(&peer, "AD");
	assert_int_equal(peer.data_type, KD_FILE_IO);
	assert_int_equal(peer.data_len, KD_FILE_IO_SIZE + 16);
	kd_file_io_load(&f, peer.data);
	assert_int_equal(f.u.transfer.handle, 7);
	assert_memory_equal(peer.data + KD_FILE_IO_SIZE, "0123456789abcdef",
			    16);
	/* What no field claims comes back as it came. */
	assert_int_equal(peer.data[0x3f], 0xa5);
	peer_ack(&peer);
	/* The ids of both directions go on. */
	assert_int_equal(ask_read(48), KD_DEBUGGER_FILE);
	answer_read();
	assert_said(&peer, "AD");
	assert_int_equal(peer.data_id, KD_ID_INITIAL);
}

static void test_kd_questions__an_answer_is_repeated(void **state)
{
	uint32_t id;

	(void)state;
	peer_start(&peer);
	peer_run(&peer);
	ask_read(0);
	answer_read();
	assert_said(&peer, "AD");
	id = peer.data_id;
	peer_control(&peer, KD_RESEND, 0);
	assert_said(&peer, "D");
	assert_int_equal(peer.data_id, id);
	peer_wait(&peer);
	assert_said(&peer, "D");
	assert_int_equal(peer.data_id, id);
	assert_int_equal(peer.data_type, KD_FILE_IO);
	peer_ack(&peer);
	assert_int_equal(peer.d.state, KD_DEBUGGER_RUNNING);
}

/* Nobody acknowledges it: RESET, and the same question comes once more. */
static void test_kd_questions__an_answer_survives_a_reset(void **state)
{
	(void)state;
	peer_start(&peer);
	peer_run(&peer);
	ask_read(0);
	answer_read();
	while (peer.d.state == KD_DEBUGGER_SENT)
		peer_wait(&peer);
	assert_said(&peer, "ADDDDZ");
	peer_control(&peer, KD_RESET, 0);
	assert_int_equal(ask_read(0), KD_DEBUGGER_NOTHING);
	assert_said(&peer, "AD");
	assert_int_equal(peer.data_id, KD_ID_INITIAL);
	assert_memory_equal(peer.data + KD_FILE_IO_SIZE, "0123456789abcdef",
			    16);
	peer_ack(&peer);
	assert_int_equal(peer.d.state, KD_DEBUGGER_RUNNING);
}

/* After a RESET another question: the answer had been taken. */
static void test_kd_questions__the_next_question_ends_an_answer(void **state)
{
	(void)state;
	peer_start(&peer);
	peer_run(&peer);
	ask_read(0);
	answer_read();
	while (peer.d.state == KD_DEBUGGER_SENT)
		peer_wait(&peer);
	peer_control(&peer, KD_RESET, 0);
	assert_int_equal(ask_read(16), KD_DEBUGGER_FILE);
	answer_read();
	assert_int_equal(peer.data_id, KD_ID_INITIAL);
	peer_ack(&peer);
	assert_int_equal(peer.d.state, KD_DEBUGGER_RUNNING);
}

/* The ACK of the answer is lost, but the target goes on: that says enough. */
static void test_kd_questions__new_data_implies_the_ack_of_an_answer(
	void **state)
{
	uint8_t stop[KD_STATE_SIZE];
	const struct kd_exception e = { .code = KD_CODE_BREAKPOINT };
	uint32_t id;

	(void)state;
	kd_exception_store(&e, stop);
	peer_start(&peer);
	peer_run(&peer);
	ask_read(0);
	answer_read();
	id = peer.data_id;
	assert_int_equal(ask_read(16), KD_DEBUGGER_FILE);
	answer_read();
	assert_int_equal(peer.data_id, id ^ 1);
	assert_int_equal(
		peer_data(&peer, KD_STATE_CHANGE64, stop, sizeof(stop)),
		KD_DEBUGGER_STOP);
	assert_int_equal(peer.d.state, KD_DEBUGGER_READY);
	assert_said(&peer, "ADADA");
	peer_run(&peer);
	assert_int_equal(peer.data_id, id);
}

/* The ACK of a Continue is lost; a question says that it was taken. */
static void test_kd_questions__a_question_implies_the_continue(void **state)
{
	const struct kd_manipulate m = { .api = KD_API_CONTINUE2 };

	(void)state;
	peer_start(&peer);
	kd_debugger_request(&peer.d, &m, NULL, 0, peer.now);
	peer_listen(&peer);
	assert_int_equal(prompt("?"), KD_DEBUGGER_DONE);
	assert_int_equal(peer.d.state, KD_DEBUGGER_RUNNING);
	assert_int_equal(peer_wait(&peer), KD_DEBUGGER_PROMPT);
	assert_memory_equal(kd_debugger_data(&peer.d).at, "?", 1);
	answer_prompt("y");
	assert_said(&peer, "DAD");
	assert_int_equal(peer.data_id, KD_ID_INITIAL ^ 1);
	peer_ack(&peer);
	assert_int_equal(peer.d.recoveries, 0);
}

/* A target that was running when we came asks before it can be stopped. */
static void test_kd_questions__a_question_while_connecting(void **state)
{
	(void)state;
	peer_start(&peer);
	kd_debugger_forget(&peer.d);
	kd_debugger_connect(&peer.d, peer.now);
	peer_listen(&peer);
	peer_control(&peer, KD_RESET, 0);
	assert_int_equal(prompt("?"), KD_DEBUGGER_PROMPT);
	answer_prompt("");
	assert_said(&peer, "ZAD");
	peer_ack(&peer);
	/* It still wants its stop. */
	peer_wait(&peer);
	assert_said(&peer, "bZ");
}

static void test_kd_questions__no_question_while_a_reply_is_owed(void **state)
{
	const struct kd_manipulate m = { .api = KD_API_GET_VERSION };

	(void)state;
	peer_start(&peer);
	kd_debugger_request(&peer.d, &m, NULL, 0, peer.now);
	peer_listen(&peer);
	assert_int_equal(prompt("?"), KD_DEBUGGER_NOTHING);
	assert_said(&peer, "DA");
	assert_true(peer.d.request_open);
}

static void test_kd_questions__short_packets_are_no_questions(void **state)
{
	uint8_t payload[KD_FILE_IO_SIZE];

	(void)state;
	make_read(payload, 0);
	peer_start(&peer);
	peer_run(&peer);
	assert_int_equal(peer_data(&peer, KD_FILE_IO, payload, 63),
			 KD_DEBUGGER_NOTHING);
	kd_store32(payload, KD_PRINT_TRACE);
	assert_int_equal(peer_data(&peer, KD_TRACE_IO, payload, 63),
			 KD_DEBUGGER_NOTHING);
	kd_store32(payload, 0x32ff);
	assert_int_equal(peer_data(&peer, KD_DEBUG_IO, payload, 15),
			 KD_DEBUGGER_NOTHING);
	assert_int_equal(peer_data(&peer, KD_DEBUG_IO, payload, 64),
			 KD_DEBUGGER_NOTHING); /* neither print nor prompt */
	assert_said(&peer, "AAAA");
}

static void test_kd_questions__forgetting_keeps_the_counts(void **state)
{
	struct kd_counts counts;

	(void)state;
	peer_start(&peer);
	peer_run(&peer);
	peer.d.recoveries = 5;
	counts = peer.d.x.counts;
	kd_debugger_forget(&peer.d);
	assert_int_equal(peer.d.state, KD_DEBUGGER_OFF);
	assert_int_equal(peer.d.recoveries, 5);
	assert_memory_equal(&peer.d.x.counts, &counts, sizeof(counts));
	/* Nobody is there: not even an ACK. */
	assert_int_equal(prompt("?"), KD_DEBUGGER_NOTHING);
	assert_said(&peer, "");
	assert_true(kd_debugger_deadline(&peer.d) == KD_NEVER);
}

#define TEST(name) cmocka_unit_test(test_kd_questions__##name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_prompt_is_answered),
		TEST(an_answer_is_no_longer_than_wanted),
		TEST(a_file_request_is_answered_in_place),
		TEST(an_answer_is_repeated),
		TEST(an_answer_survives_a_reset),
		TEST(the_next_question_ends_an_answer),
		TEST(new_data_implies_the_ack_of_an_answer),
		TEST(a_question_implies_the_continue),
		TEST(a_question_while_connecting),
		TEST(no_question_while_a_reply_is_owed),
		TEST(short_packets_are_no_questions),
		TEST(forgetting_keeps_the_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
