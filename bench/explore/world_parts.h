/* SPDX-License-Identifier: MIT */
/* What a world is made of. Private to world.c and world_rejoin.c. */
#ifndef BENCH_EXPLORE_WORLD_PARTS_H
#define BENCH_EXPLORE_WORLD_PARTS_H

#include "bench/explore/world.h"
#include "bench/run/closing.h"
#include "bench/run/engine.h"
#include "bench/run/rival.h"
#include "bench/run/watch.h"
#include "bench/session/session.h"

struct world {
	const struct cell *cell;
	struct launch_config launch; /* the target looks at it when reset */
	struct launched *target;
	struct kd_debugger debugger;
	struct session session;
	struct session_config config;
	struct session_config closing;
	struct step_record *records;
	struct step_record closing_records[CLOSING_STEPS];
	struct chain chains[2];
	struct engine engine;
	struct rival rival;
	struct watch watch;
	uint64_t now;
	struct trace *trace;
	void (*turned)(void *env, const struct world *w, uint64_t now);
	void *turned_env;
	uint64_t trips;         /* round trips at the last look */
	struct rejoin *marking; /* points of this run go there */
	const struct rejoin *rejoin;
	const unsigned *acted; /* ... once this is 'wanted' */
	unsigned wanted;
	const struct rejoin_point *rejoined;
};

/* Rounds of recovery of this run, and bytes that the debugger moved, so far. */
uint32_t world_rounds(const struct world *w);
uint64_t world_wire(const struct world *w);

/* Behind a turn: if a round trip is over, is the rest known? */
void world_look_back(struct world *w);

#endif
