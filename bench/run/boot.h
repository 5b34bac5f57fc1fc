/* SPDX-License-Identifier: MIT */
/* From a process that runs to a target that talks. */
#ifndef RUN_BOOT_H
#define RUN_BOOT_H

#include "bench/launch/launch.h"

/*
 * Wait until a whole packet of the target lies in its link; nothing is
 * consumed. *boot_ns is the time since exec. False: it ended first (ERR_HOST),
 * said nothing for 'timeout_ns' (ERR_GUEST), or somebody interrupted us.
 */
bool boot_wait(struct launched *t, uint64_t timeout_ns, uint64_t *boot_ns,
	       struct err *err);

#endif
