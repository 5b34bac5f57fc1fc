/* SPDX-License-Identifier: MIT */
/* 'expect:' of a scenario, for one cell. */
#ifndef PLAN_EXPECTATION_H
#define PLAN_EXPECTATION_H

#include "bench/base/units.h"
#include "bench/plan/plan.h"
#include "bench/plan/scope.h"

/* What can be bounded; a row feeds the check and 'kdbench list'. */
struct expect_metric {
	const char *name;
	enum unit unit;
	bool percent;  /* written as 50%, held as 50; 'unit' is not used */
	bool per_step; /* also as steps.NAME.<name> */
	const char *help;
};
extern const struct expect_metric expect_metrics[]; /* ends with a NULL name */

struct expectations {
	unsigned verdicts; /* bit set by enum verdict */
	struct expect_bound *bounds;
	size_t count;
};

/* Decode; a NULL node expects completed or recovered, and nothing else. */
bool expectations_read(struct expectations *expect, const struct node *node,
		       const struct step *steps, size_t step_count,
		       const struct scope *scope, struct err *err);

#endif
