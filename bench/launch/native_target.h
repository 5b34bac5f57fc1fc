/* SPDX-License-Identifier: MIT */
/*
 * The process that is the target of a native transport: kd/target on the toy
 * machine, in real time, at its end of two rings. What bench/guest/stop.c and
 * workload.c are to a guest.
 */
#ifndef LAUNCH_NATIVE_TARGET_H
#define LAUNCH_NATIVE_TARGET_H

#include "bench/launch/native_line.h"

struct native_target {
	struct kd_target target;
	struct sim_machine *machine;
	struct native_line line;
	uint64_t ns_per_tick; /* in units of 2^-32 ns */
	uint64_t start;       /* the counter's value at time zero */
};

/*
 * Prepare it, before the fork: nothing is allocated behind it. 'machine' is
 * initialised and may be shared. False: there are no rings (ERR_HOST).
 */
bool native_target_init(struct native_target *n, struct sim_machine *machine,
			const struct kd_target_profile *profile,
			const struct ring_peer *peer, uint64_t tsc_hz,
			struct err *err);

/*
 * Stop at the first breakpoint and serve until the end: returns the status with
 * which QEMU would leave (bench/guest/contract.h). 'env' is struct
 * native_target.
 */
int native_target_run(void *env);

#endif
