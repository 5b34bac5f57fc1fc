/* SPDX-License-Identifier: MIT */
/*
 * Guests of somebody else: the entries of 'guests:' in bench.yaml, which
 * guest.name chooses from, and what follows from the choice.
 */
#ifndef PLAN_GUESTS_H
#define PLAN_GUESTS_H

#include "bench/plan/resolve.h"

/*
 * What every guest of somebody else has of the settings of ours, unless its
 * entry says otherwise; ends with a NULL key. 'path' is the setting's.
 */
struct guests_borrow {
	const char *key, *path, *initial;
};
extern const struct guests_borrow guests_borrowed[];

/* Read 'guests:' of a bench.yaml into the config. */
bool guests_read(struct config *config, const struct node *map,
		 struct arena *arena, struct err *err);

/*
 * Fail if a top-level key of bench.yaml, or one in its mapping, is of a guest
 * of somebody else: it does not say of which.
 */
bool guests_say_which(const struct node *key, const struct node *value,
		      struct err *err);

/* Has the guest of this name an entry? Or is it ours? */
bool guests_know(const struct config *config, const char *name);

/*
 * What this combination's guest is: NULL for ours, or where there is no choice.
 * A name that nobody knows is an error, or an empty entry if the scenario is
 * skipped anyway.
 */
bool guests_choose(const struct resolver *r, const struct cell *cell,
		   const struct guest_def **def);

/*
 * Decode the settings that only somebody else's guest has, as the entry and
 * the higher layers have them, into the draft.
 */
bool guests_resolve(struct resolver *r, struct draft *draft);

/*
 * Who gives this path a value? As resolve_find(), but for what the entry says:
 * that counts as written where the guest was chosen, so that a scenario's
 * settings for a guest of ours do not change another one.
 */
const struct value *guests_find(const struct resolver *r,
				const struct guest_def *def, const char *key,
				bool *axis);

/*
 * Check what is legal one by one: its files are there, its transport reaches
 * it. A transport, or a guest, that is one of several is left out with the
 * reason (cell->skip_reason) and not refused.
 */
bool guests_check(const struct resolver *r, const struct guest_def *def,
		  struct cell *cell);

/* Why its files, or it itself, cannot be had here; NULL: they can. */
const char *guests_absent(const struct config *config, const char *name,
			  struct arena *arena);

#endif
