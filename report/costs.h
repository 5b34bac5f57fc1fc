/* SPDX-License-Identifier: MIT */
/* What single things cost, as measured by steps that calibrate. */
#ifndef REPORT_COSTS_H
#define REPORT_COSTS_H

#include "report/sheet.h"
#include "report/summary.h"

/*
 * The costs of a scenario, one column for each transport, those of an
 * accelerator next to each other. False if nothing was calibrated. In the
 * summary's arena.
 */
bool costs_make(struct sheet *sheet, struct summary *s,
		const struct scenario_summary *scenario);

#endif
