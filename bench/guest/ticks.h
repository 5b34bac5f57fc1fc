/* SPDX-License-Identifier: MIT */
/*
 * Time, from the time-stamp counter, whose frequency the harness has measured
 * and told: a guest without other clocks cannot.
 */
#ifndef GUEST_TICKS_H
#define GUEST_TICKS_H

#include <stdint.h>

#define TICKS_NEVER UINT64_MAX

/* Time zero is now. 'hz' is not 0. */
void ticks_init(uint64_t hz);

/* The counter itself. */
static inline uint64_t ticks_read(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high)::"memory");
	return low | (uint64_t)high << 32;
}

/* Nanoseconds since ticks_init(), of a reading of the counter, and now. */
uint64_t ticks_ns(uint64_t ticks);
uint64_t ticks_now_ns(void);

#endif
