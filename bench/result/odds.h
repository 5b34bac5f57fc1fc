/* SPDX-License-Identifier: MIT */
/*
 * What a few trials tell about odds. Exact binomials; additions,
 * multiplications and divisions only, so that they are the same everywhere.
 */
#ifndef RESULT_ODDS_H
#define RESULT_ODDS_H

#include <stdint.h>

#include "bench/result/stats.h"

/*
 * The chance that at least 'hits' of 'trials' hit, if each does so with 'odds'
 * (above 0, below 1).
 */
double odds_at_least(uint64_t hits, uint64_t trials, double odds);

/*
 * The chance of a majority as clear as this one, or clearer, from a fair coin:
 * how easily the majority misleads. 1 without a majority.
 */
double odds_of_chance(uint64_t hits, uint64_t trials);

/*
 * Clopper and Pearson's interval of the odds at 95 %: it holds the true ones
 * at least so often, whatever they are. 0 to 1 for no trials.
 */
struct stats_interval odds_interval(uint64_t hits, uint64_t trials);

#endif
