/* SPDX-License-Identifier: MIT */
/*
 * The cost models of a run, one for each accelerator and never averaged: what
 * each piece costs on each path, how far they are off, and what they make of
 * numbers that others published.
 */
#ifndef REPORT_MODEL_H
#define REPORT_MODEL_H

#include "bench/result/prediction.h"
#include "report/sheet.h"
#include "report/summary.h"

/* As many sheets as model_sheets() fills at most. */
size_t model_sheet_count(const struct prediction *p);

/*
 * The models as tables, which it counts; none if nothing is known. Texts are in
 * the summary's arena or borrowed from 'p'.
 */
size_t model_sheets(struct sheet *sheets, struct summary *s,
		    const struct prediction *p);

/* Whether a model may be used: "On the 9 steps ... it is off by 7.1% ...". */
const char *model_verdict(struct arena *arena,
			  const struct prediction_model *m);

#endif
