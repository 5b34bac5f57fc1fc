/* SPDX-License-Identifier: MIT */
/* What 'kdbench phase' says of what it found. */
#ifndef CLI_PHASE_VIEW_H
#define CLI_PHASE_VIEW_H

#include <stdio.h>

#include "bench/cli/phase_marks.h"

struct phase_view {
	const struct phase *phase;
	const char *scenario, *debugger, *target;
	const struct phase_marks *marks;
	const char *runs; /* where the marks are from; "": nowhere */
};

/* The map, its legend, and what it comes to in sentences. */
void phase_view_print(FILE *out, const struct phase_view *v);

/* Only the picture, into 'dir'; without gnuplot, a warning. */
void phase_view_picture(const struct phase_view *v, const char *dir,
			struct err *warning);

/* One object. */
void phase_view_json(FILE *out, const struct phase_view *v);

/*
 * Write phase.csv and phase.json into 'dir', and the picture beside them; it
 * failing is only a warning.
 */
bool phase_view_write(const struct phase_view *v, const char *dir,
		      struct err *warning, struct err *err);

#endif
