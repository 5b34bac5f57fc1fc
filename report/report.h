/* SPDX-License-Identifier: MIT */
/*
 * From a run directory to something that people read. Works on results of any
 * machine and any year, runs nothing that a results file names, and writes
 * only below the directory it is told.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "bench/base/err.h"

/* Zeroed: all defaults. */
struct report_options {
	const char *gnuplot; /* the program; NULL: gnuplot, from PATH */
	bool no_pictures;    /* do not even try */

	/* Filled in: why pictures are missing, and what to type; or "". */
	char warning[512];
};

/*
 * Print the tables of <run_dir>/results.jsonl, what did not complete and which
 * expectations were not met, in at most 80 columns. 'report_dir' is where the
 * report is, to refer to; NULL: <run_dir>/report.
 */
bool report_table(FILE *out, const char *run_dir, const char *report_dir,
		  struct err *err);

/*
 * Write <run_dir>/report: index.html, report.md, report.csv, a .svg and a .png
 * for each picture, and what those were drawn from in plots. Without gnuplot
 * there are no pictures, a warning, and still success.
 */
bool report_write(const char *run_dir, struct report_options *o,
		  struct err *err);

/*
 * The same for several runs in one report in 'out_dir', which is made if need
 * be. Runs stay apart: nothing is averaged over runs, hosts or accelerators.
 */
bool report_write_many(const char *const *run_dirs, size_t count,
		       const char *out_dir, struct report_options *o,
		       struct err *err);

#endif
