/* SPDX-License-Identifier: MIT */
/*
 * The stopped CPU as debuggers see it, the amd64 CONTEXT and the state change,
 * and what they may change of it.
 */
#ifndef GUEST_CONTEXT_H
#define GUEST_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/guest/trap.h"
#include "bench/kd/message.h"

/* EFLAGS.RF: run over an instruction breakpoint once. */
#define CONTEXT_EFLAGS_RF UINT64_C(0x10000)

/*
 * The code of frame 'f' has stopped on CPU 'cpu', which calls this itself: keep
 * its debug registers and take them out of force, end a single step. The frame
 * is borrowed until context_leave().
 */
void context_enter(unsigned cpu, struct trap_frame *f);

/* It goes on: put the debug registers in force. */
void context_leave(unsigned cpu);

/* Describe where a CPU stands, all but the exception's code. */
void context_describe(unsigned cpu, struct kd_exception *e);

/* KD_CONTEXT_SIZE bytes. */
void context_get(unsigned cpu, uint8_t *to);

/* Take what is in the first 'len' bytes of a CONTEXT, made harmless. */
void context_set(unsigned cpu, const uint8_t *from, uint32_t len);

/* What Continue2 brings: step one instruction of a CPU; DR7 of all. */
void context_control(unsigned cpu, bool trace, uint64_t dr7);

/* Dr0..Dr3, Dr6, Dr7 of the stopped code: 48 bytes, out and in. */
#define CONTEXT_DEBUG_SIZE 48
void context_debug_registers(unsigned cpu, uint8_t *to);
void context_set_debug_registers(unsigned cpu, const uint8_t *from);

#endif
