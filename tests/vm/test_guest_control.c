/* SPDX-License-Identifier: MIT */
/* Stopping the guest, stepping it, and what its registers say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "tests/support/vm_guest.h"

#define CR0_PAGING UINT64_C(0x80000000)
#define SPECIAL_CR0 0x00
#define SPECIAL_GDT_LIMIT 0x56
#define SPECIAL_IDT_LIMIT 0x66

static struct vm vm;

static bool start_on(enum transport_kind kind)
{
	vm_init(&vm, kind);
	vm.guest.pattern_size = 65536;
	return vm_connect(&vm) && vm_find_kdbb(&vm, vm.block);
}

static int start(void **state)
{
	(void)state;
	return start_on(TRANSPORT_IVSHMEM) ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	vm_stop(&vm);
	return 0;
}

/* --- stopping and going on
 * ---------------------------------------------------- */

/* Two rules that show in the first packet, and one that is a number. */
static void test_guest_control__keeps_to_the_rules_it_is_told(void **state)
{
	(void)state;
	for (unsigned told = 0; told < 2; told++) {
		vm_stop(&vm);
		vm_init(&vm, TRANSPORT_UART);
		vm.guest.pattern_size = 65536;
		vm.target.trace_data = (int)told;
		vm.target.stop_id = (int)told;
		vm.target.abandon_replies = 20;
		assert_true(vm_connect(&vm));
		assert_int_equal(kd_debugger_data(&vm.d).len, 4 * told);
		assert_int_equal((vm.d.last_id & KD_ID_SYNC) != 0, told);
	}
	vm_stop(&vm);
	assert_true(start_on(TRANSPORT_IVSHMEM));
}

/* Nobody moves RIP: our own breakpoints do not hold us. */
static void test_guest_control__breaks_in_again_and_again(void **state)
{
	static const enum transport_kind kinds[] = { TRANSPORT_UART,
						     TRANSPORT_BYTEPORT,
						     TRANSPORT_VIRTIO,
						     TRANSPORT_IVSHMEM };

	(void)state;
	for (unsigned k = 0; k < ARRAY_SIZE(kinds); k++) {
		vm_stop(&vm);
		assert_true(start_on(kinds[k]));
		for (unsigned i = 0; i < 20; i++) {
			vm_go(&vm, false);
			vm_break_in(&vm);
			assert_int_equal(vm.d.exception.code_bytes[0], 0xcc);
		}
	}
}

static void sleeps(void)
{
	struct launch_cpu before, after;
	uint64_t halts = vm_counter(&vm, KDBB_HALTS);

	vm_go(&vm, false);
	assert_int_equal(vm_run(&vm, 20 * NS_PER_MS), KD_DEBUGGER_NOTHING);
	assert_true(vm.launched->ops->cpu(vm.launched, &before));
	assert_int_equal(vm_run(&vm, 300 * NS_PER_MS), KD_DEBUGGER_NOTHING);
	assert_true(vm.launched->ops->cpu(vm.launched, &after));
	vm.err = (struct err){ 0 };
	vm_break_in(&vm);
	assert_true(vm_counter(&vm, KDBB_HALTS) > halts);
	assert_true(vm_counter(&vm, KDBB_WAKEUPS) > 0);
	/* Spinning would have cost all of it. */
	assert_true(after.vcpu_ns - before.vcpu_ns < 100 * NS_PER_MS);
}

static void test_guest_control__sleeps_while_nothing_happens(void **state)
{
	static const enum transport_kind kinds[] = { TRANSPORT_VIRTIO,
						     TRANSPORT_IVSHMEM };

	(void)state;
	for (unsigned k = 0; k < ARRAY_SIZE(kinds); k++) {
		vm_stop(&vm);
		assert_true(start_on(kinds[k]));
		sleeps();
	}
}

static void test_guest_control__steps_one_instruction(void **state)
{
	uint64_t pc = vm.d.exception.pc;
	uint64_t moved = 0;

	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		vm_go(&vm, true);
		vm_assert_stops(&vm, KD_CODE_SINGLE_STEP);
		moved += vm.d.exception.pc != pc;
		pc = vm.d.exception.pc;
	}
	assert_true(moved > 290);
	vm_go(&vm, false);
	vm_break_in(&vm);
}

/* A step that ends in a stop of the guest's own is that stop. */
static void test_guest_control__steps_into_its_own_breakpoint(void **state)
{
	unsigned steps = 0;

	(void)state;
	vm_order(&vm, KDBB_SPIN, 1, 0, 0);
	while (steps++ < 20000) {
		vm_go(&vm, true);
		assert_int_equal(vm_run(&vm, VM_PATIENCE_NS), KD_DEBUGGER_STOP);
		if (vm.d.exception.code != KD_CODE_SINGLE_STEP)
			break;
	}
	assert_int_equal(vm.d.exception.code, KD_CODE_BREAKPOINT);
	assert_int_equal(vm.d.exception.code_bytes[0], 0xcc);
	vm_assert_done(&vm, 1);
	vm_go(&vm, false);
	vm_break_in(&vm);
}

/* --- registers
 * ---------------------------------------------------------------- */

static void test_guest_control__shows_and_takes_registers(void **state)
{
	uint8_t before[KD_CONTEXT_SIZE], changed[KD_CONTEXT_SIZE];
	uint8_t after[KD_CONTEXT_SIZE];

	(void)state;
	vm_get_context(&vm, before);
	assert_int_equal(kd_load64(before + KD_CONTEXT_RIP_OFFSET),
			 vm.d.exception.pc);
	assert_int_equal(kd_load64(before + KD_CONTEXT_RSP_OFFSET) >> 20, 1);
	memcpy(changed, before, sizeof(before));
	/* Rax to Rdi and R8 to R15, without Rsp. */
	for (unsigned at = KD_CONTEXT_RAX_OFFSET; at < KD_CONTEXT_RIP_OFFSET;
	     at += 8) {
		if (at != KD_CONTEXT_RSP_OFFSET)
			kd_store64(changed + at,
				   at * UINT64_C(0x0101010101010101));
	}
	vm_set_context(&vm, changed, sizeof(changed));
	vm_get_context(&vm, after);
	assert_memory_equal(changed, after, sizeof(after));
	vm_set_context(&vm, before, sizeof(before));
	vm_get_context(&vm, after);
	assert_memory_equal(before, after, sizeof(after));
}

/* radare2 sends less than a whole CONTEXT; a hostile one sends anything. */
static void test_guest_control__survives_any_context(void **state)
{
	uint8_t before[KD_CONTEXT_SIZE], wild[KD_CONTEXT_SIZE];

	(void)state;
	vm_get_context(&vm, before);
	memset(wild, 0xff, sizeof(wild));
	vm_set_context(&vm, wild, sizeof(wild));
	vm_go(&vm, false);
	assert_int_equal(vm_run(&vm, VM_PATIENCE_NS), KD_DEBUGGER_STOP);
	vm_get_context(&vm, wild);
	assert_int_equal(kd_load32(wild + KD_CONTEXT_EFLAGS_OFFSET) &
				 ~UINT32_C(0x10fd7),
			 0);
	memset(wild, 0xff, sizeof(wild));
	vm_set_context(&vm, wild, 1);
	vm_set_context(&vm, before, 0x100);
	vm_go_back_to(&vm, before);
}

static void test_guest_control__reports_a_wild_jump(void **state)
{
	uint8_t before[KD_CONTEXT_SIZE], wild[KD_CONTEXT_SIZE];

	(void)state;
	vm_get_context(&vm, before);
	memcpy(wild, before, sizeof(wild));
	kd_store64(wild + KD_CONTEXT_RIP_OFFSET, UINT64_C(0x7654321000));
	kd_store64(wild + KD_CONTEXT_RSP_OFFSET, UINT64_C(0x1234567000));
	vm_set_context(&vm, wild, sizeof(wild));
	vm_go(&vm, false);
	vm_assert_stops(&vm, KD_CODE_ACCESS_VIOLATION);
	assert_int_equal(vm.d.exception.pc, UINT64_C(0x7654321000));
	assert_int_equal(vm.d.exception.code_count, 0);
	vm_go_back_to(&vm, before);
}

static void test_guest_control__shows_control_spaces(void **state)
{
	static const uint32_t sizes[] = { 8, 8, KD_SPECIAL_SIZE, 8, 0, 0 };

	(void)state;
	for (uint64_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		const struct kd_manipulate m = {
			.api = KD_API_READ_CONTROL,
			.u.memory = { .address = i, .count = 0x1000 },
		};
		const uint8_t *at;

		assert_true(vm_ask(&vm, &m, NULL, 0));
		assert_int_equal(kd_status_ok(vm.d.reply.status),
				 sizes[i] != 0);
		assert_int_equal(kd_debugger_data(&vm.d).len, sizes[i]);
		if (i != KD_CONTROL_SPACE_SPECIAL)
			continue;
		at = kd_debugger_data(&vm.d).at;
		assert_true(kd_load64(at + SPECIAL_CR0) & CR0_PAGING);
		assert_int_equal(kd_load16(at + SPECIAL_GDT_LIMIT), 17 * 8 - 1);
		assert_int_equal(kd_load16(at + SPECIAL_IDT_LIMIT),
				 36 * 16 - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_guest_control__keeps_to_the_rules_it_is_told),
		cmocka_unit_test(test_guest_control__breaks_in_again_and_again),
		cmocka_unit_test(
			test_guest_control__sleeps_while_nothing_happens),
		cmocka_unit_test(test_guest_control__steps_one_instruction),
		cmocka_unit_test(
			test_guest_control__steps_into_its_own_breakpoint),
		cmocka_unit_test(test_guest_control__shows_and_takes_registers),
		cmocka_unit_test(test_guest_control__survives_any_context),
		cmocka_unit_test(test_guest_control__reports_a_wild_jump),
		cmocka_unit_test(test_guest_control__shows_control_spaces),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
