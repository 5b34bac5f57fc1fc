/* SPDX-License-Identifier: MIT */
#include "bench/run/costs.h"

static const char *const names[KDBB_PRIMITIVE_COUNT] = {
	[KDBB_DO_NOTHING] = "nothing",       [KDBB_DO_PORT_READ] = "port-read",
	[KDBB_DO_PORT_WRITE] = "port-write", [KDBB_DO_DOORBELL] = "doorbell",
	[KDBB_DO_MMIO_READ] = "mmio-read",   [KDBB_DO_POLL] = "poll",
	[KDBB_DO_PAUSE] = "pause",           [KDBB_DO_TSC] = "tsc",
	[KDBB_DO_HALT_WAKE] = "halt-wake",   [KDBB_DO_COPY_KIB] = "copy-kib",
};

json_t *costs_record(const struct step_record *r)
{
	json_t *o = json_object();

	for (size_t i = 0; i < KDBB_PRIMITIVE_COUNT; i++) {
		uint64_t ps = r->cost_ps[i];

		json_object_set_new(o, names[i],
				    ps == SESSION_COST_UNKNOWN
					    ? json_null()
					    : json_real((double)ps / 1000));
	}
	return o;
}
