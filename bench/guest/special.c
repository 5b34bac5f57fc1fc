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

static void store_special(unsigned cpu, uint8_t *to)
{
	__builtin_memset(to, 0, KD_SPECIAL_SIZE);
	store_control_registers(to);
	context_debug_registers(cpu, to + DR0);
	/* Both store ten bytes, limit and base, as the layout has them. */
	__asm__ volatile("sgdt %0" : "=m"(*(uint8_t(*)[10])(to + GDTR)));
	__asm__ volatile("sidt %0" : "=m"(*(uint8_t(*)[10])(to + IDTR)));
	kd_store16(to + TR, (uint16_t)(TRAP_TASK_SELECTOR + 16 * cpu));
	kd_store32(to + MXCSR, MXCSR_INITIAL);
	kd_store64(to + GS_BASE, msr_read(MSR_GS_BASE));
}

uint32_t special_read(unsigned cpu, uint64_t selector, uint8_t *to,
		      uint32_t len)
{
	uint8_t whole[KD_SPECIAL_SIZE];
	uint32_t size = 8;

	switch (selector) {
	case KD_CONTROL_SPACE_PCR: kd_store64(whole, block_pcr(cpu)); break;
	case KD_CONTROL_SPACE_PRCB: kd_store64(whole, block_prcb(cpu)); break;
	case KD_CONTROL_SPACE_THREAD:
		kd_store64(whole, block_thread(cpu));
		break;
	case KD_CONTROL_SPACE_SPECIAL:
		store_special(cpu, whole);
		size = KD_SPECIAL_SIZE;
		break;
	default: return 0;
	}
	if (len > size)
		len = size;
	__builtin_memcpy(to, whole, len);
	return len;
}

uint32_t special_write(unsigned cpu, uint64_t selector, const uint8_t *from,
		       uint32_t len)
{
	uint8_t whole[KD_SPECIAL_SIZE];

	if (selector != KD_CONTROL_SPACE_SPECIAL)
		return 0;
	if (len > KD_SPECIAL_SIZE)
		len = KD_SPECIAL_SIZE;
	store_special(cpu, whole);
	__builtin_memcpy(whole, from, len);
	context_set_debug_registers(cpu, whole + DR0);
	return len;
}
