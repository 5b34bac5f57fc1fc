/* SPDX-License-Identifier: MIT */
/* Private to steps: how a step ends, and how much of it is warm-up. */
#ifndef PLAN_STEP_END_H
#define PLAN_STEP_END_H

#include "bench/plan/scope.h"
#include "bench/session/step.h"

/* The keys that end a step, and 'warmup'; ends with NULL. */
extern const char *const step_end_keys[];

/* May a step of this type have this one of them? */
bool step_end_known(const struct step_type *type, const char *key);

/* Read them from the step's map into size, count, duration_ns, warmup_*. */
bool step_end_read(struct step *step, const struct step_type *type,
		   const struct node *map, const char *name,
		   const struct scope *scope, struct err *err);

#endif
