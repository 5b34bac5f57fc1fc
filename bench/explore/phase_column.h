/* SPDX-License-Identifier: MIT */
/*
 * One column of a phase diagram: the session with one byte time-out, from each
 * of whose packets on it can go otherwise. Private to bench/explore.
 */
#ifndef EXPLORE_PHASE_COLUMN_H
#define EXPLORE_PHASE_COLUMN_H

#include "bench/explore/phase.h"

struct phase_column;

/* The cell must outlive it. NULL: err says why. */
struct phase_column *phase_column_new(const struct cell *cell,
				      uint64_t timeout_ns, struct err *err);
void phase_column_free(struct phase_column *c);

uint64_t phase_column_timeout(const struct phase_column *c);

/* How many sessions a point of it takes, whatever the delay. */
uint64_t phase_column_places(const struct phase_column *c, enum phase_of of);

/* How many requests its session has. */
uint32_t phase_column_exchanges(const struct phase_column *c);

/* One point of it. False: the harness failed. */
bool phase_column_point(struct phase_column *c, enum phase_of of,
			uint64_t delay_ns, struct phase_point *to,
			struct err *err);

#endif
