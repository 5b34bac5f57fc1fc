/* SPDX-License-Identifier: MIT */
/* Private to steps: does each step find the target as it needs it? */
#ifndef PLAN_STEP_STATE_H
#define PLAN_STEP_STATE_H

#include "bench/plan/node.h"
#include "bench/session/step.h"

/* 'list' is the node that the steps were read from, for the places. */
bool step_state_check(const struct node *list, const struct step *steps,
		      size_t count, struct err *err);

#endif
