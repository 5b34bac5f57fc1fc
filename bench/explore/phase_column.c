/* SPDX-License-Identifier: MIT */
#include "bench/explore/phase_column.h"

#include <stdlib.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/explore/late_fault.h"
#include "bench/explore/reference.h"
#include "bench/explore/rejoin.h"

struct phase_column {
	struct cell cell; /* with this byte time-out */
	uint64_t timeout_ns;
	struct heal_config heal; /* as the scenario has it */
	struct world *world;
	struct reference reference; /* the session without any delay */
	struct rejoin rejoin;
	uint32_t exchanges;
};

/* Where a packet is cut: in the leader, in the header, behind it. */
static const uint16_t cuts[] = { 2, 8, KD_HEADER_SIZE };

/* --- the session without delay ----------------------------------------------
 */

static bool undamaged(struct phase_column *c, struct err *err)
{
	const struct schedule none = { 0 };
	const struct outcome *end = &c->reference.outcome;
	uint8_t *start = mem_alloc(world_size(c->world));
	bool ok;

	(void)world_save(c->world, start);
	world_mark(c->world, &c->rejoin);
	ok = reference_follow(&c->reference, c->world, start, &none, err);
	world_mark(c->world, NULL);
	free(start);
	c->rejoin.survives = ok && (end->verdict == VERDICT_COMPLETED ||
				    end->verdict == VERDICT_RECOVERED);
	for (size_t i = 0; i < c->reference.count; i++)
		c->exchanges += c->reference.passages[i].address.class ==
					CLASS_REQUEST &&
				c->reference.passages[i].address.copy == 0;
	c->rejoin.rounds = end->rounds;
	c->rejoin.wire_bytes = end->wire_bytes;
	c->rejoin.ns = end->ns;
	return ok;
}

struct phase_column *phase_column_new(const struct cell *cell,
				      uint64_t timeout_ns, struct err *err)
{
	struct phase_column *c = mem_alloc(sizeof(*c));

	*c = (struct phase_column){ .cell = *cell,
				    .timeout_ns = timeout_ns,
				    .heal = cell->heal };
	c->cell.target.byte_timeout_ns = timeout_ns;
	c->world = world_new(&c->cell, WORLD_SEED, err);
	if (c->world && undamaged(c, err))
		return c;
	phase_column_free(c);
	return NULL;
}

void phase_column_free(struct phase_column *c)
{
	if (!c)
		return;
	rejoin_release(&c->rejoin);
	reference_release(&c->reference);
	world_free(c->world);
	free(c);
}

uint64_t phase_column_timeout(const struct phase_column *c)
{
	return c->timeout_ns;
}

/* --- how it ended -----------------------------------------------------------
 */

static uint32_t waste(const struct phase_column *c, const struct outcome *o)
{
	uint64_t of = c->reference.outcome.wire_bytes;
	uint64_t percent = of ? o->wire_bytes * 100 / of : 100;

	return percent < UINT32_MAX ? (uint32_t)percent : UINT32_MAX;
}

static enum phase_end end_of(const struct phase_column *c,
			     const struct outcome *o)
{
	const struct outcome *end = &c->reference.outcome;

	switch ((enum verdict)o->verdict) {
	case VERDICT_COMPLETED:
	case VERDICT_RECOVERED: break;
	case VERDICT_GAVE_UP: return PHASE_GAVE_UP;
	case VERDICT_HANG: return PHASE_HANG;
	case VERDICT_LIVELOCK: return PHASE_LIVELOCK;
	case VERDICT_LOST_TARGET: return PHASE_LOST_TARGET;
	case VERDICT_SPURIOUS_STOP: return PHASE_SPURIOUS_STOP;
	default: return PHASE_CORRUPT;
	}
	if (o->stuck)
		return PHASE_STUCK;
	if (waste(c, o) >= PHASE_WASTE * 100)
		return PHASE_WASTEFUL;
	return o->rounds > end->rounds || o->wire_bytes > end->wire_bytes
		       ? PHASE_RECOVERED
		       : PHASE_COMPLETED;
}

static void count(const struct phase_column *c, struct phase_point *to,
		  const struct outcome *o, size_t passage)
{
	enum phase_end end = end_of(c, o);
	uint32_t more = waste(c, o);

	if (!to->places || end > to->end) {
		to->end = (uint8_t)end;
		to->proven = o->proven;
		to->number = to->places;
		if (passage < c->reference.count)
			to->at = c->reference.passages[passage].address;
	}
	to->places++;
	to->ends[end]++;
	if (o->rounds > to->rounds)
		to->rounds = o->rounds;
	if (end <= PHASE_STUCK && more > to->waste)
		to->waste = more;
}

/* --- each place -------------------------------------------------------------
 */

/* What is late has time to be late: all limits grow with it. */
static void be_patient(struct phase_column *c, uint64_t delay_ns)
{
	struct heal_config *h = &c->cell.heal;

	*h = c->heal;
	if (h->patience_ns != CLOCK_NEVER)
		h->patience_ns += 4 * delay_ns;
	if (h->time_ns != CLOCK_NEVER)
		h->time_ns += 4 * delay_ns;
	h->rounds += 4 * (delay_ns / NS_PER_MS);
}

static bool run_late(struct phase_column *c, struct late_fault *f,
		     uint64_t delay_ns, size_t passage, struct phase_point *to,
		     struct err *err)
{
	const struct reference *r = &c->reference;
	struct outcome o;
	bool ok;

	f->ns = delay_ns;
	late_fault_arm(f);
	world_restore(c->world,
		      r->states[f->every ? 0 : r->passages[passage].state],
		      f->chains);
	world_rejoin(c->world, f->every ? NULL : &c->rejoin, &f->acted, 1);
	ok = world_run(c->world, &o, err);
	world_rejoin(c->world, NULL, NULL, 0);
	if (ok)
		count(c, to, &o, passage);
	return ok;
}

/* Packet 'passage', or every one, with all that is to be tried on it. */
static bool try_packet(struct phase_column *c, bool every, bool cut,
		       uint64_t delay_ns, size_t passage,
		       struct phase_point *to, struct err *err)
{
	const struct passage *p = &c->reference.passages[passage];
	struct late_fault f = { .every = every,
				.address = p->address,
				.cut = LATE_WHOLE };

	if (!cut)
		return run_late(c, &f, delay_ns, passage, to, err);
	for (size_t i = 0; i < ARRAY_SIZE(cuts); i++) {
		f.cut = cuts[i];
		if ((every || cuts[i] < p->length) &&
		    !run_late(c, &f, delay_ns, passage, to, err))
			return false;
	}
	return true;
}

/* The debugger stands still once in each state, not before each packet. */
static bool pauses_at(const struct reference *r, size_t passage)
{
	return !passage ||
	       r->passages[passage - 1].state != r->passages[passage].state;
}

static bool try_pause(struct phase_column *c, uint64_t delay_ns, size_t passage,
		      struct phase_point *to, struct err *err)
{
	static const struct chain_spec none[2] = {
		{ .flush_ns = CHAIN_FLUSH_NS }, { .flush_ns = CHAIN_FLUSH_NS }
	};
	static const unsigned acted = 1;
	const struct reference *r = &c->reference;
	uint32_t state = r->passages[passage].state;
	struct outcome o;
	bool ok;

	if (!pauses_at(r, passage))
		return true;
	world_restore(c->world, r->states[state], none);
	world_pause(c->world, delay_ns);
	world_rejoin(c->world, &c->rejoin, &acted, 1);
	ok = world_run(c->world, &o, err);
	world_rejoin(c->world, NULL, NULL, 0);
	if (ok)
		count(c, to, &o, passage);
	return ok;
}

uint64_t phase_column_places(const struct phase_column *c, enum phase_of of)
{
	const struct reference *r = &c->reference;
	uint64_t places = 0;

	if (!c->rejoin.survives || !r->count || of == PHASE_LATENCY)
		return 1;
	if (of == PHASE_GAPS)
		return ARRAY_SIZE(cuts);
	for (size_t i = 0; i < r->count; i++) {
		if (of == PHASE_DELAY)
			places++;
		else if (of == PHASE_PAUSE)
			places += pauses_at(r, i);
		for (size_t k = 0; of == PHASE_GAP && k < ARRAY_SIZE(cuts); k++)
			places += cuts[k] < r->passages[i].length;
	}
	return places;
}

uint32_t phase_column_exchanges(const struct phase_column *c)
{
	return c->exchanges;
}

bool phase_column_point(struct phase_column *c, enum phase_of of,
			uint64_t delay_ns, struct phase_point *to,
			struct err *err)
{
	bool every = of == PHASE_LATENCY || of == PHASE_GAPS;
	bool cut = of == PHASE_GAP || of == PHASE_GAPS;
	size_t places = every ? 1 : c->reference.count;
	bool ok = true;

	*to = (struct phase_point){ .exchanges = c->exchanges };
	if (!c->rejoin.survives || !places) {
		count(c, to, &c->reference.outcome, SIZE_MAX);
		to->alone = true;
		return true;
	}
	be_patient(c, delay_ns);
	for (size_t i = 0; ok && i < places; i++)
		ok = of == PHASE_PAUSE
			     ? try_pause(c, delay_ns, i, to, err)
			     : try_packet(c, every, cut, delay_ns, i, to, err);
	return ok;
}
