/* SPDX-License-Identifier: MIT */
#include "bench/guest/wait.h"

#include "bench/guest/apic.h"
#include "bench/guest/ticks.h"
#include "bench/guest/trap.h"

static enum params_idle idle;
static uint64_t spin_ns;
static uint64_t sleep_ns;
static uint64_t fruitless_since = TICKS_NEVER;

void wait_init(const struct params *p)
{
	idle = (enum params_idle)p->idle;
	spin_ns = idle == IDLE_HLT ? 0 : p->spin_ns;
	sleep_ns = p->sleep_ns;
}

void wait_fruitful(void)
{
	fruitless_since = TICKS_NEVER;
}

void wait_halt_until(uint64_t deadline_ns)
{
	uint64_t now;

	if (deadline_ns == TICKS_NEVER) {
		trap_halt();
		return;
	}
	now = ticks_now_ns();
	if (now >= deadline_ns)
		return;
	apic_timer_start(deadline_ns - now);
	trap_halt();
	apic_timer_stop();
}

/*
 * What a hypervisor would do that puts a polling guest to sleep: the line has
 * not been told, so whatever comes lies there until the time is over. An
 * interrupt on the way (the tick of an order) does not end it.
 */
static void sleep_out(void)
{
	uint64_t end = ticks_now_ns() + sleep_ns;

	while (ticks_now_ns() < end)
		wait_halt_until(end);
}

/* Has it been looked at in vain for so long that halting is due? */
static bool spun_enough(uint64_t now)
{
	if (!spin_ns)
		return true;
	if (fruitless_since == TICKS_NEVER)
		fruitless_since = now;
	return now - fruitless_since >= spin_ns;
}

void wait_counted(void)
{
	if (sleep_ns)
		sleep_out();
	else if (idle == IDLE_PAUSE)
		__asm__ volatile("pause" ::: "memory");
}

void wait_fruitless(const struct line *line, bool for_room,
		    uint64_t deadline_ns)
{
	if (sleep_ns) {
		sleep_out();
		return;
	}
	if (!line->wait || idle == IDLE_POLL)
		return;
	if (idle == IDLE_PAUSE)
		__asm__ volatile("pause" ::: "memory");
	else if (spun_enough(ticks_now_ns()))
		line->wait(for_room, deadline_ns);
}
