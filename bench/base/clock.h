/* SPDX-License-Identifier: MIT */
/*
 * The only reader of time. Everything else is handed 'now', in nanoseconds,
 * which is why the simulator can own it.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#define NS_PER_US UINT64_C(1000)
#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)

/* "Never": a deadline that does not exist. */
#define CLOCK_NEVER UINT64_MAX

/* Which of two deadlines comes first; CLOCK_NEVER comes last. */
static inline uint64_t clock_earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Nanoseconds of CLOCK_MONOTONIC_RAW: the one clock that measures. */
uint64_t clock_now_ns(void);

/* Seconds since 1970, for names and provenance only. */
int64_t clock_wall_s(void);

/* What one reading of clock_now_ns() costs: median of many, in picoseconds. */
uint64_t clock_cost_ps(void);

/*
 * Frequency of this machine's time-stamp counter, in Hz, measured once against
 * clock_now_ns() over about 20 ms and remembered. It is what a guest's RDTSC
 * counts in under TCG and KVM. Where there is no such counter: 1e9, which is
 * what QEMU gives a TCG guest then.
 */
uint64_t clock_tsc_hz(void);

/* CPU time that the calling thread has used, in nanoseconds. */
uint64_t clock_thread_cpu_ns(void);

/* The same of all threads of this process, those that have ended included. */
uint64_t clock_process_cpu_ns(void);

/* Sleep until clock_now_ns() >= 'until_ns', or a signal. */
void clock_sleep_until(uint64_t until_ns);

#endif
