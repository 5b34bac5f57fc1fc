/* SPDX-License-Identifier: MIT */
/* "Time to prompt" as tables: times, counts, and what arithmetic says. */
#ifndef REPORT_PROMPT_SHEET_H
#define REPORT_PROMPT_SHEET_H

#include "report/prompt.h"
#include "report/sheet.h"

#define PROMPT_SHEETS 6

/*
 * The sheets: the times of the first columns and of the others, what each takes
 * (round trips, traps, bytes), and arithmetic. Of 'terminal' those that fit
 * one, with the interval below its value and the counts of one way of thinking.
 * Returns how many of PROMPT_SHEETS were filled. Sheets live in 'arena'.
 */
size_t prompt_sheets(struct sheet sheets[PROMPT_SHEETS], struct arena *arena,
		     const struct prompt *p, bool terminal);

/*
 * A 128-byte read in figures: line time, thinking and the transport's own time
 * beside what was measured; where they are more than 15 % apart, where the time
 * went. False if no row has such reads.
 */
bool prompt_arithmetic(struct sheet *sheet, struct arena *arena,
		       const struct prompt *p);

#endif
