/* SPDX-License-Identifier: MIT */
/* kdbench replay SCENARIO: a schedule over the simulator. */
#ifndef CLI_REPLAY_WORLD_H
#define CLI_REPLAY_WORLD_H

#include "bench/cli/replay_trial.h"

/*
 * argv[0] is a scenario; with o->schedule its session under those faults in its
 * first cell over the simulator, else each such cell with its own. *code:
 * whether what it expects was met, and every run was the same.
 */
bool replay_world(char **argv, const struct replay_options *o,
		  struct plan_args *args, enum exit_code *code,
		  struct err *err);

#endif
