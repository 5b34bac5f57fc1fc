/* SPDX-License-Identifier: MIT */
/*
 * One combination of the matrix to one cell: every setting is looked up in its
 * layers, decoded, and recorded with its source.
 */
#ifndef PLAN_RESOLVE_H
#define PLAN_RESOLVE_H

#include "bench/plan/config.h"
#include "bench/plan/group.h"
#include "bench/plan/matrix.h"

/* A growing list of what was resolved. */
struct params {
	struct param *items;
	size_t count;
};

/* The layers, highest last looked up first. */
struct resolver {
	struct arena *arena;
	const struct config *config;
	struct assignments *settings;   /* of the scenario */
	struct assignments *particular; /* of the cell's case, or NULL */
	struct matrix *matrix;
	const struct combo *combo; /* the cell's; NULL: no cell's */
	struct assignments *overrides;
	struct err *err;
	struct params params; /* so far */
};

void params_add(struct params *params, struct arena *arena,
		const struct param *param);

/*
 * Who gives this path a value? NULL: nobody, it is built in. Everybody who
 * would have is marked as used. *axis: it varies over the matrix.
 */
const struct value *resolve_find(const struct resolver *r, const char *key,
				 bool *axis);

/* How high the layer is in which a path is written. */
enum layer { LAYER_NONE, LAYER_CONFIG, LAYER_SCENARIO, LAYER_SET };
enum layer resolve_layer(const struct resolver *r, const char *key);

/*
 * Decode one row into 'base' and record it: 'v' or, if that is NULL, 'initial',
 * the row's built-in text here.
 */
bool resolve_row(struct resolver *r, const struct setting *row, const char *key,
		 const struct value *v, bool axis, const char *initial,
		 void *base);

/*
 * Is the combination on a target that somebody else started, whose address is
 * known?
 */
bool resolve_is_attached(const struct resolver *r);

/* Decode a group of HOME_SCENARIO or HOME_RUN into its struct; add params. */
bool resolve_group(struct resolver *r, const struct group *g, void *base);

/* Decode all that belongs to the cell but session, faults, expectations. */
bool resolve_settings(struct resolver *r, struct draft *draft);

/* Check what is legal one by one but not together. */
bool resolve_check(const struct resolver *r, const struct cell *cell);

/* The same of what its steps want to find in the guest. */
bool resolve_check_steps(const struct resolver *r, const struct cell *cell);

#endif
