/* SPDX-License-Identifier: MIT */
#include "bench/explore/aim.h"

#include <string.h>

static bool same_address(const struct packet_address *a,
			 const struct packet_address *b)
{
	return a->class == b->class && a->ordinal == b->ordinal &&
	       a->copy == b->copy && a->dir == b->dir;
}

/* What an act is about, in the chunk as it is by now; empty: it is gone. */
static struct chunk_run run_of(const struct act *act, const struct chunk *c)
{
	struct chunk_run run = { .len = c->len, .whole = true };
	int at;

	if (act->offset == ACT_WHOLE)
		return run;
	at = chunk_find(c, act->offset, 0);
	return (struct chunk_run){ .at = (uint16_t)(at < 0 ? 0 : at),
				   .len = at >= 0 };
}

static void aim_apply(const void *config, struct chunk *c, struct chunk_run run,
		      uint64_t draw, struct stage_out *out)
{
	struct aim *a = *(struct aim *const *)config;

	(void)run;
	if (a->see)
		a->see(a->env, a, c);
	for (unsigned i = 0; i < a->schedule.count; i++) {
		const struct act *act = &a->schedule.acts[i];
		struct chunk_run at;

		if (!same_address(&act->address, &c->address))
			continue;
		at = run_of(act, c);
		if (!at.len)
			continue;
		if (!at.whole)
			a->fields[i] = (uint8_t)packet_field_at(act->offset,
								&c->header);
		a->acts[i].type->apply(a->acts[i].config, c, at, draw, out);
		a->acted++;
	}
}

static const struct stage_type aim_type = {
	.name = "explore",
	.config_size = sizeof(struct aim *),
	.apply = aim_apply,
};

static void arm(struct aim *a, unsigned index)
{
	struct schedule one = { .count = 1 };
	struct schedule_chains chains;
	const struct act *act = &a->schedule.acts[index];

	one.acts[0] = *act;
	schedule_chains(&one, &chains);
	a->acts[index].type = chains.stages[act->address.dir][0].type;
	memcpy(a->acts[index].config, chains.config[0],
	       sizeof(a->acts[index].config));
}

void aim_init(struct aim *a, const struct schedule *s)
{
	a->schedule = *s;
	a->acted = 0;
	memset(a->fields, FIELD_ANY, sizeof(a->fields));
	a->see = NULL;
	a->env = NULL;
	a->self = a;
	for (unsigned dir = 0; dir < 2; dir++) {
		a->stages[dir] = (struct stage_spec){
			.type = &aim_type,
			.when = WHEN_ALWAYS,
			.config = &a->self,
			.label = aim_type.name,
		};
		a->stages[dir].when.per = PER_PACKET;
		a->chains[dir] = (struct chain_spec){
			.stages = &a->stages[dir],
			.count = 1,
			.flush_ns = CHAIN_FLUSH_NS,
		};
	}
	for (unsigned i = 0; i < s->count; i++)
		arm(a, i);
}

bool aim_add(struct aim *a, const struct act *act)
{
	if (a->schedule.count == SCHEDULE_FAULTS_MAX)
		return false;
	a->schedule.acts[a->schedule.count] = *act;
	arm(a, a->schedule.count++);
	return true;
}
