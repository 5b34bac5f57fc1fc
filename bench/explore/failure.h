/* SPDX-License-Identifier: MIT */
/* Failures that are alike: told apart by how they end and what was damaged. */
#ifndef EXPLORE_FAILURE_H
#define EXPLORE_FAILURE_H

#include "bench/explore/schedule.h"
#include "bench/explore/world.h"

/*
 * By what two failures are told apart: the verdict, where both ends stood, and
 * what was damaged, in the order of the acts. All bytes: memcmp() compares it.
 */
struct failure_key {
	uint8_t verdict; /* enum verdict */
	struct world_ends ends;
	uint8_t count;
	struct {
		uint8_t dir, class, kind;
		uint8_t field; /* enum packet_field; FIELD_ANY: all of it */
	} acts[SCHEDULE_FAULTS_MAX];
};

/* The key of a schedule's end; the fields are FIELD_ANY. */
void failure_key_make(struct failure_key *key, const struct schedule *s,
		      unsigned verdict, struct world_ends ends);

/* The same failure, whatever kinds of acts brought it about? */
bool failure_alike(const struct failure_key *a, const struct failure_key *b);

/* ... and wherever in the packets they were? */
bool failure_ends_alike(const struct failure_key *a,
			const struct failure_key *b);

/* Schedules that failed alike. */
struct failure {
	struct failure_key key; /* of the first */
	uint64_t schedules;
	struct schedule first;
};

/* A list of them; a zeroed one is empty. */
struct failures {
	struct failure *items; /* owned */
	uint32_t *places;      /* owned: by hash, 1 + index */
	size_t count, room;
};

/* Count those of a later list; the first of each stays the first. */
void failures_add(struct failures *to, const struct failure *f);
void failures_release(struct failures *f);

#endif
