/* SPDX-License-Identifier: MIT */
/* Exceptions and interrupts; memory accesses that may fail. */
#ifndef GUEST_TRAP_H
#define GUEST_TRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Segments, set once by boot.S and never changed. */
#define TRAP_CODE_SELECTOR 0x08
#define TRAP_DATA_SELECTOR 0x10
#define TRAP_TASK_SELECTOR 0x18 /* of the first CPU; 16 more: the second's */

#define TRAP_DEBUG 1
#define TRAP_BREAKPOINT 3
#define TRAP_GENERAL_PROTECTION 13
#define TRAP_PAGE_FAULT 14
/* Interrupts: what the device, the local APIC's timer and noise are sent to. */
#define TRAP_DEVICE 32
#define TRAP_TIMER 33
#define TRAP_SPURIOUS 34
#define TRAP_FREEZE 35 /* the first CPU stops the second */
#define TRAP_COUNT 36

/* What vector.S pushes, lowest address first. */
struct trap_frame {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
	uint64_t rdi, rsi, rbp, rbx, rdx, rcx, rax;
	uint64_t vector, error;
	uint64_t rip, cs, rflags, rsp, ss;
};

/* The code that an exception stopped, while it is stopped. */
extern struct trap_frame trap_stopped;

/* Build the IDT, load it and this CPU's TSS. Interrupts stay off. */
void trap_init(void);

/* The same for the second CPU, on which it runs. */
void trap_init_second(void);

/*
 * Like kd_copy_sum(), for memory that may not be there. False: an access
 * faulted, see trap_fault_address(); *sum is unchanged, and what was copied is
 * unknown.
 */
bool trap_copy_sum(uint8_t *to, const uint8_t *from, size_t len, uint32_t *sum);

/* The same without the sum: trap_copy_words() that may fault. */
bool trap_copy(uint8_t *to, const uint8_t *from, size_t len);

/*
 * The first byte that could not be touched, by CR2; 0 if the CPU did not say
 * (an address that is not canonical).
 */
uint64_t trap_fault_address(void);

/* Read or write a model-specific register; false: it faults. */
bool trap_msr(uint64_t *value, uint32_t number, bool write);

/*
 * Sleep until an interrupt comes; one that is already pending counts. Must be
 * called with interrupts off, and returns so.
 */
void trap_halt(void);

/*
 * Is somebody single-stepping through the code that asks? It must not sleep
 * then: no step would ever end.
 */
bool trap_stepping(void);

/*
 * The code that talks to the debugger cannot be debugged with its own help: a
 * step that leads into it (while stop_active()) is held back until here, where
 * it ends.
 */
void trap_resume_step(void);

#endif
