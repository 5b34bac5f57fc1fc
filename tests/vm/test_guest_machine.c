/* SPDX-License-Identifier: MIT */
/*
 * What a debugger does to the machine: debug registers, another CPU, a break-in
 * when nobody polls, ends that it asks for, and code that has lost control.
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

#define DR7_EXECUTE_0 UINT64_C(0x401)
#define DR7_WRITE_8_1 UINT64_C(0x900404) /* Dr1: 8 bytes written */
#define DR6_HIT_0 1
#define DR6_HIT_1 2
#define DR0_OFFSET KD_CONTEXT_DR0_OFFSET
#define TWO_CPUS            \
	"-smp 2,maxcpus=2 " \
	"-fw_cfg name=opt/kdbench-overrides,string=processors=2"

static struct vm vm;

static bool start_on(enum transport_kind kind, const char *extra)
{
	vm_init(&vm, kind);
	vm.guest.pattern_size = 65536;
	vm.qemu.extra = extra;
	return vm_connect(&vm) && vm_find_kdbb(&vm, vm.block);
}

static int stop(void **state)
{
	(void)state;
	vm_stop(&vm);
	return 0;
}

static void start(enum transport_kind kind, const char *extra)
{
	if (!start_on(kind, extra))
		fail_msg("%s", vm.err.text);
}

/* Continue2 with everything that it can carry. */
static void resume(uint64_t dr7, bool trace)
{
	const struct kd_manipulate m = {
		.api = KD_API_CONTINUE2,
		.u.resume = { .status = KD_CONTINUE,
			      .trace = trace,
			      .dr7 = dr7,
			      .symbol_start = 1 },
	};

	kd_debugger_request(&vm.d, &m, NULL, 0, clock_now_ns());
	assert_int_equal(vm_run(&vm, VM_PATIENCE_NS), KD_DEBUGGER_DONE);
}

static void set_debug_register(unsigned which, uint64_t address)
{
	uint8_t context[KD_CONTEXT_SIZE];

	vm_get_context(&vm, context);
	kd_store64(context + DR0_OFFSET + 8 * which, address);
	vm_set_context(&vm, context, sizeof(context));
}

static uint64_t units(void)
{
	return vm_counter(&vm, KDBB_WORK_UNITS);
}

/* --- debug registers -------------------------------------------------------
 */

/* Each unit of work is one hit, and going on does not hit again at once. */
static void test_guest_machine__hits_a_hardware_breakpoint(void **state)
{
	(void)state;
	start(TRANSPORT_IVSHMEM, "");
	set_debug_register(0, vm_field(&vm, KDBB_SPIN_PC));
	vm_order(&vm, KDBB_SPIN, 5, 0, 0);
	for (unsigned i = 0; i < 5; i++) {
		resume(DR7_EXECUTE_0, false);
		vm_assert_stops(&vm, KD_CODE_SINGLE_STEP);
		assert_int_equal(vm.d.exception.pc,
				 vm_field(&vm, KDBB_SPIN_PC));
		assert_int_equal(vm.d.exception.dr6 & 0xf, DR6_HIT_0);
		assert_int_equal(vm.d.exception.dr7, DR7_EXECUTE_0);
		assert_int_equal(units(), i);
	}
	resume(DR7_EXECUTE_0, false);
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	vm_assert_done(&vm, 5);
}

static void test_guest_machine__sees_a_write(void **state)
{
	uint64_t watched;

	(void)state;
	start(TRANSPORT_UART, "");
	watched = vm_field(&vm, KDBB_COUNTERS) + 8 * KDBB_WORK_UNITS;
	set_debug_register(1, watched);
	vm_order(&vm, KDBB_SPIN, 3, 0, 0);
	resume(DR7_WRITE_8_1, false);
	/* It is set to 0 first, then counts. */
	for (unsigned i = 0; i < 4; i++) {
		vm_assert_stops(&vm, KD_CODE_SINGLE_STEP);
		assert_int_equal(vm.d.exception.dr6 & 0xf, DR6_HIT_1);
		assert_int_equal(units(), i);
		resume(DR7_WRITE_8_1, false);
	}
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	vm_assert_done(&vm, 3);
}

/* Counted and passed, never reported; the code is whole again afterwards. */
static void test_guest_machine__counts_internal_breakpoints(void **state)
{
	struct kd_manipulate m = { .api = KD_API_SET_INTERNAL_BREAKPOINT };
	uint8_t before[8], after[8];
	uint64_t pc;

	(void)state;
	start(TRANSPORT_IVSHMEM, "");
	pc = vm_field(&vm, KDBB_SPIN_PC);
	assert_true(vm_read(&vm, pc, before, sizeof(before)));
	m.u.internal_breakpoint.address = pc;
	assert_true(vm_ask(&vm, &m, NULL, 0));
	assert_int_equal(vm.d.reply.status, KD_STATUS_SUCCESS);
	vm_order(&vm, KDBB_BREAKPOINT_LOOP, 1000, 0, 0);
	vm_go(&vm, false);
	vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
	vm_assert_done(&vm, 1000);
	m.api = KD_API_GET_INTERNAL_BREAKPOINT;
	assert_true(vm_ask(&vm, &m, NULL, 0));
	assert_int_equal(vm.d.reply.u.internal_breakpoint.calls, 1000);
	m.api = KD_API_SET_INTERNAL_BREAKPOINT;
	m.u.internal_breakpoint.flags = 2;
	assert_true(vm_ask(&vm, &m, NULL, 0));
	assert_true(vm_read(&vm, pc, after, sizeof(after)));
	assert_memory_equal(before, after, sizeof(after));
}

/* --- break-in --------------------------------------------------------------
 */

/* Lines with an hour of work before the first: nobody looks but the timer. */
static void test_guest_machine__breaks_in_without_polls(void **state)
{
	static const enum transport_kind kinds[] = { TRANSPORT_UART,
						     TRANSPORT_BYTEPORT,
						     TRANSPORT_VIRTIO,
						     TRANSPORT_IVSHMEM };
	uint8_t before[KD_CONTEXT_SIZE], after[KD_CONTEXT_SIZE];

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		start(kinds[k], "");
		vm_order(&vm, KDBB_PRINT_STORM, 1, 7, KDBB_STORM_WORK_MASK);
		for (unsigned i = 0; i < 5; i++) {
			vm_go(&vm, false);
			assert_int_equal(vm_run(&vm, 20 * NS_PER_MS),
					 KD_DEBUGGER_NOTHING);
			vm.err = (struct err){ 0 };
			vm_break_in(&vm);
			assert_int_equal(vm.d.exception.code_bytes[0], 0xcc);
		}
		/* A step leads back into the work, its registers untouched. */
		vm_get_context(&vm, before);
		vm_go(&vm, true);
		vm_assert_stops(&vm, KD_CODE_SINGLE_STEP);
		vm_get_context(&vm, after);
		assert_memory_equal(before + KD_CONTEXT_RAX_OFFSET,
				    after + KD_CONTEXT_RAX_OFFSET, 0x20);
		assert_int_equal(kd_load64(after + KD_CONTEXT_RSP_OFFSET),
				 kd_load64(before + KD_CONTEXT_RSP_OFFSET) + 8);
		vm_stop(&vm);
	}
}

/* --- two processors --------------------------------------------------------
 */

/* Ask for a CPU by SwitchProcessor; a state change must come. */
static void turn_to(uint16_t cpu, uint16_t shown, uint32_t code)
{
	const struct kd_manipulate m = { .api = KD_API_SWITCH_PROCESSOR,
					 .processor = cpu };

	kd_debugger_request(&vm.d, &m, NULL, 0, clock_now_ns());
	assert_int_equal(vm_run(&vm, VM_PATIENCE_NS), KD_DEBUGGER_DONE);
	vm_assert_stops(&vm, code);
	assert_int_equal(vm.d.exception.processor, shown);
	assert_int_equal(vm.d.exception.processors, 2);
}

static uint64_t control_space(uint64_t selector)
{
	const struct kd_manipulate m = { .api = KD_API_READ_CONTROL,
					 .u.memory = { selector, 8, 0 } };

	assert_true(vm_ask(&vm, &m, NULL, 0));
	assert_int_equal(kd_debugger_data(&vm.d).len, 8);
	return kd_load64(kd_debugger_data(&vm.d).at);
}

static void test_guest_machine__shows_another_processor(void **state)
{
	uint8_t first[KD_CONTEXT_SIZE], second[KD_CONTEXT_SIZE];
	uint64_t pc, pcr;

	(void)state;
	start(TRANSPORT_IVSHMEM, TWO_CPUS);
	assert_int_equal(vm.d.exception.processors, 2);
	pc = vm.d.exception.pc;
	pcr = control_space(KD_CONTROL_SPACE_PCR);
	vm_get_context(&vm, first);
	turn_to(1, 1, KD_CODE_PROCESSOR_SWITCH);
	assert_int_not_equal(vm.d.exception.pc, pc);
	assert_int_not_equal(control_space(KD_CONTROL_SPACE_PCR), pcr);
	vm_get_context(&vm, second);
	assert_int_equal(kd_load64(second + KD_CONTEXT_RIP_OFFSET),
			 vm.d.exception.pc);
	assert_int_not_equal(kd_load64(second + KD_CONTEXT_RSP_OFFSET),
			     kd_load64(first + KD_CONTEXT_RSP_OFFSET));
	/* A register of the second, set and taken along. */
	kd_store64(second + 0x90, UINT64_C(0x5ec0d));
	vm_set_context(&vm, second, sizeof(second));
	turn_to(1, 1, KD_CODE_PROCESSOR_SWITCH); /* the same: again */
	turn_to(7, 1, KD_CODE_PROCESSOR_SWITCH); /* none: again */
	turn_to(0, 0, KD_CODE_PROCESSOR_SWITCH);
	assert_int_equal(vm.d.exception.pc, pc);
	for (unsigned i = 0; i < 20; i++) {
		vm_go(&vm, false);
		vm_break_in(&vm);
		assert_int_equal(vm.d.exception.processor, 0);
	}
	turn_to(1, 1, KD_CODE_PROCESSOR_SWITCH);
	vm_get_context(&vm, second);
	assert_int_equal(kd_load64(second + 0x90), UINT64_C(0x5ec0d));
	/* It goes on from there, too. */
	vm_go(&vm, false);
	vm_break_in(&vm);
}

/* --- ends ------------------------------------------------------------------
 */

/* The acknowledgement may be heard before the end, or not. */
static void expect_loss(const char *why)
{
	enum kd_debugger_event event = vm_run(&vm, VM_PATIENCE_NS);

	if (event == KD_DEBUGGER_DONE)
		event = vm_run(&vm, VM_PATIENCE_NS);
	assert_int_equal(event, KD_DEBUGGER_LOST);
	if (!strstr(vm.err.text, why))
		fail_msg("'%s' is not about '%s'", vm.err.text, why);
}

static void test_guest_machine__crashes_as_asked(void **state)
{
	const struct kd_manipulate m = { .api = KD_API_CAUSE_BUGCHECK,
					 .u.bugcheck = { 0xe2 } };

	(void)state;
	start(TRANSPORT_UART, "");
	kd_debugger_request(&vm.d, &m, NULL, 0, clock_now_ns());
	expect_loss("bugcheck 0x00000000000000e2");
}

static void go_wild(enum kdbb_wild kind)
{
	start(TRANSPORT_UART, "");
	vm_order(&vm, KDBB_WILD, kind, 0, 0);
	vm_go(&vm, false);
}

/* Deaf: it lives, and no break-in is ever noticed. */
static void test_guest_machine__wild_without_interrupts_is_deaf(void **state)
{
	(void)state;
	go_wild(KDBB_WILD_INTERRUPTS_OFF);
	kd_debugger_break_in(&vm.d, clock_now_ns());
	assert_int_equal(vm_run(&vm, 300 * NS_PER_MS), KD_DEBUGGER_NOTHING);
	vm.err = (struct err){ 0 };
	assert_true(vm.launched->ops->alive(vm.launched, &vm.err));
}

static void test_guest_machine__wild_without_idt_is_the_end(void **state)
{
	(void)state;
	go_wild(KDBB_WILD_NO_IDT);
	expect_loss("triple fault");
}

/* Its exceptions come on a stack of their own, so one can look at it. */
static void test_guest_machine__wild_without_stack_is_reported(void **state)
{
	uint8_t context[KD_CONTEXT_SIZE];

	(void)state;
	go_wild(KDBB_WILD_NO_STACK);
	vm_assert_stops(&vm, KD_CODE_ACCESS_VIOLATION);
	vm_get_context(&vm, context);
	assert_int_equal(kd_load64(context + KD_CONTEXT_RSP_OFFSET),
			 UINT64_C(0x123456789000));
}

/* A destructive request that is well-formed: it may end, and says so. */
static void test_guest_machine__filling_itself_is_the_end(void **state)
{
	struct kd_manipulate m = { .api = KD_API_FILL_MEMORY,
				   .u.fill = { 0x100000, 0x40000,
					       KD_FILL_VIRTUAL, 1 } };
	enum kd_debugger_event event;

	(void)state;
	start(TRANSPORT_UART, "");
	kd_debugger_request(&vm.d, &m, (const uint8_t *)"", 1, clock_now_ns());
	event = vm_run(&vm, 2 * NS_PER_S);
	assert_int_not_equal(event, KD_DEBUGGER_REPLY);
	assert_true(event == KD_DEBUGGER_LOST || event == KD_DEBUGGER_NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			test_guest_machine__hits_a_hardware_breakpoint, stop),
		cmocka_unit_test_teardown(test_guest_machine__sees_a_write,
					  stop),
		cmocka_unit_test_teardown(
			test_guest_machine__counts_internal_breakpoints, stop),
		cmocka_unit_test_teardown(
			test_guest_machine__breaks_in_without_polls, stop),
		cmocka_unit_test_teardown(
			test_guest_machine__shows_another_processor, stop),
		cmocka_unit_test_teardown(test_guest_machine__crashes_as_asked,
					  stop),
		cmocka_unit_test_teardown(
			test_guest_machine__wild_without_interrupts_is_deaf,
			stop),
		cmocka_unit_test_teardown(
			test_guest_machine__wild_without_idt_is_the_end, stop),
		cmocka_unit_test_teardown(
			test_guest_machine__wild_without_stack_is_reported,
			stop),
		cmocka_unit_test_teardown(
			test_guest_machine__filling_itself_is_the_end, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
