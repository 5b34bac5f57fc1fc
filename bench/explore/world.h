/* SPDX-License-Identifier: MIT */
/*
 * One session over the simulator that is run again and again, each time with
 * other faults: both ends of the protocol, the line between them, the script
 * and the clock, as one state that can be put away and brought back. A world
 * that has met the same bytes goes on the same way, so that a thousand faults
 * in one packet share all that came before it.
 */
#ifndef EXPLORE_WORLD_H
#define EXPLORE_WORLD_H

#include "bench/plan/plan.h"
#include "bench/run/trace.h"
#include "bench/session/verdict.h"

struct world;
struct rejoin;

/* The trial's seed where nobody gives one, so that a schedule is enough. */
#define WORLD_SEED 1

/* Did the session get to its end with both ends in agreement? */
static inline bool verdict_survived(unsigned verdict)
{
	return verdict == VERDICT_COMPLETED || verdict == VERDICT_RECOVERED;
}

/* What became of one run. */
struct outcome {
	uint8_t verdict;     /* enum verdict */
	bool acted;          /* a fault did something */
	bool proven;         /* livelock: the state itself came again */
	bool stuck;          /* nothing got on until the faults were ended */
	uint32_t rounds;     /* acts of recovery: re-sends, RESENDs, RESETs */
	uint64_t wire_bytes; /* that passed the debugger, both ways */
	uint64_t ns;         /* virtual time of it all */
	uint64_t digest;     /* of the debugger when the run was over */
};

/*
 * Build the world of a cell whose transport is the simulator; the cell must
 * outlive it. 'seed' is the trial's. NULL: err says why.
 */
struct world *world_new(const struct cell *cell, uint64_t seed,
			struct err *err);
void world_free(struct world *w);

/* Bytes that the state takes now. */
size_t world_size(struct world *w);

/* Put the state away at 'to'; returns how many bytes it took. */
size_t world_save(struct world *w, uint8_t *to);

/*
 * Bring back a state of this world (of the same cell and seed), with faults
 * from now on; faults of packets that have passed do not come again. 'from' is
 * what world_save() wrote. The specs must live as long as the run.
 */
void world_restore(struct world *w, const uint8_t *from,
		   const struct chain_spec faults[2]);

/* The debugger stands still from now on, for so long: it hears, says and times
   nothing. The line and the target go on. */
void world_pause(struct world *w, uint64_t ns);

/*
 * Go on until the session is over, heal, and see whether both ends still
 * understand each other. False: the harness failed.
 */
bool world_run(struct world *w, struct outcome *o, struct err *err);

/*
 * The same, step by step: one turn of the engine, at the end of which the clock
 * has advanced if nothing was left to do. *over: the session has ended.
 */
bool world_turn(struct world *w, bool *over, struct err *err);

/* Why the last run ended as it did: one line. */
const char *world_detail(const struct world *w);

/* Where both ends of the protocol stand. */
struct world_ends {
	uint8_t debugger; /* enum kd_debugger_state */
	uint8_t target;   /* enum kd_target_state */
};
struct world_ends world_ends(const struct world *w);

/* What was planned: the cell that it was made of. */
const struct cell *world_cell(const struct world *w);

/* From the next restore on, all that passes is told to 't'; NULL: nobody. */
void world_trace(struct world *w, struct trace *t);

/* Where the last run was told of what the faults did; NULL: nowhere. */
void world_log(struct world *w, struct fault_log *log);

/* Call somebody behind each turn from now on; NULL: nobody. */
void world_turned(struct world *w,
		  void (*turned)(void *env, const struct world *w,
				 uint64_t now),
		  void *env);

/* The two ends, to look at. */
const struct kd_debugger *world_debugger(const struct world *w);
const struct kd_target *world_target(const struct world *w);

/*
 * From the next run on, note down where the session stood after each round
 * trip, and ask both ends at its end whether they agree although no fault
 * acted. NULL: no longer.
 */
void world_mark(struct world *w, struct rejoin *to);

/*
 * End each run as soon as it stands where that session stood, with the outcome
 * that it would have had; not before *acted is at least 'wanted'. NULL: run all
 * to their ends. Both pointers must outlive the runs.
 */
void world_rejoin(struct world *w, const struct rejoin *r,
		  const unsigned *acted, unsigned wanted);

#endif
