/* SPDX-License-Identifier: MIT */
/*
 * What a target has in memory for a debugger to walk, beyond its identity:
 * modules in the loader's list, processes with page tables of their own, and
 * functions with unwind data and a stack that runs through them. All of it is
 * linked as Windows links it, so that the address of each read is known only
 * from the reply before it. The guest builds it in its own memory when it
 * starts; the simulated machine does the same. Freestanding.
 *
 * Where things lie depends on a seed. A debugger that follows the links must
 * not notice; one that guesses reads garbage.
 */
#ifndef KD_WORLD_H
#define KD_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/kd/identity.h"

#define KD_WORLD_MODULES_MAX 1000
#define KD_WORLD_PROCESSES_MAX 1000
#define KD_WORLD_FUNCTIONS_MAX 10000
#define KD_WORLD_PAGE 4096

/* Functions that can be one within the other on the world's stack. */
#define KD_WORLD_DEPTH_MAX 256

/*
 * What each of them loads its registers with, so that one can see whose frame
 * it is: RBX holds how many functions are within it, each other register that
 * it has saved, RBP excepted, the same combined with this by exclusive or.
 */
#define KD_WORLD_MARK UINT32_C(0x5a5a5a5a)

struct kd_world {
	uint64_t base;    /* address of the area, a multiple of KD_WORLD_PAGE */
	uint64_t layout;  /* seed of the places; 0: one behind the other */
	uint32_t modules; /* in all, the three of the identity included */
	uint32_t processes; /* in all; the identity has one */
	uint32_t functions; /* 0: no stack to walk either */
	/*
	 * What code calls right before an INT3 of its own, within 2 GiB, where
	 * that is necessary; or 0.
	 */
	uint64_t break_call;
};

/* Bytes of the area that it needs, a multiple of KD_WORLD_PAGE; may be 0. */
uint64_t kd_world_size(const struct kd_world *w);

/*
 * Build it in 'area', which has kd_world_size() bytes and will be seen at
 * w->base, and link it into the identity, whose area is 'identity'.
 */
void kd_world_build(const struct kd_world *w, uint8_t *area,
		    const struct kd_identity *id, uint8_t *identity);

/* What a call through 'depth' of the functions needs; all are addresses. */
struct kd_world_dive {
	uint64_t depth;
	uint64_t entry; /* of the outermost */
	uint64_t stack; /* RSP before it is called, a multiple of 16 */
	uint64_t image; /* that all of them are in */
	uint64_t image_size;
};

/* False: there are not that many functions, or not that much stack. */
bool kd_world_dive(struct kd_world_dive *d, const struct kd_world *w,
		   const uint8_t *area, uint64_t depth);

/*
 * Do to the stack and to the 16 'registers' (enum kd_register) what the
 * functions do until the innermost stops, for a machine that cannot execute
 * them. The outermost was called from right before 'return_to'. Returns the
 * address of the innermost's INT3.
 */
uint64_t kd_world_lay_stack(const struct kd_world_dive *d,
			    const struct kd_world *w, uint8_t *area,
			    uint64_t return_to, uint64_t *registers);

/*
 * Private to the builders (world_*.c). Each says how many pages it needs, and
 * builds in them. The pages of modules and processes are shuffled by the seed:
 * page 'i' of a part is wherever kd_world_at() says, and neighbours in number
 * are not neighbours in memory. The functions' pages are one piece.
 */
struct kd_world_part {
	const struct kd_world *world;
	uint8_t *area;  /* of the whole world */
	uint64_t first; /* page of the area with which the part begins */
	uint64_t pages;
};

/* Offset in the area of page 'i' of a part, shuffled by the seed. */
uint64_t kd_world_at(const struct kd_world_part *part, uint64_t i);

/*
 * Where in a page thing 'i' of kind 'what' begins that has 'room' bytes there
 * and takes 'size' of them: a multiple of 16 that the seed chooses; 0 with seed
 * 0.
 */
uint32_t kd_world_within(const struct kd_world *w, uint64_t what, uint64_t i,
			 uint32_t room, uint32_t size);

/*
 * Append the LIST_ENTRY at address 'entry' of the area to the list whose head
 * is at address 'head' of the identity.
 */
void kd_world_append(const struct kd_world_part *part,
		     const struct kd_identity *id, uint8_t *identity,
		     uint64_t head, uint64_t entry);

/*
 * The 'i'-th of 'count' in an order that the seed chooses; 'what' keeps orders
 * apart. With seed 0: i.
 */
uint64_t kd_world_order(const struct kd_world *w, uint64_t what, uint64_t i,
			uint64_t count);

uint64_t kd_world_modules_pages(const struct kd_world *w);
void kd_world_modules(const struct kd_world_part *part,
		      const struct kd_identity *id, uint8_t *identity);

uint64_t kd_world_processes_pages(const struct kd_world *w);
void kd_world_processes(const struct kd_world_part *part,
			const struct kd_identity *id, uint8_t *identity);

/* The page of the area with which the functions' part begins. */
uint64_t kd_world_functions_first(const struct kd_world *w);
uint64_t kd_world_functions_pages(const struct kd_world *w);
void kd_world_functions(const struct kd_world_part *part,
			const struct kd_identity *id, uint8_t *identity);

#endif
