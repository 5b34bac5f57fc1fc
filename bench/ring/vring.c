/* SPDX-License-Identifier: MIT */
#include "bench/ring/vring.h"

#include "bench/ring/barrier.h"

static uint16_t load16(const uint16_t *at)
{
	return __atomic_load_n(at, __ATOMIC_ACQUIRE);
}

static void store16(uint16_t *at, uint16_t value)
{
	__atomic_store_n(at, value, __ATOMIC_RELEASE);
}

void vring_init(struct vring *r, struct vring_shared *shared)
{
	*r = (struct vring){ .shared = shared };
	vring_disarm(r);
}

void vring_offer(struct vring *r, uint16_t id, uint64_t address, uint32_t len,
		 bool device_writes)
{
	if (id >= VRING_SIZE || r->with_device[id])
		__builtin_trap();
	r->shared->descriptors[id] = (struct vring_descriptor){
		.address = address,
		.len = len,
		.flags = device_writes ? VRING_DEVICE_WRITES : 0,
	};
	r->shared->available.ids[r->offered++ % VRING_SIZE] = id;
	r->with_device[id] = true;
	r->room[id] = device_writes ? len : 0;
}

bool vring_publish(struct vring *r)
{
	uint16_t before = r->published;
	uint16_t event;

	r->published = r->offered;
	store16(&r->shared->available.index, r->published);
	ring_full_barrier();
	event = load16(&r->shared->used.available_event);
	return (uint16_t)(r->published - event - 1) <
	       (uint16_t)(r->published - before);
}

static enum vring_answer broken(struct vring *r, uint64_t seen)
{
	r->broken = true;
	r->bad = seen;
	return VRING_BROKEN;
}

enum vring_answer vring_look(struct vring *r, uint16_t *id, uint32_t *len)
{
	const struct vring_element *e =
		&r->shared->used.elements[r->seen % VRING_SIZE];
	uint16_t index;
	uint32_t its_id, its_len;

	if (r->broken)
		return VRING_BROKEN;
	index = load16(&r->shared->used.index);
	if (index == r->seen)
		return VRING_NOTHING;
	if ((uint16_t)(index - r->seen) > (uint16_t)(r->published - r->seen))
		return broken(r, index);
	its_id = __atomic_load_n(&e->id, __ATOMIC_RELAXED);
	its_len = __atomic_load_n(&e->len, __ATOMIC_RELAXED);
	if (its_id >= VRING_SIZE || !r->with_device[its_id])
		return broken(r, its_id);
	if (its_len > r->room[its_id])
		return broken(r, its_len);
	r->with_device[its_id] = false;
	r->seen++;
	*id = (uint16_t)its_id;
	*len = its_len;
	return VRING_USED;
}

bool vring_arm(struct vring *r)
{
	store16(&r->shared->available.used_event, r->seen);
	ring_full_barrier();
	return load16(&r->shared->used.index) != r->seen;
}

/* The one before the next is as far away as can be. */
void vring_disarm(struct vring *r)
{
	store16(&r->shared->available.used_event, (uint16_t)(r->seen - 1));
}
