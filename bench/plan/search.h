/* SPDX-License-Identifier: MIT */
/*
 * 'search:' of a scenario: one setting that is not varied over a list of values
 * but searched for the point at which the result turns. All values that it may
 * come to are cells of the plan, the innermost axis of the matrix; which of
 * them are run is decided while running.
 */
#ifndef PLAN_SEARCH_H
#define PLAN_SEARCH_H

#include "bench/plan/matrix.h"
#include "bench/plan/plan.h"

/* What turns. */
enum search_until {
	SEARCH_VERDICT,    /* whether a trial ends as expected, by itself */
	SEARCH_THROUGHPUT, /* whether it is as fast as a share of the first */
};
extern const char *const search_until_names[];

struct search {
	const char *setting;   /* a path, or the name of a variable */
	const char *precision; /* as written */
	enum search_until until;
	double fraction; /* of the throughput at the first point */
	uint64_t most;   /* trials of a point while they disagree; 0: four
			    times as many as a cell gets */
	uint64_t probes; /* points beyond the bracket, once it is found */
	const char *const *points; /* values, the good end first */
	size_t count;              /* of points, at least 2 */
	size_t rows;               /* combinations of the rest of the matrix */
};

/* The keys of the section; what they fill is the decoder's own. */
extern const struct setting search_settings[];

/*
 * Decode the section, NULL: there is none, and add its axis to the matrix.
 * *search lives in the arena, or is NULL.
 */
bool search_read(const struct search **search, const struct node *node,
		 struct matrix *matrix, struct arena *arena, struct err *err);

/* Trials of a cell at most; also of a scenario without a search. */
uint64_t search_most(const struct scenario *scenario);

/*
 * The label of the row that a cell belongs to: its own without the axis; the
 * transport, if there is no other.
 */
const char *search_row_label(const struct cell *cell, struct arena *arena);

#endif
