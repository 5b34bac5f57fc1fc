/* SPDX-License-Identifier: MIT */
/*
 * The catalogue of known faults, as built into the program (catalogue.S): the
 * scenario CATALOGUE_PATH, whose cases they are.
 */
#ifndef PLAN_CATALOGUE_H
#define PLAN_CATALOGUE_H

#include "bench/plan/plan.h"

#define CATALOGUE_PATH "scenarios/long/catalogue.yaml"

/* Its text, as a file in memory. */
struct plan_text catalogue_file(void);

/* Plan it; release it with plan_release(). */
bool catalogue_load(struct plan *plan, struct err *err);

/*
 * The verdicts (bits by enum verdict) that a case expects of this pair; 0: the
 * pair has no cell.
 */
unsigned catalogue_expects(const struct plan *plan, const char *name,
			   const char *target, const char *debugger);

#endif
