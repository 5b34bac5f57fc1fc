/* SPDX-License-Identifier: MIT */
#include "bench/session/extent.h"

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

bool extent_by_page(const struct session *s)
{
	return s->step->kind == STEP_DUMP && s->step->how == DUMP_BY_PAGE &&
	       !extent_is_direct(s);
}

/*
 * Bytes of the next request: who wants a page gets it in two, as much as a
 * packet holds, and the rest.
 */
static uint32_t wanted(const struct session *s)
{
	uint32_t in_page = (uint32_t)(s->offset % EXTENT_PAGE);

	if (extent_is_direct(s))
		return (uint32_t)s->config->direct_chunk;
	if (s->step->kind != STEP_DUMP)
		return (uint32_t)s->step->chunk;
	if (s->step->how == DUMP_BY_PACKET)
		return KD_DATA_MAX;
	return in_page < KD_DATA_MAX ? KD_DATA_MAX - in_page
				     : EXTENT_PAGE - in_page;
}

/* Bytes of the step's size that nobody has read yet. */
static uint64_t left_of(const struct session *s)
{
	return s->step->size - s->bytes - (extent_by_page(s) ? s->op_got : 0);
}

bool extent_page_over(const struct session *s)
{
	return s->offset % EXTENT_PAGE == 0 ||
	       (s->phase == PHASE_MEASURE && s->step->size && !left_of(s));
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
	if (s->phase == PHASE_MEASURE && step->size && left_of(s) < e.len)
		e.len = (uint32_t)left_of(s);
	e.address = base + e.offset;
	return e;
}

bool extent_needs_kdbb(const struct step *step)
{
	return step->region != REGION_NONE;
}
