/* SPDX-License-Identifier: MIT */
/* Many small jobs, by number, on several processes. */
#ifndef EXPLORE_POOL_H
#define EXPLORE_POOL_H

#include <stdint.h>

#include "bench/base/err.h"

#define POOL_WORKERS_MAX 1024

/* Processors that this process may run on. */
unsigned pool_processors(void);

/*
 * Do jobs 0 to count - 1, each once, on 'workers' forked processes, which share
 * nothing but memory that was mapped so; what job 'number' does must not depend
 * on others. 'progress' (may be NULL) hears how many are done. False: a job
 * failed (one of those that did), a worker died, or Ctrl-C; then the others
 * stop as soon as they have done what they are at. No worker outlives the call,
 * or this process.
 */
bool pool_run(uint64_t count, unsigned workers,
	      bool (*job)(void *env, uint64_t number, struct err *err),
	      void *env,
	      void (*progress)(void *of_env, uint64_t done, uint64_t of),
	      void *of_env, struct err *err);

#endif
