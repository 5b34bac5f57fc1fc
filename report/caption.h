/* SPDX-License-Identifier: MIT */
/* What is seen in a picture of rows, in words and with ratios. */
#ifndef REPORT_CAPTION_H
#define REPORT_CAPTION_H

#include "report/rows.h"

/*
 * For each set of rows that may be compared: which is best, how many times its
 * base, and how the others stand to that. 'best' is what to call it: "fastest"
 * is the largest value, "quickest" the smallest. Lives in the arena.
 */
enum caption_best { CAPTION_FASTEST, CAPTION_QUICKEST };
const char *caption_of_rows(struct arena *arena, const struct rows *rows,
			    const struct scenario_summary *s,
			    enum metric metric, enum caption_best best);

#endif
