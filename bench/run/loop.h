/* SPDX-License-Identifier: MIT */
/* The two loops around the engine step: real time, and virtual time. */
#ifndef RUN_LOOP_H
#define RUN_LOOP_H

#include "bench/run/watch.h"

/*
 * Wait in real time as the host's policy says, until the session is done.
 * False: the target is gone (ERR_GUEST), or Ctrl-C (ERR_INTERRUPTED).
 */
bool loop_real(struct engine *e, struct watch *w, struct launched *target,
	       const struct host_config *host, struct err *err);

/*
 * Jump from one instant to the next, starting at *now, until the session is
 * done; *now is then its last instant.
 */
bool loop_sim(struct engine *e, struct watch *w, uint64_t *now,
	      struct err *err);

/*
 * One turn of it: what is due at *now, and then, if nothing moved, the next
 * instant. Not to be called once the session is done.
 */
bool loop_sim_turn(struct engine *e, struct watch *w, uint64_t *now,
		   struct err *err);

#endif
