/* SPDX-License-Identifier: MIT */
#include "bench/explore/schedule.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/base/setting.h"
#include "inject/stage.h"

const char *const act_kind_names[ACT_KIND_COUNT] = {
	[ACT_DROP] = "drop",
	[ACT_FLIP] = "flip",
	[ACT_INSERT] = "insert",
	[ACT_DUPLICATE] = "duplicate",
};

/* The setting in which an act's value goes. */
static const char *const value_keys[ACT_KIND_COUNT] = {
	[ACT_FLIP] = "mask",
	[ACT_INSERT] = "byte",
};

static void set_count(const struct stage_type *type, void *config,
		      const char *key, uint64_t value)
{
	const struct setting *row = setting_find(type->settings, key);

	if (row)
		memcpy((char *)config + row->offset, &value, sizeof(value));
}

static void fill_stage(struct stage_spec *spec, const struct act *act,
		       uint64_t config[4])
{
	const struct stage_type *type = stage_find(act_kind_names[act->kind]);

	memset(config, 0, 4 * sizeof(*config));
	set_count(type, config, "count", 1);
	set_count(type, config, "bits", 1);
	if (value_keys[act->kind])
		set_count(type, config, value_keys[act->kind], act->value);
	*spec = (struct stage_spec){
		.type = type,
		.when = WHEN_ALWAYS,
		.config = config,
		.label = act_kind_names[act->kind],
	};
	spec->when.class = act->address.class;
	spec->when.nth = act->address.ordinal;
	spec->when.copy = act->address.copy;
	spec->when.limit = 1;
	if (act->offset == ACT_WHOLE) {
		spec->when.per = PER_PACKET;
	} else {
		spec->when.per = PER_BYTE;
		spec->when.offset = act->offset;
	}
}

void schedule_chains(const struct schedule *s, struct schedule_chains *to)
{
	for (unsigned dir = 0; dir < 2; dir++)
		to->chains[dir] = (struct chain_spec){
			.stages = to->stages[dir],
			.flush_ns = CHAIN_FLUSH_NS,
		};
	for (unsigned i = 0; i < s->count; i++) {
		const struct act *act = &s->acts[i];
		struct chain_spec *chain = &to->chains[act->address.dir];

		fill_stage(&to->stages[act->address.dir][chain->count++], act,
			   to->config[i]);
	}
}
