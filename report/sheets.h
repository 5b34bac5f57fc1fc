/* SPDX-License-Identifier: MIT */
/* Which sheets a report has: those of a scenario and those of a whole run. */
#ifndef REPORT_SHEETS_H
#define REPORT_SHEETS_H

#include "report/sheet.h"
#include "report/summary.h"

struct sheets {
	struct sheet *rows;
	size_t count;
};

/* Splits, sweeps of rates, tcg beside kvm, costs. In the summary's arena. */
struct sheets sheets_of_scenario(struct summary *s,
				 const struct scenario_summary *scenario);

/* Transports at a glance, of every scenario that compares them. */
struct sheets sheets_at_a_glance(struct summary *s);

/* Time to prompt, for a terminal or for pages; none without sessions. */
struct sheets sheets_of_prompt(struct summary *s, bool terminal);

/* The ladders. */
struct sheets sheets_of_limits(struct summary *s);

/* The cost models and the anchors, if the run directory has one. */
struct sheets sheets_of_model(struct summary *s);

#endif
