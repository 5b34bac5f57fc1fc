/* SPDX-License-Identifier: MIT */
/* The report for a terminal: 80 columns, no colours, no control characters. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <stdio.h>

#include "report/summary.h"

#define TEXT_WIDTH 80

/*
 * The tables of all scenarios, then what went wrong. 'report_dir' is where the
 * rest can be read, for what is too long for a terminal.
 */
void text_report(FILE *out, struct summary *s, const char *report_dir);

/*
 * What did not simply complete, with suspects and commands, and expectations
 * that were not met; nothing if there is none.
 */
void text_troubles(FILE *out, struct summary *s, const char *report_dir);

/*
 * Print 'text', made harmless, in lines of at most TEXT_WIDTH columns: the
 * first after 'indent' spaces, the rest after 'hang'. Each broken line ends in
 * 'joint': "", or " \\" for a command, whose words are then kept whole.
 */
void text_wrap(FILE *out, const char *text, size_t indent, size_t hang,
	       const char *joint);

/*
 * "3 completed, 2 gave-up, 1 recovered*, 1 invalid", with ", " between; the
 * star is explained in words_healed. In the arena.
 */
const char *text_verdicts(struct arena *arena, const struct cell_summary *cell,
			  const char *between);

/* "3 trials a cell", "2 to 5 trials a cell", "1 of 19 cells, ..." */
const char *text_trials(struct arena *arena, const struct scenario_summary *s);

/*
 * Has it a rate or a load to show? One that was done once, such as connecting,
 * has none.
 */
bool text_is_shown(const struct step_summary *step);

/* What to call the rate of a step, and its value: bytes, lines or operations.
 */
enum metric text_rate(const struct step_summary *step);

#endif
