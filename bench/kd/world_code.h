/* SPDX-License-Identifier: MIT */
/*
 * The machine code of one of the world's functions, and its unwind data.
 * Private to the builder (world_functions.c) and to what lays a stack out as
 * that code would (world_dive.c). Freestanding.
 */
#ifndef KD_WORLD_CODE_H
#define KD_WORLD_CODE_H

#include "bench/kd/unwind.h"
#include "bench/kd/world.h"

#define WORLD_CODE_MAX 160
#define WORLD_INFO_MAX 16
#define WORLD_CALL_SIZE 5 /* bytes of the call in the middle of each */

struct world_code {
	uint8_t bytes[WORLD_CODE_MAX];
	uint32_t size;
	uint8_t info[WORLD_INFO_MAX]; /* UNWIND_INFO */
	/*
	 * Behind its call: where the callee returns to, or, in the innermost
	 * function, its INT3. The call's target is still to be put in.
	 */
	uint32_t behind_call;

	/* Of its stack, in bytes from RSP as it is at the call: */
	uint32_t return_at; /* the return address */
	uint32_t rbx_at;    /* the caller's RBX */
	uint32_t other_at;  /* and the other register that it saves, ... */
	uint8_t other;      /* ... enum kd_register */
	uint32_t frame;     /* what RBP points to, if 'other' is that */
};

/*
 * Make the code of function 'index' in the order of addresses, which is
 * 'number' in the order of calls: 0 is the innermost.
 */
void world_code_make(struct world_code *c, const struct kd_world *w,
		     uint64_t index, uint64_t number);

/* The size that its code will have, without making it. */
uint32_t world_code_size(const struct kd_world *w, uint64_t index);

/* The index of function 'number' in the order of calls. */
uint64_t world_code_index(const struct kd_world *w, uint64_t number);

/* Where in the world's area all of it is; in bytes. */
struct world_places {
	uint64_t entry;  /* what the loader's list has of the image */
	uint64_t image;  /* its header */
	uint64_t bottom; /* of the stack */
	uint64_t top;    /* where RSP is before the first call */
	/* RVAs: */
	uint32_t text, table, infos, image_size;
	uint64_t pages; /* of the whole part */
};

/* 'first' is the page with which the part begins. */
void world_code_places(struct world_places *p, const struct kd_world *w,
		       uint64_t first);

#endif
