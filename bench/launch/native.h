/* SPDX-License-Identifier: MIT */
/*
 * No VMM: the target as a process of the host, at the other end of the rings
 * that a guest would have.
 *
 * It is forked and not executed anew. Everything that it uses is made before,
 * so that a program of any kind (kdbench, a test) can have one, and it needs
 * neither a path nor arguments. A fork leaves other threads behind, and those
 * of a bridge end before the next target starts.
 *
 * What it does with memory, protocol, waiting and work is real; its registers,
 * breakpoints and single steps are those of the toy machine (sim_machine.h).
 */
#ifndef LAUNCH_NATIVE_H
#define LAUNCH_NATIVE_H

#include "bench/launch/launch.h"

/* As launch_start(), from the main thread only. */
bool native_start(struct launched **t, const struct launch_config *config,
		  struct err *err);

#endif
