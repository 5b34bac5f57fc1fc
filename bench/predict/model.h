/* SPDX-License-Identifier: MIT */
/*
 * The cost model: an operation takes as long as what is counted of it costs,
 * T = sum(count * cost), or as long as its bytes take on a paced line if that
 * is more. Some costs a machine can be asked for (step calibrate), the others
 * are fitted to most cells of a run and judged by the rest, which are held out.
 */
#ifndef PREDICT_MODEL_H
#define PREDICT_MODEL_H

#include "bench/base/err.h"
#include "bench/predict/cost.h"
#include "bench/result/results.h"

/* Of the cells of a path, ordered by a hash of their ids, every n-th. */
#define MODEL_HOLD_OUT 4

/* Above this median error on held-out cells a model is not to be used. */
#define MODEL_ERROR_MAX 0.2

enum model_use {
	USE_TRAIN,    /* the costs were fitted to it */
	USE_HELD_OUT, /* the error was found on it */
	USE_LINE,     /* the pace of its line hides the costs */
	USE_UNFITTED, /* too few cells of its path */
};

/* One measured step of one cell: per operation, of all its good trials. */
struct model_row {
	const char *scenario, *cell, *label, *step, *kind; /* of the results */
	enum path path;
	enum model_use use;
	size_t trials;
	double count[COST_COUNT];
	double payload; /* bytes */
	double line_ns; /* of its bytes on a paced line; 0: not paced */
	double time_ns; /* measured */
};

/* Why a path of a model has no fit; NULL text: it has. */
struct model_path {
	bool present;
	size_t cells, rows;
	bool merged[COST_COUNT]; /* part of the costs before it */
	bool absent[COST_COUNT]; /* never happened */
	char trouble[160];
};

/* All of a run that was measured under one accelerator. */
struct model {
	const char *accel;
	struct model_row *rows; /* in the order of the results */
	size_t row_count;
	struct cost_set costs;
	struct model_path paths[PATH_COUNT];
	size_t held_out;                /* rows */
	double error_median, error_max; /* of them, relative; NAN: none */
	size_t calibrations;            /* steps that were used */
};

struct models {
	struct arena arena;
	struct model *items;
	size_t count;
	size_t passed_over;  /* trials that are no good measurement */
	size_t calibrations; /* steps that tell what a machine's costs are */
};

/*
 * Sort a run into models and fit each. 'r' is borrowed as long as *m lives. A
 * model that cannot be fitted says why in its paths; failure is for a run that
 * has nothing to model: then *m has no models, but may know of calibrations.
 * Release in any case.
 */
bool models_make(struct models *m, const struct results *r, struct err *err);
void models_release(struct models *m);

/*
 * The time of one operation by these costs. Costs unknown to 'costs' are taken
 * from 'own'; if that is NULL they count nothing.
 */
double model_predict(const struct model_row *row, const struct cost_set *costs,
		     const struct cost_set *own);

/* By how much, relative to what was measured; NAN without a fit. */
double model_error(const struct model *m, const struct model_row *row);

/* Is it of processes of the host, which trap nowhere? */
bool model_native(const struct model *m);

/* What a piece costs as the model has it, if its path had any; NAN. */
double model_cost(const struct model *m, enum path path, enum cost cost);

/* May it be used? If not, a line of why in 'why'. */
bool model_good(const struct model *m, char why[160]);

/* --- for models_make() and tests ----------------------------------------- */

/* Sort the good steps of a run into models, without fitting: observe.c. */
bool models_observe(struct models *m, const struct results *r, struct err *err);

/* Decide which rows are held out, and fit the rest: model.c. */
void model_fit(struct model *m);

#endif
