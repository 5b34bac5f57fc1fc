/* SPDX-License-Identifier: MIT */
#include "tests/support/explore.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"

#define SEEN_BITS 22
#define SEEN ((size_t)1 << SEEN_BITS)

void explore_init(struct explore *e, size_t state_size)
{
	*e = (struct explore){ .size = state_size };
	e->seen = mem_array(SEEN, sizeof(*e->seen));
}

void explore_release(struct explore *e)
{
	free(e->seen);
	free(e->stack);
}

void explore_reset(struct explore *e)
{
	memset(e->seen, 0, SEEN * sizeof(*e->seen));
	e->depth = e->states = 0;
}

static bool met(struct explore *e, const void *state)
{
	uint64_t h = hash_bytes(1, state, e->size) | 1;
	size_t at = h >> (64 - SEEN_BITS);

	for (; e->seen[at]; at = (at + 1) % SEEN) {
		if (e->seen[at] == h)
			return true;
	}
	e->seen[at] = h;
	return false;
}

void explore_add(struct explore *e, const void *state)
{
	if (met(e, state))
		return;
	if (++e->states > SEEN / 4 * 3)
		fail_msg("more than %zu states", e->states);
	if (e->depth == e->room) {
		e->room = e->room ? 2 * e->room : 1024;
		e->stack = realloc(e->stack, e->room * e->size);
		assert_non_null(e->stack);
	}
	memcpy(e->stack + e->depth++ * e->size, state, e->size);
}

bool explore_next(struct explore *e, void *state)
{
	if (!e->depth)
		return false;
	memcpy(state, e->stack + --e->depth * e->size, e->size);
	return true;
}
