/* SPDX-License-Identifier: MIT */
/*
 * What did not simply complete, put together so that a person can read it: one
 * entry for each verdict of each cell; what nobody expected first, and then
 * what did not finish.
 */
#ifndef REPORT_TROUBLE_H
#define REPORT_TROUBLE_H

#include "report/summary.h"

struct trouble {
	const struct scenario_summary *scenario;
	const struct cell_summary *cell;
	enum verdict_slot slot; /* not SLOT_COMPLETED by itself */
	bool healed;            /* only after kdbench had ended the faults */
	size_t count;           /* trials that ended so */
	const char *trials;     /* their numbers: "1, 2, 5" */
	const struct result_trial *first; /* the one to look at */
	bool expected; /* the scenario says that it may end so */
	size_t order;  /* of the cell in the run */
};

struct troubles {
	struct trouble *rows;
	size_t count;
};

/*
 * Of 's', or of one of its scenarios if 'only' is not NULL. Lives in the
 * summary's arena.
 */
struct troubles trouble_find(struct summary *s,
			     const struct scenario_summary *only);

/* "hang", "recovered*" or, if it is none we know, as written. In the arena. */
const char *trouble_verdict(struct arena *arena, const struct trouble *row);

/* What the cell of an expectation is called; "-" if nobody knows. */
const char *trouble_label(const struct summary *s,
			  const struct result_expectation *expectation);

/*
 * The command that repeats a trial, as the results file has it; NULL if there
 * is none or if it holds what a shell would act on, as one that kdbench wrote
 * never does.
 */
const char *trouble_command(const struct result_trial *trial);

/*
 * How many expectations that were not met say the same as number 'index'; 0 if
 * an earlier one does, so that each is listed once.
 */
size_t trouble_same_expectation(const struct results *results, size_t index);

/* How many expectations were not met. */
size_t trouble_unmet(const struct results *results);

#endif
