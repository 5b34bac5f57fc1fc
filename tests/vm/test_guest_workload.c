/* SPDX-License-Identifier: MIT */
/* What the running guest does: workloads, breakpoints, counters, the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "tests/support/vm_guest.h"

#define CONTEXT_DR0 0x48

static struct vm vm;

static int start(void **state)
{
	(void)state;
	vm_init(&vm, TRANSPORT_IVSHMEM);
	vm.guest.pattern_size = 65536;
	return vm_connect(&vm) && vm_find_kdbb(&vm, vm.block) ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	vm_stop(&vm);
	return 0;
}

/* --- breakpoints and workloads ----------------------------------------------
 */

static void test_guest_workload__stops_at_a_breakpoint(void **state)
{
	uint32_t handle = vm_set_breakpoint(&vm, vm_field(&vm, KDBB_SPIN_PC));

	(void)state;
	vm_order(&vm, KDBB_SPIN, 3, 0, 0);
	/* Left in place it holds the guest where it is. */
	for (unsigned i = 0; i < 3; i++) {
		vm_go(&vm, false);
		vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
		assert_int_equal(vm.d.exception.pc,
				 vm_field(&vm, KDBB_SPIN_PC));
	}
	vm_clear_breakpoint(&vm, handle);
	vm_go(&vm, false);
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	assert_int_not_equal(vm.d.exception.pc, vm_field(&vm, KDBB_SPIN_PC));
	vm_assert_done(&vm, 3);
	assert_int_equal(vm_counter(&vm, KDBB_WORK_UNITS), 3);
}

static void test_guest_workload__stops_at_a_debug_register(void **state)
{
	uint8_t context[KD_CONTEXT_SIZE];
	const struct kd_manipulate m = {
		.api = KD_API_CONTINUE2,
		.u.resume = { .status = KD_CONTINUE, .dr7 = 1 },
	};

	(void)state;
	vm_get_context(&vm, context);
	kd_store64(context + CONTEXT_DR0, vm_field(&vm, KDBB_SPIN_PC));
	vm_set_context(&vm, context, sizeof(context));
	vm_order(&vm, KDBB_SPIN, 2, 0, 0);
	kd_debugger_request(&vm.d, &m, NULL, 0, clock_now_ns());
	assert_int_equal(vm_run(&vm, VM_PATIENCE_NS), KD_DEBUGGER_DONE);
	vm_assert_stops(&vm, KD_CODE_SINGLE_STEP);
	assert_int_equal(vm.d.exception.pc, vm_field(&vm, KDBB_SPIN_PC));
	assert_int_equal(vm.d.exception.dr6 & 0xf, 1);
	assert_int_equal(vm.d.exception.dr7 & 0xff, 1);
	vm_go(&vm, false);
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	vm_assert_done(&vm, 2);
}

static void test_guest_workload__prints_what_it_is_ordered_to(void **state)
{
	uint8_t expected[KDBB_LINE_MAX];

	(void)state;
	vm_order(&vm, KDBB_PRINT_STORM, 100, 77, 1);
	vm_go(&vm, false);
	for (uint64_t i = 0; i < 100; i++) {
		uint32_t len = kdbb_line(77, i, expected);
		struct kd_span text;

		assert_int_equal(vm_run(&vm, VM_PATIENCE_NS),
				 KD_DEBUGGER_PRINT);
		text = kd_debugger_data(&vm.d);
		assert_int_equal(text.len, len);
		assert_memory_equal(text.at, expected, len);
	}
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	vm_assert_done(&vm, 100);
}

static void test_guest_workload__breaks_into_endless_workloads(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		enum kd_debugger_event event;
		unsigned prints = 0;

		vm_order(&vm, i ? KDBB_PRINT_STORM : KDBB_SPIN, 0, 1, 0);
		vm_go(&vm, false);
		for (unsigned k = 0; i && k < 10; k++)
			assert_int_equal(vm_run(&vm, VM_PATIENCE_NS),
					 KD_DEBUGGER_PRINT);
		kd_debugger_break_in(&vm.d, clock_now_ns());
		while ((event = vm_run(&vm, VM_PATIENCE_NS)) ==
		       KD_DEBUGGER_PRINT)
			assert_true(prints++ < 1000);
		assert_int_equal(event, KD_DEBUGGER_STOP);
	}
	/* A new order ends the old one, which stays undone. */
	vm_order(&vm, KDBB_SPIN, 5, 0, 0);
	vm_go(&vm, false);
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	vm_assert_done(&vm, 5);
}

static void test_guest_workload__counts(void **state)
{
	uint64_t packets = vm_counter(&vm, KDBB_PACKETS_IN);
	uint64_t bytes = vm_counter(&vm, KDBB_BYTES_OUT);
	uint64_t ticks = vm_counter(&vm, KDBB_SERVICE_TICKS);
	uint64_t loops = vm_counter(&vm, KDBB_IDLE_LOOPS);

	(void)state;
	assert_int_equal(vm_counter(&vm, KDBB_PACKETS_IN), packets + 4);
	/* Four times an ACK, and a reply with eight bytes of data. */
	assert_int_equal(vm_counter(&vm, KDBB_BYTES_OUT),
			 bytes + 4 * (16 + 16 + 56 + 8 + 1));
	assert_true(vm_counter(&vm, KDBB_SERVICE_TICKS) > ticks);
	assert_int_equal(vm_counter(&vm, KDBB_IDLE_LOOPS), loops);
	vm_go(&vm, false);
	vm_break_in(&vm);
	assert_true(vm_counter(&vm, KDBB_IDLE_LOOPS) > loops);
	/* Only the first stop was, in answer to the debugger's RESET. */
	assert_int_equal(vm_counter(&vm, KDBB_RESENT),
			 vm_counter(&vm, KDBB_RESETS_IN));
	assert_int_equal(vm_counter(&vm, KDBB_PRINTS_SKIPPED), 0);
	assert_int_equal(vm_counter(&vm, KDBB_RX_ERRORS), 0);
}

static void test_guest_workload__reboots_on_request(void **state)
{
	const struct kd_manipulate m = { .api = KD_API_REBOOT };
	struct err err = { 0 };

	(void)state;
	kd_debugger_request(&vm.d, &m, NULL, 0, clock_now_ns());
	(void)vm_run(&vm, 5 * NS_PER_S);
	(void)vm_run(&vm, 5 * NS_PER_S);
	assert_false(vm.launched->ops->alive(vm.launched, &err));
	assert_non_null(strstr(err.text, "rebooted"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_guest_workload__stops_at_a_breakpoint),
		cmocka_unit_test(
			test_guest_workload__stops_at_a_debug_register),
		cmocka_unit_test(
			test_guest_workload__prints_what_it_is_ordered_to),
		cmocka_unit_test(
			test_guest_workload__breaks_into_endless_workloads),
		cmocka_unit_test(test_guest_workload__counts),
		cmocka_unit_test(test_guest_workload__reboots_on_request),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
