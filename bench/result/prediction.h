/* SPDX-License-Identifier: MIT */
/*
 * What 'kdbench predict' wrote into a run directory: a linear model of the
 * run's times, T = sum of count * cost, and how far off it is. Read as
 * carefully as results: text is not fit to be shown unescaped, numbers that
 * are not available are NAN, text that is absent is NULL.
 */
#ifndef RESULT_PREDICTION_H
#define RESULT_PREDICTION_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/base/err.h"
#include "bench/base/mem.h"

#define PREDICTION_FILE "predict.json"

/* What one of something costs. */
struct prediction_term {
	const char *name;
	const char *about;
	double ns;
};

/* A step of a cell as measured, and as the model says. */
struct prediction_cell {
	const char *cell; /* its id, or what it is called */
	const char *step;
	double measured_ns;
	double predicted_ns;
	bool held_out; /* the model was made without it */
};

/* A number that somebody else published, and what the model says of it. */
struct prediction_anchor {
	const char *name;
	const char *about;
	const char *unit;
	const char *note;
	double documented;
	double predicted;
	double error; /* as a share: 0.1 is 10 %; may be below 0 */
};

struct prediction {
	struct arena arena;
	bool known; /* there is one */
	const char *accel;
	double held_out_error; /* as a share */
	struct prediction_term *terms;
	size_t term_count;
	struct prediction_cell *cells;
	size_t cell_count;
	struct prediction_anchor *anchors;
	size_t anchor_count;
};

/*
 * Read 'path', a regular file of at most 16 MiB. That there is none is no
 * failure: then 'known' is false. Anything in it that does not fit fails with
 * "path: what". Release in any case.
 */
bool prediction_read(struct prediction *p, const char *path, struct err *err);

/* Free everything. A zeroed struct is fine. */
void prediction_release(struct prediction *p);

#endif
