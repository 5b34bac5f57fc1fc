/* SPDX-License-Identifier: MIT */
/* Single faults, pairs of them, and random walks. */
#include "bench/explore/modes.h"

#include <string.h>

#include "bench/base/hash.h"
#include "bench/explore/aim.h"
#include "inject/draw.h"

static void tell_key(struct failure_key *key, const struct aim *aim,
		     const struct world *w, const struct outcome *o)
{
	if (!key || verdict_survived(o->verdict))
		return;
	failure_key_make(key, &aim->schedule, o->verdict, world_ends(w));
	for (unsigned i = 0; i < aim->schedule.count; i++)
		key->acts[i].field = aim->fields[i];
}

bool mode_run(struct world *w, const uint8_t *from, const struct schedule *s,
	      unsigned left, const struct rejoin *rejoin, struct outcome *o,
	      struct failure_key *key, struct err *err)
{
	struct aim aim;
	bool ok;

	aim_init(&aim, s);
	world_restore(w, from, aim.chains);
	world_rejoin(w, rejoin, &aim.acted, left);
	ok = world_run(w, o, err);
	world_rejoin(w, NULL, NULL, 0);
	tell_key(key, &aim, w, o);
	return ok;
}

/* --- every byte of a packet -------------------------------------------------
 */

bool single_job(struct survey *s, struct world *w, uint64_t number,
		struct tally *t, struct err *err)
{
	const struct reference *r = &s->reference;
	struct failure_key key;
	struct schedule schedule;
	struct outcome o;

	for (uint64_t i = s->space.first[number];
	     i < s->space.first[number + 1]; i++) {
		space_at(&s->space, i, &schedule);
		if (!mode_run(w, r->states[r->passages[number].state],
			      &schedule, 1, &s->rejoin, &o, &key, err))
			return false;
		tally_add(t, schedule.acts[0].kind, &schedule, &o, &key);
		s->results[i] = (struct survey_result){
			.verdict = o.verdict,
			.acted = o.acted,
			.rounds = o.rounds < UINT16_MAX ? (uint16_t)o.rounds
							: UINT16_MAX,
		};
	}
	return true;
}

/* --- a packet, and then each other one --------------------------------------
 */

/*
 * Where the first fault is enough, the second is beside the point: all of them
 * fail alike as far as the first goes.
 */
static void add_pair(struct tally *t, const struct schedule *pair,
		     const struct reference *r, const struct outcome *o,
		     struct failure_key *key)
{
	unsigned group = (unsigned)pair->acts[0].kind * ACT_KIND_COUNT +
			 pair->acts[1].kind;

	if (verdict_survived(r->outcome.verdict)) {
		tally_add(t, group, pair, o, key);
		return;
	}
	tally_add(t, group, pair, o, NULL);
	if (verdict_survived(o->verdict))
		return;
	key->count = 1;
	memset(&key->acts[1], 0, sizeof(key->acts[1]));
	tally_fail(t, pair, key);
}

static bool seconds(struct survey *s, struct world *w,
		    const struct reference *r, const struct act *first,
		    struct tally *t, struct err *err)
{
	const struct space *all = &s->space;
	struct schedule pair = { .count = 2, .acts = { *first } };
	struct space space;
	struct failure_key key;
	struct outcome o;
	bool ok = true;

	space_init(&space, r, GRAIN_PACKET, all->kinds, all->delay);
	for (uint64_t i = 0; ok && i < space.count; i++) {
		size_t at = space_passage(&space, i);

		space_act(&space, i, &pair.acts[1]);
		/* In the first state, the first act may be still to come. */
		ok = mode_run(w, r->states[r->passages[at].state], &pair,
			      r->passages[at].state ? 1 : 2, &s->rejoin, &o,
			      &key, err);
		if (ok)
			add_pair(t, &pair, r, &o, &key);
	}
	space_release(&space);
	return ok;
}

bool pairs_job(struct survey *s, struct world *w, uint64_t number,
	       struct tally *t, struct err *err)
{
	const struct reference *r = &s->reference;
	const struct passage *p =
		&r->passages[space_passage(&s->space, number)];
	struct schedule first;
	struct reference damaged;
	bool ok;

	space_at(&s->space, number, &first);
	if (!reference_follow(&damaged, w, r->states[p->state], &first, err))
		return false;
	ok = seconds(s, w, &damaged, &first.acts[0], t, err);
	reference_release(&damaged);
	return ok;
}

/* --- random walks -----------------------------------------------------------
 */

/* Chance of a further fault on each packet behind the first, one in ... */
#define FURTHER 6
#define WALK_FAULTS_MAX 4

struct walk {
	const struct survey *survey;
	uint64_t key;
	unsigned wanted;
};

static unsigned draw_kind(unsigned kinds, uint64_t draw)
{
	unsigned count = (unsigned)__builtin_popcount(kinds);
	uint64_t left = draw_below(draw, count);

	for (unsigned k = 0;; k++)
		if (kinds >> k & 1 && left-- == 0)
			return k;
}

void act_draw(struct act *act, const struct packet_address *address,
	      uint16_t length, unsigned kinds, uint8_t delay, uint64_t draw)
{
	bool byte = packet_class_is_byte(address->class);
	bool whole;

	*act = (struct act){ .address = *address };
	act->kind = (uint8_t)draw_kind(kinds, hash_add(draw, 1));
	whole = byte || act->kind == ACT_REORDER || act->kind == ACT_STALE ||
		((act->kind == ACT_DROP || act->kind == ACT_DUPLICATE ||
		  act->kind == ACT_DELAY) &&
		 hash_add(draw, 2) & 1);
	act->offset = whole ? ACT_WHOLE
			    : (uint16_t)draw_below(hash_add(draw, 3), length);
	if (act->kind == ACT_FLIP)
		act->value = (uint8_t)(1u << (hash_add(draw, 4) & 7));
	else if (act->kind == ACT_INSERT)
		act->value = (uint8_t)hash_add(draw, 4);
	else if (act->kind == ACT_DELAY)
		act->value = delay;
	else if (act->kind == ACT_HANGUP)
		act->value =
			(uint8_t)draw_below(hash_add(draw, 4), ACT_THEN_COUNT);
	else if (act->kind == ACT_STALE)
		act->value =
			(uint8_t)draw_below(hash_add(draw, 4), ACT_STALE_COUNT);
}

static uint64_t draw_at(uint64_t key, const struct packet_address *a)
{
	key = hash_add(key, (uint64_t)a->dir << 8 | a->class);
	return hash_add(key, (uint64_t)a->ordinal << 32 | a->copy);
}

static void walk_see(void *env, struct aim *a, const struct chunk *c)
{
	const struct walk *walk = env;
	uint64_t draw = draw_at(walk->key, &c->address);
	struct act act;

	if (a->acted < a->schedule.count || a->schedule.count >= walk->wanted ||
	    !a->schedule.count || draw_below(draw, FURTHER))
		return;
	act_draw(&act, &c->address, c->length, walk->survey->options.kinds,
		 walk->survey->space.delay, draw);
	aim_add(a, &act);
}

static bool walk_once(struct survey *s, struct world *w, uint64_t number,
		      struct tally *t, struct err *err)
{
	const struct reference *r = &s->reference;
	struct walk walk = { .survey = s,
			     .key = hash_add(s->options.seed, number) };
	const struct passage *p =
		&r->passages[draw_below(hash_add(walk.key, 1), r->count)];
	struct schedule first = { .count = 1 };
	struct failure_key key;
	struct aim aim;
	struct outcome o;

	walk.wanted = 2 + (unsigned)draw_below(hash_add(walk.key, 2),
					       WALK_FAULTS_MAX - 1);
	act_draw(&first.acts[0], &p->address, p->length, s->options.kinds,
		 s->space.delay, hash_add(walk.key, 3));
	aim_init(&aim, &first);
	aim.see = walk_see;
	aim.env = &walk;
	world_restore(w, r->states[p->state], aim.chains);
	if (!world_run(w, &o, err))
		return false;
	tell_key(&key, &aim, w, &o);
	tally_add(t, aim.schedule.count, &aim.schedule, &o, &key);
	return true;
}

bool walk_job(struct survey *s, struct world *w, uint64_t number,
	      struct tally *t, struct err *err)
{
	uint64_t from = number * WALKS_PER_JOB;
	uint64_t to = from + WALKS_PER_JOB;

	if (to > s->options.sessions)
		to = s->options.sessions;
	for (uint64_t i = from; i < to; i++)
		if (!walk_once(s, w, i, t, err))
			return false;
	return true;
}
