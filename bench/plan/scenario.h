/* SPDX-License-Identifier: MIT */
/* A scenario file, taken apart but not yet decoded. */
#ifndef PLAN_SCENARIO_H
#define PLAN_SCENARIO_H

#include "bench/plan/cases.h"
#include "bench/plan/yaml.h"

struct scenario_source {
	const char *name;
	struct err_where name_where;
	const char *about;
	struct assignments settings;
	struct cases cases;
	/* NULL: not written; 'session' always is. */
	const struct node *matrix, *search, *session, *faults, *expect, *needs;
};

/* Everything lives in the arena. */
bool scenario_read(struct scenario_source *source, const struct yaml_text *text,
		   struct arena *arena, struct err *err);

/* What is known of a scenario when its needs are looked at. */
struct surroundings {
	bool attached; /* a cell is on a target that somebody else started */
	bool launched; /* a cell is on one that kdbench starts */
	/* Why a cell's guest cannot be had; NULL: they all can. */
	const char *no_guest;
	bool named; /* a cell's guest is one of somebody else */
};

/* What a scenario can need; a row feeds the check and 'kdbench list'. */
struct need {
	const char *name;
	const char *help;
	bool (*there)(const struct surroundings *s);
	const char *absent; /* the reason to skip; NULL: s->no_guest */
	/* Why a scenario that needs this cannot be as it is; NULL: it can. */
	const char *(*wrong)(const struct surroundings *s);
	const char *hint;
};
extern const struct need needs[]; /* ends with a NULL name */

/* *reason: why the scenario is to be skipped here, or NULL. */
bool needs_read(const char **reason, const struct node *node,
		const struct surroundings *s, struct err *err);

#endif
