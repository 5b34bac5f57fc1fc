/* SPDX-License-Identifier: MIT */
/*
 * What single things cost the simulated machine: numbers of the size that a
 * guest under KVM shows. It has no devices in memory.
 */
#include "bench/launch/sim_machine.h"

static const uint64_t cost_ns[KDBB_PRIMITIVE_COUNT] = {
	[KDBB_DO_NOTHING] = 1,       [KDBB_DO_PORT_READ] = 2500,
	[KDBB_DO_PORT_WRITE] = 2000, [KDBB_DO_POLL] = 2,
	[KDBB_DO_PAUSE] = 20,        [KDBB_DO_TSC] = 10,
	[KDBB_DO_HALT_WAKE] = 8000,  [KDBB_DO_COPY_KIB] = 100,
};

uint64_t sim_calibrate_ns(uint64_t primitive)
{
	if (primitive >= KDBB_PRIMITIVE_COUNT || !cost_ns[primitive])
		return 0;
	return cost_ns[primitive] +
	       (primitive == KDBB_DO_NOTHING ? 0 : cost_ns[KDBB_DO_NOTHING]);
}
