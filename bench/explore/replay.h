/* SPDX-License-Identifier: MIT */
/*
 * A trial of a run directory once more: what was planned, what became of it,
 * and what its fault log says was done to which byte of which packet.
 */
#ifndef EXPLORE_REPLAY_H
#define EXPLORE_REPLAY_H

#include "bench/plan/plan.h"
#include "bench/result/results.h"
#include "bench/run/trial.h"
#include "inject/replay.h"

/* Largest fault log that is read. */
#define REPLAY_LOG_MAX (INT64_C(256) << 20)

struct fault_file {
	struct arena arena;
	struct fault_act *acts; /* owned; sorted for inject/replay.h */
	size_t count;
	size_t undoable; /* acts that cannot be done again from the log */
	char undoable_name[40];
};

/*
 * Read faults/<cell>-<trial>.jsonl. A file that is not there is a trial in
 * which nothing acted. Hostile: whatever is in *f is well-formed.
 */
bool fault_file_read(struct fault_file *f, const char *path, struct err *err);
void fault_file_release(struct fault_file *f);

/* One trial of a run directory, found again. */
struct replayed {
	const char *dir;
	struct results results;
	const struct result_trial *trial; /* as it was */
	const struct result_scenario *scenario;
	struct fault_file faults;
	uint64_t run_seed, number;
	char *trace_path; /* owned; NULL: no trace was kept */
};

/*
 * Find trial 'which' in 'dir': "<cell>-<number>", the beginning of a cell's id
 * with or without the number, or a number where there is one cell; a path of
 * one of its files will do. Of repetitions the last that was valid. Release in
 * any case.
 */
bool replayed_open(struct replayed *r, const char *dir, const char *which,
		   struct err *err);
void replayed_release(struct replayed *r);

/*
 * The name of a trial of 'dir' to tell a user, "<cell>-<number>": the first in
 * which a fault acted, or the first. free() it; NULL: it cannot be read or has
 * none.
 */
char *replay_example(const char *dir);

/* The options of the command that made the run: "--set", "a=1", ...; free()
   the array and its texts, which ends with NULL. */
char **replayed_options(const struct replayed *r);

/* The cell of a plan that was made of the same scenario; NULL: *err. */
const struct cell *replayed_cell(const struct replayed *r,
				 const struct plan *plan, struct err *err);

/* How it went this time. */
struct replay_outcome {
	enum verdict verdict;
	char detail[512];
	bool virtual_time;
	bool from_log;          /* faults by address; else from the seed */
	char *trace, *faults;   /* owned: as they are kept in files */
	struct fault_act *acts; /* owned; their texts are the log's, or the
				   plan's */
	size_t act_count;
};

/*
 * Run it again with a trace. By the log if all of its acts can be done by
 * address, otherwise, or if 'from_seed', as it was planned, from its seed,
 * which over the simulator is the same. False: interrupted. Release it in any
 * case.
 */
bool replayed_run(const struct replayed *r, const struct plan *plan,
		  const struct cell *cell, bool from_seed,
		  struct replay_outcome *o, struct err *err);
void replay_outcome_release(struct replay_outcome *o);

#endif
