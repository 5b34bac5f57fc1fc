/* SPDX-License-Identifier: MIT */
/* 'rows:' of the step 'script'. */
#ifndef PLAN_ROWS_H
#define PLAN_ROWS_H

#include "bench/plan/scope.h"
#include "bench/session/step.h"

/*
 * Decode the rows in 'map', the step's settings, whose own are read already,
 * and work out the script. 'key' is the word 'script', for messages.
 */
bool rows_read(struct step *step, const struct node *key,
	       const struct node *map, const struct scope *scope,
	       struct err *err);

#endif
