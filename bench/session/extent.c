/* SPDX-License-Identifier: MIT */
#include "bench/session/extent.h"

struct extent extent_next(const struct session *s)
{
	const struct step *step = s->step;
	uint64_t base = step->address;
	uint64_t size = UINT64_MAX;
	struct extent e = { .offset = s->offset, .len = (uint32_t)step->chunk };

	if (step->region == REGION_PATTERN) {
		base = s->target.pattern;
		size = s->target.pattern_size;
	} else if (step->region == REGION_SCRATCH) {
		base = s->target.scratch;
		size = s->target.scratch_size;
	}
	if (size < e.len)
		e.len = (uint32_t)size;
	if (e.offset > size - e.len)
		e.offset = 0;
	/* The last request of a size takes only what is left of it. */
	if (s->phase == PHASE_MEASURE && step->size &&
	    step->size - s->bytes < e.len)
		e.len = (uint32_t)(step->size - s->bytes);
	e.address = base + e.offset;
	return e;
}

bool extent_needs_kdbb(const struct step *step)
{
	return step->region != REGION_NONE;
}
