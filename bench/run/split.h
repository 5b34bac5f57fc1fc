/* SPDX-License-Identifier: MIT */
/*
 * Where the time of a measured step went. Pure arithmetic on what was counted:
 *
 *	guest      the target's own work on the protocol (KDBB_SERVICE_TICKS)
 *	harness    engine turns of kdbench that moved something
 *	transport  the rest: the line, the machine below it, and waiting
 */
#ifndef RUN_SPLIT_H
#define RUN_SPLIT_H

#include <stdbool.h>
#include <stdint.h>

struct split {
	uint64_t guest_ns, transport_ns, harness_ns, wall_ns;
};

/*
 * Split 'wall_ns'. 'ticks' of the target's service, of which 'tsc_hz' make a
 * second; 'harness_ns' as counted. Both ends can work at once, so the parts may
 * add up to more than the whole; the transport's is then 0, never less. False
 * if nothing can be said: no time, no frequency, or a target that claims more
 * than there was.
 */
bool split_time(struct split *s, uint64_t wall_ns, uint64_t ticks,
		uint64_t tsc_hz, uint64_t harness_ns);

#endif
