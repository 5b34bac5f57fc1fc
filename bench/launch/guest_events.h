/* SPDX-License-Identifier: MIT */
/* What happens to a guest in QEMU from outside: enum launch_event. */
#ifndef LAUNCH_GUEST_EVENTS_H
#define LAUNCH_GUEST_EVENTS_H

#include "bench/launch/guest_params.h"
#include "bench/launch/qemu.h"
#include "bench/launch/snapshot.h"

/* A guest to which things happen; all pointers are borrowed. */
struct guest_victim {
	struct qemu *qemu;
	struct link *link;
	struct snapshot *snapshot;
	const struct launch_config *config;
	const struct guest_layout *layout;
};

/* As launched_ops have it. */
const char *guest_events_spared(const struct guest_victim *v,
				enum launch_event what, uint64_t amount);
bool guest_events_happen(const struct guest_victim *v, enum launch_event what,
			 uint64_t amount, uint64_t *now, struct err *err);

#endif
