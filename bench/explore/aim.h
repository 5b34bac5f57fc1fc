/* SPDX-License-Identifier: MIT */
/*
 * A schedule at work: one stage each way that knows every packet by its whole
 * address, re-sent copies too, and does what the schedule says there. Whoever
 * explores may look at each packet first, and add to the schedule as it goes.
 */
#ifndef EXPLORE_AIM_H
#define EXPLORE_AIM_H

#include "bench/explore/schedule.h"
#include "inject/stage.h"

struct aim {
	struct schedule schedule;
	unsigned acted; /* acts of it that have done something */
	/*
	 * A packet passes; may be NULL. It may call aim_add() for that packet.
	 */
	void (*see)(void *env, struct aim *a, const struct chunk *c);
	void *env;
	uint8_t fields[SCHEDULE_FAULTS_MAX]; /* where each has acted: enum
						packet_field */
	/* Made by aim_init(); do not copy. */
	struct chain_spec chains[2]; /* what the world is given */
	struct stage_spec stages[2];
	struct aim *self;
	struct stage_aim {
		const struct stage_type *type;
		uint64_t config[ACT_CONFIG_WORDS];
	} acts[SCHEDULE_FAULTS_MAX];
};

/* A schedule; it points into itself. */
void aim_init(struct aim *a, const struct schedule *s);

/* One more act; false: the schedule is full. */
bool aim_add(struct aim *a, const struct act *act);

#endif
