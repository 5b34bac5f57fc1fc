/* SPDX-License-Identifier: MIT */
/* What a guest is told at its start, and where its regions lie. */
#ifndef LAUNCH_GUEST_PARAMS_H
#define LAUNCH_GUEST_PARAMS_H

#include "bench/base/mem.h"
#include "bench/kd/world.h"
#include "bench/launch/launch.h"

/* Guest-physical addresses of the regions that a session may use. */
struct guest_layout {
	uint64_t scratch;
	uint64_t pattern;
	uint64_t world; /* bench/kd/world.h */
};

/* What a guest of this configuration builds there, at address 'base'. */
struct kd_world guest_world(const struct guest_config *guest, uint64_t base);

/* Bytes of RAM that they all need, as guest.memory can be. */
uint64_t guest_memory_needed(const struct guest_config *guest);

/* Place them; a failure if they do not fit into the guest's memory. */
bool guest_layout(struct guest_layout *layout, const struct guest_config *guest,
		  struct err *err);

/* The parameter text (docs/guest.md), from 'arena'. */
const char *guest_params(struct arena *arena,
			 const struct launch_config *config,
			 const struct guest_layout *layout);

/* The parameter text of a guest that only measures how fast it runs. */
const char *guest_params_calibrate(struct arena *arena, uint64_t memory_size);

#endif
