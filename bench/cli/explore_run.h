/* SPDX-License-Identifier: MIT */
/* One pair of profiles after the other, for 'kdbench explore'. */
#ifndef CLI_EXPLORE_RUN_H
#define CLI_EXPLORE_RUN_H

#include "bench/cli/cmd.h"
#include "bench/cli/explore_args.h"
#include "bench/cli/explore_view.h"
#include "bench/cli/plan_args.h"

/* What is under way. */
struct exploring {
	struct explore_args args;
	const struct plan_args *plan_args; /* as typed, to repeat them */
	struct explore_view view;
	const char *output; /* directory, or NULL */
	size_t cells;       /* that are explored */
	enum exit_code code;
	bool acted;        /* the one schedule met a packet somewhere */
	struct err missed; /* else: why not, of the first pair */
	bool terminal;
	uint64_t began_ns, drawn_ns;
	size_t pair, pair_count;
	char label[96];
};

/* The debugger's time-outs in terms of the target's; 0: as they are. */
void explore_stretch(struct cell *c, double ratio);

/*
 * Explore a cell under a debugger and a target profile (NULL: its own), with
 * the debugger's time-outs 'ratio' times the target's byte time-out (0: as they
 * are). What comes of it goes into x->view, x->code or, of a single schedule,
 * to standard output. A session that does not even work without faults is only
 * warned of. False: the harness failed, or was interrupted.
 */
bool explore_run_pair(struct exploring *x, const struct cell *cell,
		      const struct profile *debugger,
		      const struct profile *target, double ratio,
		      struct err *err);

#endif
