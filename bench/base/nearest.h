/* SPDX-License-Identifier: MIT */
/*
 * "Did you mean ...?": the known word that is closest to a mistyped one.
 *
 *	struct nearest n = { .word = "probabilty" };
 *
 *	nearest_try(&n, "probability");
 *	nearest_try(&n, "per");
 *	if (n.best) ...
 */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

struct nearest {
	const char *word;  /* as typed */
	const char *best;  /* the closest so far; NULL: none is close enough */
	unsigned distance; /* between the two */
};

/* Offer one known word; its text must outlive 'n'. */
void nearest_try(struct nearest *n, const char *known);

#endif
