/* SPDX-License-Identifier: MIT */
/* Where the time of one operation goes: guest, transport and VMM, kdbench. */
#ifndef REPORT_SPLIT_H
#define REPORT_SPLIT_H

#include "report/sheet.h"
#include "report/summary.h"

enum split_part { SPLIT_GUEST, SPLIT_TRANSPORT, SPLIT_HARNESS, SPLIT_PARTS };

/* Is the time of its operations known, and is it a series of operations? */
bool split_is_known(const struct step_summary *step);

/* Median time of a part of one operation, and their sum; ns, never NAN. */
double split_ns(const struct step_summary *step, enum split_part part);
double split_sum_ns(const struct step_summary *step);

/* A row for each step of each cell; false if none has a split. */
bool split_make(struct sheet *sheet, struct summary *s,
		const struct scenario_summary *scenario);

#endif
