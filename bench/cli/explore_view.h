/* SPDX-License-Identifier: MIT */
/* What 'kdbench explore' says of what it found. */
#ifndef CLI_EXPLORE_VIEW_H
#define CLI_EXPLORE_VIEW_H

#include <jansson.h>

#include "bench/base/mem.h"
#include "bench/cli/explore_causes.h"
#include "report/survival.h"

/* All pairs so far; a zeroed one is empty. */
struct explore_view {
	struct arena arena;
	struct survival_row *rows; /* owned */
	size_t row_count, row_room;
	json_t *records; /* array; owned */
	char **proofs;   /* owned array: a sentence, and the causes */
	struct explore_charts charts;
	size_t pair_count, pair_room;
};

/* What was explored. */
struct explore_pair {
	const struct cell *cell;
	const char *debugger, *target; /* as shown: "windbg x0.5" */
	const char *repeat;            /* the command without its schedule */
	double ratio;                  /* 0: time-outs as they are */
	unsigned expected;             /* bit set by enum verdict; 0: nothing */
};

/*
 * Take in a survey that is complete, with the table of its causes (NULL: none
 * was made) and their records, which are the view's then.
 */
void explore_view_add(struct explore_view *v, const struct explore_pair *pair,
		      const struct survey *s, const char *table,
		      json_t *causes);
void explore_view_release(struct explore_view *v);

/* The matrix: borrowed from the view. */
struct survival explore_view_matrix(const struct explore_view *v);

/*
 * The matrix, a sentence of proof or the causes of what failed for each pair,
 * and as many charts.
 */
void explore_view_print(FILE *out, const struct explore_view *v, size_t charts);

/* A JSON object for each pair, a line each: what one counts. */
void explore_view_json(FILE *out, const struct explore_view *v);

/* Records, matrix, picture and page into a directory; *warning: no picture. */
bool explore_view_write(const struct explore_view *v, const char *dir,
			struct err *warning, struct err *err);

#endif
