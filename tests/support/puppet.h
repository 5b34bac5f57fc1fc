/* SPDX-License-Identifier: MIT */
/*
 * A session against the simulated machine in which a test may change what the
 * target says: each packet, before it leaves, with a checksum that is right
 * again. A line without length or time between them.
 */
#ifndef SUPPORT_PUPPET_H
#define SUPPORT_PUPPET_H

#include "bench/launch/sim_machine.h"
#include "bench/session/session.h"

struct puppet {
	/*
	 * Change a packet of the target, or leave it: its type, its payload and
	 * its length. NULL: nothing is changed.
	 */
	void (*change)(struct puppet *p, uint16_t type, uint8_t *payload,
		       uint16_t *len);
	/*
	 * What there is to walk, if its counts are not 0; and what is done to
	 * the machine's memory before anybody looks at it, or NULL.
	 */
	struct kd_world world;
	void (*spoil)(struct puppet *p);

	uint32_t api; /* for 'change': which reply it is about */
	unsigned count;

	struct kd_debugger d;
	struct session s;
	struct kd_target t;
	struct sim_machine m;
	uint64_t now, polled_ns, sent;
};

/*
 * Run "session:" of 'steps', which are lines such as "- version\n". The verdict
 * and its detail are in p->s; the puppet may be run again.
 */
void puppet_run(struct puppet *p, const char *steps);

/* Fails the test unless the session ended so, with this in its detail. */
void assert_ended(const struct puppet *p, enum verdict verdict,
		  const char *detail);

#endif
