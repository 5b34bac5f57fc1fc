/* SPDX-License-Identifier: MIT */
/*
 * What the debugger's half makes of state changes and traces: modules, and
 * targets that are no amd64.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/kd/record.h"
#include "tests/support/peer.h"

static struct peer peer;

static void test_kd_stops__a_trace_is_told(void **state)
{
	const struct kd_trace_io t = { .api = KD_PRINT_TRACE, .len = 1000 };
	uint8_t payload[KD_TRACE_IO_SIZE + 8] = { 0 };

	(void)state;
	kd_trace_io_store(&t, payload);
	peer_start(&peer);
	peer_run(&peer);
	assert_int_equal(
		peer_data(&peer, KD_TRACE_IO, payload, sizeof(payload)),
		KD_DEBUGGER_TRACE);
	assert_said(&peer, "A");
	assert_int_equal(kd_debugger_data(&peer.d).len, 8);
}

/* A module's path is as long as it says, and as it came. */
static void test_kd_stops__modules_are_stops_with_a_path(void **state)
{
	static const struct {
		uint32_t claimed;
		size_t len;
	} paths[] = { { 8, 8 }, { 4, 4 }, { 0, 0 }, { UINT32_MAX, 8 } };
	const struct kd_exception e = { .pc = 0x1234 };
	uint8_t payload[KD_STATE_SIZE + 8];

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		const struct kd_symbols s = { .path_len = paths[i].claimed,
					      .base = 0x5000,
					      .unload = true };

		kd_symbols_store(&s, &e, payload);
		memcpy(payload + KD_STATE_SIZE, "abc.sys", 8);
		peer_start(&peer);
		peer_run(&peer);
		assert_int_equal(peer_data(&peer, KD_STATE_CHANGE64, payload,
					   sizeof(payload)),
				 KD_DEBUGGER_STOP);
		assert_int_equal(peer.d.new_state, KD_STATE_LOAD_SYMBOLS);
		assert_int_equal(peer.d.symbols.base, 0x5000);
		assert_true(peer.d.symbols.unload);
		assert_int_equal(peer.d.exception.pc, 0x1234);
		assert_int_equal(peer.d.exception.code, 0);
		assert_int_equal(kd_debugger_data(&peer.d).len, paths[i].len);
	}
}

/* i386: the control report is elsewhere, and Continue2 is packed. */
static void test_kd_stops__i386_has_its_own_layouts(void **state)
{
	const struct kd_manipulate ask = { .api = KD_API_GET_VERSION };
	const struct kd_manipulate go = {
		.api = KD_API_CONTINUE2,
		.u.resume = { .status = KD_CONTINUE,
			      .trace = 1,
			      .dr7 = 0x401,
			      .symbol_start = 1,
			      .symbol_end = 2 },
	};
	uint8_t stop[KD_STATE_SIZE] = { 0 };
	uint8_t reply[KD_MANIPULATE_SIZE] = { 0 };

	(void)state;
	kd_store32(stop, KD_STATE_EXCEPTION);
	kd_store32(stop + 0x20, KD_CODE_BREAKPOINT);
	kd_store32(stop + 0xc4, 0x455); /* Dr7 */
	kd_store32(stop + 0xe4, 0x246); /* EFlags */
	kd_store16(stop + 0xdc, 0x1b);  /* SegCs */
	peer_start(&peer);
	peer_run(&peer);
	peer_data(&peer, KD_STATE_CHANGE64, stop, sizeof(stop));
	kd_debugger_request(&peer.d, &ask, NULL, 0, peer.now);
	peer_listen(&peer);
	peer_ack(&peer);
	kd_store32(reply, KD_API_GET_VERSION);
	kd_store16(reply + 0x18, KD_MACHINE_I386);
	assert_int_equal(
		peer_data(&peer, KD_STATE_MANIPULATE, reply, sizeof(reply)),
		KD_DEBUGGER_REPLY);
	assert_int_equal(peer.d.arch, KD_I386);
	/* The stop that came before is understood by now. */
	assert_int_equal(peer.d.exception.dr7, 0x455);
	assert_int_equal(peer.d.exception.eflags, 0x246);
	assert_int_equal(peer.d.exception.cs, 0x1b);
	kd_debugger_request(&peer.d, &go, NULL, 0, peer.now);
	peer_listen(&peer);
	assert_int_equal(kd_load32(peer.data + 0x18), 0x401);
	assert_int_equal(kd_load32(peer.data + 0x1c), 1);
	assert_int_equal(kd_load32(peer.data + 0x20), 2);
	assert_int_equal(peer_ack(&peer), KD_DEBUGGER_DONE);
	kd_store32(stop + 0xe4, 0x202);
	peer_data(&peer, KD_STATE_CHANGE64, stop, sizeof(stop));
	assert_int_equal(peer.d.exception.eflags, 0x202);
}

/* All that it has to say; returns how many bytes that was. */
static size_t say_all(struct kd_debugger *d)
{
	uint8_t bytes[256];
	struct kd_room room = { bytes, sizeof(bytes) };
	size_t n, total = 0;

	while ((n = kd_debugger_output(d, room, 1)) > 0)
		total += n;
	return total;
}

/*
 * On a reliable line a target may have stopped again before anybody has looked
 * at the clock: it ran in between, and the stop is the last that happened.
 */
static void test_kd_stops__a_stop_comes_behind_the_run(void **state)
{
	static const struct kd_debugger_profile profile = { .reliable = true };
	static const struct kd_manipulate go = {
		.api = KD_API_CONTINUE2, .u.resume.status = KD_CONTINUE
	};
	uint8_t bytes[KD_RECORD_SIZE + KD_STATE_SIZE] = { 0 };
	struct kd_span in = { bytes, sizeof(bytes) };
	struct kd_debugger d;
	uint8_t reset[KD_RECORD_SIZE];
	size_t used;

	(void)state;
	kd_debugger_init(&d, &profile);
	kd_record_store(reset, KD_RECORD_RESET, 0, 0);
	kd_record_store(bytes, KD_RECORD_DATA, KD_STATE_CHANGE64,
			KD_STATE_SIZE);
	kd_store32(bytes + KD_RECORD_SIZE, KD_STATE_EXCEPTION);
	kd_debugger_connect(&d, 1);
	(void)say_all(&d);
	(void)kd_debugger_input(&d, (struct kd_span){ reset, sizeof(reset) }, 2,
				&used);
	(void)say_all(&d);
	assert_int_equal(kd_debugger_input(&d, in, 2, &used), KD_DEBUGGER_STOP);
	for (unsigned round = 0; round < 3; round++) {
		kd_debugger_request(&d, &go, NULL, 0, 3);
		assert_int_equal(say_all(&d),
				 KD_RECORD_SIZE + KD_MANIPULATE_SIZE);
		assert_int_equal(kd_debugger_input(&d, in, 4, &used),
				 KD_DEBUGGER_DONE);
		assert_int_equal(used, 0);
		assert_int_equal(kd_debugger_input(&d, in, 4, &used),
				 KD_DEBUGGER_STOP);
		assert_int_equal(used, sizeof(bytes));
		assert_int_equal(kd_debugger_time(&d, 5), KD_DEBUGGER_NOTHING);
		assert_int_equal(d.state, KD_DEBUGGER_READY);
	}
}

/* A stop at the module with this base, told by a KD that has just begun. */
static enum kd_debugger_event fresh_module(uint64_t base)
{
	const struct kd_symbols s = { .base = base };
	const struct kd_exception e = { .pc = 0x1234 };
	uint8_t payload[KD_STATE_SIZE];

	kd_symbols_store(&s, &e, payload);
	return peer_data_id(&peer, KD_STATE_CHANGE64, payload, sizeof(payload),
			    KD_ID_INITIAL | KD_ID_SYNC);
}

/* Stopped at module 1; a Continue2 is out, and its ACK is lost. */
static void leave_continue_open(void)
{
	static const struct kd_manipulate go = {
		.api = KD_API_CONTINUE2, .u.resume.status = KD_CONTINUE
	};

	peer_start(&peer);
	peer_run(&peer);
	assert_int_equal(fresh_module(1), KD_DEBUGGER_STOP);
	kd_debugger_request(&peer.d, &go, NULL, 0, peer.now);
	peer_listen(&peer);
	assert_said(&peer, "AD");
}

/*
 * SYNC while a Continue is open: what is told is another stop, so it was taken
 * and another KD has taken over; or the same one, so it must be sent again.
 */
static void test_kd_stops__another_stop_means_it_went_on(void **state)
{
	(void)state;
	leave_continue_open();
	assert_int_equal(fresh_module(2), KD_DEBUGGER_STOP);
	assert_int_equal(peer.d.symbols.base, 2);
	assert_int_equal(peer.d.state, KD_DEBUGGER_READY);
	assert_int_equal(peer.d.x.next_id, KD_ID_INITIAL);
	assert_said(&peer, "A");
	leave_continue_open();
	assert_int_equal(fresh_module(1), KD_DEBUGGER_NOTHING);
	assert_int_equal(peer.d.state, KD_DEBUGGER_SENT);
}

static void test_kd_stops__a_print_means_it_went_on(void **state)
{
	uint8_t print[KD_DEBUG_IO_SIZE + 4] = { 0 };

	(void)state;
	kd_print_store(print, 0, 4);
	leave_continue_open();
	assert_int_equal(peer_data_id(&peer, KD_DEBUG_IO, print, sizeof(print),
				      KD_ID_INITIAL | KD_ID_SYNC),
			 KD_DEBUGGER_DONE);
	assert_int_equal(kd_debugger_time(&peer.d, peer.now),
			 KD_DEBUGGER_PRINT);
	assert_int_equal(peer.d.state, KD_DEBUGGER_RUNNING);
	assert_int_equal(peer.d.x.next_id, KD_ID_INITIAL);
	/* Nothing is left to be sent again. */
	assert_int_equal(fresh_module(1), KD_DEBUGGER_STOP);
	assert_said(&peer, "AA");
}

/*
 * The target says that it counts anew. Whether it does is asked before it is
 * told to go on, which it would acknowledge either way.
 */
static void run_in_a_new_life(void)
{
	static const struct kd_manipulate go = {
		.api = KD_API_CONTINUE2, .u.resume.status = KD_CONTINUE
	};
	uint8_t reply[KD_MANIPULATE_SIZE] = { 0 };

	kd_debugger_request(&peer.d, &go, NULL, 0, peer.now);
	peer_listen(&peer);
	assert_said(&peer, "D");
	assert_int_equal(kd_load32(peer.data), KD_API_GET_VERSION);
	assert_int_equal(peer_ack(&peer), KD_DEBUGGER_NOTHING);
	kd_store32(reply, KD_API_GET_VERSION);
	assert_int_equal(peer_data_id(&peer, KD_STATE_MANIPULATE, reply,
				      sizeof(reply), KD_ID_INITIAL ^ 1),
			 KD_DEBUGGER_NOTHING);
	assert_said(&peer, "AD");
	assert_int_equal(kd_load32(peer.data), KD_API_CONTINUE2);
	assert_int_equal(peer_ack(&peer), KD_DEBUGGER_DONE);
}

/* Two KDs may begin with the same words, if a Continue lies between them. */
static void test_kd_stops__the_next_kd_may_say_the_same(void **state)
{
	(void)state;
	peer_start(&peer);
	peer_run(&peer);
	assert_int_equal(fresh_module(1), KD_DEBUGGER_STOP);
	assert_said(&peer, "A");
	run_in_a_new_life();
	assert_int_equal(fresh_module(1), KD_DEBUGGER_STOP);
}

#define TEST(name) cmocka_unit_test(test_kd_stops__##name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_trace_is_told),
		TEST(modules_are_stops_with_a_path),
		TEST(i386_has_its_own_layouts),
		TEST(a_stop_comes_behind_the_run),
		TEST(another_stop_means_it_went_on),
		TEST(a_print_means_it_went_on),
		TEST(the_next_kd_may_say_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
