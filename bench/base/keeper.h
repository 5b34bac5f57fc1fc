/* SPDX-License-Identifier: MIT */
/*
 * State that is put away and brought back. Whoever has state walks through its
 * parts once, for both directions, so that the two cannot disagree.
 */
#ifndef BASE_KEEPER_H
#define BASE_KEEPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct keeper {
	uint8_t *at;    /* where the next part lies; NULL: only count */
	size_t used;    /* bytes so far */
	bool restoring; /* from 'at' into the parts */
};

/* One part of the state: 'len' bytes. */
static inline void keeper_part(struct keeper *k, void *part, size_t len)
{
	uint8_t *at = k->at ? k->at + k->used : NULL;

	k->used += len;
	if (!at || !len)
		return;
	if (k->restoring)
		memcpy(part, at, len);
	else
		memcpy(at, part, len);
}

#endif
