/* SPDX-License-Identifier: MIT */
/* What 'kdbench run' shows meanwhile: one line, redrawn, on a terminal only. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>

#include "bench/run/suite.h"

struct progress_view {
	bool terminal; /* standard error is one: redraw a line */
	bool verbose;  /* a line per trial instead */
	bool quiet;    /* nothing at all */
};

/* Hooks that draw into 'view', which must outlive the run. */
struct suite_hooks progress_hooks(struct progress_view *view);

/* Wipe the line, before anything else is printed. */
void progress_clear(const struct progress_view *view);

#endif
