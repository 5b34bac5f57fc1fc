/* SPDX-License-Identifier: MIT */
#include "bench/explore/coverage.h"

#include "bench/base/hash.h"
#include "bench/kd/debugger.h"
#include "bench/kd/target.h"

/* Nobody behaves otherwise at the ninth time than at the eighth, or so late. */
static uint64_t few(uint64_t n)
{
	return n < 3 ? n : n < 8 ? 3 : 4;
}

/* Where a half stands with the packets of the other. */
static uint64_t link_state(const struct kd_exchange *x)
{
	uint64_t h = (uint64_t)x->next_id << 32 | x->expected_id;

	h = hash_add(h, (uint64_t)x->unacked << 8 | x->rx.part);
	for (unsigned i = 0; i < x->queue_len; i++)
		h = hash_add(h, (uint64_t)x->queue[i].kind << 16 |
					x->queue[i].type);
	return h;
}

static uint64_t debugger_state(const struct kd_debugger *d)
{
	uint64_t h = link_state(&d->x);

	h = hash_add(h, (uint64_t)d->state | (uint64_t)d->request_open << 8 |
				(uint64_t)d->again << 9 |
				(uint64_t)d->answering << 10 |
				(uint64_t)d->sync_after << 11 |
				(uint64_t)d->refusing << 12 |
				(uint64_t)d->breakin_wanted << 13 |
				(uint64_t)d->sync_repeat << 14 |
				(uint64_t)d->copy_asked << 15);
	h = hash_add(h, few(d->tries) << 8 | few(d->repeated));
	return hash_add(h, few(d->obeyed) << 8 | few(d->resets));
}

static uint64_t target_state(const struct kd_target *t)
{
	uint64_t h = link_state(&t->x);

	h = hash_add(h, (uint64_t)t->state | (uint64_t)t->after << 8 |
				(uint64_t)t->want << 16 |
				(uint64_t)t->not_present << 32 |
				(uint64_t)t->breakin_seen << 33 |
				(uint64_t)t->breakin_pending << 34 |
				(uint64_t)t->droppable << 35 |
				(uint64_t)t->ever_acked << 36 |
				(uint64_t)t->discarding << 37 |
				(uint64_t)t->context_sent << 38);
	return hash_add(h, few(t->tries));
}

uint32_t coverage_of(const struct world *w)
{
	uint64_t h = hash_add(debugger_state(world_debugger(w)),
			      target_state(world_target(w)));

	return (uint32_t)(h >> (64 - COVERAGE_BITS));
}

bool coverage_add(struct coverage *c, uint32_t pair)
{
	if (coverage_has(c, pair))
		return false;
	c->met[pair / 8] |= (uint8_t)(1u << (pair % 8));
	c->count++;
	return true;
}
