/* SPDX-License-Identifier: MIT */
#include "bench/run/split.h"

#include "bench/base/clock.h"

bool split_time(struct split *s, uint64_t wall_ns, uint64_t ticks,
		uint64_t tsc_hz, uint64_t harness_ns)
{
	unsigned __int128 guest_ns;
	uint64_t ends_ns;

	if (!wall_ns || !tsc_hz)
		return false;
	guest_ns = (unsigned __int128)ticks * NS_PER_S / tsc_hz;
	/* Two clocks may differ a little; what differs much is a lie. */
	if (guest_ns > (unsigned __int128)wall_ns + wall_ns / 8)
		return false;
	s->guest_ns = guest_ns < wall_ns ? (uint64_t)guest_ns : wall_ns;
	s->harness_ns = harness_ns < wall_ns ? harness_ns : wall_ns;
	s->wall_ns = wall_ns;
	ends_ns = s->guest_ns + s->harness_ns;
	s->transport_ns = ends_ns < wall_ns ? wall_ns - ends_ns : 0;
	return true;
}
