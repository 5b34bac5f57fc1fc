/* SPDX-License-Identifier: MIT */
/* kdbench replay RUN TRIAL: a trial again from its fault log. */
#ifndef CLI_REPLAY_TRIAL_H
#define CLI_REPLAY_TRIAL_H

#include "bench/cli/cmd.h"
#include "bench/cli/plan_args.h"

/* The options of both ways to replay. */
struct replay_options {
	const char *schedule, *debugger, *target, *save, *svg, *config;
	const char *only, *ratio;
	uint64_t times, rows;
	bool from_seed, quiet, shrink;
};

/*
 * argv[0] is a run directory, argv[1] a trial. *code: the verdict was the same,
 * and over the simulator every byte.
 */
bool replay_trial(char **argv, const struct replay_options *o,
		  struct plan_args *args, enum exit_code *code,
		  struct err *err);

#endif
