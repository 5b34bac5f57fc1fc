/* SPDX-License-Identifier: MIT */
/*
 * What becomes of many schedules, for one pair of profiles. Nothing of the
 * result depends on how many workers there are, on the machine, or on anything
 * but the cell, the faults and the seed; only its speed does.
 */
#ifndef EXPLORE_SURVEY_H
#define EXPLORE_SURVEY_H

#include "bench/explore/rejoin.h"
#include "bench/explore/space.h"
#include "bench/explore/tally.h"

/* Which schedules. */
enum survey_faults {
	SURVEY_SINGLE, /* every byte, damaged in each way */
	SURVEY_PAIRS,  /* every packet damaged, and then every other one, those
			  included that there are only because of the first */
	SURVEY_RANDOM, /* a few faults at random places, byte or packet */
	SURVEY_SEARCH, /* faults added to what led to new protocol states */
	SURVEY_FAULTS_COUNT
};
extern const char *const survey_faults_names[SURVEY_FAULTS_COUNT];

struct survey_options {
	enum survey_faults faults;
	unsigned kinds;    /* a bit per enum act_kind */
	uint64_t sessions; /* of RANDOM and SEARCH */
	uint64_t seed;     /* of RANDOM and SEARCH */
	unsigned workers;
	bool thorough; /* run each to its end, though that is known */
	void (*progress)(void *env, uint64_t done, uint64_t of); /* or NULL */
	void *env;
};

/* The end of a single fault: four bytes a schedule. */
struct survey_result {
	uint8_t verdict; /* enum verdict */
	bool acted;
	uint16_t rounds; /* capped */
};

struct survey {
	struct survey_options options;
	struct reference reference;
	struct rejoin rejoin;          /* where the reference was */
	struct space space;            /* of SINGLE and PAIRS */
	struct survey_result *results; /* SINGLE: by number; shared */
	struct tally *tallies;         /* by job; shared */
	uint64_t jobs;
	struct tally sum;
	struct failures failures; /* of all jobs, the first of each first */
	struct survey_counts all;
	uint64_t states;  /* SEARCH: pairs of protocol states met */
	uint64_t wall_ns; /* real time of all the runs */
};

/*
 * Run them all. False: the harness failed, was interrupted, or the session does
 * not even complete without faults. Release in any case.
 */
bool survey_run(struct survey *s, struct world *w,
		const struct survey_options *o, struct err *err);
void survey_release(struct survey *s);

/* The name of a group of this survey's tallies: "drop", "drop+flip", "3". */
void survey_group_name(const struct survey *s, unsigned group, char to[32]);

/* Run one schedule from the session's start, in this process. */
bool survey_again(const struct survey *s, struct world *w,
		  const struct schedule *schedule, struct outcome *o,
		  struct err *err);

#endif
