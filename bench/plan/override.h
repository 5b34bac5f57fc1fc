/* SPDX-License-Identifier: MIT */
/* The --set arguments of the command line, as the highest layer. */
#ifndef PLAN_OVERRIDE_H
#define PLAN_OVERRIDE_H

#include "bench/plan/matrix.h"
#include "bench/plan/plan.h"

/* Decode them; those that name settings are checked. */
bool overrides_read(struct assignments *to, const struct plan_input *input,
		    struct arena *arena, struct err *err);

/* Apply those that name an axis of this matrix. */
void overrides_apply(struct assignments *overrides, struct matrix *matrix);

/*
 * Fail at the first that did nothing in any scenario; 'variables' are the names
 * that there were.
 */
bool overrides_check(const struct assignments *overrides,
		     const char *const *variables, size_t variable_count,
		     struct err *err);

#endif
