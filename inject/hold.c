/* SPDX-License-Identifier: MIT */
#include "inject/hold.h"

#include <string.h>

#include "bench/base/hash.h"

void hold_take(struct hold *h, const struct chunk *c)
{
	h->behind = c->behind;
	h->until_ns = c->arrived_ns + c->wait_ns;
	memcpy(&h->chunk, c, offsetof(struct chunk, event));
	memcpy(h->chunk.event, c->event, c->events * sizeof(*c->event));
	memcpy(h->chunk.pause, c->pause, c->pauses * sizeof(*c->pause));
	memcpy(h->chunk.bytes, c->bytes, c->len);
}

const struct chunk *hold_release(struct hold *h, uint64_t now)
{
	h->behind = 0;
	h->chunk.arrived_ns = now;
	return &h->chunk;
}

void hold_keep(struct hold *h, struct keeper *k)
{
	struct chunk *c = &h->chunk;

	keeper_part(k, &h->behind, sizeof(h->behind));
	if (!hold_holds(h))
		return;
	keeper_part(k, &h->until_ns, sizeof(h->until_ns));
	keeper_part(k, c, offsetof(struct chunk, event));
	keeper_part(k, c->event, c->events * sizeof(*c->event));
	keeper_part(k, c->pause, c->pauses * sizeof(*c->pause));
	keeper_part(k, c->bytes, c->len);
}

uint64_t hold_digest(const struct hold *h, uint64_t now)
{
	const struct chunk *c = &h->chunk;
	uint64_t d;

	if (!hold_holds(h))
		return 0;
	d = hash_bytes(hash_u64(h->behind), c->bytes, c->len);
	d = hash_add(d, h->until_ns > now ? h->until_ns - now : 0);
	d = hash_add(d, c->delay_ns);
	d = hash_add(d, c->byte_ps);
	d = hash_add(d, c->lost_ps);
	for (unsigned i = 0; i < c->pauses; i++) {
		d = hash_add(d, (uint64_t)c->pause[i].before << 16 |
					c->pause[i].count);
		d = hash_add(d, c->pause[i].ns);
	}
	return d;
}
