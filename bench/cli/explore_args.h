/* SPDX-License-Identifier: MIT */
/* What the options of 'kdbench explore' say, checked. */
#ifndef CLI_EXPLORE_ARGS_H
#define CLI_EXPLORE_ARGS_H

#include "bench/explore/survey.h"
#include "bench/plan/profile.h"

#define EXPLORE_NAMES_MAX 16
#define EXPLORE_RATIOS_MAX 32

/* What an option of type OPTION_COUNT holds before it is given. */
#define EXPLORE_NOT_GIVEN UINT64_MAX

/* As written; NULL: not. */
struct explore_words {
	const char *faults, *kinds, *debugger, *target, *ratios, *expect;
	const char *schedule;
	uint64_t workers, sessions, seed, causes; /* or EXPLORE_NOT_GIVEN */
};

struct explore_args {
	struct survey_options survey;
	/* Profiles, ended by the counts; NULL: the scenario's own. */
	const struct profile *debuggers[EXPLORE_NAMES_MAX];
	const struct profile *targets[EXPLORE_NAMES_MAX];
	size_t debugger_count, target_count;
	double ratios[EXPLORE_RATIOS_MAX]; /* 0: time-outs as they are */
	size_t ratio_count;
	bool expects;      /* --expect was given */
	bool expects_own;  /* ... and says: what the scenario expects */
	unsigned expected; /* else bits by enum verdict */
	size_t causes;     /* groups of failures that are shrunk */
	bool has_schedule;
	struct schedule schedule;
};

/* False (ERR_USAGE): what is wrong, and what could be written. */
bool explore_args_read(struct explore_args *args,
		       const struct explore_words *words, struct err *err);

/* A ratio of time-outs, as --ratios and --ratio take it. */
bool explore_args_ratio(const char *word, double *value, const char *option,
			struct err *err);

#endif
