/* SPDX-License-Identifier: MIT */
/* The normal distribution from a table: integers only, the same everywhere. */
#ifndef INJECT_NORMAL_H
#define INJECT_NORMAL_H

#include <stdint.h>

/*
 * A number around 'mean', most within a deviation or two of it, none below
 * zero and none more than 5.4 deviations away; each up to 2^58. Linear between
 * 192 places: within 1/300 of a deviation of the exact one.
 */
uint64_t normal_draw(uint64_t draw, uint64_t mean, uint64_t deviation);

#endif
