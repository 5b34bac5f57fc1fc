/* SPDX-License-Identifier: MIT */
#include "bench/kd/world.h"

#include "bench/base/hash.h"
#include "bench/kd/windows.h"

enum { PART_MODULES, PART_PROCESSES, PART_FUNCTIONS, PART_COUNT };

static const struct {
	uint64_t (*pages)(const struct kd_world *w);
	void (*build)(const struct kd_world_part *part,
		      const struct kd_identity *id, uint8_t *identity);
} parts[PART_COUNT] = {
	[PART_MODULES] = { kd_world_modules_pages, kd_world_modules },
	[PART_PROCESSES] = { kd_world_processes_pages, kd_world_processes },
	[PART_FUNCTIONS] = { kd_world_functions_pages, kd_world_functions },
};

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* i -> a * i + b modulo 'count' takes each place once if a has no part in it.
 */
uint64_t kd_world_order(const struct kd_world *w, uint64_t what, uint64_t i,
			uint64_t count)
{
	uint64_t a, b;

	if (!w->layout || count < 2)
		return i;
	a = hash_add(w->layout, what) % count;
	b = hash_add(w->layout, ~what) % count;
	while (common_divisor(a, count) != 1)
		a = (a + 1) % count;
	return (a * i + b) % count;
}

uint64_t kd_world_at(const struct kd_world_part *part, uint64_t i)
{
	uint64_t place =
		kd_world_order(part->world, part->first, i, part->pages);

	return KD_WORLD_PAGE * (part->first + place);
}

uint32_t kd_world_within(const struct kd_world *w, uint64_t what, uint64_t i,
			 uint32_t room, uint32_t size)
{
	uint32_t places = (room - size) / 16 + 1;

	if (!w->layout)
		return 0;
	return 16 * (uint32_t)(hash_add(hash_add(w->layout, what), i) % places);
}

/* The bytes at an address of the area, or else of the identity. */
static uint8_t *bytes_at(const struct kd_world_part *part,
			 const struct kd_identity *id, uint8_t *identity,
			 uint64_t address)
{
	uint64_t offset = address - id->base;

	if (offset < KD_IDENTITY_SIZE)
		return identity + offset;
	return part->area + (address - part->world->base);
}

void kd_world_append(const struct kd_world_part *part,
		     const struct kd_identity *id, uint8_t *identity,
		     uint64_t head, uint64_t entry)
{
	uint8_t *first = bytes_at(part, id, identity, head);
	uint8_t *own = bytes_at(part, id, identity, entry);
	uint64_t last = kd_load64(first + KD_LIST_BLINK);

	kd_store64(own + KD_LIST_FLINK, head);
	kd_store64(own + KD_LIST_BLINK, last);
	kd_store64(bytes_at(part, id, identity, last) + KD_LIST_FLINK, entry);
	kd_store64(first + KD_LIST_BLINK, entry);
}

uint64_t kd_world_functions_first(const struct kd_world *w)
{
	uint64_t pages = 0;

	for (unsigned i = 0; i < PART_FUNCTIONS; i++)
		pages += parts[i].pages(w);
	return pages;
}

uint64_t kd_world_size(const struct kd_world *w)
{
	uint64_t pages = 0;

	for (unsigned i = 0; i < PART_COUNT; i++)
		pages += parts[i].pages(w);
	return KD_WORLD_PAGE * pages;
}

void kd_world_build(const struct kd_world *w, uint8_t *area,
		    const struct kd_identity *id, uint8_t *identity)
{
	struct kd_world_part part = { .world = w, .area = area };

	__builtin_memset(area, 0, kd_world_size(w));
	for (unsigned i = 0; i < PART_COUNT; i++) {
		part.pages = parts[i].pages(w);
		parts[i].build(&part, id, identity);
		part.first += part.pages;
	}
}
