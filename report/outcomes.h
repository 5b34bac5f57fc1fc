/* SPDX-License-Identifier: MIT */
/*
 * What became of each case of a scenario, beside what was expected of it: a row
 * for each case and each value of the axes but the last, a column for each
 * value of that.
 */
#ifndef REPORT_OUTCOMES_H
#define REPORT_OUTCOMES_H

#include "report/sheet.h"
#include "report/summary.h"

/* Has the scenario cases, and more than one cell? */
bool outcomes_has(const struct scenario_summary *s);

/* Make the sheet; false, and nothing is made, unless outcomes_has(). */
bool outcomes_make(struct sheet *sheet, struct summary *s,
		   const struct scenario_summary *scenario);

#endif
