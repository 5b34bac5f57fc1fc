/* SPDX-License-Identifier: MIT */
/* A stack that runs through the world's functions: of the order KDBB_DIVE. */
#include "bench/kd/kdbb.h"
#include "bench/kd/wire.h"
#include "bench/kd/world_code.h"

static uint64_t address_of(const struct kd_world *w,
			   const struct world_places *p, const uint8_t *area,
			   uint64_t number)
{
	const uint8_t *function = area + p->image + p->table +
				  KD_FUNCTION_SIZE *
					  world_code_index(w, number);

	return w->base + p->image + kd_load32(function);
}

bool kd_world_dive(struct kd_world_dive *d, const struct kd_world *w,
		   const uint8_t *area, uint64_t depth)
{
	struct world_places p;

	if (!depth || depth > w->functions || depth > KD_WORLD_DEPTH_MAX)
		return false;
	world_code_places(&p, w, kd_world_functions_first(w));
	*d = (struct kd_world_dive){
		.depth = depth,
		.entry = address_of(w, &p, area, depth - 1),
		.stack = w->base + p.top,
		.image = w->base + p.image,
		.image_size = p.image_size,
	};
	return true;
}

/* One function, entered with 'sp' at its return address, up to its call. */
static uint64_t run(const struct kd_world *w, uint8_t *area, uint64_t number,
		    uint64_t sp, uint64_t *registers)
{
	struct world_code c;

	world_code_make(&c, w, world_code_index(w, number), number);
	sp -= c.return_at;
	kd_store64(area + (sp - w->base) + c.rbx_at, registers[KD_RBX]);
	kd_store64(area + (sp - w->base) + c.other_at, registers[c.other]);
	registers[KD_RBX] = number;
	registers[c.other] = c.other == KD_RBP
				     ? sp + c.frame
				     : (uint32_t)number ^ KD_WORLD_MARK;
	registers[KD_RSP] = sp;
	return c.behind_call;
}

uint64_t kd_world_lay_stack(const struct kd_world_dive *d,
			    const struct kd_world *w, uint8_t *area,
			    uint64_t return_to, uint64_t *registers)
{
	struct world_places p;
	uint64_t sp = d->stack, pc = return_to;

	world_code_places(&p, w, kd_world_functions_first(w));
	for (uint64_t n = d->depth; n--;) {
		sp -= 8;
		kd_store64(area + (sp - w->base), pc);
		pc = address_of(w, &p, area, n) +
		     run(w, area, n, sp, registers);
		sp = registers[KD_RSP];
	}
	registers[KD_RAX] = 0;
	return pc;
}
