/* SPDX-License-Identifier: MIT */
#include "inject/replay.h"

#include <string.h>

#include "inject/draw.h"

#define PS_PER_S UINT64_C(1000000000000)

/* --- what is done again -----------------------------------------------------
 */

/* What an act needs: its packet, its bytes now, where it is told. */
struct place {
	struct chunk *chunk;
	struct chunk_run run;
	const struct fault_act *act;
	const struct stage_spec *was; /* as it was planned; NULL: unknown */
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

/* The amount is how often it arrives in all. */
static void again_duplicate(const struct place *p)
{
	unsigned len = p->run.len, end = p->run.at + len;
	uint64_t room = (CHUNK_MAX - (unsigned)p->chunk->len) / len;
	uint64_t times = p->act->amount ? p->act->amount - 1 : 0;

	if (times > room)
		times = room;
	if (!times)
		return;
	stage_note(p->out, p->chunk, p->run, value_at(p), -1, times + 1);
	for (unsigned i = 0; i < times * len; i++)
		(void)chunk_insert(p->chunk, end + i,
				   p->chunk->bytes[p->run.at + i % len]);
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

/* A receive error in front of what is read wrong, or of what nobody sent. */
static void again_framing(const struct place *p)
{
	if (p->act->after >= 0 && chunk_error(p->chunk, p->run.at))
		again_change(p);
}

static void again_line_break(const struct place *p)
{
	if (!chunk_error(p->chunk, p->run.at))
		return;
	stage_note(p->out, p->chunk, p->run, -1, 0, 1);
	(void)chunk_insert(p->chunk, p->run.at, 0);
}

/* A byte that became another one, none, or two of which it is the second. */
static void again_transform(const struct place *p)
{
	uint8_t first = p->act->before == '\n' ? '\r' : 0xff;

	if (p->act->amount == 0) {
		stage_note(p->out, p->chunk, p->run, value_at(p), -1, 0);
		chunk_drop(p->chunk, p->run);
	} else if (p->act->amount == 1) {
		again_set(p);
	} else {
		stage_note(p->out, p->chunk, p->run, value_at(p), -1, 2);
		(void)chunk_insert(p->chunk, p->run.at, first);
	}
}

static void again_burst(const struct place *p)
{
	if (p->act->after >= 0)
		again_change(p);
	else
		again_drop(p);
}

/*
 * As it was planned, with the draws of this address; for faults of which the
 * log does not hold all that they do.
 */
static void again_planned(const struct place *p)
{
	const struct stage_spec *was = p->was;
	const struct packet_address *address = &p->chunk->address;
	struct byte_range range = when_range(&was->when, p->chunk);
	struct chunk_run run = p->run;

	if (stage_is_per_byte(was->type, &was->when)) {
		range.from = p->act->offset < 0 ? 0 : (uint32_t)p->act->offset;
	} else {
		run = (struct chunk_run){ .len = p->chunk->len, .whole = true };
		if (when_aims(&was->when))
			run = chunk_find_range(p->chunk, range);
	}
	if (!run.len)
		return;
	if (was->type->again)
		was->type->again(was->config, p->chunk, p->act->amount, p->out);
	else
		was->type->apply(
			was->config, p->chunk, run,
			draw_act(stage_key(p->out, address), range.from),
			p->out);
}

/* Faults of which the log tells all that they do. */
static const struct {
	const char *name;
	void (*again)(const struct place *p);
} by_name[] = {
	{ "drop", again_drop },         { "truncate", again_drop },
	{ "steal", again_drop },        { "flip", again_change },
	{ "set", again_set },           { "insert", again_insert },
	{ "burst", again_burst },       { "duplicate", again_duplicate },
	{ "delay", again_delay },       { "jitter", again_delay },
	{ "stall", again_delay },       { "coalesce", again_delay },
	{ "throttle", again_throttle }, { "transform", again_transform },
	{ "framing", again_framing },   { "line-break", again_line_break },
};

typedef void (*again_fn)(const struct place *p);

static again_fn again_of(const struct fault_act *act)
{
	for (size_t i = 0; i < sizeof(by_name) / sizeof(by_name[0]); i++)
		if (strcmp(by_name[i].name, act->act) == 0)
			return by_name[i].again;
	return stage_find(act->act) ? again_planned : NULL;
}

/* Are the values there that this way of doing it rests on? */
bool replay_can(const struct fault_act *act)
{
	again_fn again = again_of(act);

	if (again == again_throttle)
		return act->amount != 0;
	if (again == again_change || again == again_framing)
		return act->before >= 0 && act->after >= 0;
	if (again == again_set || again == again_insert)
		return act->after >= 0;
	if (again == again_burst)
		return act->after < 0 || act->before >= 0;
	if (again == again_transform)
		return act->amount != 1 || act->after >= 0;
	return again != NULL;
}

/* Is it what the plan has at this place? What is told by values need not be. */
static bool as_planned(const struct place *p, again_fn again)
{
	return again != again_planned ||
	       (p->was && strcmp(p->was->type->name, p->act->act) == 0);
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
		struct place p = {
			.chunk = c, .act = act, .was = l->was, .out = out
		};

		if (compare(act, act->dir, act->stage, &c->address))
			return;
		p.run = run_of(act, c);
		if (p.run.len && replay_can(act) &&
		    as_planned(&p, again_of(act)))
			again_of(act)(&p);
	}
}

/* --- a chain ----------------------------------------------------------------
 */

/* A pipe that makes its sender wait does so without an act. */
static uint64_t replay_holds(const void *config)
{
	const struct replay_list *l = config;

	return l->was && l->was->type->holds
		       ? l->was->type->holds(l->was->config)
		       : UINT64_MAX;
}

/*
 * Stages of one name share a type, as they did: draws go by the number of a
 * stage among those of its name.
 */
static const struct stage_type *type_of(struct replay *r, unsigned index)
{
	const struct replay_list *l = &r->lists[index];
	const char *name = l->was     ? l->was->type->name
			   : l->count ? l->acts[0].act
				      : "replay";

	for (unsigned i = 0; i < index; i++)
		if (strcmp(r->stages[i].type->name, name) == 0)
			return r->stages[i].type;
	r->types[index] = (struct stage_type){
		.name = name,
		.asks = l->was ? l->was->type->asks : EVENT_NONE,
		.holds = replay_holds,
		.apply = replay_apply,
	};
	return &r->types[index];
}

static void add_stage(struct replay *r, unsigned index)
{
	const struct replay_list *l = &r->lists[index];

	r->stages[index] = (struct stage_spec){
		.type = type_of(r, index),
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
	for (unsigned i = 0; i < r->chain.count; i++) {
		if (i < was->count)
			r->lists[i].was = &was->stages[i];
		add_stage(r, i);
	}
}
