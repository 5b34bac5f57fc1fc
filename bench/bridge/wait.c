/* SPDX-License-Identifier: MIT */
#include <time.h>

#include "bench/base/clock.h"
#include "bench/bridge/bridge.h"

/* However far the next instant is, look around so often. */
#define NAP_MAX (250 * NS_PER_MS)

bool bridge_wait(struct bridge *b, struct pollfd *fds, unsigned count,
		 uint64_t ns)
{
	struct timespec ts;
	bool ready = false;
	int spoke;
	unsigned own = count;

	if (ns > NAP_MAX)
		ns = NAP_MAX;
	ts = (struct timespec){ .tv_nsec = (long)ns };
	if (!b->config.simulated) {
		ready = link_arm(b->target);
		own += link_fds(b->target, fds + own);
	}
	if (b->debugger) {
		ready |= link_arm(b->debugger);
		own += link_fds(b->debugger, fds + own);
	}
	if (ready)
		ts.tv_nsec = 0;
	/* A signal only makes the loop look around sooner. */
	spoke = ppoll(fds, own, &ts, NULL);
	if (spoke < 0) {
		for (unsigned i = 0; i < count; i++)
			fds[i].revents = 0;
	}
	if (!b->config.simulated)
		link_disarm(b->target);
	if (b->debugger)
		link_disarm(b->debugger);
	return ready || spoke > 0;
}
