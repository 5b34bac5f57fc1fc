/* SPDX-License-Identifier: MIT */
#include "inject/replay.h"

#include <string.h>

#define PS_PER_S UINT64_C(1000000000000)

/* --- what is done again -----------------------------------------------------
 */

/* What an act needs: its packet, its bytes now, where it is told. */
struct place {
	struct chunk *chunk;
	struct chunk_run run;
	const struct fault_act *act;
	struct stage_out *out;
};

static int value_at(const struct place *p)
{
	return p->run.len == 1 ? p->chunk->bytes[p->run.at] : -1;
}

static void again_drop(const struct place *p)
{
	stage_note(p->out, p->chunk, p->run, value_at(p), -1, p->run.len);
	chunk_drop(p->chunk, p->run);
}

/* The same bits, whatever the byte is now. */
static void again_change(const struct place *p)
{
	uint8_t before = p->chunk->bytes[p->run.at];
	uint8_t after = (uint8_t)(before ^ p->act->before ^ p->act->after);

	p->chunk->bytes[p->run.at] = after;
	stage_note(p->out, p->chunk, p->run, before, after, p->act->amount);
}

static void again_set(const struct place *p)
{
	uint8_t before = p->chunk->bytes[p->run.at];

	p->chunk->bytes[p->run.at] = (uint8_t)p->act->after;
	stage_note(p->out, p->chunk, p->run, before, p->act->after,
		   p->act->amount);
}

static void again_insert(const struct place *p)
{
	struct chunk_run before = { .at = p->run.at, .len = 1 };

	if (chunk_insert(p->chunk, p->run.at, (uint8_t)p->act->after))
		stage_note(p->out, p->chunk, before, -1, p->act->after,
			   p->act->amount);
}

static void again_duplicate(const struct place *p)
{
	if (p->chunk->len + p->run.len > CHUNK_MAX)
		return;
	stage_note(p->out, p->chunk, p->run, value_at(p), -1, p->run.len);
	for (unsigned i = 0; i < p->run.len; i++)
		if (!chunk_insert(p->chunk, p->run.at + p->run.len + i,
				  p->chunk->bytes[p->run.at + i]))
			return;
}

static void again_delay(const struct place *p)
{
	if (p->run.whole)
		p->chunk->delay_ns += p->act->amount;
	else if (!chunk_pause(p->chunk, p->run.at, p->act->amount))
		return;
	stage_note(p->out, p->chunk, p->run, -1, -1, p->act->amount);
}

static void again_throttle(const struct place *p)
{
	uint64_t byte_ps = PS_PER_S / p->act->amount;

	if (byte_ps > p->chunk->byte_ps)
		p->chunk->byte_ps = byte_ps;
	stage_note(p->out, p->chunk, p->run, -1, -1, p->act->amount);
}

/* Faults of which values alone do not tell enough. */
static const struct {
	const char *name;
	void (*again)(const struct place *p);
} by_name[] = {
	{ "drop", again_drop },           { "truncate", again_drop },
	{ "steal", again_drop },          { "set", again_set },
	{ "duplicate", again_duplicate }, { "delay", again_delay },
	{ "jitter", again_delay },        { "stall", again_delay },
	{ "throttle", again_throttle },
};

typedef void (*again_fn)(const struct place *p);

static again_fn again_of(const struct fault_act *act)
{
	for (size_t i = 0; i < sizeof(by_name) / sizeof(by_name[0]); i++)
		if (strcmp(by_name[i].name, act->act) == 0)
			return by_name[i].again;
	if (act->before >= 0)
		return act->after >= 0 ? again_change : again_drop;
	return act->after >= 0 ? again_insert : NULL;
}

bool replay_can(const struct fault_act *act)
{
	again_fn again = again_of(act);

	return again && (again != again_throttle || act->amount) &&
	       (again != again_set || act->after >= 0);
}

/* --- finding it -------------------------------------------------------------
 */

/* Stage and address as numbers in a row. */
static int compare(const struct fault_act *a, unsigned dir, unsigned stage,
		   const struct packet_address *at)
{
	const uint32_t left[] = { a->dir, a->stage, a->address.class,
				  a->address.ordinal, a->address.copy };
	const uint32_t right[] = { dir, stage, at->class, at->ordinal,
				   at->copy };

	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	return 0;
}

int replay_compare(const struct fault_act *a, const struct fault_act *b)
{
	return compare(a, b->dir, b->stage, &b->address);
}

/* The first act of the list on this packet, or where it would be. */
static size_t first_on(const struct replay_list *l,
		       const struct packet_address *at)
{
	size_t low = 0, high = l->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct fault_act *a = &l->acts[middle];

		if (compare(a, a->dir, a->stage, at) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The bytes that an act is about, as far as they are there. */
static struct chunk_run run_of(const struct fault_act *act,
			       const struct chunk *c)
{
	struct chunk_run run = { .len = c->len, .whole = true };
	uint32_t from = (uint32_t)act->offset;

	if (act->offset < 0 || packet_class_is_byte(c->address.class))
		return run;
	return chunk_find_range(c,
				(struct byte_range){ from, from + act->len });
}

static void replay_apply(const void *config, struct chunk *c,
			 struct chunk_run run, uint64_t draw,
			 struct stage_out *out)
{
	const struct replay_list *l = config;

	(void)run;
	(void)draw;
	for (size_t i = first_on(l, &c->address); i < l->count && c->len; i++) {
		const struct fault_act *act = &l->acts[i];
		struct place p = { .chunk = c, .act = act, .out = out };

		if (compare(act, act->dir, act->stage, &c->address))
			return;
		p.run = run_of(act, c);
		if (p.run.len && replay_can(act))
			again_of(act)(&p);
	}
}

/* --- a chain ----------------------------------------------------------------
 */

static void add_stage(struct replay *r, unsigned index)
{
	const struct replay_list *l = &r->lists[index];

	r->types[index] = (struct stage_type){
		.name = l->count ? l->acts[0].act : "replay",
		.apply = replay_apply,
	};
	r->stages[index] = (struct stage_spec){
		.type = &r->types[index],
		.when = WHEN_ALWAYS,
		.config = l,
		.label = l->count ? l->acts[0].label : "replay",
	};
	r->stages[index].when.per = PER_PACKET;
}

void replay_init(struct replay *r, enum fault_dir dir,
		 const struct fault_act *acts, size_t count,
		 const struct chain_spec *was)
{
	*r = (struct replay){ .chain = { .stages = r->stages,
					 .count = was->count,
					 .flush_ns = was->flush_ns } };
	for (size_t i = 0; i < count; i++) {
		struct replay_list *l = &r->lists[acts[i].stage];

		if (acts[i].dir != dir)
			continue;
		if (!l->count++)
			l->acts = &acts[i];
		if (acts[i].stage >= r->chain.count)
			r->chain.count = acts[i].stage + 1u;
	}
	for (unsigned i = 0; i < r->chain.count; i++)
		add_stage(r, i);
}
