/* SPDX-License-Identifier: MIT */
/*
 * A table that is the same on a terminal, on the page and in Markdown: texts in
 * rows and columns, headings between rows, notes below. What does not fit a
 * terminal loses its last columns there; columns that say nothing in any row
 * are left out everywhere.
 */
#ifndef REPORT_SHEET_H
#define REPORT_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "bench/base/mem.h"

#define SHEET_COLUMNS 16
#define SHEET_NOTES 8

struct sheet_column {
	const char *title;
	const char *brief; /* the same for a terminal */
	bool right;        /* a number: aligned to the right */
	bool page_only;    /* not for a terminal */
};

struct sheet_row {
	const char *cells[SHEET_COLUMNS]; /* not escaped; NULL is empty */
	bool heading; /* the first text stands above the rows that follow */
};

/* Where it is written. What is long is folded up on the page. */
enum sheet_where {
	SHEET_EVERYWHERE,
	SHEET_NOT_TERMINAL, /* folded up */
	SHEET_PAGE_ONLY,    /* folded up */
};

struct sheet {
	struct arena *arena;
	const char *title;
	enum sheet_where where;
	struct sheet_column columns[SHEET_COLUMNS];
	size_t column_count;
	struct sheet_row *rows;
	size_t row_count, row_room;
	const char *notes[SHEET_NOTES];
	size_t note_count;
};

/* Begin an empty one. Everything it is given must live as long as 'arena'. */
void sheet_begin(struct sheet *s, struct arena *arena, const char *title);

/*
 * Add a column, 'brief' being its title on a terminal, NULL: 'title'. Returns
 * its index; of more than SHEET_COLUMNS the last one stands for the rest.
 */
size_t sheet_column(struct sheet *s, const char *title, const char *brief,
		    bool right);

/* The last column is too long for a terminal: there it is left out. */
void sheet_page_only(struct sheet *s);

/* Add a row, or a heading. */
void sheet_row(struct sheet *s);
void sheet_heading(struct sheet *s, const char *text);

/* Set a text of the last row. */
void sheet_set(struct sheet *s, size_t column, const char *text);

/* A sentence below the table; what is beyond SHEET_NOTES is lost. */
void sheet_note(struct sheet *s, const char *text);

/* Write it, title and notes included, escaped for where it goes. */
void sheet_text(FILE *out, const struct sheet *s);
void sheet_html(FILE *out, const struct sheet *s);
void sheet_markdown(FILE *out, const struct sheet *s);

#endif
