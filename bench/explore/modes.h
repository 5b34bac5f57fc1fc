/* SPDX-License-Identifier: MIT */
/*
 * The ways of exploring, for survey.c. Each has a number of jobs and does one
 * of them: it runs schedules and adds their ends to a tally. Private to
 * bench/explore.
 */
#ifndef EXPLORE_MODES_H
#define EXPLORE_MODES_H

#include "bench/explore/survey.h"

/* Runs of one job of RANDOM. */
#define WALKS_PER_JOB 64

/*
 * Run a schedule from a state of this world in which none of it, or only what
 * 'from' has in it already, has happened; 'left': how many of its acts are
 * still to come. It ends early where it comes back to what 'rejoin' knows
 * (NULL: it does not). *key: how it failed, if it did; may be NULL.
 */
bool mode_run(struct world *w, const uint8_t *from, const struct schedule *s,
	      unsigned left, const struct rejoin *rejoin, struct outcome *o,
	      struct failure_key *key, struct err *err);

bool single_job(struct survey *s, struct world *w, uint64_t number,
		struct tally *t, struct err *err);
bool pairs_job(struct survey *s, struct world *w, uint64_t number,
	       struct tally *t, struct err *err);
bool walk_job(struct survey *s, struct world *w, uint64_t number,
	      struct tally *t, struct err *err);

/* Add what a job has found; to be called in the order of jobs. */
void survey_take(struct survey *s, const struct tally *t);

/* All of SEARCH: generation after generation. */
bool search_run(struct survey *s, struct world *w, struct err *err);

/* Draw an act on a packet, from 'draw'. */
void act_draw(struct act *act, const struct packet_address *address,
	      uint16_t length, unsigned kinds, uint8_t delay, uint64_t draw);

#endif
