/* SPDX-License-Identifier: MIT */
#include "bench/session/schedule.h"

#include "bench/base/clock.h"

typedef unsigned __int128 u128;

/* Factors are held in units of 2^-24. */
#define ONE_SHIFT 24
#define ONE (UINT64_C(1) << ONE_SHIFT)

static uint64_t ceiling(u128 a, uint64_t b)
{
	u128 q = (a + b - 1) / b;

	return q < UINT64_MAX ? (uint64_t)q : UINT64_MAX;
}

uint64_t schedule_due(uint64_t start_ns, uint64_t bytes, uint64_t rate)
{
	uint64_t after = ceiling((u128)bytes * NS_PER_S, rate);

	return after < UINT64_MAX - start_ns ? start_ns + after : UINT64_MAX;
}

uint64_t schedule_ops(uint64_t each_ns, uint64_t rate, uint64_t chunk)
{
	uint64_t bytes = ceiling((u128)each_ns * rate, NS_PER_S);
	uint64_t ops = ceiling(bytes, chunk);

	return ops < SCHEDULE_OPS_MIN ? SCHEDULE_OPS_MIN : ops;
}

/* Is factor ^ steps more than 'most'? Both in units of 2^-24. */
static bool power_exceeds(uint64_t factor, unsigned steps, uint64_t most)
{
	u128 power = ONE;

	for (unsigned i = 0; i < steps; i++) {
		power = power * factor >> ONE_SHIFT;
		if (power > most)
			return true;
	}
	return false;
}

/* The largest factor that gets no further than 'most' in so many steps. */
static uint64_t root(uint64_t most, unsigned steps)
{
	uint64_t low = ONE, high = most;

	while (low < high) {
		uint64_t middle = low + (high - low + 1) / 2;

		if (power_exceeds(middle, steps, most))
			high = middle - 1;
		else
			low = middle;
	}
	return low;
}

void schedule_rates(uint64_t *rates, unsigned count, uint64_t from, uint64_t to)
{
	u128 rate = (u128)from << ONE_SHIFT;
	uint64_t factor = ONE;

	if (count > 1)
		factor = root((uint64_t)(((u128)to << ONE_SHIFT) / from),
			      count - 1);
	for (unsigned i = 0; i < count; i++) {
		rates[i] = (uint64_t)((rate + ONE / 2) >> ONE_SHIFT);
		rate = rate * factor >> ONE_SHIFT;
	}
	if (count)
		rates[count - 1] = to;
}

uint64_t schedule_rate(uint64_t bytes, uint64_t ns)
{
	u128 rate = ns ? (u128)bytes * NS_PER_S / ns : 0;

	return rate < UINT64_MAX ? (uint64_t)rate : UINT64_MAX;
}

bool schedule_saturated(uint64_t offered, uint64_t achieved)
{
	return (u128)achieved * 10 < (u128)offered * 9;
}
