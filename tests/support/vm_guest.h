/* SPDX-License-Identifier: MIT */
/*
 * What one does with a guest that has been connected and whose KDBB block is in
 * vm->block. Everything here fails the test if the guest does not go along.
 */
#ifndef SUPPORT_VM_GUEST_H
#define SUPPORT_VM_GUEST_H

#include "tests/support/vm.h"

/*
 * Run a test on the simulated machine, on the same as a process, and on guests;
 * 'start' connects *vm to it.
 */
void vm_on_each(struct vm *vm, void (*start)(enum transport_kind kind),
		void (*test)(void));

/* A field of KDBB. */
uint64_t vm_field(struct vm *vm, unsigned offset);

/* One of the guest's counters. */
uint64_t vm_counter(struct vm *vm, enum kdbb_counter which);

/* Continue, perhaps for one instruction only. */
void vm_go(struct vm *vm, bool trace);

/* The next thing that the guest reports must be a stop for this reason. */
void vm_assert_stops(struct vm *vm, uint32_t code);

/* Stop a running guest. */
void vm_break_in(struct vm *vm);

/* KD_CONTEXT_SIZE bytes; the first 'len' of them. */
void vm_get_context(struct vm *vm, uint8_t *context);
void vm_set_context(struct vm *vm, const uint8_t *context, uint32_t len);

/*
 * Continue where an INT3 of the guest's own had stopped it, but behind it
 * (after a stop elsewhere it would be hit again), then break in.
 */
void vm_go_back_to(struct vm *vm, uint8_t *context);

/* Returns the breakpoint's handle. */
uint32_t vm_set_breakpoint(struct vm *vm, uint64_t address);
void vm_clear_breakpoint(struct vm *vm, uint32_t handle);

/* Leave an order in the mailbox. */
void vm_order(struct vm *vm, enum kdbb_workload command, uint64_t arg0,
	      uint64_t arg1, uint64_t arg2);

/* The last order must be done, with this many units of work. */
void vm_assert_done(struct vm *vm, uint64_t units);

#endif
