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

/* Number each stage among those of its name. */
static void name_stages(struct chain *c)
{
	const struct stage_spec *s = c->spec->stages;

	for (size_t i = 0; i < c->spec->count; i++) {
		unsigned number = 0;

		for (size_t j = 0; j < i; j++)
			number += s[j].type == s[i].type;
		c->who[i] = draw_who(c->seed, s[i].type->name, number);
	}
}

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
	name_stages(c);
}

void chain_init_records(struct chain *c, const struct chain_spec *spec,
			enum fault_dir dir, uint64_t seed, uint64_t now,
			struct fault_log *log)
{
	chain_init(c, spec, dir, seed, now, log);
	cutter_init_records(&c->cutter, dir);
}

static bool passes(const struct chain *c)
{
	return c->healed || chain_empty(c);
}

/* --- a chunk through the stages ---------------------------------------------
 */

static void let_go(struct chain *c, uint64_t now)
{
	queue_put_chunk(&c->queue, hold_release(&c->hold, now));
}

/* Onto the line, or beside it if it is to be overtaken and there is room. */
static void leave(struct chain *c, const struct chunk *k)
{
	if (k->behind && k->len && !hold_holds(&c->hold)) {
		hold_take(&c->hold, k);
		return;
	}
	queue_put_chunk(&c->queue, k);
	if (hold_holds(&c->hold) && k->len && --c->hold.behind == 0)
		let_go(c, k->arrived_ns);
}

static void run_chunk(struct chain *c, struct chunk *k, uint64_t now)
{
	k->arrived_ns = now;
	if (c->hang !=
	    CHAIN_UP) /* it counts, but there is nothing left of it */
		k->len = 0;
	for (unsigned i = 0; i < c->spec->count; i++)
		stage_run(c, i, k);
	leave(c, k);
}

/* --- in and out -------------------------------------------------------------
 */

size_t chain_room(const struct chain *c)
{
	size_t room, reserve = RESERVE;

	if (passes(c))
		return queue_room(&c->queue, 1);
	if (hold_holds(&c->hold))
		reserve += c->hold.chunk.len;
	room = queue_room(&c->queue, 1 + hold_holds(&c->hold));
	if (room < reserve || c->queue.len >= c->capacity)
		return 0;
	return room - reserve + 1;
}

/* When silence has lasted too long for the packet that is open. */
static uint64_t flush_time(const struct chain *c)
{
	if (!cutter_holds(&c->cutter) || c->cutter.parser.records ||
	    c->spec->flush_ns > NEVER - c->heard_ns)
		return NEVER;
	return c->heard_ns + c->spec->flush_ns;
}

/* When what is held has waited long enough. */
static uint64_t hold_time(const struct chain *c)
{
	return hold_holds(&c->hold) ? c->hold.until_ns : NEVER;
}

static void flush(struct chain *c, uint64_t now)
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

void chain_time(struct chain *c, uint64_t now)
{
	uint64_t held = hold_time(c);

	if (hold_holds(&c->hold) && held <= now && held <= flush_time(c))
		let_go(c, held);
	flush(c, now);
	if (hold_holds(&c->hold) && hold_time(c) <= now)
		let_go(c, hold_time(c));
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
	if (passes(c) || chain_room(c) == 0)
		flush = NEVER;
	if (hold_time(c) < flush)
		flush = hold_time(c);
	if (flush > next)
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
	if (hold_holds(&c->hold))
		let_go(c, now);
	queue_release(&c->queue, now);
	len = cutter_held(&c->cutter, held);
	queue_put(&c->queue, held, len, now);
}

void chain_lose(struct chain *c)
{
	struct chunk chunk;

	while (cutter_flush(&c->cutter, &chunk))
		;
	c->hold.behind = 0;
	queue_empty(&c->queue);
	c->reflected = 0;
}

void chain_empty_out(struct chain *c)
{
	chain_lose(c);
	c->hang = CHAIN_UP;
}

void chain_keep(struct chain *c, struct keeper *k)
{
	const struct chain_spec *spec = c->spec;

	keeper_part(k, &c->t0, sizeof(c->t0));
	keeper_part(k, &c->healed, sizeof(c->healed));
	keeper_part(k, &c->hang, sizeof(c->hang));
	keeper_part(k, &c->heard_ns, sizeof(c->heard_ns));
	keeper_part(k, &c->cutter, sizeof(c->cutter));
	hold_keep(&c->hold, k);
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

		when_resume(&c->when[i], w,
			    cutter_fresh(&c->cutter, (unsigned)w->class));
	}
	name_stages(c);
}

uint64_t chain_digest(const struct chain *c, uint64_t now)
{
	uint64_t d = hash_add(queue_digest(&c->queue, now), c->healed);
	uint64_t flush = flush_time(c);

	d = hash_bytes(d, c->reflection, c->reflected);
	if (passes(c))
		return d;
	d = hash_add(d, cutter_digest(&c->cutter));
	d = hash_add(d, hold_digest(&c->hold, now));
	d = hash_add(d, c->hang);
	if (flush != NEVER)
		d = hash_add(d, flush > now ? flush - now : 0);
	for (unsigned i = 0; i < c->spec->count; i++)
		d = hash_add(d, stage_digest(c, i, now));
	return d;
}
