/* SPDX-License-Identifier: MIT */
/*
 * A command of kdbench, and the exit codes that all of them share. Each lives
 * in its own file, bench/cli/cmd_<name>.c, and is one row of the table in
 * bench/main.c.
 */
#ifndef CLI_CMD_H
#define CLI_CMD_H

#include "bench/base/err.h"
#include "bench/cli/options.h"

enum exit_code {
	EXIT_HELD = 0,          /* it ran, and what is expected held */
	EXIT_NOT_MET = 1,       /* an expectation not met, or a regression */
	EXIT_USAGE = 2,         /* the command line or a YAML file is wrong */
	EXIT_MACHINE = 3,       /* the machine or the guest could not run it */
	EXIT_INCONCLUSIVE = 4,  /* it ran, and nobody can tell */
	EXIT_INTERRUPTED = 130, /* Ctrl-C; results so far are kept */
};

/* The exit code for a failure; EXIT_HELD for none. */
enum exit_code exit_code_of(const struct err *err);

/* The one of two that wins: 130, 2, 3, 1, 4, 0. */
enum exit_code exit_code_worse(enum exit_code a, enum exit_code b);

struct cmd {
	const char *name;
	const char
		*operands; /* as usage shows them: "SCENARIO..."; NULL: none */
	const char *help;  /* one line, lower case, no full stop */
	const struct option *options; /* ends with a NULL name; NULL: none */
	/*
	 * Do it. The options are already in the variables that their rows name;
	 * argv holds the 'argc' operands, nothing else. Success returns true
	 * and may set *code, EXIT_HELD before the call; failure fills *err,
	 * which main() prints and maps to a code.
	 */
	bool (*run)(int argc, char **argv, enum exit_code *code,
		    struct err *err);
};

extern const struct cmd run_cmd;
extern const struct cmd check_cmd, explore_cmd, phase_cmd, replay_cmd;
extern const struct cmd report_cmd;
extern const struct cmd list_cmd;
extern const struct cmd doctor_cmd;
extern const struct cmd bench_cmd;
extern const struct cmd decode_cmd;
extern const struct cmd bridge_cmd;
extern const struct cmd predict_cmd;
extern const struct cmd session_cmd;

#endif
