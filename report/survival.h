/* SPDX-License-Identifier: MIT */
/*
 * The survival matrix: what became of a debugger and a target under each kind
 * of fault. Rows are pairs and kinds, columns are ends.
 */
#ifndef REPORT_SURVIVAL_H
#define REPORT_SURVIVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "bench/base/err.h"

#define SURVIVAL_ENDS 8

/* The ends: as verdicts are called, and as keys of records. */
extern const char *const survival_end_names[SURVIVAL_ENDS];
extern const char *const survival_end_keys[SURVIVAL_ENDS];

/* One row; texts are borrowed. */
struct survival_row {
	const char *scenario;
	const char *debugger, *target;
	const char *faults; /* single, pairs, ... */
	const char *kind;   /* drop, ...; "all": the sum of the pair's rows */
	uint64_t schedules;
	uint64_t ends[SURVIVAL_ENDS];
	uint64_t worst_rounds; /* of those that recovered */
};

struct survival {
	const char *const *ends; /* SURVIVAL_ENDS names; the first two are
				    those of a session that survived */
	const char *about;       /* one line, for the picture */
	struct survival_row *rows;
	size_t count;
};

/* For the terminal; a heading before each pair. */
void survival_table(FILE *out, const struct survival *s);

/* For a spreadsheet. */
void survival_csv(FILE *out, const struct survival *s);

/*
 * Draw <dir>/survival.svg and .png; false (ERR_HOST): there is no gnuplot, or
 * it failed.
 */
bool survival_picture(const struct survival *s, const char *dir,
		      const char *gnuplot, struct err *err);

#endif
