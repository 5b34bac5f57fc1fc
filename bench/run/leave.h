/* SPDX-License-Identifier: MIT */
/* How a target that is somebody else's is left behind. */
#ifndef RUN_LEAVE_H
#define RUN_LEAVE_H

#include "bench/run/engine.h"

/*
 * A session did not come to its end: try, for LEAVE_NS at most, to find the
 * target once more, take a breakpoint out that still stands in it, and let it
 * run. Not a word about how that went: it is no part of the trial. 'config' is
 * the session's, 'e' stands where the session ended, in real time; what both
 * measured is not touched.
 */
#define LEAVE_NS UINT64_C(4000000000)
void leave_running(struct engine *e, const struct session_config *config);

#endif
