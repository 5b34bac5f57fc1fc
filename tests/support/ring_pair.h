/* SPDX-License-Identifier: MIT */
/* Both ends of one ring in this process, for tests. */
#ifndef SUPPORT_RING_PAIR_H
#define SUPPORT_RING_PAIR_H

#include "bench/ring/ring.h"

struct pair {
	struct ring_area *area;
	uint8_t *memory; /* guard bytes behind the second ring */
	size_t len;
	struct ring writer, reader;
};

/* Two ends of a ring of 'size' bytes, empty. */
void pair_init(struct pair *p, uint32_t size);

/* Put both indices at 'at', as if so many bytes had passed. */
void pair_move(struct pair *p, uint32_t at);

/* Fails the test if a guard byte was touched. */
void pair_release(struct pair *p);

/*
 * Write as much of 'len' bytes as fits, byte i being (from + i); returns how
 * many. *wake is what the commit said.
 */
uint32_t pair_put(struct ring *r, uint8_t from, uint32_t len, bool *wake);

/* Read everything there is; fails unless it continues at 'from'. */
uint32_t pair_get(struct ring *r, uint8_t from, bool *wake);

#endif
