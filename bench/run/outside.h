/* SPDX-License-Identifier: MIT */
/* What a session can let happen to its target and to the pipe to it. */
#ifndef RUN_OUTSIDE_H
#define RUN_OUTSIDE_H

#include "bench/launch/launch.h"
#include "bench/run/engine.h"

/* Why it cannot happen to this target; NULL: it can. */
const char *outside_spared(const struct launched *target,
			   enum session_outside what);

/*
 * Let it happen, at *now, which is set to when it has. A new pipe has nothing
 * in it: what faults have held back of the old one is thrown away. ERR_HOST:
 * *err.
 */
bool outside_happen(struct engine *e, struct launched *target,
		    enum session_outside what, uint64_t *now, struct err *err);

/* The same of any event, with its amount. */
bool outside_let(struct engine *e, struct launched *target,
		 enum launch_event what, uint64_t amount, uint64_t *now,
		 struct err *err);

#endif
