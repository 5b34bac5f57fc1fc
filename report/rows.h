/* SPDX-License-Identifier: MIT */
/*
 * The rows of a picture: one for each cell and step, in groups that may be
 * compared with each other (one step, one world), each under its heading.
 */
#ifndef REPORT_ROWS_H
#define REPORT_ROWS_H

#include "report/plot.h"
#include "report/summary.h"

/* Height of a row, and what is below the last one: ticks and titles. */
#define ROWS_PITCH 23
#define ROWS_FOOTER 56

struct row {
	const struct cell_summary *cell;
	const struct step_summary *step; /* NULL: the whole trial */
	double y;                        /* of its middle, from 0 at the top */
	size_t group;                    /* index of its heading */
};

struct rows {
	struct row *rows;
	size_t count;
	const char **headings;
	double *heading_y;
	size_t group_count;
	double height; /* of all, in rows */
	double label_px;
	const char *axes; /* what the names of cells are made of */
	size_t left_out;  /* rows that were too many */
};

/*
 * Rows for every cell and step for which 'wanted' says so, grouped by step and
 * world; whole trials instead of steps if 'by_trial'. A step that is wanted in
 * some cell gets rows for all cells of which no trial finished, too: that they
 * delivered nothing must be seen. Lives in the arena.
 */
void rows_make(struct rows *rows, struct arena *arena,
	       const struct scenario_summary *s, bool by_trial,
	       bool (*wanted)(const struct cell_summary *cell,
			      const struct step_summary *step));

/* Height in pixels of a picture of these rows. */
unsigned rows_height(const struct rows *rows);

/* Draw the names of rows and the headings of groups. */
void rows_draw(const struct rows *rows, struct plot *p);

/* The box of panel 'index' of several with these weights. */
struct plot_box rows_box(const struct rows *rows, const double *weights,
			 size_t count, size_t index);

#endif
