/* SPDX-License-Identifier: MIT */
/* CPU time of QEMU's threads, from /proc. */
#ifndef LAUNCH_CPU_H
#define LAUNCH_CPU_H

#include <stdbool.h>
#include <sys/types.h>

#include "bench/launch/launch.h"

/*
 * Add up the threads of 'pid' by kind: the virtual CPU ("CPU 0/..."), the main
 * loop, the others. False, and all UINT64_MAX, if the kernel does not tell or
 * the process is gone.
 */
bool cpu_sample(pid_t pid, struct launch_cpu *cpu);

/* Is this line of /proc/PID/task/TID/stat that of a virtual CPU's thread? */
bool cpu_is_vcpu(const char *stat);

#endif
