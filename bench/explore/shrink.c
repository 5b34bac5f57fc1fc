/* SPDX-License-Identifier: MIT */
#include "bench/explore/shrink.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"

/* Earlier packets, and earlier bytes of a payload, that are tried. */
#define TRIES_MAX 64

/* --- one run ----------------------------------------------------------------
 */

static bool is_about(const struct act *a, const struct fault_act *told)
{
	return a->address.dir == told->address.dir &&
	       a->address.class == told->address.class &&
	       a->address.ordinal == told->address.ordinal &&
	       a->address.copy == told->address.copy &&
	       strcmp(act_kind_names[a->kind], told->act) == 0 &&
	       (a->offset == ACT_WHOLE || told->offset < 0 ||
		a->offset == told->offset);
}

static uint8_t field_of(const char *name)
{
	for (uint8_t f = FIELD_LEADER; f < FIELD_COUNT; f++)
		if (strcmp(packet_field_names[f], name) == 0)
			return f;
	return FIELD_ANY;
}

static void on_act(struct fault_log *log, const struct fault_act *told)
{
	struct shrink *s = (struct shrink *)log;

	for (unsigned i = 0; i < s->schedule->count; i++)
		if (is_about(&s->schedule->acts[i], told))
			s->key->acts[i].field = field_of(told->field);
}

void shrink_init(struct shrink *s, struct world *w)
{
	*s = (struct shrink){ .log.act = on_act, .world = w };
	s->start = mem_alloc(world_size(w));
	(void)world_save(w, s->start);
}

void shrink_release(struct shrink *s)
{
	free(s->start);
	*s = (struct shrink){ 0 };
}

bool shrink_try(struct shrink *s, const struct schedule *schedule,
		struct tried *t, struct err *err)
{
	struct schedule_chains chains;
	bool ok;

	memset(t, 0, sizeof(*t));
	failure_key_make(&t->key, schedule, 0, (struct world_ends){ 0 });
	s->schedule = schedule;
	s->key = &t->key;
	s->runs++;
	schedule_chains(schedule, &chains);
	world_restore(s->world, s->start, chains.chains);
	world_log(s->world, &s->log);
	ok = world_run(s->world, &t->outcome, err);
	world_log(s->world, NULL);
	t->key.verdict = t->outcome.verdict;
	t->key.ends = world_ends(s->world);
	return ok;
}

/* --- fewer acts -------------------------------------------------------------
 */

static void subset(const struct schedule *from, unsigned which,
		   struct schedule *to)
{
	*to = (struct schedule){ 0 };
	for (unsigned i = 0; i < from->count; i++)
		if (which >> i & 1)
			to->acts[to->count++] = from->acts[i];
}

/* All sets of 'size' acts; *found: one of them does it, and is in *to. */
static bool try_subsets(struct shrink *s, const struct schedule *from,
			unsigned size, uint8_t verdict, struct schedule *to,
			struct tried *t, bool *found, struct err *err)
{
	for (unsigned which = 1; which < 1u << from->count; which++) {
		if ((unsigned)__builtin_popcount(which) != size)
			continue;
		subset(from, which, to);
		if (!shrink_try(s, to, t, err))
			return false;
		*found = t->outcome.verdict == verdict && t->outcome.acted;
		if (*found)
			return true;
	}
	return true;
}

bool shrink_acts(struct shrink *s, const struct schedule *from,
		 struct schedule *to, struct tried *t, struct err *err)
{
	bool found = false;
	uint8_t verdict;

	if (!shrink_try(s, from, t, err))
		return false;
	verdict = t->outcome.verdict;
	for (unsigned size = 1; size < from->count; size++) {
		if (!try_subsets(s, from, size, verdict, to, t, &found, err))
			return false;
		if (found)
			return true;
	}
	*to = *from;
	return shrink_try(s, to, t, err);
}

/* --- simpler acts -----------------------------------------------------------
 */

typedef bool alike_fn(const struct failure_key *a, const struct failure_key *b);

/* One act put in another's place; kept if it fails alike. */
static bool try_act(struct shrink *s, struct schedule *schedule, unsigned i,
		    const struct act *act, alike_fn *alike, struct tried *t,
		    bool *kept, struct err *err)
{
	struct schedule other = *schedule;
	struct tried now;

	*kept = false;
	other.acts[i] = *act;
	if (!shrink_try(s, &other, &now, err))
		return false;
	*kept = now.outcome.acted && alike(&now.key, &t->key);
	if (*kept) {
		*schedule = other;
		*t = now;
	}
	return true;
}

/* A part of an act as a number, 0 being its simplest. */
enum part { PART_KIND, PART_COPY, PART_ORDINAL, PART_OFFSET, PART_VALUE };
#define PARTS 5

static uint32_t part_of(const struct act *a, enum part part)
{
	switch (part) {
	case PART_KIND: return a->kind != ACT_DROP;
	case PART_COPY: return a->address.copy;
	case PART_ORDINAL: return a->address.ordinal - 1;
	case PART_OFFSET: return a->offset == ACT_WHOLE ? 0 : a->offset;
	case PART_VALUE:
		/* Of a mask, its lowest bit; a byte is nothing, or itself. */
		return a->kind == ACT_FLIP
			       ? (uint32_t)__builtin_ctz(a->value | 0x100u)
			       : a->value != 0;
	}
	return 0;
}

static struct act with_part(const struct act *a, enum part part, uint32_t to)
{
	struct act act = *a;

	switch (part) {
	case PART_KIND:
		act.kind = ACT_DROP;
		act.value = 0;
		break;
	case PART_COPY: act.address.copy = to; break;
	case PART_ORDINAL: act.address.ordinal = to + 1; break;
	case PART_OFFSET: act.offset = (uint16_t)to; break;
	case PART_VALUE:
		act.value = act.kind == ACT_FLIP ? (uint8_t)(1u << to) : 0;
		break;
	}
	return act;
}

/* Is there an act already that this one would be? */
static bool has_act(const struct schedule *s, const struct act *act)
{
	for (unsigned i = 0; i < s->count; i++)
		if (act_compare(&s->acts[i], act) == 0)
			return true;
	return false;
}

static bool simplify_part(struct shrink *s, struct schedule *schedule,
			  unsigned i, enum part part, struct tried *t,
			  bool *any, struct err *err)
{
	uint32_t now = part_of(&schedule->acts[i], part);

	for (uint32_t to = 0; to < now && to < TRIES_MAX; to++) {
		struct act act = with_part(&schedule->acts[i], part, to);
		bool kept;

		if (has_act(schedule, &act))
			continue;
		if (!try_act(s, schedule, i, &act, failure_alike, t, &kept,
			     err))
			return false;
		*any |= kept;
		if (kept)
			return true;
	}
	return true;
}

/* A packet of which any part is damaged may be as good as lost. */
static bool lose_whole(struct shrink *s, struct schedule *schedule,
		       struct tried *t, struct err *err)
{
	for (unsigned i = 0; i < schedule->count; i++) {
		struct act act = { .address = schedule->acts[i].address,
				   .offset = ACT_WHOLE,
				   .kind = ACT_DROP };
		bool kept;

		if (has_act(schedule, &act))
			continue;
		if (!try_act(s, schedule, i, &act, failure_ends_alike, t, &kept,
			     err))
			return false;
	}
	return true;
}

bool shrink_simplify(struct shrink *s, struct schedule *schedule,
		     struct tried *t, struct err *err)
{
	bool any = true;

	if (!lose_whole(s, schedule, t, err))
		return false;
	while (any) {
		any = false;
		for (unsigned i = 0; i < schedule->count; i++)
			for (unsigned part = 0; part < PARTS; part++)
				if (!simplify_part(s, schedule, i,
						   (enum part)part, t, &any,
						   err))
					return false;
	}
	return true;
}
