/* SPDX-License-Identifier: MIT */
#include "bench/guest/special.h"

#include "bench/guest/block.h"
#include "bench/guest/context.h"
#include "bench/guest/port.h"
#include "bench/guest/trap.h"

/* KSPECIAL_REGISTERS, amd64 layout; Dr0..Dr7 are as in a CONTEXT. */
#define CR0 0x00
#define CR2 0x08
#define CR3 0x10
#define CR4 0x18
#define DR0 0x20
#define GDTR 0x56 /* limit, then base */
#define IDTR 0x66
#define TR 0x70
#define MXCSR 0x74
#define CR8 0xa0
#define GS_BASE 0xa8

#define MXCSR_INITIAL 0x1f80
#define MSR_GS_BASE 0xc0000101

enum selector { PCR, PRCB, SPECIAL, THREAD };

#define READ(reg, to) __asm__ volatile("movq %%" reg ", %0" : "=r"(to))

static void store_control_registers(uint8_t *to)
{
	uint64_t value;

	READ("cr0", value);
	kd_store64(to + CR0, value);
	READ("cr2", value);
	kd_store64(to + CR2, value);
	READ("cr3", value);
	kd_store64(to + CR3, value);
	READ("cr4", value);
	kd_store64(to + CR4, value);
	READ("cr8", value);
	kd_store64(to + CR8, value);
}

static void store_special(uint8_t *to)
{
	__builtin_memset(to, 0, KD_SPECIAL_SIZE);
	store_control_registers(to);
	context_debug_registers(to + DR0);
	/* Both store ten bytes, limit and base, as the layout has them. */
	__asm__ volatile("sgdt %0" : "=m"(*(uint8_t(*)[10])(to + GDTR)));
	__asm__ volatile("sidt %0" : "=m"(*(uint8_t(*)[10])(to + IDTR)));
	kd_store16(to + TR, TRAP_TASK_SELECTOR);
	kd_store32(to + MXCSR, MXCSR_INITIAL);
	kd_store64(to + GS_BASE, msr_read(MSR_GS_BASE));
}

uint32_t special_control_space(uint64_t selector, uint8_t *to, uint32_t len)
{
	uint8_t whole[KD_SPECIAL_SIZE];
	uint32_t size = 8;

	switch (selector) {
	case PCR:
	case PRCB: kd_store64(whole, block_processor()); break;
	case THREAD: kd_store64(whole, block_thread()); break;
	case SPECIAL:
		store_special(whole);
		size = KD_SPECIAL_SIZE;
		break;
	default: return 0;
	}
	if (len > size)
		len = size;
	__builtin_memcpy(to, whole, len);
	return len;
}
