/* SPDX-License-Identifier: MIT */
/* kdbench replay: the same faults again, and whether the same came of it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/base/mem.h"
#include "bench/cli/cmd.h"
#include "bench/cli/message.h"
#include "bench/cli/plan_args.h"
#include "bench/cli/replay_trial.h"
#include "bench/cli/replay_world.h"
#include "bench/explore/replay.h"

static struct plan_args args;
static struct replay_options opts = { .rows = 40 };

static const struct option replay_options[] = {
	{ "schedule", 0, OPTION_TEXT, &opts.schedule, "TEXT",
	  "these faults, in a session over the simulator" },
	{ "debugger", 0, OPTION_TEXT, &opts.debugger, "PROFILE",
	  "of a schedule: with this debugger" },
	{ "target", 0, OPTION_TEXT, &opts.target, "PROFILE",
	  "of a schedule: with this target" },
	{ "ratio", 0, OPTION_TEXT, &opts.ratio, "R",
	  "of a schedule: the debugger's time-outs, of the target's" },
	{ "only", 0, OPTION_TEXT, &opts.only, "CELL",
	  "of a scenario: this cell (id, may be shortened)" },
	{ "shrink", 0, OPTION_FLAG, &opts.shrink, NULL,
	  "of a schedule: find its cause first" },
	{ "save", 0, OPTION_TEXT, &opts.save, "FILE",
	  "of a schedule: as a scenario that fails so" },
	{ "times", 0, OPTION_COUNT, &opts.times, "N",
	  "so many times; over the simulator all must be the same" },
	{ "from-seed", 0, OPTION_FLAG, &opts.from_seed, NULL,
	  "of a trial: faults drawn as they were, not by the log" },
	{ "rows", 0, OPTION_COUNT, &opts.rows, "N",
	  "packets that the chart shows; 0: all (default 40)" },
	{ "svg", 0, OPTION_TEXT, &opts.svg, "FILE",
	  "write the chart as a picture too" },
	{ "quiet", 'q', OPTION_FLAG, &opts.quiet, NULL, "no chart" },
	PLAN_ARGS_OPTIONS(args),
	{ 0 },
};

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool wrong_operands(struct err *err)
{
	err_set(err, ERR_USAGE, "a run directory and a trial, or a scenario");
	return err_hint(err, "try 'kdbench replay results/latest 1'");
}

/* A run directory alone: name one of its trials. */
static bool which_trial(const char *dir, struct err *err)
{
	char *name = replay_example(dir);

	if (!name)
		return wrong_operands(err);
	err_set(err, ERR_USAGE, "which trial of '%s'?", dir);
	err_hint(err, "such as 'kdbench replay %s %s'", dir, name);
	free(name);
	return false;
}

static bool replay_run(int argc, char **argv, enum exit_code *code,
		       struct err *err)
{
	bool trial = argc >= 1 && is_folder(argv[0]);

	if (trial && argc == 1)
		return which_trial(argv[0], err);
	if (argc != (trial ? 2 : 1))
		return wrong_operands(err);
	if (!opts.times)
		opts.times = 1;
	opts.config = args.config;
	if (trial && (opts.schedule || opts.save || opts.shrink || opts.only ||
		      opts.ratio))
		return err_set(err, ERR_USAGE,
			       "--schedule, --save, --shrink, --ratio and "
			       "--only go with a "
			       "scenario, not with a run directory");
	return trial ? replay_trial(argv, &opts, &args, code, err)
		     : replay_world(argv, &opts, &args, code, err);
}

const struct cmd replay_cmd = {
	.name = "replay",
	.operands = "RUN TRIAL | SCENARIO",
	.help = "the same faults again: a trial, or a schedule",
	.options = replay_options,
	.run = replay_run,
};
