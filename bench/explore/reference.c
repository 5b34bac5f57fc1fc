/* SPDX-License-Identifier: MIT */
#include "bench/explore/reference.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "inject/stage.h"

#define STATES_ROOM 64

/* A stage that sees every chunk and changes none. */
struct observer {
	struct reference *reference;
	size_t room;
};

static void observe(const void *config, struct chunk *c, struct chunk_run run,
		    uint64_t draw, struct stage_out *out)
{
	struct observer *o = *(struct observer *const *)config;
	struct reference *r = o->reference;
	struct passage *p;

	(void)run;
	(void)draw;
	(void)out;
	if (r->count == o->room) {
		o->room *= 2;
		r->passages =
			mem_resize(r->passages, o->room * sizeof(*r->passages));
	}
	p = &r->passages[r->count++];
	p->address = c->address;
	p->header = c->header;
	p->length = c->len;
	p->state = (uint32_t)r->state_count;
	memcpy(p->bytes, c->bytes, c->len);
}

static const struct stage_type observer_type = {
	.name = "observe",
	.config_size = sizeof(struct observer *),
	.apply = observe,
};

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

bool reference_run(struct reference *r, struct world *w, struct err *err)
{
	struct observer o = { .reference = r, .room = 256 };
	const struct observer *config = &o;
	const struct stage_spec stage = { .type = &observer_type,
					  .when = WHEN_ALWAYS,
					  .config = &config,
					  .label = "observe" };
	const struct chain_spec chains[2] = {
		{ .stages = &stage, .count = 1, .flush_ns = CHAIN_FLUSH_NS },
		{ .stages = &stage, .count = 1, .flush_ns = CHAIN_FLUSH_NS },
	};
	uint8_t *start = mem_alloc(world_size(w));
	bool ok;

	*r = (struct reference){ 0 };
	r->passages = mem_array(o.room, sizeof(*r->passages));
	(void)world_save(w, start);
	world_restore(w, start, chains);
	free(start);
	ok = run_all(r, w, err) && world_run(w, &r->outcome, err);
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

void reference_release(struct reference *r)
{
	for (size_t i = 0; i < r->state_count; i++)
		free(r->states[i]);
	free(r->states);
	free(r->passages);
	*r = (struct reference){ 0 };
}
