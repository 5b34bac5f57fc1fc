/* SPDX-License-Identifier: MIT */
/* 'session:' of a scenario, for one cell. */
#ifndef PLAN_STEPS_H
#define PLAN_STEPS_H

#include "bench/plan/scope.h"
#include "bench/session/step.h"

#define STEPS_MAX 256     /* in one session, nested ones included */
#define STEPS_DEPTH_MAX 3 /* of 'repeat' in 'repeat' */

struct steps {
	struct step *items;
	size_t count;
};

/*
 * Decode the list, name every step, and check that each finds the target as it
 * needs it: stopped or running.
 */
bool steps_read(struct steps *steps, const struct node *list,
		const struct scope *scope, struct err *err);

/* The step of this name, nested ones included, or NULL. */
const struct step *steps_find(const struct step *steps, size_t count,
			      const char *name);

#endif
