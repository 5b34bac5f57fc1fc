/* SPDX-License-Identifier: MIT */
/* Where a session puts what it reads out of a target's RAM. */
#ifndef RUN_DIRECT_H
#define RUN_DIRECT_H

#include "bench/launch/launch.h"
#include "bench/session/session.h"

/*
 * If this transport reads physical memory directly, and the target's RAM is
 * mapped: make the place and tell the session of it. 'ram' goes by its env. To
 * be freed: config->direct.
 */
void direct_init(struct session_config *config, const struct launched *target,
		 const struct transport_config *transport,
		 size_t (*ram)(void *env, uint64_t address, size_t len,
			       const uint8_t **at));

#endif
