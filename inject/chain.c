/* SPDX-License-Identifier: MIT */
#include "inject/chain.h"

#include <assert.h>
#include <string.h>

#include "bench/base/hash.h"
#include "inject/draw.h"
#include "inject/stage_out.h"

#define NEVER UINT64_MAX

/* There is always room for one chunk, and for leader bytes when it heals. */
#define RESERVE (CHUNK_MAX + KD_LEADER_SIZE)

void chain_init(struct chain *c, const struct chain_spec *spec,
		enum fault_dir dir, uint64_t seed, uint64_t now,
		struct fault_log *log)
{
	assert(spec->count <= CHAIN_STAGES_MAX);
	*c = (struct chain){
		.spec = spec,
		.log = log,
		.seed = seed,
		.t0 = now,
		.dir = (uint8_t)dir,
		.heard_ns = now,
		.capacity = stages_hold(spec),
	};
	cutter_init(&c->cutter, dir);
	for (size_t i = 0; i < spec->count; i++)
		when_init(&c->when[i], &spec->stages[i].when);
}

static bool passes(const struct chain *c)
{
	return c->healed || chain_empty(c);
}

/* --- a chunk through the stages ---------------------------------------------
 */

/* The undamaged byte that is, or is the next behind, byte 'at'. */
static uint16_t undamaged(const struct chunk *c, unsigned at)
{
	if (!c->shifted)
		return (uint16_t)at;
	while (at < c->len && c->origin[at] == CHUNK_INSERTED)
		at++;
	return at < c->len ? c->origin[at] : (uint16_t)(c->length - 1);
}

/* Where an act on 'run' is, in terms of the undamaged packet. */
static void note_place(struct fault_act *act, const struct chunk *c,
		       struct chunk_run run)
{
	uint16_t first = undamaged(c, run.at);
	uint16_t last = undamaged(c, run.at + run.len - 1u);

	if (packet_class_is_byte(c->address.class)) {
		act->field = "byte";
		act->len = 1;
	} else if (run.whole) {
		act->field = "packet";
		act->offset = -1;
		act->len = c->length;
	} else {
		enum packet_field field = packet_field_at(first, &c->header);

		act->field = packet_field_names[field];
		act->offset = first;
		act->len = last - first + 1u;
	}
}

void stage_note(struct stage_out *out, const struct chunk *c,
		struct chunk_run run, int before, int after, uint64_t amount)
{
	struct chain *chain = out->chain;
	const struct stage_spec *spec = &chain->spec->stages[out->index];
	struct fault_act act = {
		.t_ns = c->arrived_ns - chain->t0,
		.dir = chain->dir,
		.stage = (uint8_t)out->index,
		.act = spec->type->name,
		.address = c->address,
		.type = c->header.type,
		.before = before,
		.after = after,
		.amount = amount,
		.label = spec->label,
	};

	note_place(&act, c, run);
	out->noted = true;
	chain->acts++;
	if (chain->log)
		chain->log->act(chain->log, &act);
}

uint64_t *stage_state(struct stage_out *out)
{
	return out->chain->state[out->index];
}

/* One act, however many lines the fault has to say about it. */
static void act(const struct stage_spec *spec, struct chunk *k,
		struct chunk_run run, uint64_t draw, struct stage_out *out)
{
	out->noted = false;
	spec->type->apply(spec->config, k, run, draw, out);
	out->chain->when[out->index].acts += out->noted;
}

static void act_per_packet(const struct stage_spec *spec, struct chunk *k,
			   uint64_t key, struct byte_range range,
			   struct stage_out *out)
{
	struct chunk_run run = { .len = k->len, .whole = true };

	if (!draw_packet(key, spec->when.probability))
		return;
	if (when_aims(&spec->when))
		run = chunk_find_range(k, range);
	if (run.len)
		act(spec, k, run, draw_act(key, range.from), out);
}

static void act_per_byte(const struct stage_spec *spec, struct chunk *k,
			 uint64_t key, struct byte_range range,
			 struct stage_out *out)
{
	const struct when_state *state = &out->chain->when[out->index];
	struct draw_hits hits;
	unsigned from = 0; /* bytes before it are done */
	uint32_t offset;

	draw_hits_begin(&hits, key, spec->when.probability, state->gap_rate,
			range);
	while (!when_exhausted(&spec->when, state) &&
	       draw_hits_next(&hits, &offset)) {
		int at = chunk_find(k, offset, from);
		struct chunk_run run = { .at = (uint16_t)at, .len = 1 };

		if (at < 0) /* an earlier stage has dropped it */
			continue;
		from = run.at;
		act(spec, k, run, draw_act(key, offset), out);
	}
}

/*
 * All stages see all chunks, also what an earlier one has dropped: otherwise
 * its 'nth' would not be a matter of the undamaged stream.
 */
static void run_stage(struct chain *c, unsigned index, struct chunk *k)
{
	const struct stage_spec *spec = &c->spec->stages[index];
	struct stage_out out = { .chain = c, .index = index };
	struct byte_range range;
	uint64_t key;
	bool per_byte = spec->when.per == PER_BYTE ||
			(spec->when.per == PER_DEFAULT && spec->type->per_byte);

	if (!when_matches(&spec->when, &c->when[index], k,
			  k->arrived_ns - c->t0))
		return;
	if (spec->type->once && !spec->when.limit && c->when[index].acts)
		return;
	range = when_range(&spec->when, k);
	if (k->len == 0 || range.from >= range.to)
		return;
	key = draw_key(c->seed, index, &k->address);
	if (per_byte)
		act_per_byte(spec, k, key, range, &out);
	else
		act_per_packet(spec, k, key, range, &out);
}

static void run_chunk(struct chain *c, struct chunk *k, uint64_t now)
{
	k->arrived_ns = now;
	for (unsigned i = 0; i < c->spec->count; i++)
		run_stage(c, i, k);
	queue_put_chunk(&c->queue, k);
}

/* --- in and out -------------------------------------------------------------
 */

size_t chain_room(const struct chain *c)
{
	size_t room = queue_room(&c->queue);

	if (passes(c))
		return room;
	if (room < RESERVE || c->queue.len >= c->capacity)
		return 0;
	return room - RESERVE + 1;
}

/* When silence has lasted too long for the packet that is open. */
static uint64_t flush_time(const struct chain *c)
{
	if (!cutter_holds(&c->cutter) ||
	    c->spec->flush_ns > NEVER - c->heard_ns)
		return NEVER;
	return c->heard_ns + c->spec->flush_ns;
}

void chain_time(struct chain *c, uint64_t now)
{
	uint64_t due = flush_time(c);
	struct chunk chunk;

	if (now < due)
		return;
	if (c->healed) { /* its bytes have left */
		while (cutter_flush(&c->cutter, &chunk))
			;
		return;
	}
	while (chain_room(c) && cutter_flush(&c->cutter, &chunk))
		run_chunk(c, &chunk, due);
}

/* Bytes go straight to the queue; packets are only counted. */
static void pass(struct chain *c, struct kd_span in, uint64_t now)
{
	struct chunk chunk;

	queue_put(&c->queue, in.at, in.len, now);
	if (chain_empty(c))
		return;
	while (cutter_next(&c->cutter, &in, &chunk))
		;
}

size_t chain_put(struct chain *c, struct kd_span in, uint64_t now)
{
	struct kd_span left;
	struct chunk chunk;

	/* However late the engine looks, silence ended the packet before. */
	chain_time(c, now);
	if (in.len > chain_room(c))
		in.len = chain_room(c);
	if (in.len == 0)
		return 0;
	left = in;
	if (passes(c)) {
		pass(c, in, now);
		left.len = 0;
	}
	while (chain_room(c) && cutter_next(&c->cutter, &left, &chunk))
		run_chunk(c, &chunk, now);
	if (left.len < in.len)
		c->heard_ns = now;
	return in.len - left.len;
}

struct kd_span chain_peek(const struct chain *c, uint64_t now)
{
	return queue_peek(&c->queue, now);
}

void chain_consume(struct chain *c, size_t len)
{
	queue_consume(&c->queue, len);
}

uint64_t chain_deadline(const struct chain *c, uint64_t now)
{
	uint64_t next = queue_deadline(&c->queue, now);
	uint64_t flush = flush_time(c);

	/* Without room it must wait for a consume, not for a time. */
	if (passes(c) || chain_room(c) == 0 || flush > next)
		return next;
	return flush > now ? flush : now;
}

void chain_heal(struct chain *c, uint64_t now)
{
	uint8_t held[KD_PACKET_MAX];
	size_t len;

	if (passes(c)) {
		c->healed = true;
		return;
	}
	c->healed = true;
	queue_release(&c->queue, now);
	len = cutter_held(&c->cutter, held);
	queue_put(&c->queue, held, len, now);
}

void chain_empty_out(struct chain *c)
{
	struct chunk chunk;

	while (cutter_flush(&c->cutter, &chunk))
		;
	queue_empty(&c->queue);
	c->reflected = 0;
}

void chain_keep(struct chain *c, struct keeper *k)
{
	const struct chain_spec *spec = c->spec;

	keeper_part(k, &c->t0, sizeof(c->t0));
	keeper_part(k, &c->healed, sizeof(c->healed));
	keeper_part(k, &c->heard_ns, sizeof(c->heard_ns));
	keeper_part(k, &c->cutter, sizeof(c->cutter));
	queue_keep(&c->queue, k);
	keeper_part(k, &c->reflected, sizeof(c->reflected));
	keeper_part(k, c->reflection, c->reflected);
	if (!k->restoring)
		return;
	c->capacity = stages_hold(spec);
	c->acts = 0;
	memset(c->state, 0, sizeof(c->state));
	for (size_t i = 0; i < spec->count; i++) {
		const struct when *w = &spec->stages[i].when;

		when_init(&c->when[i], w);
		c->when[i].matched =
			cutter_fresh(&c->cutter, (unsigned)w->class);
	}
}

uint64_t chain_digest(const struct chain *c, uint64_t now)
{
	uint64_t d = hash_add(queue_digest(&c->queue, now), c->healed);
	uint64_t flush = flush_time(c);

	d = hash_bytes(d, c->reflection, c->reflected);
	if (passes(c))
		return d;
	d = hash_add(d, cutter_digest(&c->cutter));
	if (flush != NEVER)
		d = hash_add(d, flush > now ? flush - now : 0);
	for (unsigned i = 0; i < c->spec->count; i++)
		d = hash_add(d, stage_digest(c, i, now));
	return d;
}
