/* SPDX-License-Identifier: MIT */
/*
 * What was done to the line in one trial: the fault log, the suspect, and how
 * long it took to get over it.
 */
#ifndef RUN_TRAIL_H
#define RUN_TRAIL_H

#include <stdio.h>

#include "bench/kd/debugger.h"
#include "bench/result/histogram.h"
#include "inject/chain.h"

#define TRAIL_ROOM 16384 /* acts kept without allocating */

struct trail {
	struct fault_log log;               /* first: chains are given this */
	const struct kd_debugger *debugger; /* its recoveries are watched */
	uint64_t t0;
	struct fault_act *acts; /* owned */
	size_t count, room;
	bool any_since;          /* an act since the last progress ... */
	uint64_t first_ns;       /* ... the first of them, at */
	uint64_t recoveries;     /* acts of recovery before it */
	struct fault_act last;   /* the last act; .act NULL: none */
	struct fault_act blamed; /* the last before an act of recovery */
	struct histogram
		recovery; /* first act to next verified operation, ns */
};

void trail_init(struct trail *f, const struct kd_debugger *debugger,
		uint64_t t0);
void trail_release(struct trail *f);

/* An operation was completed and verified at 'now'. */
void trail_progress(struct trail *f, uint64_t now);

/*
 * The fault to blame for the outcome: for a session that recovered, the last
 * one that needed recovering from; else the last one. NULL: there was none.
 */
const struct fault_act *trail_suspect(const struct trail *f, bool recovered);

/* One act as a line of JSON; false (errno) on failure. */
bool trail_write_act(const struct fault_act *act, FILE *out);

/* One JSON object a line, as DESIGN 10.1 has it; false (errno) on failure. */
bool trail_write(const struct trail *f, FILE *out);

#endif
