/* SPDX-License-Identifier: MIT */
/* Cells that belong to one line of a picture, and the legend of the lines. */
#ifndef REPORT_SERIES_H
#define REPORT_SERIES_H

#include "report/plot.h"
#include "report/summary.h"

struct series {
	const char **names;
	size_t count;
	size_t *of_cell; /* which series each cell of the scenario is in */
};

/*
 * Put cells together that agree on all axes for which 'on' says true, an array
 * with an entry for each axis. With 'apart' they also agree on their world, and
 * are called after their transport if no axis is on.
 */
void series_make(struct series *series, struct arena *arena,
		 const struct scenario_summary *s, const bool *on, bool apart);

/* Height in pixels that the legend of the first 'count' needs. */
double series_legend_height(const struct series *series, size_t count);

/* Draw the legend of the first 'count' series with its top at 'top'. */
void series_legend(const struct series *series, size_t count, struct plot *p,
		   double top);

#endif
