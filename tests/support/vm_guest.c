/* SPDX-License-Identifier: MIT */
#include "tests/support/vm_guest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "bench/base/mem.h"

#include <string.h>

#include "bench/base/clock.h"

void vm_on_each(struct vm *vm, void (*start)(enum transport_kind kind),
		void (*test)(void))
{
	static const enum transport_kind kinds[] = {
		TRANSPORT_SIM,      TRANSPORT_NATIVE, TRANSPORT_UART,
		TRANSPORT_BYTEPORT, TRANSPORT_VIRTIO, TRANSPORT_IVSHMEM
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		start(kinds[i]);
		test();
		vm_stop(vm);
	}
}

uint64_t vm_field(struct vm *vm, unsigned offset)
{
	return kd_load64(vm->block + offset);
}

void vm_go(struct vm *vm, bool trace)
{
	if (!vm_continue(vm, trace))
		fail_msg("cannot continue: %s", vm->err.text);
}

void vm_assert_stops(struct vm *vm, uint32_t code)
{
	enum kd_debugger_event event = vm_run(vm, VM_PATIENCE_NS);

	if (event != KD_DEBUGGER_STOP)
		fail_msg("event %d: %s", event, vm->err.text);
	assert_int_equal(vm->d.exception.code, code);
}

void vm_break_in(struct vm *vm)
{
	kd_debugger_break_in(&vm->d, clock_now_ns());
	vm_assert_stops(vm, KD_CODE_BREAKPOINT);
}

void vm_get_context(struct vm *vm, uint8_t *context)
{
	const struct kd_manipulate m = { .api = KD_API_GET_CONTEXT };

	assert_true(vm_ask(vm, &m, NULL, 0));
	assert_int_equal(kd_debugger_data(&vm->d).len, KD_CONTEXT_SIZE);
	memcpy(context, kd_debugger_data(&vm->d).at, KD_CONTEXT_SIZE);
}

void vm_set_context(struct vm *vm, const uint8_t *context, uint32_t len)
{
	const struct kd_manipulate m = { .api = KD_API_SET_CONTEXT };

	assert_true(vm_ask(vm, &m, context, len));
	assert_int_equal(vm->d.reply.status, KD_STATUS_SUCCESS);
}

void vm_go_back_to(struct vm *vm, uint8_t *context)
{
	uint64_t pc = kd_load64(context + KD_CONTEXT_RIP_OFFSET);
	uint8_t ignored[KD_CONTEXT_SIZE];

	vm_get_context(vm, ignored);
	kd_store64(context + KD_CONTEXT_RIP_OFFSET, pc + 1);
	vm_set_context(vm, context, KD_CONTEXT_SIZE);
	vm_go(vm, false);
	vm_break_in(vm);
}

uint32_t vm_set_breakpoint(struct vm *vm, uint64_t address)
{
	const struct kd_manipulate m = { .api = KD_API_WRITE_BREAKPOINT,
					 .u.write_breakpoint.address =
						 address };

	assert_true(vm_ask(vm, &m, NULL, 0));
	assert_int_equal(vm->d.reply.status, KD_STATUS_SUCCESS);
	return vm->d.reply.u.write_breakpoint.handle;
}

void vm_clear_breakpoint(struct vm *vm, uint32_t handle)
{
	const struct kd_manipulate m = { .api = KD_API_RESTORE_BREAKPOINT,
					 .u.restore_breakpoint.handle =
						 handle };

	assert_true(vm_ask(vm, &m, NULL, 0));
	assert_int_equal(vm->d.reply.status, KD_STATUS_SUCCESS);
}

uint64_t vm_counter(struct vm *vm, enum kdbb_counter which)
{
	uint8_t value[8];

	assert_true(
		vm_read(vm, vm_field(vm, KDBB_COUNTERS) + 8 * which, value, 8));
	return kd_load64(value);
}

void vm_order(struct vm *vm, enum kdbb_workload command, uint64_t arg0,
	      uint64_t arg1, uint64_t arg2)
{
	uint8_t mail[KDBB_MAIL_DONE];

	kd_store64(mail + KDBB_MAIL_COMMAND, command);
	kd_store64(mail + KDBB_MAIL_SEQUENCE, ++vm->sequence);
	kd_store64(mail + KDBB_MAIL_ARG0, arg0);
	kd_store64(mail + KDBB_MAIL_ARG1, arg1);
	kd_store64(mail + KDBB_MAIL_ARG2, arg2);
	assert_true(
		vm_write(vm, vm_field(vm, KDBB_MAILBOX), mail, sizeof(mail)));
}

void vm_assert_done(struct vm *vm, uint64_t units)
{
	uint8_t mail[KDBB_MAIL_SIZE];

	assert_true(
		vm_read(vm, vm_field(vm, KDBB_MAILBOX), mail, sizeof(mail)));
	assert_int_equal(kd_load64(mail + KDBB_MAIL_DONE), vm->sequence);
	assert_int_equal(kd_load64(mail + KDBB_MAIL_RESULT0), units);
	assert_int_not_equal(kd_load64(mail + KDBB_MAIL_RESULT1), 0);
}
