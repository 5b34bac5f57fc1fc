/* SPDX-License-Identifier: MIT */
/* The serial framing that is made up for a debugger before a packet link. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "tests/support/faults.h"
#include "tests/support/proxied.h"

#define RESETS 5

static void test_kd_proxy__frames_what_the_target_says(void **state)
{
	(void)state;
	proxied_attach(false);
	assert_int_equal(proxied.last_type, KD_STATE_CHANGE64);
	assert_int_equal(proxied.last_len, KD_STATE_SIZE);
	assert_int_equal(
		proxied_record(KD_STATE_MANIPULATE, KD_API_READ_VIRTUAL, 4000),
		KD_RECORD_SIZE + 4000);
	proxied_listen();
	assert_string_equal(proxied.said, "D");
	assert_int_equal(proxied.ids[0], KD_ID_INITIAL | 1);
	assert_int_equal(proxied.last_len, 4000);
	/* Until it is acknowledged, the target's next packet has to wait. */
	assert_int_equal(proxied_record(KD_DEBUG_IO, KD_PRINT_STRING, 40), 0);
}

static void test_kd_proxy__sends_until_it_is_acknowledged(void **state)
{
	(void)state;
	proxied_begin(false);
	kd_proxy_connect(&proxied.p, proxied.now);
	proxied_stop();
	proxied_listen();
	for (unsigned i = 0; i < 20; i++) {
		assert_int_equal(kd_proxy_deadline(&proxied.p),
				 proxied.now + WAIT);
		proxied.now += WAIT;
		kd_proxy_time(&proxied.p, proxied.now);
		proxied_listen();
		assert_string_equal(proxied.said, "D");
	}
	proxied_control(KD_RESEND, 0);
	assert_string_equal(proxied.said, "D");
	proxied_control(KD_ACKNOWLEDGE, KD_ID_INITIAL | 1); /* not its id */
	assert_int_equal(kd_proxy_deadline(&proxied.p), proxied.now + WAIT);
	proxied_control(KD_ACKNOWLEDGE, KD_ID_INITIAL);
	assert_true(kd_proxy_deadline(&proxied.p) == UINT64_MAX);
}

static void test_kd_proxy__hands_requests_on_once(void **state)
{
	(void)state;
	proxied_attach(false);
	proxied_ask(KD_API_GET_VERSION, KD_ID_INITIAL);
	assert_string_equal(proxied.said, "A");
	assert_string_equal(proxied.told, "D");
	proxied_ask(KD_API_GET_VERSION, KD_ID_INITIAL); /* its ACK was lost */
	assert_string_equal(proxied.said, "A");
	assert_string_equal(proxied.told, "");
	proxied_ask(KD_API_GET_VERSION, KD_ID_INITIAL | 1);
	assert_string_equal(proxied.told, "D");
}

/* F12, F18, F05, F15: sum, length, silence in mid-packet, SYNC in the id. */
static void test_kd_proxy__asks_for_damaged_packets_again(void **state)
{
	uint8_t bytes[128];
	size_t len;

	(void)state;
	proxied_attach(false);
	len = proxied_request(bytes, KD_API_GET_VERSION, KD_ID_INITIAL);
	bytes[30] ^= 1;
	proxied_hear(bytes, len);
	assert_string_equal(proxied.said, "N");
	len = proxied_request(bytes, KD_API_GET_VERSION,
			      KD_ID_INITIAL | KD_ID_SYNC);
	proxied_hear(bytes, len);
	assert_string_equal(proxied.said, "N");
	len = proxied_request(bytes, KD_API_GET_VERSION, KD_ID_INITIAL);
	bytes[7] = 0xff;
	proxied_hear(bytes, len);
	assert_string_equal(proxied.said, "N");
	(void)proxied_request(bytes, KD_API_GET_VERSION, KD_ID_INITIAL);
	proxied_hear(bytes, 40);
	proxied.now += WAIT;
	kd_proxy_time(&proxied.p, proxied.now);
	proxied_listen();
	assert_string_equal(proxied.said, "N");
	proxied_ask(KD_API_GET_VERSION, KD_ID_INITIAL);
	assert_string_equal(proxied.said, "A");
	assert_string_equal(proxied.told, "D");
}

/* F22, F25: new data acknowledges what it crosses, and is not lost. */
static void test_kd_proxy__takes_new_data_for_an_ack(void **state)
{
	(void)state;
	proxied_attach(false);
	proxied_print();
	proxied_listen();
	assert_string_equal(proxied.said, "D");
	proxied_ask(KD_API_GET_VERSION, KD_ID_INITIAL);
	assert_string_equal(proxied.said, "A");
	assert_string_equal(proxied.told, "D");
	assert_true(kd_proxy_deadline(&proxied.p) == UINT64_MAX);
}

/* F26: a stopped target is asked for its state again. */
static void test_kd_proxy__passes_a_stray_resend_on(void **state)
{
	(void)state;
	proxied_attach(false);
	proxied_control(KD_RESEND, 0);
	assert_string_equal(proxied.said, "");
	assert_string_equal(proxied.told, "Z");
	proxied_answer_reset();
	proxied_stop();
	proxied_listen();
	assert_string_equal(proxied.said, "D");
	assert_int_equal(proxied.ids[0], KD_ID_INITIAL | 1);
}

static void test_kd_proxy__starts_over_at_reset(void **state)
{
	(void)state;
	proxied_attach(false);
	proxied_ask(KD_API_GET_VERSION, KD_ID_INITIAL);
	proxied_record(KD_STATE_MANIPULATE, KD_API_GET_VERSION,
		       KD_MANIPULATE_SIZE);
	proxied_listen();
	assert_string_equal(proxied.said, "D");
	proxied_control(KD_RESET, 0);
	assert_string_equal(proxied.said, "Z");
	assert_string_equal(proxied.told, "Z");
	/* Said before it heard of it: of an earlier life. */
	proxied_record(KD_STATE_MANIPULATE, KD_API_GET_VERSION,
		       KD_MANIPULATE_SIZE);
	proxied_listen();
	assert_string_equal(proxied.said, "");
	proxied_answer_reset();
	proxied_stop();
	proxied_listen();
	assert_string_equal(proxied.said, "D");
	assert_int_equal(proxied.ids[0], KD_ID_INITIAL);
	proxied_control(KD_ACKNOWLEDGE, KD_ID_INITIAL);
	proxied_ask(KD_API_GET_VERSION, KD_ID_INITIAL);
	assert_string_equal(proxied.said, "A");
	assert_int_equal(proxied.p.lost, 2);
}

/* F36: RESETs that piled up before us are one RESET, unless they are kept. */
static void test_kd_proxy__answers_piled_up_resets_once(void **state)
{
	(void)state;
	for (int keep = 0; keep < 2; keep++) {
		uint8_t bytes[RESETS * KD_HEADER_SIZE];
		size_t len = 0, at = 0;
		unsigned answers = 0, orders = 0;

		proxied_attach(keep);
		for (unsigned i = 0; i < RESETS; i++)
			len += packet_control(bytes + len, KD_RESET, 0);
		while (at < len) {
			at += kd_proxy_from_debugger(
				&proxied.p,
				(struct kd_span){ bytes + at, len - at },
				proxied.now);
			proxied_listen();
			answers += (unsigned)strlen(proxied.said);
			orders += (unsigned)strlen(proxied.told);
		}
		assert_int_equal(answers, keep ? RESETS : 1);
		assert_int_equal(orders, keep ? RESETS : 1);
	}
}

/* Not every request without a reply makes the target run. */
static void test_kd_proxy__knows_what_makes_it_run(void **state)
{
	(void)state;
	proxied_attach(false);
	proxied_ask(KD_API_CLEAR_INTERNAL_BREAKPOINTS, KD_ID_INITIAL);
	proxied_control(KD_RESET, 0);
	assert_string_equal(proxied.told, "Z");
}

/* A running target ignores resets: it must not be deaf to what comes next. */
static void test_kd_proxy__stops_a_running_target(void **state)
{
	const uint8_t breakin = KD_BREAKIN_BYTE;

	(void)state;
	proxied_attach(false);
	proxied_ask(KD_API_CONTINUE2, KD_ID_INITIAL);
	assert_string_equal(proxied.said, "A");
	assert_string_equal(proxied.told, "D");
	proxied_hear(&breakin, 1);
	assert_string_equal(proxied.told, "B");
	proxied_control(KD_RESET, 0);
	assert_string_equal(proxied.said, "Z");
	assert_string_equal(proxied.told, "");
	proxied_stop();
	proxied_listen();
	assert_string_equal(proxied.said, "D");
	assert_int_equal(proxied.ids[0], KD_ID_INITIAL);
}

/* F35: a target that prints is held up for so long, and then no more. */
static void test_kd_proxy__gives_prints_up(void **state)
{
	(void)state;
	proxied_attach(false);
	proxied_print();
	for (unsigned i = 0; i < 3; i++) {
		proxied_listen();
		assert_string_equal(proxied.said, "D");
		proxied.now += WAIT;
		kd_proxy_time(&proxied.p, proxied.now);
	}
	for (unsigned i = 0; i < 10; i++)
		proxied_print();
	proxied_listen();
	assert_string_equal(proxied.said, "");
	assert_int_equal(proxied.p.lost, 11);
	proxied_stop(); /* an exception is not given up */
	proxied_listen();
	assert_string_equal(proxied.said, "D");
	assert_int_equal(proxied.ids[0], KD_ID_INITIAL | KD_ID_SYNC);
	proxied_control(KD_ACKNOWLEDGE, KD_ID_INITIAL);
	proxied_print();
	proxied_listen();
	assert_string_equal(proxied.said, "D");
}

static void test_kd_proxy__keeps_the_stop_for_the_next_debugger(void **state)
{
	(void)state;
	proxied_begin(false);
	proxied_stop();
	proxied_print();
	proxied_listen();
	assert_string_equal(proxied.said, "");
	assert_true(kd_proxy_deadline(&proxied.p) == UINT64_MAX);
	kd_proxy_connect(&proxied.p, proxied.now);
	proxied_listen();
	assert_string_equal(proxied.said, "D");
	assert_int_equal(proxied.last_type, KD_STATE_CHANGE64);
	assert_int_equal(proxied.last[KD_STATE_SIZE - 1], KD_STATE_SIZE);
	proxied_control(KD_ACKNOWLEDGE, KD_ID_INITIAL);
	proxied_ask(KD_API_GET_VERSION, KD_ID_INITIAL);
	proxied_record(KD_STATE_MANIPULATE, KD_API_GET_VERSION,
		       KD_MANIPULATE_SIZE);
	kd_proxy_disconnect(&proxied.p);
	kd_proxy_connect(&proxied.p, proxied.now);
	proxied_listen();
	assert_string_equal(proxied.said,
			    ""); /* a reply is for whoever asked */
}

/* A target that reports a module waits: it must not do so for ever. */
static void test_kd_proxy__keeps_a_module_for_the_next_debugger(void **state)
{
	(void)state;
	proxied_begin(false);
	proxied_record(KD_STATE_CHANGE64, KD_STATE_LOAD_SYMBOLS, KD_STATE_SIZE);
	proxied_listen();
	kd_proxy_connect(&proxied.p, proxied.now);
	proxied_listen();
	assert_string_equal(proxied.said, "D");
	assert_int_equal(kd_load32(proxied.last), KD_STATE_LOAD_SYMBOLS);
}

static void test_kd_proxy__says_when_the_target_has_gone(void **state)
{
	(void)state;
	proxied_attach(false);
	kd_proxy_farewell(&proxied.p, proxied.now);
	proxied_listen();
	assert_string_equal(proxied.said, "D");
	assert_int_equal(proxied.last_type, KD_STATE_CHANGE64);
	assert_int_equal(proxied.last_len, KD_STATE_SIZE);
	assert_int_equal(kd_load32(proxied.last), KD_STATE_LOAD_SYMBOLS);
	assert_true(kd_load64(proxied.last + 0x28) == UINT64_MAX);
	assert_int_equal(proxied.last[0x40], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kd_proxy__frames_what_the_target_says),
		cmocka_unit_test(test_kd_proxy__sends_until_it_is_acknowledged),
		cmocka_unit_test(test_kd_proxy__hands_requests_on_once),
		cmocka_unit_test(test_kd_proxy__asks_for_damaged_packets_again),
		cmocka_unit_test(test_kd_proxy__takes_new_data_for_an_ack),
		cmocka_unit_test(test_kd_proxy__passes_a_stray_resend_on),
		cmocka_unit_test(test_kd_proxy__starts_over_at_reset),
		cmocka_unit_test(test_kd_proxy__answers_piled_up_resets_once),
		cmocka_unit_test(test_kd_proxy__knows_what_makes_it_run),
		cmocka_unit_test(test_kd_proxy__stops_a_running_target),
		cmocka_unit_test(test_kd_proxy__gives_prints_up),
		cmocka_unit_test(
			test_kd_proxy__keeps_the_stop_for_the_next_debugger),
		cmocka_unit_test(
			test_kd_proxy__keeps_a_module_for_the_next_debugger),
		cmocka_unit_test(test_kd_proxy__says_when_the_target_has_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
