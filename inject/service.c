/* SPDX-License-Identifier: MIT */
/* What a stage can do besides editing the chunk that it is handed. */
#include <string.h>

#include "bench/base/hash.h"
#include "inject/stage_out.h"

bool stage_reflect(struct stage_out *out, const void *bytes, size_t len)
{
	struct chain *c = out->chain;

	if (len > sizeof(c->reflection) - c->reflected)
		return false;
	memcpy(c->reflection + c->reflected, bytes, len);
	c->reflected += (uint32_t)len;
	return true;
}

size_t stage_waiting(const struct stage_out *out)
{
	return out->chain->queue.len;
}

void stage_forget(struct stage_out *out, size_t len)
{
	queue_consume(&out->chain->queue, len);
}

bool chain_cross(struct chain *from, struct chain *to, uint64_t now)
{
	size_t len = chain_room(to);

	if (len > from->reflected)
		len = from->reflected;
	if (len == 0)
		return false;
	queue_put(&to->queue, from->reflection, len, now);
	from->reflected -= (uint32_t)len;
	memmove(from->reflection, from->reflection + len, from->reflected);
	return true;
}

bool chain_slip(struct chain *c, struct kd_span in, uint64_t now)
{
	if (in.len > chain_room(c))
		return false;
	queue_put(&c->queue, in.at, in.len, now);
	return true;
}

bool stage_records(const struct stage_out *out)
{
	return out->chain->cutter.parser.records;
}

bool chain_spec_asks(const struct chain_spec *spec, enum chain_event_kind kind)
{
	for (size_t i = 0; i < spec->count; i++) {
		if (spec->stages[i].type->asks == kind)
			return true;
	}
	return false;
}

uint64_t stages_hold(const struct chain_spec *spec)
{
	uint64_t least = UINT64_MAX;

	for (size_t i = 0; i < spec->count; i++) {
		const struct stage_spec *stage = &spec->stages[i];
		uint64_t holds = stage->type->holds
					 ? stage->type->holds(stage->config)
					 : UINT64_MAX;

		if (holds < least)
			least = holds;
	}
	return least;
}

uint64_t stage_digest(const struct chain *c, unsigned index, uint64_t now)
{
	const struct stage_spec *spec = &c->spec->stages[index];
	const struct when_state *when = &c->when[index];
	const uint64_t *state = c->state[index];
	uint64_t d = when_digest(&spec->when, when, now - c->t0);

	d = hash_add(d, spec->type->once && when->acts);
	if (spec->type->digest)
		return hash_add(d, spec->type->digest(state, now));
	return hash_bytes(d, state, sizeof(c->state[index]));
}
