/* SPDX-License-Identifier: MIT */
/*
 * Where a damaged session comes back to what it would have been anyway. Most
 * faults are over within an exchange or two; from a state that the undamaged
 * session was in too, everything goes on as it did there, and need not be run
 * again. Compared are all digests, in which there is no time and no count of
 * what was done, and the memory and the registers of the machine.
 */
#ifndef EXPLORE_REJOIN_H
#define EXPLORE_REJOIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/session/session.h"

/* What a debugger was told last, by which copies are known, and stops. */
struct rejoin_told {
	uint8_t stop[KD_STATE_SIZE];
	uint32_t new_state, last_id, last_sum, asked_sum;
	uint16_t last_type, last_len, asked_type, asked_len;
};

/* The undamaged session once it had made a round trip. */
struct rejoin_point {
	uint64_t digest;         /* 0: a free place */
	uint8_t *machine;        /* owned: as sim_machine_keep() left it */
	struct session *session; /* owned: what digests leave out */
	struct rejoin_told told;
	uint32_t rounds;
	uint64_t wire_bytes, ns;
};

/* All of them; a zeroed one is empty. */
struct rejoin {
	struct rejoin_point *points; /* owned: open hash table */
	size_t count, room;
	/* Its end, both ends having been asked whether they still agree. */
	bool survives;
	uint32_t rounds;
	uint64_t wire_bytes, ns;
};

/* Takes what the point owns. */
void rejoin_add(struct rejoin *r, const struct rejoin_point *p);
void rejoin_release(struct rejoin *r);

/*
 * Will both sessions, whose digests are the same, go on alike? What they
 * remember of the target and of what they have read is compared.
 */
bool rejoin_same_session(const struct session *a, const struct session *b);

/* Without gaps: memcmp() compares it. */
void rejoin_told(struct rejoin_told *to, const struct kd_debugger *d);

/* The first point with this digest, or NULL. */
const struct rejoin_point *rejoin_find(const struct rejoin *r, uint64_t digest);

#endif
