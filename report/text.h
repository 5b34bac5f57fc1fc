/* SPDX-License-Identifier: MIT */
/* The report for a terminal: 80 columns, no colours, no control characters. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <stdio.h>

#include "report/summary.h"

#define TEXT_WIDTH 80

/* The tables of all scenarios, then what went wrong. */
void text_report(FILE *out, struct summary *s);

/*
 * Print 'text', made harmless, in lines of at most TEXT_WIDTH columns: the
 * first after 'indent' spaces, the rest after 'hang'. Each broken line ends in
 * 'joint': "", or " \\" for a command, whose words are then kept whole.
 */
void text_wrap(FILE *out, const char *text, size_t indent, size_t hang,
	       const char *joint);

/* "3 completed, 2 gave-up, 1 invalid", with ", " between; in the arena. */
const char *text_verdicts(struct arena *arena, const struct cell_summary *cell,
			  const char *between);

/* How many trials a cell had: "3 trials a cell", "2 to 5 trials a cell". */
const char *text_trials(struct arena *arena, const struct scenario_summary *s);

/* What to call the rate of a step, and its value: bytes, lines or operations.
 */
enum metric text_rate(const struct step_summary *step);

#endif
