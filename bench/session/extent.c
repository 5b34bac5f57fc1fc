/* SPDX-License-Identifier: MIT */
#include "bench/session/extent.h"

#define PAGE 4096

uint32_t extent_read_api(const struct session *s)
{
	switch (s->step->kind) {
	case STEP_READ_PHYSICAL:
	case STEP_WRITE_PHYSICAL:
	case STEP_DUMP: return KD_API_READ_PHYSICAL;
	default: return KD_API_READ_VIRTUAL;
	}
}

uint32_t extent_write_api(const struct session *s)
{
	return s->step->kind == STEP_WRITE_PHYSICAL ? KD_API_WRITE_PHYSICAL
						    : KD_API_WRITE_VIRTUAL;
}

const char *extent_api_name(uint32_t api)
{
	return kd_api_find(api, KD_AMD64)->name;
}

/* Only while the target is stopped: a step that reads begins so. */
bool extent_is_direct(const struct session *s)
{
	return s->config->direct_chunk && !s->running &&
	       (s->step->kind == STEP_READ_PHYSICAL ||
		s->step->kind == STEP_DUMP);
}

/*
 * Bytes of the next request: a dump writer wants pages, and gets each in two:
 * as much as a packet holds, and the rest.
 */
static uint32_t wanted(const struct session *s)
{
	uint32_t in_page = (uint32_t)(s->offset % PAGE);

	if (extent_is_direct(s))
		return (uint32_t)s->config->direct_chunk;
	if (s->step->kind != STEP_DUMP)
		return (uint32_t)s->step->chunk;
	return in_page < KD_DATA_MAX ? KD_DATA_MAX - in_page : PAGE - in_page;
}

struct extent extent_next(const struct session *s)
{
	const struct step *step = s->step;
	uint64_t base = step->address;
	uint64_t size = UINT64_MAX;
	struct extent e = { .offset = s->offset, .len = wanted(s) };

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
