/* SPDX-License-Identifier: MIT */
/*
 * The workloads that tell and ask the debugger something, and what the target
 * looks like to one that expects Windows: guests and the simulated machine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "tests/support/vm_guest.h"
#include "tests/support/vm_peer.h"

#define NONCE 77
#define HANDLE UINT64_C(0x1122334455667788)

static struct vm vm;

static void start(enum transport_kind kind)
{
	vm_init(&vm, kind);
	vm.guest.pattern_size = 65536;
	if (!vm_connect(&vm) || !vm_find_kdbb(&vm, vm.block))
		fail_msg("kind %d: %s", kind, vm.err.text);
}

static int stop(void **state)
{
	(void)state;
	vm_stop(&vm);
	return 0;
}

static void on_each(void (*test)(void))
{
	vm_on_each(&vm, start, test);
}

/* --- modules ---------------------------------------------------------------
 */

static void assert_module(uint64_t index, bool unload)
{
	struct kd_span data = kd_debugger_data(&vm.d);
	struct kd_symbols told, expected;
	char path[KDBB_PATH_MAX];

	assert_int_equal(vm_run(&vm, VM_PATIENCE_NS), KD_DEBUGGER_STOP);
	assert_int_equal(vm.d.new_state, KD_STATE_LOAD_SYMBOLS);
	kdbb_module(NONCE, index, &expected, path);
	kd_symbols_load(&told, vm.d.x.rx.payload);
	assert_int_equal(told.base, expected.base);
	assert_int_equal(told.size, expected.size);
	assert_int_equal(told.unload, unload);
	data = kd_debugger_data(&vm.d);
	assert_int_equal(data.len, expected.path_len);
	assert_int_equal(strlen(path) + 1, expected.path_len);
	assert_memory_equal(data.at, path, data.len);
	/* It serves as at any stop. */
	assert_true(vm_read(&vm, vm_field(&vm, KDBB_PATTERN), path, 8));
	vm_go(&vm, false);
}

static void tells_of_modules(void)
{
	vm_order(&vm, KDBB_MODULE_STORM, 3, NONCE, 1);
	vm_go(&vm, false);
	for (uint64_t i = 0; i < 3; i++) {
		assert_module(i, false);
		assert_module(i, true);
	}
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	vm_assert_done(&vm, 6);
	vm_order(&vm, KDBB_MODULE_STORM, 1, NONCE, 0);
	vm_go(&vm, false);
	assert_module(0, false);
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	vm_assert_done(&vm, 1);
}

static void test_guest_told__tells_of_modules(void **state)
{
	(void)state;
	on_each(tells_of_modules);
}

/* --- files and prompts -----------------------------------------------------
 */

/* The order is done, with this result. */
static void assert_result(struct vm_peer *p, uint64_t result)
{
	uint8_t value[8];

	vm_peer_hear(p);
	assert_int_equal(p->rx.header.type, KD_STATE_CHANGE64);
	assert_true(vm.launched->ops->peek(
		vm.launched, vm_field(&vm, KDBB_MAILBOX) + KDBB_MAIL_RESULT0,
		value, sizeof(value)));
	assert_int_equal(kd_load64(value), result);
}

/* What is asked for next must be a request to do this. */
static struct kd_file_io hear_file(struct vm_peer *p, uint32_t api)
{
	struct kd_file_io f;

	vm_peer_hear(p);
	assert_int_equal(p->rx.header.type, KD_FILE_IO);
	kd_file_io_load(&f, p->rx.payload);
	assert_int_equal(f.api, api);
	return f;
}

static void say_file(struct vm_peer *p, const struct kd_file_io *f,
		     uint32_t len)
{
	uint8_t payload[KD_PAYLOAD_MAX] = { 0 };

	kd_file_io_store(f, payload);
	for (uint32_t i = 0; i < len; i++)
		payload[KD_FILE_IO_SIZE + i] =
			kdbb_file_byte(NONCE, f->u.transfer.offset + i);
	vm_peer_say(p, KD_FILE_IO, payload, (uint16_t)(KD_FILE_IO_SIZE + len));
}

/* A file of 10000 bytes in requests of 3000, read as asked for. */
static void fetches_a_file(void)
{
	static const uint8_t name[] = "k\0d\0b\0e\0n\0c\0h\0.\0b\0i\0n\0\0";
	struct vm_peer p;
	struct kd_file_io f;

	vm_order(&vm, KDBB_FILE_TRANSFER, 10000, 3000, NONCE);
	vm_go(&vm, false);
	vm_peer_take_over(&p, &vm);
	f = hear_file(&p, KD_FILE_CREATE);
	assert_memory_equal(p.rx.payload + KD_FILE_IO_SIZE, name, sizeof(name));
	f.u.create.handle = HANDLE;
	say_file(&p, &f, 0);
	for (uint64_t at = 0; at < 10000; at += 3000) {
		f = hear_file(&p, KD_FILE_READ);
		assert_int_equal(f.u.transfer.handle, HANDLE);
		assert_int_equal(f.u.transfer.offset, at);
		assert_int_equal(f.u.transfer.length, at < 9000 ? 3000 : 1000);
		say_file(&p, &f, f.u.transfer.length);
	}
	f = hear_file(&p, KD_FILE_CLOSE);
	assert_int_equal(f.u.close.handle, HANDLE);
	say_file(&p, &f, 0);
	assert_result(&p, 10000);
}

static void test_guest_told__fetches_a_file(void **state)
{
	(void)state;
	on_each(fetches_a_file);
}

static void asks_at_the_prompt(void)
{
	uint8_t payload[KD_DEBUG_IO_SIZE + 4] = { 0 };
	struct kd_debug_io io;
	struct vm_peer p;

	vm_order(&vm, KDBB_PROMPT, 3, 0, 0);
	vm_go(&vm, false);
	vm_peer_take_over(&p, &vm);
	for (unsigned i = 0; i < 3; i++) {
		vm_peer_hear(&p);
		assert_int_equal(p.rx.header.type, KD_DEBUG_IO);
		kd_debug_io_load(&io, p.rx.payload);
		assert_int_equal(io.api, KD_GET_STRING);
		assert_int_equal(io.len, strlen(KDBB_PROMPT_TEXT));
		assert_int_equal(io.max, KDBB_PROMPT_MAX);
		io.max = i;
		kd_debug_io_store(&io, payload);
		vm_peer_say(&p, KD_DEBUG_IO, payload,
			    (uint16_t)(KD_DEBUG_IO_SIZE + i));
	}
	assert_result(&p, 3);
}

static void test_guest_told__asks_at_the_prompt(void **state)
{
	(void)state;
	on_each(asks_at_the_prompt);
}

/* --- loops -----------------------------------------------------------------
 */

static void loops(void)
{
	uint32_t handle;

	vm_order(&vm, KDBB_STEP_LOOP, 500, 0, 0);
	vm_go(&vm, false);
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	vm_assert_done(&vm, 500);
	vm_order(&vm, KDBB_BREAKPOINT_LOOP, 200, 0, 0);
	vm_go(&vm, false);
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	vm_assert_done(&vm, 200);
	handle = vm_set_breakpoint(&vm, vm_field(&vm, KDBB_SPIN_PC));
	vm_order(&vm, KDBB_BREAKPOINT_LOOP, 200, 0, 0);
	vm_go(&vm, false);
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	assert_int_equal(vm.d.exception.pc, vm_field(&vm, KDBB_SPIN_PC));
	vm_clear_breakpoint(&vm, handle);
	vm_go(&vm, false);
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	vm_assert_done(&vm, 200);
}

static void test_guest_told__loops(void **state)
{
	(void)state;
	on_each(loops);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_guest_told__tells_of_modules,
					  stop),
		cmocka_unit_test_teardown(test_guest_told__fetches_a_file,
					  stop),
		cmocka_unit_test_teardown(test_guest_told__asks_at_the_prompt,
					  stop),
		cmocka_unit_test_teardown(test_guest_told__loops, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
