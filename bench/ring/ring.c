/* SPDX-License-Identifier: MIT */
#include "bench/ring/ring.h"

/*
 * The only three ways to touch what the other side touches too. A test that
 * tries all interleavings puts its own in their place.
 */
#ifndef RING_MODEL

#include "bench/ring/barrier.h"

static inline uint32_t load(const struct ring_line *line)
{
	return __atomic_load_n(&line->value, __ATOMIC_ACQUIRE);
}

static inline void store(struct ring_line *line, uint32_t value)
{
	__atomic_store_n(&line->value, value, __ATOMIC_RELEASE);
}

#endif

void ring_format(struct ring_area *area, uint32_t size, uint32_t generation)
{
	area->to_guest = area->to_host = (struct ring_shared){ 0 };
	area->version = RING_VERSION;
	area->size = size;
	area->generation = generation;
	__atomic_store_n(&area->magic, RING_MAGIC, __ATOMIC_RELEASE);
}

bool ring_check(const struct ring_area *area, size_t len, uint32_t *size)
{
	uint32_t claimed;

	if (len < RING_AREA_OFFSET + RING_DATA_OFFSET)
		return false;
	if (__atomic_load_n(&area->magic, __ATOMIC_ACQUIRE) != RING_MAGIC ||
	    __atomic_load_n(&area->version, __ATOMIC_RELAXED) != RING_VERSION)
		return false;
	claimed = __atomic_load_n(&area->size, __ATOMIC_RELAXED);
	if (!ring_size_valid(claimed) || ring_memory_size(claimed) > len)
		return false;
	*size = claimed;
	return true;
}

void ring_init(struct ring *r, struct ring_area *area, uint32_t size,
	       enum ring_way way)
{
	bool to_host = way == RING_TO_HOST;

	*r = (struct ring){
		.shared = to_host ? &area->to_host : &area->to_guest,
		.data = (uint8_t *)area + RING_DATA_OFFSET +
			(to_host ? size : 0),
		.size = size,
	};
}

static bool broken(struct ring *r, uint32_t seen)
{
	r->broken = true;
	r->bad = seen;
	return false;
}

bool ring_join(struct ring *r, struct ring_area *area, uint32_t size,
	       enum ring_way way)
{
	ring_init(r, area, size, way);
	r->head = load(&r->shared->head);
	r->tail = load(&r->shared->tail);
	return ring_filled(r) <= size || broken(r, ring_filled(r));
}

/* A writer may have filled what was free, no more, and never takes back. */
bool ring_look_as_reader(struct ring *r)
{
	uint32_t seen;

	if (r->broken)
		return false;
	seen = load(&r->shared->head);
	if (seen - r->head > ring_free(r))
		return broken(r, seen);
	r->head = seen;
	return true;
}

/* A reader may have consumed what was there. */
bool ring_look_as_writer(struct ring *r)
{
	uint32_t seen;

	if (r->broken)
		return false;
	seen = load(&r->shared->tail);
	if (seen - r->tail > ring_filled(r))
		return broken(r, seen);
	r->tail = seen;
	return true;
}

unsigned ring_peek(const struct ring *r, struct kd_span in[2])
{
	uint32_t at = r->tail & (r->size - 1);
	uint32_t len = ring_filled(r);
	uint32_t first = r->size - at;

	if (!len)
		return 0;
	if (len <= first) {
		in[0] = (struct kd_span){ r->data + at, len };
		return 1;
	}
	in[0] = (struct kd_span){ r->data + at, first };
	in[1] = (struct kd_span){ r->data, len - first };
	return 2;
}

unsigned ring_reserve(const struct ring *r, struct kd_room out[2])
{
	uint32_t at = r->head & (r->size - 1);
	uint32_t len = ring_free(r);
	uint32_t first = r->size - at;

	if (!len)
		return 0;
	if (len <= first) {
		out[0] = (struct kd_room){ r->data + at, len };
		return 1;
	}
	out[0] = (struct kd_room){ r->data + at, first };
	out[1] = (struct kd_room){ r->data, len - first };
	return 2;
}

/* Does the other side want to be woken? It is asked to wake only once. */
static bool must_wake(struct ring_line *sleeps)
{
	ring_full_barrier();
	if (!load(sleeps))
		return false;
	store(sleeps, 0);
	return true;
}

bool ring_consume(struct ring *r, uint32_t len)
{
	if (len > ring_filled(r))
		__builtin_trap();
	r->tail += len;
	store(&r->shared->tail, r->tail);
	return must_wake(&r->shared->writer_sleeps);
}

bool ring_commit(struct ring *r, uint32_t len)
{
	if (len > ring_free(r))
		__builtin_trap();
	r->head += len;
	store(&r->shared->head, r->head);
	return must_wake(&r->shared->reader_sleeps);
}

bool ring_arm_reader(struct ring *r)
{
	store(&r->shared->reader_sleeps, 1);
	ring_full_barrier();
	return !ring_look_as_reader(r) || ring_filled(r);
}

bool ring_arm_writer(struct ring *r)
{
	store(&r->shared->writer_sleeps, 1);
	ring_full_barrier();
	return !ring_look_as_writer(r) || ring_free(r);
}

void ring_disarm_reader(struct ring *r)
{
	store(&r->shared->reader_sleeps, 0);
}

void ring_disarm_writer(struct ring *r)
{
	store(&r->shared->writer_sleeps, 0);
}
