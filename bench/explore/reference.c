/* SPDX-License-Identifier: MIT */
#include "bench/explore/reference.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/explore/aim.h"

#define PASSAGES_ROOM 256
#define STATES_ROOM 64

/* Whoever writes down what passes. */
struct observer {
	struct reference *reference;
	size_t room;
};

/* A packet passes, and nothing that is still to be done is done to it. */
static void observe(void *env, struct aim *a, const struct chunk *c)
{
	struct observer *o = env;
	struct reference *r = o->reference;
	struct passage *p;

	if (a->acted < a->schedule.count)
		return;
	if (r->count == o->room) {
		o->room *= 2;
		r->passages =
			mem_resize(r->passages, o->room * sizeof(*r->passages));
	}
	p = &r->passages[r->count++];
	p->address = c->address;
	p->header = c->header;
	p->length = c->length;
	p->state = (uint32_t)r->state_count;
	memcpy(p->bytes, c->bytes, c->length);
}

/* Keep the state before this turn if something passed in it. */
static void keep_state(struct reference *r, const uint8_t *state, size_t size,
		       size_t *room)
{
	if (!r->count || r->passages[r->count - 1].state != r->state_count)
		return;
	if (r->state_count == *room) {
		*room *= 2;
		r->states = mem_resize(r->states, *room * sizeof(*r->states));
	}
	r->states[r->state_count] = mem_alloc(size);
	memcpy(r->states[r->state_count++], state, size);
}

/* Turn by turn, to the session's end, each with the state before it. */
static bool run_all(struct reference *r, struct world *w, struct err *err)
{
	size_t room = STATES_ROOM, have = 0;
	uint8_t *state = NULL;
	bool over = false, ok = true;

	r->states = mem_array(room, sizeof(*r->states));
	while (ok && !over) {
		size_t size = world_size(w);

		if (size > have) {
			have = size;
			state = mem_resize(state, have);
		}
		(void)world_save(w, state);
		ok = world_turn(w, &over, err);
		keep_state(r, state, size, &room);
	}
	free(state);
	return ok;
}

bool reference_follow(struct reference *r, struct world *w, const uint8_t *from,
		      const struct schedule *schedule, struct err *err)
{
	struct observer o = { .reference = r, .room = PASSAGES_ROOM };
	struct aim aim;
	bool ok;

	*r = (struct reference){ 0 };
	r->passages = mem_array(o.room, sizeof(*r->passages));
	aim_init(&aim, schedule);
	aim.see = observe;
	aim.env = &o;
	world_restore(w, from, aim.chains);
	ok = run_all(r, w, err) && world_run(w, &r->outcome, err);
	if (!ok)
		reference_release(r);
	return ok;
}

bool reference_run(struct reference *r, struct world *w, struct err *err)
{
	const struct schedule none = { 0 };
	uint8_t *start = mem_alloc(world_size(w));
	bool ok;

	(void)world_save(w, start);
	ok = reference_follow(r, w, start, &none, err);
	free(start);
	for (size_t i = 0; i < r->count; i++)
		r->exchanges += r->passages[i].address.class == CLASS_REQUEST &&
				r->passages[i].address.copy == 0;
	if (ok && r->outcome.verdict != VERDICT_COMPLETED &&
	    r->outcome.verdict != VERDICT_RECOVERED)
		ok = err_set(err, ERR_CONFIG,
			     "without faults the session ends as '%s': %s",
			     verdict_names[r->outcome.verdict],
			     world_detail(w));
	if (!ok)
		reference_release(r);
	return ok;
}

/* Say how long the packet is that an act points beyond. */
static bool too_short(const struct passage *p, struct err *err)
{
	return err_hint(err, "that packet has %u bytes: +0 to +%u",
			(unsigned)p->length, (unsigned)p->length - 1);
}

bool reference_missed(const struct reference *r,
		      const struct schedule *schedule, struct err *err)
{
	const struct act *act = &schedule->acts[0];
	const struct schedule one = { .count = 1, .acts = { *act } };
	const char *class = packet_class_names[act->address.class];
	char text[SCHEDULE_TEXT_MAX];
	size_t count = 0;

	schedule_write(&one, text);
	err_set(err, ERR_USAGE, "no packet of this session meets '%s'%s", text,
		schedule->count > 1 ? ", nor the rest of the schedule" : "");
	for (size_t i = 0; i < r->count; i++) {
		const struct packet_address *a = &r->passages[i].address;

		if (a->dir != act->address.dir ||
		    a->class != act->address.class || a->copy)
			continue;
		count++;
		if (a->ordinal == act->address.ordinal &&
		    act->offset != ACT_WHOLE &&
		    act->offset >= r->passages[i].length)
			return too_short(&r->passages[i], err);
	}
	if (!count)
		return err_hint(err, "none of class %s goes %s", class,
				fault_dir_names[act->address.dir]);
	return err_hint(err, "%zu of class %s go %s: %s/%s/1 to %zu%s", count,
			class, fault_dir_names[act->address.dir],
			fault_dir_names[act->address.dir], class, count,
			act->address.copy ? ", as nothing is sent again "
					    "without a fault before"
					  : "");
}

void reference_release(struct reference *r)
{
	for (size_t i = 0; i < r->state_count; i++)
		free(r->states[i]);
	free(r->states);
	free(r->passages);
	*r = (struct reference){ 0 };
}
