/* SPDX-License-Identifier: MIT */
/*
 * CONTEXT, KSPECIAL_REGISTERS and the control spaces of both machines
 * (kd-protocol 6). Freestanding.
 */
#ifndef KD_REGISTERS_H
#define KD_REGISTERS_H

#include <stdint.h>

#include "bench/kd/layout.h"

/* amd64. */
#define KD_CONTEXT_SIZE 0x4d0
#define KD_CONTEXT_FLAGS_OFFSET 0x30
#define KD_CONTEXT_CS_OFFSET 0x38
#define KD_CONTEXT_EFLAGS_OFFSET 0x44
#define KD_CONTEXT_DR0_OFFSET 0x48 /* Dr0..Dr3, Dr6, Dr7 */
#define KD_CONTEXT_DR7_OFFSET 0x70
#define KD_CONTEXT_RAX_OFFSET 0x78
#define KD_CONTEXT_RSP_OFFSET 0x98
#define KD_CONTEXT_RIP_OFFSET 0xf8
#define KD_SPECIAL_SIZE 0xe0
#define KD_SPECIAL_GDT_OFFSET 0x56 /* u16 limit, then u64 base */

/* ContextFlags of amd64: the architecture's bit, and the parts. */
#define KD_CONTEXT_AMD64 UINT32_C(0x100000)
#define KD_CONTEXT_DEBUG_REGISTERS UINT32_C(0x10)

/* amd64 control spaces: what a selector names. */
enum kd_control_space {
	KD_CONTROL_SPACE_PCR,
	KD_CONTROL_SPACE_PRCB,
	KD_CONTROL_SPACE_SPECIAL,
	KD_CONTROL_SPACE_THREAD,
	KD_CONTROL_SPACE_COUNT
};

/* i386: a control space address is an offset into KPROCESSOR_STATE. */
#define KD_I386_CONTEXT_SIZE 0x2cc
#define KD_I386_SPECIAL_SIZE 0x54
#define KD_I386_EFLAGS_OFFSET 0xc0
#define KD_I386_EIP_OFFSET 0xb8
#define KD_I386_CS_OFFSET 0xbc
#define KD_I386_ESP_OFFSET 0xc4
#define KD_I386_GDT_OFFSET 0x2a /* of the special ones: limit, u32 base */

#define KD_EFLAGS_TF UINT32_C(0x100)

/* The size of each machine's CONTEXT and KSPECIAL_REGISTERS; by enum kd_arch.
 */
extern const uint16_t kd_context_sizes[2], kd_special_sizes[2];

/* For those who print them. */
extern const struct kd_layout kd_context_layouts[2], kd_special_layouts[2];

#endif
