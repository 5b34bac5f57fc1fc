/* SPDX-License-Identifier: MIT */
/*
 * A table of text that fits a terminal: columns are as wide as they need to
 * be; if that is too much, the least important ones go, and what may be broken
 * goes on in the next line.
 */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define TABLE_COLUMNS 16

struct table_column {
	char *title;     /* harmless for a terminal; owned by the table */
	bool right;      /* aligned */
	unsigned drop;   /* the higher, the sooner it goes; 0: never */
	size_t wrap_min; /* may be broken into lines down to this; 0: not */
};

/* One row: a text for each column; NULL is empty. */
struct table_row {
	char *cells[TABLE_COLUMNS];
};

struct table {
	struct table_column columns[TABLE_COLUMNS];
	size_t column_count;
	struct table_row *rows;
	size_t row_count;
	size_t row_room;
};

/*
 * Add a column; at most TABLE_COLUMNS. 'title' is copied, made harmless, and
 * cut to what a column can have. Returns its index.
 */
size_t table_column(struct table *t, const char *title, bool right,
		    unsigned drop, size_t wrap_min);

/* Start a new row. */
void table_row(struct table *t);

/* Set a text of the last row: a copy, made harmless for a terminal. */
void table_set(struct table *t, size_t column, const char *text);

/*
 * Print it with titles, each line after 'indent' spaces and at most 'width'
 * columns wide. Columns in which every row is empty or "-" are left out.
 */
void table_print(const struct table *t, FILE *out, size_t indent, size_t width);

void table_release(struct table *t);

#endif
