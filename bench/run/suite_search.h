/* SPDX-License-Identifier: MIT */
/* A scenario with 'search:': which of its points are tried, and what comes out.
 */
#ifndef RUN_SUITE_SEARCH_H
#define RUN_SUITE_SEARCH_H

#include "bench/run/suite_cell.h"

/* About how many trials it will take. */
uint64_t suite_search_planned(const struct scenario *scenario);

/*
 * Search each combination of the rest of the matrix, one point of each in turn,
 * and write a record of what was found. Whatever happens, what was found so far
 * is written.
 */
bool suite_search(struct suite *s, const struct scenario *scenario,
		  struct err *err);

#endif
