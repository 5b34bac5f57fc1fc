/* SPDX-License-Identifier: MIT */
/*
 * What single things cost, as measured by steps that calibrate, and how well a
 * model made of them says what was measured.
 */
#ifndef REPORT_COSTS_H
#define REPORT_COSTS_H

#include "bench/result/prediction.h"
#include "report/sheet.h"
#include "report/summary.h"

/*
 * The costs of a scenario's cells, one column each, those of an accelerator
 * next to each other. False if nothing was calibrated. In the summary's arena.
 */
bool costs_make(struct sheet *sheet, struct summary *s,
		const struct scenario_summary *scenario);

/* The model of a prediction as tables; their number. In the summary's arena. */
#define COSTS_SHEETS 3
size_t costs_model(struct sheet sheets[COSTS_SHEETS], struct summary *s,
		   const struct prediction *p);

/* "tcg: off by 7 % on the 3 cells that it was made without ..." */
const char *costs_error(struct arena *arena, const struct prediction *p);

#endif
