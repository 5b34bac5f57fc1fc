/* SPDX-License-Identifier: MIT */
/*
 * 'cases:' of a scenario: named variations of several things at once. Each may
 * have faults, a session and expectations in place of the scenario's own, and
 * settings beside its. They are the values of an axis called 'case'.
 */
#ifndef PLAN_CASES_H
#define PLAN_CASES_H

#include "bench/plan/matrix.h"
#include "bench/plan/plan.h"

#define CASES_AXIS "case"

/* One case, taken apart but not yet decoded. */
struct case_source {
	const char *name;
	struct err_where where;
	const char *about;
	uint32_t lines; /* that it takes in its file, from that of its name */
	struct assignments settings;
	const struct node *session, *faults, *expect; /* NULL: not written */
	bool chosen;                                  /* some cell is of it */
};

struct cases {
	struct case_source *items;
	size_t count;
};

/* Decode 'cases:'; a NULL node has none. Everything lives in the arena. */
bool cases_read(struct cases *cases, const struct node *node,
		struct arena *arena, struct err *err);

/*
 * The 'matrix:' of a scenario with the axis 'case' in front; 'matrix' as it is,
 * which may be NULL, if there are no cases.
 */
bool cases_matrix(const struct cases *cases, const struct node **matrix,
		  struct arena *arena, struct err *err);

/* The case of a combination: *found is NULL if there are none at all. */
bool cases_of(const struct cases *cases, const struct matrix *matrix,
	      const struct combo *combo, struct case_source **found,
	      struct err *err);

/* Fail if a case sets what the matrix varies. */
bool cases_check_axes(const struct cases *cases, const struct matrix *matrix,
		      struct err *err);

/* Fail if a setting of a chosen case was of no use. */
bool cases_check_used(const struct cases *cases, struct err *err);

/* For whoever shows them; as many as cases->count. */
const struct plan_case *cases_list(const struct cases *cases,
				   struct arena *arena);

#endif
