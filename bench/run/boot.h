/* SPDX-License-Identifier: MIT */
/* From a process that runs to a target that talks. */
#ifndef RUN_BOOT_H
#define RUN_BOOT_H

#include "bench/run/boot_external.h"

/*
 * Wait until a target that was launched for this cell can be talked to. Ours:
 * until a whole packet lies in its link; nothing is consumed; it ended first
 * (ERR_HOST), or said nothing for its boot-timeout (ERR_GUEST). Somebody else's
 * guest: boot_external(). What is there already is not waited for. False as
 * well if somebody interrupts.
 */
bool boot(struct launched *t, const struct cell *cell, struct files *files,
	  const struct boot_watcher *watcher, struct boot_outcome *outcome,
	  struct err *err);

#endif
