/* SPDX-License-Identifier: MIT */
/* What the options of 'kdbench phase' say, checked. */
#ifndef CLI_PHASE_ARGS_H
#define CLI_PHASE_ARGS_H

#include "bench/explore/phase.h"
#include "bench/plan/profile.h"

/* What an option of type OPTION_COUNT holds before it is given. */
#define PHASE_NOT_GIVEN UINT64_MAX

/* As written; NULL: not. */
struct phase_text {
	const char *debugger, *target, *of;
	uint64_t polls, grid, workers; /* or PHASE_NOT_GIVEN */
};

struct phase_args {
	const struct profile *debugger, *target; /* NULL: the scenario's own */
	struct phase_options options;            /* polls: 0: the target's */
};

/* False (ERR_USAGE): what is wrong, and what could be written. */
bool phase_args_read(struct phase_args *args, const struct phase_text *text,
		     struct err *err);

#endif
