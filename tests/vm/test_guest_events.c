/* SPDX-License-Identifier: MIT */
/*
 * A list of events (KDBB_EVENTS), done by guests, by the simulated machine and
 * by the same as a process.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/kd/events.h"
#include "tests/support/vm_guest.h"

#define NONCE 77
#define HANDLE UINT64_C(0x1122334455667788)

static struct vm vm;

static void start(enum transport_kind kind)
{
	vm_init(&vm, kind);
	vm.guest.pattern_size = 65536;
	vm.debugger.file_io = KD_FILE_SERVE;
	if (!vm_connect(&vm) || !vm_find_kdbb(&vm, vm.block))
		fail_msg("kind %d: %s", kind, vm.err.text);
}

static int stop(void **state)
{
	(void)state;
	vm_stop(&vm);
	return 0;
}

/* Order these and let it run. */
static void give(const struct kd_event *events, size_t count)
{
	uint8_t list[64 * KDBB_EVENT_SIZE];

	assert_true(count <= 64);
	for (size_t i = 0; i < count; i++)
		kd_event_store(&events[i], list + i * KDBB_EVENT_SIZE);
	assert_true(vm_write(&vm, vm_field(&vm, KDBB_SCRATCH), list,
			     (uint32_t)(count * KDBB_EVENT_SIZE)));
	vm_order(&vm, KDBB_EVENTS, vm_field(&vm, KDBB_SCRATCH), count, NONCE);
	vm_go(&vm, false);
}

/* The list is over with 'done' events done. */
static void assert_over(uint64_t done)
{
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	vm_assert_done(&vm, done);
}

/* It has not even begun, and so took no time. */
static void assert_nothing_done(void)
{
	uint8_t result[8];

	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	assert_true(vm_read(&vm,
			    vm_field(&vm, KDBB_MAILBOX) + KDBB_MAIL_RESULT0,
			    result, sizeof(result)));
	assert_int_equal(kd_load64(result), 0);
}

static bool synced(void)
{
	return (vm.d.x.rx.header.id & KD_ID_SYNC) != 0;
}

static void assert_print(const struct kd_event *e, uint64_t index)
{
	uint8_t text[KD_EVENT_TEXT_MAX];
	uint32_t len = kd_event_print(e, NONCE, index, text);

	assert_int_equal(vm_run(&vm, VM_PATIENCE_NS), KD_DEBUGGER_PRINT);
	assert_int_equal(kd_debugger_data(&vm.d).len, len);
	assert_memory_equal(kd_debugger_data(&vm.d).at, text, len);
}

static void assert_module(const struct kd_event *e, uint64_t index)
{
	char path[KD_EVENT_TEXT_MAX];
	struct kd_symbols s;

	kd_event_module(e, NONCE, index, &s, path);
	assert_int_equal(vm_run(&vm, VM_PATIENCE_NS), KD_DEBUGGER_STOP);
	assert_int_equal(vm.d.new_state, KD_STATE_LOAD_SYMBOLS);
	assert_int_equal(vm.d.symbols.base, s.base);
	assert_int_equal(vm.d.symbols.unload, e->kind == KDBB_EVENT_UNLOAD);
	assert_int_equal(kd_debugger_data(&vm.d).len, e->length);
	assert_memory_equal(kd_debugger_data(&vm.d).at, path, e->length);
	vm_go(&vm, false);
}

/* Bytes that are read are the file's, if 'right'. */
static void answer_file(const struct kd_event *e, uint64_t index, bool right)
{
	uint8_t bytes[KD_FILE_DATA_MAX], name[KD_EVENT_TEXT_MAX];
	struct kd_file_io f, want;
	uint32_t len = kd_event_file(e, NONCE, index, HANDLE, &want, name);

	assert_int_equal(vm_run(&vm, VM_PATIENCE_NS), KD_DEBUGGER_FILE);
	f = vm.d.file;
	assert_int_equal(f.api, want.api);
	if (f.api == KD_FILE_CREATE) {
		assert_int_equal(kd_debugger_data(&vm.d).len, len);
		assert_memory_equal(kd_debugger_data(&vm.d).at, name, len);
		f.u.create.handle = HANDLE;
	} else if (f.api == KD_FILE_READ) {
		assert_int_equal(f.u.transfer.handle, HANDLE);
		assert_int_equal(f.u.transfer.offset, e->value);
		assert_int_equal(f.u.transfer.length, e->length);
	}
	f.status = KD_STATUS_SUCCESS;
	for (uint32_t i = 0; i < e->length; i++)
		bytes[i] = kdbb_file_byte(NONCE, e->value + i);
	if (!right)
		bytes[e->length - 1] ^= 1;
	kd_debugger_answer_file(&vm.d, &f, bytes,
				f.api == KD_FILE_READ ? e->length : 0,
				clock_now_ns());
}

static void does_a_list(void)
{
	static const struct kd_event events[] = {
		{ KDBB_EVENT_PRINT, 80, 0 },
		{ KDBB_EVENT_LOAD, 44, 0 },
		{ KDBB_EVENT_FILE_OPEN, 60, 0 },
		{ KDBB_EVENT_FILE_READ, 100, 12345 },
		{ KDBB_EVENT_FILE_CLOSE, 0, 0 },
		{ KDBB_EVENT_UNLOAD, KD_EVENT_TEXT_MAX, 0 },
		{ KDBB_EVENT_STOP, 0, 0 },
		{ KDBB_EVENT_WORK, 0, 3 },
		{ KDBB_EVENT_PRINT, KD_PRINT_MAX, 0 },
		{ KDBB_EVENT_PRINT, 0, 0 },
		{ KDBB_EVENT_LOAD, 0, 0 },
	};

	give(events, ARRAY_SIZE(events));
	assert_print(&events[0], 0);
	assert_module(&events[1], 1);
	answer_file(&events[2], 2, true);
	answer_file(&events[3], 3, true);
	answer_file(&events[4], 4, true);
	assert_module(&events[5], 5);
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	vm_go(&vm, false);
	assert_print(&events[8], 8);
	assert_print(&events[9], 9);
	assert_module(&events[10], 10);
	assert_over(ARRAY_SIZE(events));
}

static void test_guest_events__does_a_list(void **state)
{
	(void)state;
	vm_on_each(&vm, start, does_a_list);
}

/* A new stack has fresh ids, and none of the breakpoints of the one before. */
static void hands_over(void)
{
	static const struct kd_event events[] = {
		{ KDBB_EVENT_PRINT, 30, 0 },    { KDBB_EVENT_PRINT, 31, 0 },
		{ KDBB_EVENT_HAND_OVER, 0, 0 }, { KDBB_EVENT_PRINT, 32, 0 },
		{ KDBB_EVENT_PRINT, 33, 0 },    { KDBB_EVENT_HAND_OVER, 0, 0 },
		{ KDBB_EVENT_LOAD, 34, 0 },     { KDBB_EVENT_WORK, 0, 2 },
		{ KDBB_EVENT_HAND_OVER, 0, 0 }, { KDBB_EVENT_STOP, 0, 0 },
	};
	uint64_t packets = vm_counter(&vm, KDBB_PACKETS_OUT);
	bool ids = !vm.d.x.reliable;

	(void)vm_set_breakpoint(&vm, vm_field(&vm, KDBB_SPIN_PC));
	give(events, ARRAY_SIZE(events));
	assert_print(&events[0], 0);
	assert_print(&events[1], 1);
	assert_false(synced());
	assert_print(&events[3], 3);
	assert_int_equal(synced(), ids);
	assert_print(&events[4], 4);
	assert_false(synced());
	assert_module(&events[6], 6);
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	assert_int_equal(synced(), ids);
	/* What was counted stays (the simulator counts nothing). */
	assert_true(vm_counter(&vm, KDBB_PACKETS_OUT) >=
		    (packets ? packets + 9 : 0));
	vm_go(&vm, false);
	assert_over(ARRAY_SIZE(events));
}

static void test_guest_events__hands_over(void **state)
{
	(void)state;
	vm_on_each(&vm, start, hands_over);
}

/* Whatever is wrong, it ends with what was done before. */
static void ends_where_it_is_wrong(void)
{
	static const struct kd_event bad[] = {
		{ KDBB_EVENT_COUNT, 0, 0 },
		{ UINT32_MAX, 0, 0 },
		{ KDBB_EVENT_PRINT, KD_PRINT_MAX + 1, 0 },
		{ KDBB_EVENT_LOAD, UINT32_MAX, 0 },
		{ KDBB_EVENT_FILE_OPEN, KD_EVENT_TEXT_MAX + 1, 0 },
		{ KDBB_EVENT_FILE_READ, KD_FILE_DATA_MAX + 1, 0 },
	};
	struct kd_event list[3] = { { KDBB_EVENT_PRINT, 40, 0 } };
	const struct kd_event file[] = { { KDBB_EVENT_FILE_OPEN, 0, 0 },
					 { KDBB_EVENT_FILE_READ, 10, 8 },
					 { KDBB_EVENT_PRINT, 20, 0 } };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		list[1] = bad[i];
		give(list, ARRAY_SIZE(list));
		assert_print(&list[0], 0);
		assert_over(1);
	}
	give(file, ARRAY_SIZE(file));
	answer_file(&file[0], 0, true);
	answer_file(&file[1], 1, false);
	assert_over(1);
	/* No list there, and one that ends in nothing. */
	vm_order(&vm, KDBB_EVENTS, UINT64_C(0x700000000000), 5, NONCE);
	vm_go(&vm, false);
	assert_nothing_done();
	vm_order(&vm, KDBB_EVENTS, UINT64_MAX - 3, UINT64_MAX, NONCE);
	vm_go(&vm, false);
	assert_nothing_done();
}

static void test_guest_events__ends_where_it_is_wrong(void **state)
{
	(void)state;
	vm_on_each(&vm, start, ends_where_it_is_wrong);
}

/* Another order, left behind at one of its stops, ends it. */
static void ends_for_another_order(void)
{
	static const struct kd_event events[] = {
		{ KDBB_EVENT_STOP, 0, 0 },
		{ KDBB_EVENT_PRINT, 40, 0 },
	};

	give(events, ARRAY_SIZE(events));
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	vm_order(&vm, KDBB_SPIN, 2, 0, 0);
	vm_go(&vm, false);
	assert_over(2);
}

static void test_guest_events__ends_for_another_order(void **state)
{
	(void)state;
	vm_on_each(&vm, start, ends_for_another_order);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_guest_events__does_a_list, stop),
		cmocka_unit_test_teardown(test_guest_events__hands_over, stop),
		cmocka_unit_test_teardown(
			test_guest_events__ends_where_it_is_wrong, stop),
		cmocka_unit_test_teardown(
			test_guest_events__ends_for_another_order, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
