/* SPDX-License-Identifier: MIT */
/*
 * The options that every command with scenarios has in common, and the plan
 * that comes of them. The rows of a command:
 *
 *	static struct plan_args args;
 *	...
 *		PLAN_ARGS_OPTIONS(args),
 */
#ifndef CLI_PLAN_ARGS_H
#define CLI_PLAN_ARGS_H

#include "bench/cli/options.h"
#include "bench/plan/plan.h"

struct plan_args {
	const char *config;     /* --config; NULL: bench.yaml if there is one */
	struct option_list set; /* --set KEY=VALUE */
	const char *attach;     /* --attach ADDR: every cell's target */
	/*
	 * Given by options of the command itself, as if by --set; e.g.
	 * "trials=3", written "--trials 3".
	 */
	struct {
		const char *set, *written;
	} extra[4];
	/* 'extra' names the transport of every cell: what scenarios set for
	   another one is passed over. */
	bool elsewhere;
	/* What stands for a scenario if none is named; NULL: one must be. */
	const char *scenario;
	struct override *overrides; /* made by plan_args_load() */
};

#define PLAN_ARGS_OPTIONS(args)                                            \
	{ "config",    0,                                                  \
	  OPTION_TEXT, &(args).config,                                     \
	  "FILE",      "settings of this machine instead of bench.yaml" }, \
		{ "set",                                                   \
		  0,                                                       \
		  OPTION_LIST,                                             \
		  &(args).set,                                             \
		  "KEY=VALUE",                                             \
		  "override a setting or a variable; may be repeated" },   \
	{                                                                  \
		"attach", 0, OPTION_TEXT, &(args).attach, "ADDR",          \
			"every cell on the target at unix:PATH, "          \
			"tcp:HOST:PORT, pty:PATH or fd:N"                  \
	}

/*
 * Load the plan of the scenarios named by argv; release it with plan_release().
 * The plan and *err borrow from argv and from *args, which is static and stays.
 */
bool plan_args_load(struct plan *plan, struct plan_args *args, int argc,
		    char **argv, bool resolve_accel, struct err *err);

/*
 * The same over the simulator: if no cell is on it, all are, as if they were
 * set so, and *moved says so. For commands without --attach.
 */
bool plan_args_load_sim(struct plan *plan, struct plan_args *args, int argc,
			char **argv, bool *moved, struct err *err);

#endif
