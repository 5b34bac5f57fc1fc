/* SPDX-License-Identifier: MIT */
#include "bench/guest/workload.h"

#include "bench/base/hash.h"
#include "bench/guest/block.h"
#include "bench/guest/counters.h"
#include "bench/guest/stop.h"
#include "bench/guest/ticks.h"

/* A unit of spin work is so many hashes: some microseconds under TCG. */
#define ROUNDS_A_UNIT 256

/* The mailbox as it was when the order was taken. */
struct order {
	uint64_t sequence;
	uint64_t args[3];
	uint64_t done; /* units or lines */
	uint64_t start;
};

static uint64_t taken; /* sequence of the last order */

/* Not inlined: its address is told to debuggers, who put breakpoints there. */
__attribute__((noinline)) static uint64_t unit(uint64_t value)
{
	for (unsigned i = 0; i < ROUNDS_A_UNIT; i++)
		value = hash_u64(value);
	return value;
}

uint64_t workload_spin_pc(void)
{
	return (uint64_t)unit;
}

/*
 * Stop if the debugger asks to. False: it has left another order behind, which
 * ends this one.
 */
static bool may_go_on(const struct order *o)
{
	if (stop_poll())
		stop_break();
	return block_mail(KDBB_MAIL_SEQUENCE) == o->sequence;
}

static void spin(struct order *o)
{
	uint64_t value = o->sequence;

	while (may_go_on(o) && (!o->args[0] || o->done < o->args[0])) {
		value = unit(value);
		o->done++;
		counters[KDBB_WORK_UNITS]++;
	}
	/* The result is needed, or the work could be left out. */
	__asm__ volatile("" ::"r"(value));
}

static void print_storm(struct order *o)
{
	static uint8_t text[KDBB_LINE_MAX];
	uint64_t value = o->sequence;

	while (may_go_on(o) && (!o->args[0] || o->done < o->args[0])) {
		for (uint64_t i = 0; i < o->args[2]; i++)
			value = unit(value);
		stop_print(text, kdbb_line(o->args[1], o->done, text));
		if (stop_poll_due() && stop_poll())
			stop_break();
		o->done++;
		counters[KDBB_WORK_UNITS]++;
	}
	__asm__ volatile("" ::"r"(value));
}

static void (*const workloads[])(struct order *) = {
	[KDBB_PRINT_STORM] = print_storm,
	[KDBB_SPIN] = spin,
};

/* Carry out the order in the mailbox, then stop to say so. */
static void obey(void)
{
	struct order o = { .sequence = block_mail(KDBB_MAIL_SEQUENCE) };
	uint64_t command = block_mail(KDBB_MAIL_COMMAND);

	taken = o.sequence;
	if (command >= sizeof(workloads) / sizeof(workloads[0]) ||
	    !workloads[command])
		return;
	for (unsigned i = 0; i < 3; i++)
		o.args[i] = block_mail(KDBB_MAIL_ARG0 + 8 * i);
	counters[KDBB_WORK_UNITS] = 0;
	o.start = ticks_read();
	workloads[command](&o);
	if (block_mail(KDBB_MAIL_SEQUENCE) != o.sequence)
		return;
	block_set_mail(KDBB_MAIL_RESULT0, o.done);
	block_set_mail(KDBB_MAIL_RESULT1, ticks_read() - o.start);
	block_set_mail(KDBB_MAIL_DONE, o.sequence);
	stop_break();
}

_Noreturn void workload_run(void)
{
	for (;;) {
		if (block_mail(KDBB_MAIL_SEQUENCE) != taken)
			obey();
		counters[KDBB_IDLE_LOOPS]++;
		if (stop_poll())
			stop_break();
		else
			stop_idle();
	}
}
