/* SPDX-License-Identifier: MIT */
/*
 * One run of a world with all that there is to tell of it: every packet at both
 * ends, what the faults did, and in which states both ends were.
 */
#ifndef EXPLORE_RECORDING_H
#define EXPLORE_RECORDING_H

#include "bench/explore/schedule.h"
#include "bench/explore/world.h"

/* From 't_ns' on both ends stood so. */
struct ends_since {
	uint64_t t_ns;
	struct world_ends ends;
};

struct recording {
	struct fault_log log; /* first: chains are given this */
	struct trace trace;
	struct fault_act *acts; /* owned */
	size_t act_count, act_room;
	struct ends_since *ends; /* owned */
	size_t end_count, end_room;
	struct outcome outcome;
	char detail[256];
};

/*
 * Run 'w' from 'start' (what world_save() wrote) under these faults, whose
 * specs must outlive the recording. False: the harness failed. Release in any
 * case.
 */
bool recording_run(struct recording *r, struct world *w, const uint8_t *start,
		   const struct chain_spec faults[2], struct err *err);

/* Trace and fault log as text, the same whenever the run was; free() it. */
char *recording_text(const struct recording *r);

void recording_release(struct recording *r);

#endif
