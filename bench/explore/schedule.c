/* SPDX-License-Identifier: MIT */
#include "bench/explore/schedule.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/base/setting.h"
#include "inject/stage.h"

const char *const act_kind_names[ACT_KIND_COUNT] = {
	[ACT_DROP] = "drop",         [ACT_FLIP] = "flip",
	[ACT_INSERT] = "insert",     [ACT_DUPLICATE] = "duplicate",
	[ACT_DELAY] = "delay",       [ACT_REORDER] = "reorder",
	[ACT_TRUNCATE] = "truncate", [ACT_HANGUP] = "hangup",
	[ACT_STALE] = "stale",
};

/* The setting in which an act's value goes. */
static const char *const value_keys[ACT_KIND_COUNT] = {
	[ACT_FLIP] = "mask",   [ACT_INSERT] = "byte", [ACT_DELAY] = "time",
	[ACT_HANGUP] = "then", [ACT_STALE] = "what",
};

/* What a kind of act is to the chains, worked out once. */
struct kind {
	const struct stage_type *type;
	const struct setting *value; /* NULL: it has none */
	uint64_t config[ACT_CONFIG_WORDS];
};

static const struct kind *kind_of(unsigned which)
{
	static struct kind kinds[ACT_KIND_COUNT];
	struct kind *k = &kinds[which];
	const struct setting *row;

	if (k->type)
		return k;
	k->type = stage_find(act_kind_names[which]);
	assert(k->type->config_size <= sizeof(k->config));
	for (row = k->type->settings; row->key; row++)
		(void)setting_default(row, k->config);
	if (value_keys[which])
		k->value = setting_find(k->type->settings, value_keys[which]);
	return k;
}

/* Put an act's value where the stage of its name looks for it. */
static void set_value(const struct setting *row, void *config, uint64_t value)
{
	char *at = (char *)config + row->offset;
	int choice = (int)value;

	if (row->type == SETTING_ENUM)
		memcpy(at, &choice, sizeof(choice));
	else
		memcpy(at, &value, sizeof(value));
}

static void fill_stage(struct stage_spec *spec, const struct act *act,
		       uint64_t config[ACT_CONFIG_WORDS])
{
	const struct kind *kind = kind_of(act->kind);

	memcpy(config, kind->config, sizeof(kind->config));
	if (kind->value)
		set_value(kind->value, config,
			  act->kind == ACT_DELAY ? act->value * ACT_DELAY_NS
						 : act->value);
	*spec = (struct stage_spec){
		.type = kind->type,
		.when = WHEN_ALWAYS,
		.config = config,
		.label = act_kind_names[act->kind],
	};
	spec->when.class = act->address.class;
	spec->when.nth = act->address.ordinal;
	spec->when.copy = act->address.copy;
	spec->when.limit = 1;
	spec->when.per = act->offset == ACT_WHOLE || act_ends_packet(act->kind)
				 ? PER_PACKET
				 : PER_BYTE;
	if (act->offset != ACT_WHOLE)
		spec->when.offset = act->offset;
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
