/* SPDX-License-Identifier: MIT */
#include "inject/stage.h"

#include "inject/draw.h"
#include "inject/stage_out.h"

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

	if (packet_class_is_byte(c->address.class) && c->length == 1) {
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

uint64_t stage_key(const struct stage_out *out,
		   const struct packet_address *address)
{
	return draw_key(out->chain->who[out->index], address);
}

bool stage_per_byte(const struct stage_out *out)
{
	return out->per_byte;
}

bool stage_holds(const struct stage_out *out)
{
	return hold_holds(&out->chain->hold);
}

void stage_hang_up(struct stage_out *out, bool new_pipe)
{
	out->chain->hang = new_pipe ? CHAIN_NEW_PIPE : CHAIN_DEAD;
}

bool stage_ask(struct stage_out *out, struct chunk *c, struct chunk_run run,
	       enum chain_event_kind kind, uint64_t amount)
{
	const struct chain_event event = {
		.kind = (uint8_t)kind,
		.stage = (uint8_t)out->index,
		.amount = amount,
	};

	return chunk_ask(c, run.at, &event);
}

const char *stage_check_asking(const void *config, const struct when *when)
{
	(void)config;
	return when->per == PER_BYTE
		       ? "this fault takes packets: it has no 'per: byte'"
		       : NULL;
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

void stage_run(struct chain *c, unsigned index, struct chunk *k)
{
	const struct stage_spec *spec = &c->spec->stages[index];
	struct stage_out out = { .chain = c, .index = index };
	struct byte_range range;
	uint64_t key;

	if (!when_matches(&spec->when, &c->when[index], k,
			  k->arrived_ns - c->t0))
		return;
	if (spec->type->once && !spec->when.limit && c->when[index].acts)
		return;
	range = when_range(&spec->when, k);
	if (k->len == 0 || range.from >= range.to)
		return;
	key = stage_key(&out, &k->address);
	out.per_byte = stage_is_per_byte(spec->type, &spec->when);
	if (out.per_byte && !spec->type->runs)
		act_per_byte(spec, k, key, range, &out);
	else
		act_per_packet(spec, k, key, range, &out);
}
