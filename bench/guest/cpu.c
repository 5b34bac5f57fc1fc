/* SPDX-License-Identifier: MIT */
#include "bench/guest/cpu.h"

#include "bench/guest/apic.h"
#include "bench/guest/context.h"
#include "bench/guest/panic.h"
#include "bench/guest/ticks.h"

/* A free page of the PC's base memory, where real mode can begin. */
#define START_PAGE 0x8000
#define START_NS UINT64_C(1000000000)
#define FREEZE_NS UINT64_C(1000000000)

extern const uint8_t boot_second[];
extern const uint32_t boot_second_size;
extern uint8_t trap_stack_top[], trap_second_stack_top[];

_Noreturn void cpu_second_main(void);

static unsigned count = 1;
static uint32_t started; /* by the second */
static uint32_t wanted;  /* by the first: stand still */
static uint32_t frozen;  /* by the second: it does */

static uint32_t look(const uint32_t *flag)
{
	return __atomic_load_n(flag, __ATOMIC_SEQ_CST);
}

static void tell(uint32_t *flag, uint32_t value)
{
	__atomic_store_n(flag, value, __ATOMIC_SEQ_CST);
}

static bool wait_for(const uint32_t *flag, uint32_t value, uint64_t ns)
{
	uint64_t end = ticks_now_ns() + ns;

	while (look(flag) != value) {
		if (ticks_now_ns() >= end)
			return false;
		__asm__ volatile("pause");
	}
	return true;
}

void cpu_start(uint64_t processors)
{
	if (processors < 2)
		return;
	__builtin_memcpy((void *)(uintptr_t)START_PAGE, boot_second,
			 boot_second_size);
	apic_start_second(START_PAGE);
	if (!wait_for(&started, 1, START_NS))
		panic("processors=2, but the second does not start");
	count = 2;
}

unsigned cpu_count(void)
{
	return count;
}

/* Where the second CPU arrives from boot.S. */
_Noreturn void cpu_second_main(void)
{
	trap_init_second();
	apic_enable();
	tell(&started, 1);
	for (uint64_t rounds = 0;; rounds++)
		__asm__ volatile("sti; hlt" ::"a"(rounds) : "memory");
}

bool cpu_is_second(const struct trap_frame *f)
{
	return (const uint8_t *)f >= trap_stack_top &&
	       (const uint8_t *)f < trap_second_stack_top;
}

/*
 * An exception of its own stops it too, for good or until a debugger mends it:
 * nobody reports it before the first CPU stops.
 */
void cpu_freeze_second(struct trap_frame *f)
{
	if (f->vector >= TRAP_DEVICE && f->vector != TRAP_SPURIOUS)
		apic_end_of_interrupt();
	while (f->vector < TRAP_DEVICE && !look(&wanted))
		__asm__ volatile("pause");
	if (!look(&wanted))
		return;
	context_enter(1, f);
	tell(&frozen, 1);
	while (look(&wanted))
		__asm__ volatile("pause");
	context_leave(1);
	tell(&frozen, 0);
}

void cpu_freeze(void)
{
	if (count < 2)
		return;
	tell(&wanted, 1);
	apic_interrupt_second(TRAP_FREEZE);
	if (!wait_for(&frozen, 1, FREEZE_NS))
		panic("the second processor does not stop");
}

void cpu_thaw(void)
{
	if (count < 2)
		return;
	tell(&wanted, 0);
	(void)wait_for(&frozen, 0, FREEZE_NS);
}
