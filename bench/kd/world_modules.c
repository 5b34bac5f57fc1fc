/* SPDX-License-Identifier: MIT */
/*
 * Each module beyond the identity's has a page for its image and one for what
 * the loader keeps: its list entry and its name.
 */
#include "bench/kd/module.h"
#include "bench/kd/world.h"

#define IDENTITY_MODULES 3
#define PAGES 2

/* Halves of the loader's page. */
#define HALF (KD_WORLD_PAGE / 2)

enum { WHAT_ORDER = 0x6d6f64, WHAT_ENTRY, WHAT_NAME };

static uint32_t count(const struct kd_world *w)
{
	return w->modules > IDENTITY_MODULES ? w->modules - IDENTITY_MODULES
					     : 0;
}

uint64_t kd_world_modules_pages(const struct kd_world *w)
{
	return PAGES * (uint64_t)count(w);
}

/* Lay out module 'i' behind the identity's; the address of its entry. */
static uint64_t build(const struct kd_world_part *part, uint64_t i)
{
	const struct kd_world *w = part->world;
	uint64_t image = kd_world_at(part, PAGES * i);
	uint64_t loader = kd_world_at(part, PAGES * i + 1);
	uint64_t entry = loader +
			 kd_world_within(w, WHAT_ENTRY, i, HALF, KD_ENTRY_SIZE);
	uint64_t name =
		loader + HALF +
		kd_world_within(w, WHAT_NAME, i, HALF, KD_MODULE_NAME_SIZE);
	const struct kd_module m = {
		.number = IDENTITY_MODULES + (uint32_t)i,
		.base = w->base + image,
		.name = w->base + name,
	};

	kd_module_image(part->area + image, m.number, m.base);
	kd_module_name(part->area + name, m.number);
	kd_module_entry(part->area + entry, &m);
	return w->base + entry;
}

void kd_world_modules(const struct kd_world_part *part,
		      const struct kd_identity *id, uint8_t *identity)
{
	uint32_t n = count(part->world);

	for (uint32_t i = 0; i < n; i++)
		kd_world_append(part, id, identity, kd_identity_modules(id),
				build(part, kd_world_order(part->world,
							   WHAT_ORDER, i, n)));
}
