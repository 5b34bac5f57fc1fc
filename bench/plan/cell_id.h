/* SPDX-License-Identifier: MIT */
/*
 * The id of a cell: what two results must have in common to be compared. It is
 * the 64-bit hash_bytes() (SplitMix64 over big-endian words, bench/base/hash.h)
 * of a canonical JSON text: keys sorted, no blanks, every value a string in
 * base units. In it are the scenario's name, the steps, the kind of transport
 * and its parameters, the resolved accelerator, and all settings of host,
 * guest, target, debugger, heal and faults. Not in it: names of transports and
 * profiles (what they stand for is), trials, seeds, expectations, comments,
 * paths, versions.
 */
#ifndef PLAN_CELL_ID_H
#define PLAN_CELL_ID_H

#include "bench/plan/plan.h"

/*
 * Write 16 hex digits and a NUL. The cell's steps, faults, accel and params
 * must be complete.
 */
void cell_id(char id[17], const struct cell *cell, struct arena *arena);

/* The canonical JSON itself; free() it. */
char *cell_canonical(const struct cell *cell, struct arena *arena);

#endif
