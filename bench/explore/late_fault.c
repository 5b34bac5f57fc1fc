/* SPDX-License-Identifier: MIT */
#include "bench/explore/late_fault.h"

static bool meant(const struct late_fault *f, const struct chunk *c)
{
	const struct packet_address *a = &f->address, *b = &c->address;

	return f->every || (a->class == b->class && a->ordinal == b->ordinal &&
			    a->copy == b->copy && a->dir == b->dir);
}

static void late_apply(const void *config, struct chunk *c,
		       struct chunk_run run, uint64_t draw,
		       struct stage_out *out)
{
	struct late_fault *f = *(struct late_fault *const *)config;

	(void)draw;
	if (!meant(f, c))
		return;
	if (f->cut == LATE_WHOLE)
		c->delay_ns += f->ns;
	else if (f->cut >= c->len || !chunk_pause(c, f->cut, f->ns))
		return;
	f->acted++;
	stage_note(out, c, run, -1, -1, f->ns);
}

static const struct stage_type late_type = {
	.name = "late",
	.tells = "{place} {was} late by {time}",
	.config_size = sizeof(struct late_fault *),
	.apply = late_apply,
};

void late_fault_arm(struct late_fault *f)
{
	f->acted = 0;
	f->self = f;
	for (unsigned dir = 0; dir < 2; dir++) {
		f->stages[dir] = (struct stage_spec){
			.type = &late_type,
			.when = WHEN_ALWAYS,
			.config = &f->self,
			.label = late_type.name,
		};
		f->stages[dir].when.per = PER_PACKET;
		f->chains[dir] = (struct chain_spec){
			.stages = &f->stages[dir],
			.count = 1,
			.flush_ns = CHAIN_FLUSH_NS,
		};
	}
}
