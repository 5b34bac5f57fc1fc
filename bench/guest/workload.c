/* SPDX-License-Identifier: MIT */
#include "bench/guest/workload.h"

#include "bench/base/hash.h"
#include "bench/guest/apic.h"
#include "bench/guest/block.h"
#include "bench/guest/calibrate.h"
#include "bench/guest/counters.h"
#include "bench/guest/order.h"
#include "bench/guest/stop.h"
#include "bench/guest/ticks.h"

/*
 * While an order is carried out the timer looks for a break-in as often as
 * this, as Windows' clock interrupt does, whatever the work is.
 */
#define TICK_NS 5000000

static uint64_t taken; /* sequence of the last order */

/* Where spin work and the breakpoint loop pass: see workload_spin_pc(). */
__attribute__((noinline)) static uint64_t unit(uint64_t value, uint64_t rounds)
{
	for (uint64_t i = 0; i < rounds; i++)
		value = hash_u64(value);
	return value;
}

uint64_t workload_spin_pc(void)
{
	return (uint64_t)unit;
}

bool order_is_current(const struct order *o)
{
	return block_mail(KDBB_MAIL_SEQUENCE) == o->sequence;
}

bool order_goes_on(const struct order *o)
{
	if (stop_poll())
		stop_break();
	return order_is_current(o);
}

void order_work(uint64_t units)
{
	uint64_t value = units;

	for (uint64_t i = 0; i < units; i++)
		value = unit(value, KDBB_UNIT_ROUNDS);
	__asm__ volatile("" ::"r"(value));
}

static uint64_t spin(struct order *o)
{
	uint64_t value = o->sequence;

	while (order_goes_on(o) && (!o->args[0] || o->done < o->args[0])) {
		value = unit(value, KDBB_UNIT_ROUNDS);
		order_unit_done(o);
	}
	/* The result is needed, or the work could be left out. */
	__asm__ volatile("" ::"r"(value));
	return o->done;
}

/* Break-ins are left to the timer: it is about nothing but the passing. */
static uint64_t breakpoint_loop(struct order *o)
{
	while (o->done < o->args[0] && order_is_current(o)) {
		__asm__ volatile("" ::"r"(unit(o->done, 0)));
		order_unit_done(o);
	}
	return o->done;
}

/*
 * Nothing to do until then, or until there is another order than 'sequence'.
 * The same turns whoever asks, so that one count of them can be held against
 * another.
 */
static void idle(uint64_t sequence, uint64_t until_ns)
{
	while (block_mail(KDBB_MAIL_SEQUENCE) == sequence &&
	       ticks_now_ns() < until_ns) {
		counters[KDBB_IDLE_LOOPS]++;
		if (stop_poll())
			stop_break();
		else
			stop_idle(until_ns);
	}
}

static uint64_t print_storm(struct order *o)
{
	static uint8_t text[KDBB_LINE_MAX];
	uint64_t work = o->args[2] & KDBB_STORM_WORK_MASK;
	uint64_t gap_ns = o->args[2] >> KDBB_STORM_GAP_SHIFT;
	uint64_t due = ticks_now_ns();
	uint64_t value = o->sequence;

	while (order_goes_on(o) && (!o->args[0] || o->done < o->args[0])) {
		for (uint64_t i = 0; i < work; i++)
			value = unit(value, KDBB_UNIT_ROUNDS);
		if (gap_ns) {
			idle(o->sequence, due);
			due += gap_ns;
		}
		if (!order_is_current(o))
			break;
		stop_print(text, kdbb_line(o->args[1], o->done, text));
		if (stop_poll_due() && stop_poll())
			stop_break();
		order_unit_done(o);
	}
	__asm__ volatile("" ::"r"(value));
	return o->done;
}

/* The same, and no interrupt gets through. */
static void be_deaf_until(uint64_t until_ns)
{
	__asm__ volatile("cli" ::: "memory");
	while (ticks_now_ns() < until_ns)
		__asm__ volatile("pause");
	__asm__ volatile("sti" ::: "memory");
}

static uint64_t deaf(struct order *o)
{
	if (o->args[0] > KDBB_DEAF_MAX_NS || o->args[1] > KDBB_DEAF_MAX_NS)
		return 0;
	while (order_goes_on(o)) {
		be_deaf_until(ticks_now_ns() + o->args[0]);
		idle(o->sequence, ticks_now_ns() + o->args[1]);
		order_unit_done(o);
	}
	return o->done;
}

static uint64_t (*const workloads[])(struct order *) = {
	[KDBB_PRINT_STORM] = print_storm,
	[KDBB_SPIN] = spin,
	[KDBB_MODULE_STORM] = order_module_storm,
	[KDBB_FILE_TRANSFER] = order_file_transfer,
	[KDBB_STEP_LOOP] = order_step_loop,
	[KDBB_BREAKPOINT_LOOP] = breakpoint_loop,
	[KDBB_PROMPT] = order_prompt,
	[KDBB_WILD] = order_wild,
	[KDBB_CALIBRATE] = order_calibrate,
	[KDBB_COPY] = order_copy,
	[KDBB_RAW] = order_raw,
	[KDBB_DIVE] = order_dive,
	[KDBB_EVENTS] = order_events,
	[KDBB_DEAF] = deaf,
};

/* Carry out the order in the mailbox, then stop to say so. */
static void obey(void)
{
	struct order o = { .sequence = block_mail(KDBB_MAIL_SEQUENCE) };
	uint64_t command = block_mail(KDBB_MAIL_COMMAND);
	uint64_t result;

	taken = o.sequence;
	if (command >= sizeof(workloads) / sizeof(workloads[0]) ||
	    !workloads[command])
		return;
	for (unsigned i = 0; i < 3; i++)
		o.args[i] = block_mail(KDBB_MAIL_ARG0 + 8 * i);
	counters[KDBB_WORK_UNITS] = 0;
	o.start = ticks_read();
	apic_tick(TICK_NS);
	__asm__ volatile("sti" ::: "memory");
	result = workloads[command](&o);
	__asm__ volatile("cli" ::: "memory");
	apic_tick(0);
	if (block_mail(KDBB_MAIL_SEQUENCE) != o.sequence)
		return;
	block_set_mail(KDBB_MAIL_RESULT0, result);
	block_set_mail(KDBB_MAIL_RESULT1,
		       o.ticks ? o.ticks : ticks_read() - o.start);
	block_set_mail(KDBB_MAIL_DONE, o.sequence);
	stop_break();
}

_Noreturn void workload_run(void)
{
	for (;;) {
		idle(taken, TICKS_NEVER);
		obey();
	}
}
