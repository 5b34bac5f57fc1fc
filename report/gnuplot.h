/* SPDX-License-Identifier: MIT */
#ifndef REPORT_GNUPLOT_H
#define REPORT_GNUPLOT_H

#include <stdbool.h>

#include "bench/base/err.h"

/*
 * Run 'program' (looked up in PATH) on 'script', a file in 'dir', with that as
 * its working directory: no shell, no settings of the user's, no input, at most
 * a minute. What it says goes to gnuplot.log there, whose first line is part of
 * the failure.
 */
bool gnuplot_run(const char *program, const char *dir, const char *script,
		 struct err *err);

/* Can it be started at all? */
bool gnuplot_exists(const char *program);

#endif
