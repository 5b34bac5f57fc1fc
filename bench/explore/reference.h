/* SPDX-License-Identifier: MIT */
/*
 * The session as it goes: which packets pass each way, and the state of the
 * world before each of them, from which it can go on otherwise. Without faults
 * it is the reference that all is measured by; with a schedule it shows what
 * there is only because of that schedule, such as packets sent again.
 */
#ifndef EXPLORE_REFERENCE_H
#define EXPLORE_REFERENCE_H

#include "bench/explore/schedule.h"
#include "bench/explore/world.h"

/* A packet that passed, or a single byte. */
struct passage {
	struct packet_address address;
	struct kd_header header; /* of a packet */
	uint16_t length;         /* bytes on the wire */
	uint32_t state;          /* index of the state to go on from */
	uint8_t bytes[KD_PACKET_MAX];
};

struct reference {
	struct passage *passages; /* owned, in the order of their ends */
	size_t count;
	uint8_t **states; /* owned */
	size_t state_count;
	struct outcome outcome;
	size_t exchanges; /* requests that passed */
};

/*
 * Run the session once from its start. False: the harness failed, or the
 * session does not even complete without faults (ERR_CONFIG, with why).
 */
bool reference_run(struct reference *r, struct world *w, struct err *err);

/*
 * Run it from a state of this world on, under a schedule, to whatever end.
 * Passages are those behind the schedule's last act: before that, everything is
 * as it was known. False: the harness failed.
 */
bool reference_follow(struct reference *r, struct world *w, const uint8_t *from,
		      const struct schedule *schedule, struct err *err);

/*
 * Say which packets there are instead of those of a schedule that met none:
 * sets *err (ERR_USAGE) to its first act and how many such packets 'r' has.
 * Returns false.
 */
bool reference_missed(const struct reference *r,
		      const struct schedule *schedule, struct err *err);

void reference_release(struct reference *r);

#endif
