/* SPDX-License-Identifier: MIT */
/*
 * Back where it would have been: between two packets a damaged session may
 * stand exactly as the undamaged one did, and then its rest is known.
 */
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/explore/rejoin.h"
#include "bench/explore/world_parts.h"
#include "bench/launch/sim.h"
#include "bench/run/desk.h"

static uint64_t ahead(uint64_t at, uint64_t now)
{
	return at == CLOCK_NEVER ? at : at > now ? at - now : 0;
}

/* Something that the queue does not tell of is still to come. */
static bool under_way(const struct chain *c)
{
	return cutter_holds(&c->cutter) || hold_holds(&c->hold) ||
	       c->reflected || c->hang != CHAIN_UP;
}

/* Where the world stands, between two packets; 0: in the midst of one. */
static uint64_t stand(const struct world *w)
{
	const struct kd_debugger *d = &w->debugger;
	const struct session *s = &w->session;
	uint64_t h;

	if (desk_is_away(&w->engine) || desk_is_shared(&w->engine))
		return 0;
	if (w->engine.held_len || under_way(&w->chains[0]) ||
	    under_way(&w->chains[1]))
		return 0;
	h = hash_add(kd_debugger_digest(d, w->now), session_digest(s));
	h = hash_add(h, (uint64_t)d->breakins_owed << 32 | d->processor << 8 |
				d->arch);
	h = hash_add(h, ahead(session_deadline(s), w->now));
	h = hash_add(h, s->operations);
	h = hash_add(h, queue_digest(&w->chains[0].queue, w->now));
	h = hash_add(h, queue_digest(&w->chains[1].queue, w->now));
	h = hash_add(h, w->target->ops->digest(w->target, w->now));
	return h | !h;
}

uint32_t world_rounds(const struct world *w)
{
	return (uint32_t)(w->debugger.recoveries - w->session.woken);
}

uint64_t world_wire(const struct world *w)
{
	return w->debugger.x.counts.bytes_in + w->debugger.x.counts.bytes_out;
}

static void mark(struct world *w, uint64_t digest)
{
	struct keeper k = { .at = NULL };
	struct rejoin_point p = { .digest = digest,
				  .rounds = world_rounds(w),
				  .wire_bytes = world_wire(w),
				  .ns = w->now };

	sim_machine_keep(sim_machine_of(w->target), &k);
	p.machine = mem_alloc(k.used);
	k = (struct keeper){ .at = p.machine };
	sim_machine_keep(sim_machine_of(w->target), &k);
	p.session = mem_alloc(sizeof(*p.session));
	*p.session = w->session;
	rejoin_told(&p.told, &w->debugger);
	rejoin_add(w->marking, &p);
}

/* A round trip is over: is the rest known? */
void world_look_back(struct world *w)
{
	bool looks = w->rejoin && *w->acted >= w->wanted && !w->watch.healed;
	const struct rejoin_point *p;
	struct rejoin_told told;
	uint64_t digest;

	if (w->session.round_trips == w->trips)
		return;
	w->trips = w->session.round_trips;
	if (!looks && !w->marking)
		return;
	digest = stand(w);
	if (!digest)
		return;
	if (w->marking)
		mark(w, digest);
	p = looks ? rejoin_find(w->rejoin, digest) : NULL;
	if (!p)
		return;
	rejoin_told(&told, &w->debugger);
	if (memcmp(&told, &p->told, sizeof(told)) != 0 ||
	    !rejoin_same_session(&w->session, p->session) ||
	    !sim_machine_same(sim_machine_of(w->target), p->machine))
		return;
	w->rejoined = p;
}

void world_rejoin(struct world *w, const struct rejoin *r,
		  const unsigned *acted, unsigned wanted)
{
	w->rejoin = r && r->survives ? r : NULL;
	w->acted = acted;
	w->wanted = wanted;
}

void world_mark(struct world *w, struct rejoin *to)
{
	w->marking = to;
}
