/* SPDX-License-Identifier: MIT */
#include "bench/guest/ticks.h"

#define NS_PER_S UINT64_C(1000000000)

static uint64_t start;
static uint64_t ns_per_tick; /* in units of 2^-32 ns */

void ticks_init(uint64_t hz)
{
	ns_per_tick = (NS_PER_S << 32) / hz;
	start = ticks_read();
}

uint64_t ticks_ns(uint64_t ticks)
{
	unsigned __int128 since = ticks - start;

	return (uint64_t)(since * ns_per_tick >> 32);
}

uint64_t ticks_now_ns(void)
{
	return ticks_ns(ticks_read());
}
