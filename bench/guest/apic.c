/* SPDX-License-Identifier: MIT */
#include "bench/guest/apic.h"

#include "bench/guest/paging.h"
#include "bench/guest/port.h"
#include "bench/guest/trap.h"

#define MSR_APIC_BASE 0x1b
#define APIC_ENABLED 0x800
#define APIC_X2 0x400

#define TASK_PRIORITY 0x80
#define END_OF_INTERRUPT 0xb0
#define SPURIOUS_VECTOR 0xf0
#define SPURIOUS_ENABLE 0x100
#define TIMER_VECTOR 0x320
#define TIMER_COUNT 0x380
#define TIMER_DIVIDE 0x3e0
#define DIVIDE_BY_1 0xb

static uint64_t base;

void apic_init(void)
{
	uint64_t value = msr_read(MSR_APIC_BASE);

	port_out8(0x21, 0xff);
	port_out8(0xa1, 0xff);
	msr_write(MSR_APIC_BASE, (value | APIC_ENABLED) & ~(uint64_t)APIC_X2);
	base = value & UINT64_C(0xfffff000);
	paging_map(base, 4096);
	mmio_write32(base + TASK_PRIORITY, 0);
	mmio_write32(base + SPURIOUS_VECTOR, SPURIOUS_ENABLE | TRAP_SPURIOUS);
	mmio_write32(base + TIMER_DIVIDE, DIVIDE_BY_1);
	mmio_write32(base + TIMER_VECTOR, TRAP_TIMER);
}

/* QEMU's and KVM's timers count at 1 GHz: a tick is a nanosecond. */
void apic_timer_start(uint64_t delay_ns)
{
	if (delay_ns > UINT32_MAX)
		delay_ns = UINT32_MAX;
	mmio_write32(base + TIMER_COUNT, delay_ns ? (uint32_t)delay_ns : 1);
}

void apic_timer_stop(void)
{
	mmio_write32(base + TIMER_COUNT, 0);
}

void apic_end_of_interrupt(void)
{
	mmio_write32(base + END_OF_INTERRUPT, 0);
}

uint32_t apic_message_address(void)
{
	return (uint32_t)base;
}
