/* SPDX-License-Identifier: MIT */
/* What 'check' says about a matrix: settings that do not apply, lost twins. */
#ifndef PLAN_NOTES_H
#define PLAN_NOTES_H

#include "bench/plan/resolve.h"

/* "guest.idle does not apply to uart", and how many cells that cost. */
struct note {
	const char *text;
	size_t dropped;
	size_t left_out;
};

struct notes {
	struct arena *arena;
	struct note *items;
	size_t count;
};

/* A cell was made; 'twin' is an earlier one that is the same, or NULL. */
/* Whom a cell's settings do not apply to: its guest, or else its transport. */
const char *notes_whom(const struct cell *cell);

void notes_cell(struct notes *notes, const struct resolver *r,
		const struct cell *cell, const struct cell *twin);

/* A cell was made that cannot be run here. */
void notes_left_out(struct notes *notes, const struct cell *cell);

/* A setting was passed over, since no cell's transport has it. */
void notes_idle(struct notes *notes, const char *key, const char *transport);

/* As texts, NULL-ended. */
const char *const *notes_done(const struct notes *notes);

#endif
