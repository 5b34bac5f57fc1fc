/* SPDX-License-Identifier: MIT */
#include "bench/guest/trap.h"

#include "bench/guest/apic.h"
#include "bench/guest/context.h"
#include "bench/guest/counters.h"
#include "bench/guest/cpu.h"
#include "bench/guest/memory.h"
#include "bench/guest/panic.h"
#include "bench/guest/stop.h"
#include "bench/kd/message.h"

#define VECTOR_SIZE 16
#define INTERRUPT_GATE 0x8e
#define IST 1
#define EFLAGS_IF 0x200
#define EFLAGS_RF CONTEXT_EFLAGS_RF
#define INT3 0xcc
#define CPUS 2

struct gate {
	uint16_t offset_low;
	uint16_t selector;
	uint8_t ist;
	uint8_t type;
	uint16_t offset_middle;
	uint32_t offset_high;
	uint32_t reserved;
};
_Static_assert(sizeof(struct gate) == 16, "a gate of the IDT");

/* Only IST 1 is used; 64-bit fields straddle words, hence 32-bit ones. */
struct task_state {
	uint32_t reserved[9];
	uint32_t ist1_low, ist1_high;
	uint32_t rest[15];
};
_Static_assert(sizeof(struct task_state) == 104, "a task-state segment");

struct trap_frame trap_stopped;
uint64_t trap_guard; /* vector.S: RSP to unwind to, or 0 */

static struct gate idt[TRAP_COUNT];
static struct task_state tss[CPUS];
static uint64_t fault_address;
static bool step_held;

/* The internal breakpoint that is being passed, and how it was come across. */
static uint64_t passing;
static bool passing_steps, passing_masked;

extern const uint8_t trap_code[], trap_code_end[];
extern const uint8_t trap_vectors[];
extern const uint8_t trap_copy_fault[];
extern const uint8_t trap_interrupted[];
extern uint8_t trap_stack_top[], trap_second_stack_top[];
extern uint64_t boot_gdt[];

bool trap_decide(struct trap_frame *f);
void trap_stop(void);

static void set_gate(unsigned vector)
{
	uint64_t at = (uint64_t)trap_vectors + vector * VECTOR_SIZE;

	idt[vector] = (struct gate){
		.offset_low = (uint16_t)at,
		.selector = TRAP_CODE_SELECTOR,
		.ist = IST,
		.type = INTERRUPT_GATE,
		.offset_middle = (uint16_t)(at >> 16),
		.offset_high = (uint32_t)(at >> 32),
	};
}

static void load_tss(unsigned cpu, uint64_t stack)
{
	uint64_t at = (uint64_t)&tss[cpu];
	uint16_t selector = (uint16_t)(TRAP_TASK_SELECTOR + 16 * cpu);

	tss[cpu].ist1_low = (uint32_t)stack;
	tss[cpu].ist1_high = (uint32_t)(stack >> 32);
	/* Present, 64-bit TSS, limit in bits 15..0, base in three pieces. */
	boot_gdt[selector / 8] = UINT64_C(0x890000000000) |
				 (sizeof(tss[cpu]) - 1) |
				 (at & 0xffffff) << 16 |
				 (at >> 24 & 0xff) << 56;
	boot_gdt[selector / 8 + 1] = at >> 32;
	__asm__ volatile("ltr %0" ::"r"(selector));
}

static void load_idt(void)
{
	/* An LIDT operand: 16 bits of limit, then the base, without a gap. */
	uint16_t pointer[5] = { sizeof(idt) - 1 };
	uint64_t base = (uint64_t)idt;

	__builtin_memcpy(&pointer[1], &base, sizeof(base));
	__asm__ volatile("lidt %0" ::"m"(pointer));
}

void trap_init(void)
{
	for (unsigned i = 0; i < TRAP_COUNT; i++)
		set_gate(i);
	load_idt();
	load_tss(0, (uint64_t)trap_stack_top);
}

void trap_init_second(void)
{
	load_idt();
	load_tss(1, (uint64_t)trap_second_stack_top);
}

/* Somebody single-steps into a stop: that step ends with the stop. */
static bool stepped_into_ourselves(const struct trap_frame *f)
{
	return f->vector == TRAP_DEBUG && f->rip >= (uint64_t)trap_code &&
	       f->rip < (uint64_t)trap_code_end;
}

/* True: the debugger wants to break in where the timer has interrupted. */
static bool on_interrupt(struct trap_frame *f)
{
	if (f->vector == TRAP_SPURIOUS)
		return false;
	counters[KDBB_WAKEUPS]++;
	apic_end_of_interrupt();
	if (f->vector != TRAP_TIMER || !apic_tick_again() || stop_active() ||
	    !stop_poll())
		return false;
	trap_stopped = *f;
	return true;
}

/*
 * An int3 that only counts: put back what it replaced, for one instruction.
 */
static bool pass_internal_breakpoint(struct trap_frame *f)
{
	uint8_t byte;

	if (f->vector != TRAP_BREAKPOINT || !stop_counts(f->rip - 1, &byte))
		return false;
	f->rip--;
	*(volatile uint8_t *)f->rip = byte;
	passing = f->rip;
	passing_steps = (f->rflags & KD_EFLAGS_TF) != 0;
	passing_masked = (f->rflags & EFLAGS_IF) == 0;
	f->rflags |= KD_EFLAGS_TF;
	f->rflags &= ~(uint64_t)EFLAGS_IF;
	return true;
}

/*
 * That instruction is done, or has faulted. True: there is nothing else to do,
 * since nobody else wanted to step it.
 */
static bool plant_again(struct trap_frame *f)
{
	if (!passing)
		return false;
	if (stop_counts_at(passing))
		*(volatile uint8_t *)passing = INT3;
	passing = 0;
	if (!passing_masked)
		f->rflags |= EFLAGS_IF;
	if (passing_steps)
		return false;
	f->rflags &= ~(uint64_t)KD_EFLAGS_TF;
	return f->vector == TRAP_DEBUG;
}

/* Called by vector.S. True: the code in *f stops, and trap_stopped is it. */
bool trap_decide(struct trap_frame *f)
{
	if (cpu_is_second(f)) {
		cpu_freeze_second(f);
		return false;
	}
	if (f->vector >= TRAP_DEVICE)
		return on_interrupt(f);
	if (trap_guard && (f->vector == TRAP_PAGE_FAULT ||
			   f->vector == TRAP_GENERAL_PROTECTION)) {
		fault_address = 0;
		if (f->vector == TRAP_PAGE_FAULT)
			__asm__("movq %%cr2, %0" : "=r"(fault_address));
		f->rip = (uint64_t)trap_copy_fault;
		return false;
	}
	if (pass_internal_breakpoint(f) || plant_again(f))
		return false;
	if (stepped_into_ourselves(f)) {
		f->rflags &= ~(uint64_t)KD_EFLAGS_TF;
		return false;
	}
	if (f->vector == TRAP_DEBUG && stop_active()) {
		step_held |= (f->rflags & KD_EFLAGS_TF) != 0;
		f->rflags &= ~(uint64_t)KD_EFLAGS_TF;
		f->rflags |= EFLAGS_RF;
		return false;
	}
	if (stop_active())
		panic_number("exception while stopped, at", f->rip);
	trap_stopped = *f;
	return true;
}

/* What Windows calls each exception; the rest are access violations. */
static uint32_t status_of(uint64_t vector)
{
	static const uint32_t statuses[] = {
		[0] = 0xc0000094, /* integer divide by zero */
		[TRAP_DEBUG] = KD_CODE_SINGLE_STEP,
		[TRAP_BREAKPOINT] = KD_CODE_BREAKPOINT,
		[TRAP_TIMER] = KD_CODE_BREAKPOINT,
		[6] = 0xc000001d, /* illegal instruction */
	};

	if (vector < sizeof(statuses) / sizeof(statuses[0]) && statuses[vector])
		return statuses[vector];
	return KD_CODE_ACCESS_VIOLATION;
}

/*
 * Make the interrupted code look as if it had called trap_interrupted, if it
 * has a stack.
 */
static void stand_at_breakpoint(void)
{
	uint8_t rip[8];

	kd_store64(rip, trap_stopped.rip);
	if (memory_write(trap_stopped.rsp - sizeof(rip), rip, sizeof(rip)) !=
	    sizeof(rip))
		return;
	trap_stopped.rsp -= sizeof(rip);
	trap_stopped.rip = (uint64_t)trap_interrupted;
}

/* Called by vector.S on the stopped loop's stack. */
void trap_stop(void)
{
	/* INT3 is reported where it stands; the CPU is one byte further. */
	if (trap_stopped.vector == TRAP_BREAKPOINT)
		trap_stopped.rip--;
	if (trap_stopped.vector == TRAP_TIMER)
		stand_at_breakpoint();
	stop_enter(status_of(trap_stopped.vector));
}

uint64_t trap_fault_address(void)
{
	return fault_address;
}

bool trap_stepping(void)
{
	uint64_t flags;

	__asm__ volatile("pushfq; popq %0" : "=r"(flags)::"memory");
	return (flags & KD_EFLAGS_TF) != 0;
}

void trap_resume_step(void)
{
	if (!step_held)
		return;
	step_held = false;
	__asm__ volatile("pushfq; orq %0, (%%rsp); popfq" ::"i"(KD_EFLAGS_TF)
			 : "memory", "cc");
}

void trap_halt(void)
{
	counters[KDBB_HALTS]++;
	__asm__ volatile("sti; hlt; cli" ::: "memory");
}
