/* SPDX-License-Identifier: MIT */
/* A target that somebody else started, at an endpoint. */
#ifndef LAUNCH_ATTACH_H
#define LAUNCH_ATTACH_H

#include "bench/launch/launch.h"

/*
 * Connect to transport.address, again and again until somebody is there or
 * guest.boot-timeout is over (ERR_HOST). Stopping it closes the connection and
 * leaves the target as it is.
 */
bool attach_start(struct launched **t, const struct launch_config *config,
		  struct err *err);

#endif
