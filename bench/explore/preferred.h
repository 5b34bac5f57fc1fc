/* SPDX-License-Identifier: MIT */
/*
 * Even steps on a logarithmic axis without logarithms: the preferred numbers of
 * ISO 3, ten to a power of ten, of which fewer make coarser series. Integers,
 * so that a grid is the same on every machine.
 */
#ifndef EXPLORE_PREFERRED_H
#define EXPLORE_PREFERRED_H

#include <stddef.h>
#include <stdint.h>

/* Numbers to a power of ten: 10, or 5, 2 and 1 of them. */
#define PREFERRED_MOST 10

/* An axis from 'first', which is in the series and at least 100, to 'last'. */
struct preferred {
	uint64_t first, last; /* in any unit */
	unsigned decade;      /* steps to a power of ten: 1, 2, 5 or 10 */
};

/* How many values there are; at least 1. */
size_t preferred_count(const struct preferred *axis);

/* Value 'index' < preferred_count(). */
uint64_t preferred_at(const struct preferred *axis, size_t index);

/* The index whose value is nearest by ratio; ends of the axis included. */
size_t preferred_nearest(const struct preferred *axis, uint64_t value);

#endif
