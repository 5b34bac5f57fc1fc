/* SPDX-License-Identifier: MIT */
/*
 * The stopped CPU as debuggers see it, the amd64 CONTEXT and the state change,
 * and what they may change of it.
 */
#ifndef GUEST_CONTEXT_H
#define GUEST_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/kd/message.h"

/*
 * The code in trap_stopped has stopped: keep its debug registers and take them
 * out of force, end a single step.
 */
void context_enter(void);

/* It goes on: put the debug registers in force. */
void context_leave(void);

/* Describe why it stopped. */
void context_exception(struct kd_exception *e, uint32_t code);

/* KD_CONTEXT_SIZE bytes. */
void context_get(uint8_t *to);

/* Take what is in the first 'len' bytes of a CONTEXT, made harmless. */
void context_set(const uint8_t *from, uint32_t len);

/* What Continue2 brings: step one instruction, DR7. */
void context_control(bool trace, uint64_t dr7);

/* Dr0..Dr3, Dr6, Dr7 of the stopped code: 48 bytes. */
void context_debug_registers(uint8_t *to);

#endif
