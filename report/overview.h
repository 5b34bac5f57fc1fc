/* SPDX-License-Identifier: MIT */
/*
 * "Transports at a glance": what each transport delivers and costs, one row
 * each, put together from the steps that show it. Which steps those are follows
 * from what they did, not from what they are called.
 */
#ifndef REPORT_OVERVIEW_H
#define REPORT_OVERVIEW_H

#include "report/sheet.h"
#include "report/summary.h"

/*
 * Fill 'sheet' from a scenario that compares transports and has at least two of
 * these: a bulk read, an 8-byte read, idling. False if it has not. Lives in the
 * summary's arena.
 */
bool overview_make(struct sheet *sheet, struct summary *s,
		   const struct scenario_summary *scenario);

#endif
