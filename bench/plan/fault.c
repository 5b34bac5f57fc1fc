/* SPDX-License-Identifier: MIT */
#include "bench/plan/fault.h"

#include <string.h>

#include "bench/base/nearest.h"

static const char *const chain_keys[] = { "to-target", "to-debugger", NULL };

static const struct setting flush_settings[] = {
	{ "flush", SETTING_DURATION, offsetof(struct chain_spec, flush_ns), "",
	  "an incomplete packet is released after so much silence", NULL, 1,
	  0 },
	{ 0 },
};

static bool unknown_fault(const struct node *key, struct err *err)
{
	struct nearest n = { .word = key->text };

	for (size_t i = 0; stage_types[i]; i++)
		nearest_try(&n, stage_types[i]->name);
	err_at(err, key->where, "unknown fault '%s'", key->text);
	if (n.best)
		return err_hint(err, "did you mean '%s'?", n.best);
	return err_hint(err, "'kdbench list faults' shows them");
}

/* 'packet: { type, class }' is a mapping inside the fault's own. */
static bool read_packet(struct when *when, const struct node *map,
			const char *name, const struct scope *scope,
			struct row_sink *sink, struct err *err)
{
	const struct row_set set = { when_packet_settings, when };
	static const struct node nothing = { .text = "", .plain = true };
	const struct node *packet =
		map->kind == NODE_MAP ? node_get(map, "packet") : NULL;

	name = arena_printf(scope->arena, "%s.packet", name);
	return scope_rows(scope, packet ? packet : &nothing, name, &set, 1,
			  NULL, sink, err);
}

static bool read_stage(struct stage_spec *spec, const struct node *item,
		       const char *name, size_t number,
		       const struct scope *scope, struct row_sink *sink,
		       struct err *err)
{
	static const char *const others[] = { "packet", NULL };
	const struct node *key, *map;
	struct row_set sets[2];
	const char *wrong;
	void *config;

	if (!node_item(item, "a fault", scope->arena, &key, &map, err))
		return false;
	spec->type = stage_find(key->text);
	if (!spec->type)
		return unknown_fault(key, err);
	config = arena_alloc(scope->arena, spec->type->config_size);
	spec->config = config;
	spec->line = key->where.line;
	spec->label = arena_printf(scope->arena, "%s#%zu", key->text, number);
	name = arena_printf(scope->arena, "%s.%zu.%s", name, number, key->text);
	sets[0] = (struct row_set){ spec->type->settings, config };
	sets[1] = (struct row_set){ when_settings, &spec->when };
	if (!scope_rows(scope, map, name, sets, 2, others, sink, err) ||
	    !read_packet(&spec->when, map, name, scope, sink, err))
		return false;
	wrong = stage_check(spec->type, config, &spec->when);
	if (wrong)
		return err_at(err, key->where, "'%s': %s", key->text, wrong);
	return true;
}

static bool read_chain(struct chain_spec *chain, const struct node *list,
		       const char *name, const struct scope *scope,
		       struct row_sink *sink, struct err *err)
{
	struct stage_spec *stages;

	if (!node_is_list(list, name, err))
		return false;
	if (list->count > CHAIN_STAGES_MAX)
		return err_at(err, list->items[CHAIN_STAGES_MAX]->where,
			      "more than %d faults in one direction",
			      CHAIN_STAGES_MAX);
	stages = arena_alloc(scope->arena, list->count * sizeof(*stages));
	for (size_t i = 0; i < list->count; i++) {
		if (!read_stage(&stages[i], list->items[i], name, i + 1, scope,
				sink, err))
			return false;
	}
	chain->stages = stages;
	chain->count = list->count;
	return true;
}

bool faults_read(struct chain_spec specs[2], const struct node *node,
		 const struct scope *scope, struct row_sink *sink,
		 struct err *err)
{
	struct chain_spec common = { 0 };
	const struct row_set set = { flush_settings, &common };

	specs[0] = specs[1] = (struct chain_spec){ .flush_ns = CHAIN_FLUSH_NS };
	if (!node)
		return true;
	if (!scope_rows(scope, node, "faults", &set, 1, chain_keys, sink, err))
		return false;
	for (size_t dir = 0; dir < 2; dir++) {
		const struct node *list =
			node->kind == NODE_MAP ? node_get(node, chain_keys[dir])
					       : NULL;

		if (common.flush_ns)
			specs[dir].flush_ns = common.flush_ns;
		if (list && !read_chain(&specs[dir], list, chain_keys[dir],
					scope, sink, err))
			return false;
	}
	return true;
}
