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

/*
 * Do all scripts fit into a scratch region of 'scratch' bytes? Fails at the
 * first row of one that does not.
 */
bool rows_check_scratch(const struct step *steps, size_t count,
			uint64_t scratch, struct err *err);

#endif
