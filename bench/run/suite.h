/* SPDX-License-Identifier: MIT */
/*
 * All trials of a plan, in a seeded order that interleaves the cells of a
 * scenario; disturbed ones are repeated; every record is written as it ends.
 */
#ifndef RUN_SUITE_H
#define RUN_SUITE_H

#include "bench/plan/plan.h"
#include "bench/run/rundir.h"
#include "bench/run/trial.h"

/* What the command line shows meanwhile; any may be NULL. */
struct suite_hooks {
	/* A trial begins, and will not before this returns; 'done' of 'total'
	   are over, eta_ns is a guess (UINT64_MAX: none yet). */
	void (*begin)(void *env, const struct cell *cell, uint64_t number,
		      uint64_t done, uint64_t total, uint64_t eta_ns);
	/* It ended; invalid_reason is NULL if it counts. */
	void (*end)(void *env, const struct trial *t,
		    const char *invalid_reason);
	/* Its guest, which is somebody else's, boots meanwhile. */
	void (*booting)(void *env, const struct trial_input *input,
			const struct boot_talk *talk);
	/* A step of this cell was left out; told once. */
	void (*skipped)(void *env, const struct cell *cell, const char *step,
			const char *reason);
	/* A cell does not show what is expected. */
	void (*not_met)(void *env, const struct cell *cell, const char *what);
	/* All trials are over; records may still be written. */
	void (*last)(void *env);
	/* A cell has a fault that nothing is random about; none ever acted. */
	void (*no_faults)(void *env, const struct cell *cell);
	void *env;
};

struct suite_options {
	const struct plan *plan;
	struct rundir *dir;
	uint64_t seed;
	const char *only;    /* those that plan_selects(); NULL: all */
	uint64_t only_trial; /* run this trial; 0: all */
	bool trace;          /* write traces/ */
	bool together; /* interleave the cells of all scenarios: rounds are of
			  the whole plan */
	const char *repeat_options; /* --config, --set as typed, with a blank
				       behind each; "" for none */
	const char *command;        /* for the run record */
	struct suite_hooks hooks;
};

struct suite_outcome {
	uint64_t trials;  /* recorded */
	uint64_t invalid; /* of them disturbed */
	uint64_t errors;  /* of them verdict 'error' */
	uint64_t not_met; /* cells that do not show what is expected */
	uint64_t unknown; /* cells without a single undisturbed trial */
	uint64_t skipped; /* scenarios */
	bool interrupted;
};

/*
 * Run everything and write results.jsonl, faults/, traces/ and qemu/. False:
 * the machine cannot run it (ERR_HOST) or nothing could be written; what was
 * measured so far is kept and ended with an 'end' record all the same.
 */
bool suite_run(const struct suite_options *o, struct suite_outcome *outcome,
	       struct err *err);

#endif
