/* SPDX-License-Identifier: MIT */
/*
 * The matrix of a scenario: axes, and the combinations of their values after
 * include and exclude.
 */
#ifndef PLAN_MATRIX_H
#define PLAN_MATRIX_H

#include "bench/plan/value.h"

#define MATRIX_CELLS_MAX 1000
#define MATRIX_CELLS_SEARCHED 8192 /* of which a search runs a few */
#define MATRIX_AXES_MAX 16

/* One key of the matrix: the path of a setting, or a variable's name. */
struct axis {
	const char *key;
	struct err_where where;
	bool variable;
	bool used; /* some cell made use of it */
	const struct value *values;
	size_t count;
	bool varies;   /* over the combinations */
	bool required; /* a variable without values: --set must give one */
};

/* One combination: a value for each axis; NULL where none is written. */
struct combo {
	const struct value **values;
};

struct matrix {
	struct axis *axes;
	size_t axis_count;
	struct combo *combos;
	size_t combo_count;
};

/* Decode 'matrix:'; a NULL node is one combination without axes. */
bool matrix_read(struct matrix *matrix, const struct node *node,
		 struct arena *arena, struct err *err);

/*
 * Add an axis with all of its values, the innermost: each combination becomes
 * as many. Fails at the axis if they are more than MATRIX_CELLS_SEARCHED.
 */
bool matrix_multiply(struct matrix *matrix, const struct axis *axis,
		     struct arena *arena, struct err *err);

/* Give an axis one value in all combinations, as --set does. */
void matrix_override(struct matrix *matrix, size_t axis,
		     const struct value *value);

#endif
