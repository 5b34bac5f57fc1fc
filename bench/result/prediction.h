/* SPDX-License-Identifier: MIT */
/*
 * What 'kdbench predict' or 'kdbench run' wrote into a run directory: for each
 * accelerator a linear model of the run's times, T = sum of count * cost, and
 * how far off it is; and what it makes of numbers that others published. Read
 * as carefully as results: text is not fit to be shown unescaped, numbers that
 * are not available are NAN, text that is absent is NULL.
 */
#ifndef RESULT_PREDICTION_H
#define RESULT_PREDICTION_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/base/err.h"
#include "bench/base/mem.h"
#include "bench/result/results.h"

#define PREDICTION_FILE "predict.json"

/* What one of something costs, in nanoseconds by path ("uart", "ring"). */
struct prediction_term {
	const char *name;
	const char *about;
	const char *from; /* "calibrated" or "fitted" */
	struct result_counters ns;
	const char **merged; /* paths where it is part of the terms before it */
	size_t merged_count;
};

/* A step of a cell as measured, and as the model says. */
struct prediction_row {
	const char *scenario;
	const char *cell; /* its id */
	const char *step;
	const char *path;
	const char *use; /* "fitted", "held-out", "line" or "none" */
	double measured_ns;
	double model_ns; /* NAN: its path has no fit */
};

/* A path whose costs could not be fitted. */
struct prediction_unfitted {
	const char *path;
	const char *why;
};

/* All that was measured under one accelerator. */
struct prediction_model {
	const char *accel;              /* "none": without a VMM */
	bool good;                      /* it may be used */
	const char *why;                /* not */
	double held_out;                /* rows */
	double error_median, error_max; /* of them, as shares */
	struct prediction_term *terms;
	size_t term_count;
	struct prediction_row *rows;
	size_t row_count;
	struct prediction_unfitted *unfitted;
	size_t unfitted_count;
};

/* A number that somebody else published, and what the model says of it. */
struct prediction_anchor {
	const char *name;
	const char *what;
	const char *source;
	const char *unit; /* "bytes/s" or "ns" */
	const char *why;  /* what it was made of */
	double documented;
	double model;
	double error; /* as a share: 0.1 is 10 %; may be below 0 */
};

struct prediction {
	struct arena arena;
	bool known; /* there is one */
	struct prediction_model *models;
	size_t model_count;
	const char *anchors_by; /* the accelerator whose model was used */
	struct prediction_anchor *anchors;
	size_t anchor_count;
};

/*
 * Read 'path', a regular file of at most 16 MiB. That there is none is no
 * failure: then 'known' is false. Anything in it that does not fit fails with
 * "path: what". Release in any case.
 */
bool prediction_read(struct prediction *p, const char *path, struct err *err);

/* The model of this accelerator; NULL: there is none. */
const struct prediction_model *prediction_model_of(const struct prediction *p,
						   const char *accel);

/* Free everything. A zeroed struct is fine. */
void prediction_release(struct prediction *p);

#endif
