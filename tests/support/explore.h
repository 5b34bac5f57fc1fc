/* SPDX-License-Identifier: MIT */
/*
 * Walk through all states that can be reached from one, each once. A state is
 * plain data of a fixed size without padding that differs; it is known again by
 * a hash of 64 bits.
 */
#ifndef SUPPORT_EXPLORE_H
#define SUPPORT_EXPLORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct explore {
	size_t size; /* of a state */
	uint64_t *seen;
	uint8_t *stack;
	size_t depth, room;
	size_t states; /* met so far */
};

void explore_init(struct explore *e, size_t state_size);
void explore_release(struct explore *e);

/* Forget all, to begin anew. */
void explore_reset(struct explore *e);

/* A state that can be reached: it is looked at later, unless it was met. */
void explore_add(struct explore *e, const void *state);

/* One that was not looked at yet; false: there is none. */
bool explore_next(struct explore *e, void *state);

#endif
