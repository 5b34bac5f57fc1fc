/* SPDX-License-Identifier: MIT */
#include "bench/base/clock.h"

#include <stdlib.h>
#include <time.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#define CALIBRATION_NS (20 * NS_PER_MS)
#define COST_ROUNDS 64
#define COST_CALLS 64

static uint64_t read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

uint64_t clock_now_ns(void)
{
	return read_clock(CLOCK_MONOTONIC_RAW);
}

int64_t clock_wall_s(void)
{
	return (int64_t)time(NULL);
}

uint64_t clock_thread_cpu_ns(void)
{
	return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

uint64_t clock_process_cpu_ns(void)
{
	return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

uint64_t clock_cost_ps(void)
{
	uint64_t cost[COST_ROUNDS];

	for (unsigned i = 0; i < COST_ROUNDS; i++) {
		uint64_t start = clock_now_ns();

		for (unsigned k = 1; k < COST_CALLS; k++)
			(void)clock_now_ns();
		cost[i] = (clock_now_ns() - start) * 1000 / COST_CALLS;
	}
	qsort(cost, COST_ROUNDS, sizeof(cost[0]), by_value);
	return cost[COST_ROUNDS / 2];
}

uint64_t clock_tsc_hz(void)
{
#if defined(__x86_64__)
	static uint64_t hz;

	if (!hz) {
		uint64_t start = clock_now_ns();
		uint64_t ticks = __rdtsc();
		uint64_t ns;

		do {
			ns = clock_now_ns() - start;
		} while (ns < CALIBRATION_NS);
		ticks = __rdtsc() - ticks;
		hz = (uint64_t)((double)ticks * 1e9 / (double)ns);
	}
	return hz;
#else
	return NS_PER_S;
#endif
}

void clock_sleep_until(uint64_t until_ns)
{
	uint64_t now = clock_now_ns();
	struct timespec ts;

	if (now >= until_ns)
		return;
	ts.tv_sec = (time_t)((until_ns - now) / NS_PER_S);
	ts.tv_nsec = (long)((until_ns - now) % NS_PER_S);
	nanosleep(&ts, NULL);
}
