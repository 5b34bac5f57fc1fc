/* SPDX-License-Identifier: MIT */
/*
 * The same cells under tcg and under kvm, side by side. The two are never put
 * together: this is a table of its own that compares them.
 */
#ifndef REPORT_BESIDE_H
#define REPORT_BESIDE_H

#include "report/sheet.h"
#include "report/summary.h"

/*
 * A row for each step with a rate of each cell that was measured under both and
 * is the same otherwise. False if there is none. In the summary's arena.
 */
bool beside_make(struct sheet *sheet, struct summary *s,
		 const struct scenario_summary *scenario);

#endif
