/* SPDX-License-Identifier: MIT */
/* What cells are called in tables and pictures. */
#ifndef REPORT_LABEL_H
#define REPORT_LABEL_H

#include "report/summary.h"

/*
 * Fill the axes of a scenario, and axis_values, name and label of its cells.
 * The run's label "transport=ring loss=1e-4" is taken apart by the names of the
 * axes; where it does not fit them, the parameters' values are used.
 */
void label_cells(struct arena *arena, struct scenario_summary *s);

/*
 * "ring, loss 1e-4": the values of those axes for which 'on' says true, or of
 * all if it is NULL, each but the transport after the name of its axis. "" if
 * there is none. Lives in the arena.
 */
const char *label_of_axes(struct arena *arena, const struct scenario_summary *s,
			  const struct cell_summary *cell, const bool *on);

/*
 * The number that an axis value stands for: 0.05, 5%, 1e-4, 10ms, 64KiB, in
 * base units (ns, bytes). NAN if it is no number.
 */
double label_number(const char *value);

#endif
