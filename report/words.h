/* SPDX-License-Identifier: MIT */
/*
 * Sentences that several forms of the report share. All live in the summary's
 * arena and hold text from results: escape them.
 */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include "report/summary.h"

/* How the numbers of a scenario were come by: a paragraph. */
const char *words_method(struct summary *s,
			 const struct scenario_summary *scenario);

/* What accelerator means for the numbers; NULL if nothing need be said. */
const char *words_world(const struct scenario_summary *scenario);

/* What the star behind a verdict means. */
extern const char words_healed[];

/*
 * How many trials a busy machine disturbed, what became of them and what to do
 * about it; NULL if there were none.
 */
const char *words_disturbed(struct summary *s);

/* Invalid and repeated trials, outliers, rows left out: notes to a table. */
struct words_notes {
	const char **rows;
	size_t count;
};
struct words_notes words_notes(struct summary *s,
			       const struct scenario_summary *scenario);

/* "3 scenarios, 84 trials, 2 of them invalid"; how the run ended. */
const char *words_extent(struct summary *s);
const char *words_ending(struct summary *s);

/* The environment, as rows of name and value ("-" if unknown). */
struct words_fact {
	const char *name;
	const char *value;
};
struct words_facts {
	struct words_fact rows[24];
	size_t count;
};
struct words_facts words_environment(struct summary *s);

/* What each number means, as rows of name and explanation; NULL name ends. */
extern const struct words_fact words_meanings[];

#endif
