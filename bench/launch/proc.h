/* SPDX-License-Identifier: MIT */
/*
 * A child process that cannot outlive us, and that no wait can hang on. Started
 * by fork(): a signal at the death of the parent can only be asked for behind
 * it.
 */
#ifndef LAUNCH_PROC_H
#define LAUNCH_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench/base/err.h"

/* A zeroed struct proc is no process. */
struct proc {
	pid_t pid;  /* 0: none */
	bool ended; /* and reaped; 'status' is what waitpid() said */
	int status;
};

/*
 * Run argv[0] (searched in PATH) with the descriptors in 'keep' open under the
 * same numbers, standard input empty, and both outputs going to 'output'. The
 * child is killed when the calling *thread* ends, so call from the main thread.
 * It has its own process group: Ctrl-C is for us to handle.
 */
bool proc_start(struct proc *p, const char *const *argv, const int *keep,
		size_t keep_count, int output, struct err *err);

/*
 * The same without exec: run main(arg) in a copy of this process, whose status
 * is what it returns. All descriptors but those in 'keep' and the three
 * standard ones are closed there. Whatever main() needs is better made before:
 * it must not rely on other threads, which the copy does not have.
 */
bool proc_fork(struct proc *p, int (*main)(void *arg), void *arg,
	       const int *keep, size_t keep_count, int output, struct err *err);

/* Has it ended? Reaps it. Never waits. */
bool proc_ended(struct proc *p);

/* Wait until it has ended, at most 'timeout_ns'; has it? */
bool proc_wait(struct proc *p, uint64_t timeout_ns);

/* End it, politely until 'grace_ns' have passed, and reap it. */
void proc_stop(struct proc *p, uint64_t grace_ns);

#endif
