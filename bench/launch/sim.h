/* SPDX-License-Identifier: MIT */
/*
 * A target in this process, in virtual time: kd/target around a toy machine,
 * and a line to it that has a rate, a latency and a capacity. Nothing in it
 * reads a clock, so the same seed gives the same run, byte for byte,
 * everywhere.
 */
#ifndef LAUNCH_SIM_H
#define LAUNCH_SIM_H

#include "bench/launch/launch.h"
#include "bench/launch/sim_machine.h"
#include "bench/launch/sim_pipe.h"

/* Start one; its first instant is 0, at which it stops at its boot breakpoint.
 */
bool sim_start(struct launched **t, const struct launch_config *config,
	       struct err *err);

/*
 * Put away or bring back the whole of one, but for its pattern region and what
 * it tells of itself, which nobody writes.
 */
void sim_keep(struct launched *t, struct keeper *k);

/* The target's half of the protocol, to look at. */
const struct kd_target *sim_target(const struct launched *t);

#endif
