/* SPDX-License-Identifier: MIT */
/*
 * The report of an exploration: the survival matrix, and the causes of what
 * failed with their charts, made of explore.jsonl and nothing else.
 */
#ifndef REPORT_EXPLORATION_H
#define REPORT_EXPLORATION_H

#include <jansson.h>

#include "report/survival.h"

#define EXPLORATION_FILE "explore.jsonl"

/* An exploration read back. Hostile: whatever is in it has the right type. */
struct exploration {
	json_t *pairs; /* array of records; owned */
	struct survival matrix;
	struct survival_row *rows; /* owned; their texts are the records' */
};

/* Is this the directory of an exploration? */
bool exploration_is(const char *dir);

/* Read 'dir'/explore.jsonl. Release in any case. */
bool exploration_read(struct exploration *x, const char *dir, struct err *err);
void exploration_release(struct exploration *x);

/*
 * Write survival.csv, the picture and index.html into 'to'. *warning: there is
 * no picture, and why.
 */
bool exploration_write(const struct exploration *x, const char *to,
		       bool pictures, struct err *warning, struct err *err);

/* The page; 'dir' has the picture, if there is one. */
void exploration_page(FILE *out, const struct exploration *x, const char *dir);

#endif
