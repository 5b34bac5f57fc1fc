/* SPDX-License-Identifier: MIT */
/* The simulated target, for its own files. Private to bench/launch. */
#ifndef LAUNCH_SIM_PARTS_H
#define LAUNCH_SIM_PARTS_H

#include "bench/launch/launch.h"
#include "bench/launch/sim_machine.h"
#include "bench/launch/sim_pipe.h"

struct sim {
	struct launched base;
	struct link link;
	uint64_t now;
	uint64_t service_ns;
	uint64_t hold_until; /* the target still works on a request */
	uint64_t boots_ns;   /* after a reset: when it is there again */
	bool reset_due;      /* between packets that travel whole */
	bool new_pipe;       /* ... and the line is to be emptied */
	const struct launch_config *config; /* borrowed */
	uint64_t polled_ns; /* when the running target last looked */
	uint64_t served;    /* packets taken so far */
	struct sim_pipe to_target, to_debugger;
	struct kd_target target;
	struct sim_machine machine;
};

/* Both directions of the line, empty; the machine as it comes new. */
void sim_make_line(struct sim *s);
void sim_make_machine(struct sim *s);

/* If a reset is due and can be now, let it be. */
void sim_reset(struct sim *s, uint64_t now);

/*
 * Is the machine still on its way from the reset to its first stop? If it has
 * just arrived, it stops.
 */
bool sim_boots(struct sim *s, uint64_t now);

/* As launched_ops have it. */
const char *sim_spared(const struct launched *t, enum launch_event what);
bool sim_happen(struct launched *t, enum launch_event what, uint64_t *now,
		struct err *err);

#endif
