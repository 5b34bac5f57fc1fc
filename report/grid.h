/* SPDX-License-Identifier: MIT */
/*
 * The table of a scenario as plain text, for HTML and Markdown: a row for each
 * step of each cell, a column for each axis and for each number that anybody
 * has.
 */
#ifndef REPORT_GRID_H
#define REPORT_GRID_H

#include "report/summary.h"

#define GRID_AXES_MAX 8
#define GRID_COLUMNS (METRIC_COUNT + GRID_AXES_MAX + 5)

struct grid_row {
	const char *cells[GRID_COLUMNS]; /* not escaped */
	size_t span; /* of the columns of a cell: rows, from here; 0: spanned */
};

struct grid {
	const char *titles[GRID_COLUMNS];
	bool right[GRID_COLUMNS];   /* a number: aligned to the right */
	bool of_cell[GRID_COLUMNS]; /* says the same for all steps of a cell */
	size_t columns;
	size_t names;    /* the first columns: what the cell is */
	size_t verdicts; /* a column that may be broken into lines */
	struct grid_row *rows;
	size_t row_count;
};

/* All numbers, or those that fit beside each other on a page. */
enum grid_width { GRID_IMPORTANT, GRID_ALL };

/* Lives in the summary's arena. */
void grid_make(struct grid *grid, struct summary *s,
	       const struct scenario_summary *scenario, enum grid_width width);

#endif
