/* SPDX-License-Identifier: MIT */
#include "bench/guest/apic.h"

#include "bench/guest/paging.h"
#include "bench/guest/port.h"
#include "bench/guest/ticks.h"
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

#define COMMAND_LOW 0x300
#define COMMAND_HIGH 0x310
#define COMMAND_ASSERT 0x4000
#define COMMAND_INIT 0x500
#define COMMAND_STARTUP 0x600
#define SECOND_CPU (1u << 24)
#define INIT_NS 10000000
#define STARTUP_NS 200000

static uint64_t base;
static uint32_t tick_ns;

void apic_enable(void)
{
	mmio_write32(base + TASK_PRIORITY, 0);
	mmio_write32(base + SPURIOUS_VECTOR, SPURIOUS_ENABLE | TRAP_SPURIOUS);
}

void apic_init(void)
{
	uint64_t value = msr_read(MSR_APIC_BASE);

	port_out8(0x21, 0xff);
	port_out8(0xa1, 0xff);
	msr_write(MSR_APIC_BASE, (value | APIC_ENABLED) & ~(uint64_t)APIC_X2);
	base = value & UINT64_C(0xfffff000);
	paging_map(base, 4096);
	apic_enable();
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
	mmio_write32(base + TIMER_COUNT, tick_ns);
}

void apic_tick(uint64_t period_ns)
{
	tick_ns = (uint32_t)period_ns;
	mmio_write32(base + TIMER_COUNT, tick_ns);
}

bool apic_tick_again(void)
{
	if (tick_ns)
		mmio_write32(base + TIMER_COUNT, tick_ns);
	return tick_ns != 0;
}

static void command(uint32_t what)
{
	mmio_write32(base + COMMAND_HIGH, SECOND_CPU);
	mmio_write32(base + COMMAND_LOW, COMMAND_ASSERT | what);
}

static void pass(uint64_t ns)
{
	uint64_t end = ticks_now_ns() + ns;

	while (ticks_now_ns() < end)
		__asm__ volatile("pause");
}

/* INIT, and the start-up message twice, as the book of Intel has it. */
void apic_start_second(uint32_t page)
{
	command(COMMAND_INIT);
	pass(INIT_NS);
	for (unsigned i = 0; i < 2; i++) {
		command(COMMAND_STARTUP | page >> 12);
		pass(STARTUP_NS);
	}
}

void apic_interrupt_second(uint8_t vector)
{
	command(vector);
}

void apic_end_of_interrupt(void)
{
	mmio_write32(base + END_OF_INTERRUPT, 0);
}

uint32_t apic_message_address(void)
{
	return (uint32_t)base;
}
