/* SPDX-License-Identifier: MIT */
/* The values that a search chooses from. Pure, in integers only. */
#ifndef PLAN_SEARCH_GRID_H
#define PLAN_SEARCH_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/base/units.h"

/* More than that is no search but a mistake. */
#define SEARCH_POINTS_MAX 1024

/* How far neighbours are apart. */
struct search_step {
	bool relative;
	uint64_t size; /* parts of a million of the lower one if relative;
			  else in the unit's base, of ratios 10^-12 */
};

/*
 * Fill values[0 .. *count - 1] from 'from' to 'to', both of them included, up
 * or down. Relative steps are rounded to round numbers: decimal ones, binary
 * ones for sizes. False if there would be more than SEARCH_POINTS_MAX, or if a
 * relative step would begin at 0.
 */
bool search_grid(uint64_t from, uint64_t to, struct search_step step,
		 bool binary, uint64_t values[SEARCH_POINTS_MAX],
		 size_t *count);

/*
 * Between a unit's base and what a grid counts in: the same, but of ratios,
 * which are fractions of 2^64, 10^-12.
 */
uint64_t search_grid_of(enum unit unit, uint64_t value);

/* The text of such a value, which units_read() takes back. */
const char *search_grid_text(enum unit unit, uint64_t value,
			     char to[UNITS_TEXT_MAX]);

#endif
