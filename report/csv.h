/* SPDX-License-Identifier: MIT */
#ifndef REPORT_CSV_H
#define REPORT_CSV_H

#include <stdio.h>

#include "report/part.h"

/*
 * One line for each step of each cell, in base units, for spreadsheets and
 * scripts: what it is, how its trials ended, and for each number median, low
 * and high end of its interval. What is not available is an empty field.
 */
void csv_page(FILE *out, struct report_parts *parts);

/* One line for each rung of each ladder, and for each point of each sweep. */
void csv_ladder(FILE *out, struct report_parts *parts);
void csv_sweep(FILE *out, struct report_parts *parts);

/* Is there anything to put into those? */
bool csv_has_ladder(const struct report_parts *parts);
bool csv_has_sweep(const struct report_parts *parts);

/* Time to prompt: a line for each transport, way of thinking and session. */
void csv_prompt(FILE *out, struct report_parts *parts);
bool csv_has_prompt(struct report_parts *parts);

#endif
