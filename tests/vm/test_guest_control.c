/* SPDX-License-Identifier: MIT */
/* Registers, steps, breakpoints, workloads: running the guest and stopping it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/kd/kdbb.h"
#include "tests/support/vm.h"

#define CR0_PAGING UINT64_C(0x80000000)
#define CONTEXT_DR0 0x48
#define SPECIAL_CR0 0x00
#define SPECIAL_GDT_LIMIT 0x56
#define SPECIAL_IDT_LIMIT 0x66

static struct vm vm;
static uint8_t block[KDBB_BLOCK_SIZE];
static uint64_t sequence;

static bool start_on(enum transport_kind kind)
{
	vm_init(&vm, kind);
	vm.guest.pattern_size = 65536;
	return vm_connect(&vm) && vm_find_kdbb(&vm, block);
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

static uint64_t field(unsigned offset)
{
	return kd_load64(block + offset);
}

static void go(bool trace)
{
	if (!vm_continue(&vm, trace))
		fail_msg("cannot continue: %s", vm.err.text);
}

/* The next thing it reports must be a stop for this reason. */
static void assert_stops(uint32_t code)
{
	enum kd_debugger_event event = vm_run(&vm, VM_PATIENCE_NS);

	if (event != KD_DEBUGGER_STOP)
		fail_msg("event %d: %s", event, vm.err.text);
	assert_int_equal(vm.d.exception.code, code);
}

static void break_in(void)
{
	kd_debugger_break_in(&vm.d, clock_now_ns());
	assert_stops(KD_CODE_BREAKPOINT);
}

static void get_context(uint8_t *context)
{
	const struct kd_manipulate m = { .api = KD_API_GET_CONTEXT };

	assert_true(vm_ask(&vm, &m, NULL, 0));
	assert_int_equal(kd_debugger_data(&vm.d).len, KD_CONTEXT_SIZE);
	memcpy(context, kd_debugger_data(&vm.d).at, KD_CONTEXT_SIZE);
}

static void set_context(const uint8_t *context, uint32_t len)
{
	const struct kd_manipulate m = { .api = KD_API_SET_CONTEXT };

	assert_true(vm_ask(&vm, &m, context, len));
	assert_int_equal(vm.d.reply.status, KD_STATUS_SUCCESS);
}

/*
 * Back to where an INT3 of the guest's own had stopped it, but behind it: after
 * a stop elsewhere it would be hit again.
 */
static void go_back_to(uint8_t *context)
{
	uint64_t pc = kd_load64(context + KD_CONTEXT_RIP_OFFSET);
	uint8_t ignored[KD_CONTEXT_SIZE];

	get_context(ignored);
	kd_store64(context + KD_CONTEXT_RIP_OFFSET, pc + 1);
	set_context(context, KD_CONTEXT_SIZE);
	go(false);
	break_in();
}

static uint32_t set_breakpoint(uint64_t address)
{
	const struct kd_manipulate m = { .api = KD_API_WRITE_BREAKPOINT,
					 .u.write_breakpoint.address =
						 address };

	assert_true(vm_ask(&vm, &m, NULL, 0));
	assert_int_equal(vm.d.reply.status, KD_STATUS_SUCCESS);
	return vm.d.reply.u.write_breakpoint.handle;
}

static void clear_breakpoint(uint32_t handle)
{
	const struct kd_manipulate m = { .api = KD_API_RESTORE_BREAKPOINT,
					 .u.restore_breakpoint.handle =
						 handle };

	assert_true(vm_ask(&vm, &m, NULL, 0));
	assert_int_equal(vm.d.reply.status, KD_STATUS_SUCCESS);
}

static uint64_t counter(enum kdbb_counter which)
{
	uint8_t value[8];

	assert_true(vm_read(&vm, field(KDBB_COUNTERS) + 8 * which, value, 8));
	return kd_load64(value);
}

/* Leave an order in the mailbox. */
static void order(enum kdbb_workload command, uint64_t arg0, uint64_t arg1,
		  uint64_t arg2)
{
	uint8_t mail[KDBB_MAIL_DONE];

	kd_store64(mail + KDBB_MAIL_COMMAND, command);
	kd_store64(mail + KDBB_MAIL_SEQUENCE, ++sequence);
	kd_store64(mail + KDBB_MAIL_ARG0, arg0);
	kd_store64(mail + KDBB_MAIL_ARG1, arg1);
	kd_store64(mail + KDBB_MAIL_ARG2, arg2);
	assert_true(vm_write(&vm, field(KDBB_MAILBOX), mail, sizeof(mail)));
}

static void assert_done(uint64_t units)
{
	uint8_t mail[KDBB_MAIL_SIZE];

	assert_true(vm_read(&vm, field(KDBB_MAILBOX), mail, sizeof(mail)));
	assert_int_equal(kd_load64(mail + KDBB_MAIL_DONE), sequence);
	assert_int_equal(kd_load64(mail + KDBB_MAIL_RESULT0), units);
	assert_int_not_equal(kd_load64(mail + KDBB_MAIL_RESULT1), 0);
}

/* --- stopping and going on ---------------------------------------------------- */

/* Nobody moves RIP: our own breakpoints do not hold us. */
static void test_guest_control__breaks_in_again_and_again(void **state)
{
	static const enum transport_kind kinds[] = { TRANSPORT_UART,
						     TRANSPORT_IVSHMEM };

	(void)state;
	for (unsigned k = 0; k < ARRAY_SIZE(kinds); k++) {
		vm_stop(&vm);
		assert_true(start_on(kinds[k]));
		for (unsigned i = 0; i < 20; i++) {
			go(false);
			break_in();
			assert_int_equal(vm.d.exception.code_bytes[0], 0xcc);
		}
	}
}

static void test_guest_control__sleeps_while_nothing_happens(void **state)
{
	struct launch_cpu before, after;
	uint64_t halts = counter(KDBB_HALTS);

	(void)state;
	go(false);
	assert_int_equal(vm_run(&vm, 20 * NS_PER_MS), KD_DEBUGGER_NOTHING);
	assert_true(vm.launched->ops->cpu(vm.launched, &before));
	assert_int_equal(vm_run(&vm, 300 * NS_PER_MS), KD_DEBUGGER_NOTHING);
	assert_true(vm.launched->ops->cpu(vm.launched, &after));
	vm.err = (struct err){ 0 };
	break_in();
	assert_true(counter(KDBB_HALTS) > halts);
	assert_true(counter(KDBB_WAKEUPS) > 0);
	/* Spinning would have cost all of it. */
	assert_true(after.vcpu_ns - before.vcpu_ns < 100 * NS_PER_MS);
}

static void test_guest_control__steps_one_instruction(void **state)
{
	uint64_t pc = vm.d.exception.pc;
	uint64_t moved = 0;

	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		go(true);
		assert_stops(KD_CODE_SINGLE_STEP);
		moved += vm.d.exception.pc != pc;
		pc = vm.d.exception.pc;
	}
	assert_true(moved > 290);
	go(false);
	break_in();
}

/* A step that ends in a stop of the guest's own is that stop. */
static void test_guest_control__steps_into_its_own_breakpoint(void **state)
{
	unsigned steps = 0;

	(void)state;
	order(KDBB_SPIN, 1, 0, 0);
	while (steps++ < 20000) {
		go(true);
		assert_int_equal(vm_run(&vm, VM_PATIENCE_NS),
				 KD_DEBUGGER_STOP);
		if (vm.d.exception.code != KD_CODE_SINGLE_STEP)
			break;
	}
	assert_int_equal(vm.d.exception.code, KD_CODE_BREAKPOINT);
	assert_int_equal(vm.d.exception.code_bytes[0], 0xcc);
	assert_done(1);
	go(false);
	break_in();
}

/* --- registers ---------------------------------------------------------------- */

static void test_guest_control__shows_and_takes_registers(void **state)
{
	uint8_t before[KD_CONTEXT_SIZE], changed[KD_CONTEXT_SIZE];
	uint8_t after[KD_CONTEXT_SIZE];

	(void)state;
	get_context(before);
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
	set_context(changed, sizeof(changed));
	get_context(after);
	assert_memory_equal(changed, after, sizeof(after));
	set_context(before, sizeof(before));
	get_context(after);
	assert_memory_equal(before, after, sizeof(after));
}

/* radare2 sends less than a whole CONTEXT; a hostile one sends anything. */
static void test_guest_control__survives_any_context(void **state)
{
	uint8_t before[KD_CONTEXT_SIZE], wild[KD_CONTEXT_SIZE];

	(void)state;
	get_context(before);
	memset(wild, 0xff, sizeof(wild));
	set_context(wild, sizeof(wild));
	go(false);
	assert_int_equal(vm_run(&vm, VM_PATIENCE_NS), KD_DEBUGGER_STOP);
	get_context(wild);
	assert_int_equal(kd_load32(wild + KD_CONTEXT_EFLAGS_OFFSET) &
				 ~UINT32_C(0x10fd7),
			 0);
	memset(wild, 0xff, sizeof(wild));
	set_context(wild, 1);
	set_context(before, 0x100);
	go_back_to(before);
}

static void test_guest_control__reports_a_wild_jump(void **state)
{
	uint8_t before[KD_CONTEXT_SIZE], wild[KD_CONTEXT_SIZE];

	(void)state;
	get_context(before);
	memcpy(wild, before, sizeof(wild));
	kd_store64(wild + KD_CONTEXT_RIP_OFFSET, UINT64_C(0x7654321000));
	kd_store64(wild + KD_CONTEXT_RSP_OFFSET, UINT64_C(0x1234567000));
	set_context(wild, sizeof(wild));
	go(false);
	assert_stops(KD_CODE_ACCESS_VIOLATION);
	assert_int_equal(vm.d.exception.pc, UINT64_C(0x7654321000));
	assert_int_equal(vm.d.exception.code_count, 0);
	go_back_to(before);
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
		assert_int_equal(kd_load16(at + SPECIAL_GDT_LIMIT), 5 * 8 - 1);
		assert_int_equal(kd_load16(at + SPECIAL_IDT_LIMIT),
				 35 * 16 - 1);
	}
}

/* --- breakpoints and workloads ---------------------------------------------- */

static void test_guest_control__stops_at_a_breakpoint(void **state)
{
	uint32_t handle = set_breakpoint(field(KDBB_SPIN_PC));

	(void)state;
	order(KDBB_SPIN, 3, 0, 0);
	/* Left in place it holds the guest where it is. */
	for (unsigned i = 0; i < 3; i++) {
		go(false);
		assert_stops(KD_CODE_BREAKPOINT);
		assert_int_equal(vm.d.exception.pc, field(KDBB_SPIN_PC));
	}
	clear_breakpoint(handle);
	go(false);
	assert_stops(KD_CODE_BREAKPOINT);
	assert_int_not_equal(vm.d.exception.pc, field(KDBB_SPIN_PC));
	assert_done(3);
	assert_int_equal(counter(KDBB_WORK_UNITS), 3);
}

static void test_guest_control__stops_at_a_debug_register(void **state)
{
	uint8_t context[KD_CONTEXT_SIZE];
	const struct kd_manipulate m = {
		.api = KD_API_CONTINUE2,
		.u.resume = { .status = KD_CONTINUE, .dr7 = 1 },
	};

	(void)state;
	get_context(context);
	kd_store64(context + CONTEXT_DR0, field(KDBB_SPIN_PC));
	set_context(context, sizeof(context));
	order(KDBB_SPIN, 2, 0, 0);
	kd_debugger_request(&vm.d, &m, NULL, 0, clock_now_ns());
	assert_int_equal(vm_run(&vm, VM_PATIENCE_NS), KD_DEBUGGER_DONE);
	assert_stops(KD_CODE_SINGLE_STEP);
	assert_int_equal(vm.d.exception.pc, field(KDBB_SPIN_PC));
	assert_int_equal(vm.d.exception.dr6 & 0xf, 1);
	assert_int_equal(vm.d.exception.dr7 & 0xff, 1);
	go(false);
	assert_stops(KD_CODE_BREAKPOINT);
	assert_done(2);
}

static void test_guest_control__prints_what_it_is_ordered_to(void **state)
{
	uint8_t expected[KDBB_LINE_MAX];

	(void)state;
	order(KDBB_PRINT_STORM, 100, 77, 1);
	go(false);
	for (uint64_t i = 0; i < 100; i++) {
		uint32_t len = kdbb_line(77, i, expected);
		struct kd_span text;

		assert_int_equal(vm_run(&vm, VM_PATIENCE_NS),
				 KD_DEBUGGER_PRINT);
		text = kd_debugger_data(&vm.d);
		assert_int_equal(text.len, len);
		assert_memory_equal(text.at, expected, len);
	}
	assert_stops(KD_CODE_BREAKPOINT);
	assert_done(100);
}

static void test_guest_control__breaks_into_endless_workloads(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		enum kd_debugger_event event;
		unsigned prints = 0;

		order(i ? KDBB_PRINT_STORM : KDBB_SPIN, 0, 1, 0);
		go(false);
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
	order(KDBB_SPIN, 5, 0, 0);
	go(false);
	assert_stops(KD_CODE_BREAKPOINT);
	assert_done(5);
}

static void test_guest_control__counts(void **state)
{
	uint64_t packets = counter(KDBB_PACKETS_IN);
	uint64_t bytes = counter(KDBB_BYTES_OUT);
	uint64_t ticks = counter(KDBB_SERVICE_TICKS);
	uint64_t loops = counter(KDBB_IDLE_LOOPS);

	(void)state;
	assert_int_equal(counter(KDBB_PACKETS_IN), packets + 4);
	/* Four times an ACK, and a reply with eight bytes of data. */
	assert_int_equal(counter(KDBB_BYTES_OUT),
			 bytes + 4 * (16 + 16 + 56 + 8 + 1));
	assert_true(counter(KDBB_SERVICE_TICKS) > ticks);
	assert_int_equal(counter(KDBB_IDLE_LOOPS), loops);
	go(false);
	break_in();
	assert_true(counter(KDBB_IDLE_LOOPS) > loops);
	/* Only the first stop was, in answer to the debugger's RESET. */
	assert_int_equal(counter(KDBB_RESENT), counter(KDBB_RESETS_IN));
	assert_int_equal(counter(KDBB_PRINTS_SKIPPED), 0);
	assert_int_equal(counter(KDBB_RX_ERRORS), 0);
}

static void test_guest_control__reboots_on_request(void **state)
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
		cmocka_unit_test(test_guest_control__stops_at_a_breakpoint),
		cmocka_unit_test(test_guest_control__stops_at_a_debug_register),
		cmocka_unit_test(
			test_guest_control__prints_what_it_is_ordered_to),
		cmocka_unit_test(
			test_guest_control__breaks_into_endless_workloads),
		cmocka_unit_test(test_guest_control__counts),
		cmocka_unit_test(test_guest_control__reboots_on_request),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
