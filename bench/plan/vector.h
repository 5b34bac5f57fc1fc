/* SPDX-License-Identifier: MIT */
/* Arrays in an arena that grow by one. */
#ifndef PLAN_VECTOR_H
#define PLAN_VECTOR_H

#include <string.h>

#include "bench/base/mem.h"

#define VECTOR_FIRST 8

/*
 * Room for item number 'count' (from 0) of 'size' bytes: 'items' itself, or a
 * copy twice as large. Usage: v = vector_grow(arena, v, n, sizeof(*v)), then
 * v[n++] = item.
 */
static inline void *vector_grow(struct arena *arena, void *items, size_t count,
				size_t size)
{
	void *more;

	/* Full only at 0, 8, 16, 32, ... */
	if ((count & (count - 1)) || (count && count < VECTOR_FIRST))
		return items;
	more = arena_alloc(arena, size * (count ? count * 2 : VECTOR_FIRST));
	if (count)
		memcpy(more, items, count * size);
	return more;
}

#endif
