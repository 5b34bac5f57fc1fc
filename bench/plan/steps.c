/* SPDX-License-Identifier: MIT */
#include "bench/plan/steps.h"

#include <string.h>

#include "bench/base/nearest.h"
#include "bench/plan/rows.h"
#include "bench/plan/step_end.h"
#include "bench/plan/step_state.h"
#include "bench/plan/vector.h"

/* The session being read: how much there is of it, and which names are taken.
 */
struct reader {
	const struct scope *scope;
	struct err *err;
	size_t total;
	const char **names;
	size_t name_count;
};

static const struct setting common_settings[] = {
	{ "name", SETTING_TEXT, offsetof(struct step, name), "",
	  "in the results; by default the kind of step", NULL, 0, 0 },
	{ "timeout", SETTING_DURATION, offsetof(struct step, timeout_ns),
	  "none", "of the whole step", NULL, 1, 0 },
	{ 0 },
};

static bool unknown_step(const struct node *key, struct err *err)
{
	struct nearest n = { .word = key->text };

	for (size_t i = 0; i < STEP_KIND_COUNT; i++)
		nearest_try(&n, step_types[i].key);
	err_at(err, key->where, "unknown step '%s'", key->text);
	if (n.best)
		return err_hint(err, "did you mean '%s'?", n.best);
	return err_hint(err, "'kdbench list steps' shows them");
}

static bool find_kind(const struct node *key, enum step_kind *kind,
		      struct err *err)
{
	for (size_t i = 0; i < STEP_KIND_COUNT; i++) {
		if (strcmp(step_types[i].key, key->text) == 0) {
			*kind = (enum step_kind)i;
			return true;
		}
	}
	return unknown_step(key, err);
}

static bool taken(const struct reader *r, const char *name)
{
	for (size_t i = 0; i < r->name_count; i++) {
		if (strcmp(r->names[i], name) == 0)
			return true;
	}
	return false;
}

static void take(struct reader *r, const char *name)
{
	r->names = vector_grow(r->scope->arena, r->names, r->name_count,
			       sizeof(*r->names));
	r->names[r->name_count++] = name;
}

/* A name that somebody wrote; the others are given once all of these stand. */
static bool check_name(struct reader *r, const struct step *step,
		       const struct node *map)
{
	const struct node *node;

	if (!step->name)
		return true;
	node = node_get(map, "name");
	if (!name_check(step->name, "a step's name", node->where, r->err))
		return false;
	if (taken(r, step->name))
		return err_at(r->err, node->where,
			      "another step is called '%s'", step->name);
	take(r, step->name);
	return true;
}

static void name_rest(struct reader *r, struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *kind = step_types[steps[i].kind].key;
		const char *name = kind;

		for (size_t n = 2; !steps[i].name && taken(r, name); n++)
			name = arena_printf(r->scope->arena, "%s-%zu", kind, n);
		if (!steps[i].name) {
			steps[i].name = name;
			take(r, name);
		}
		name_rest(r, steps[i].steps, steps[i].step_count);
	}
}

/* What is wrong with settings that are legal one by one. */
static bool check_memory(const struct step *step, const struct node *map,
			 const char *name, struct err *err)
{
	const struct node *region, *address;

	if (step->kind != STEP_READ_MEMORY && step->kind != STEP_WRITE_MEMORY &&
	    step->kind != STEP_READ_PHYSICAL &&
	    step->kind != STEP_WRITE_PHYSICAL)
		return true;
	region = node_get(map, "region");
	address = node_get(map, "address");
	if (step->region == REGION_NONE && !address) {
		err_at(err, region->where, "'%s' has no region and no address",
		       name);
		return err_hint(err, "add 'address: 0x...'");
	}
	if (step->region != REGION_NONE && address) {
		err_at(err, address->where,
		       "'%s.address' is only for 'region: none'", name);
		return err_hint(err, "write 'region: none', or leave it out");
	}
	if ((step->kind == STEP_WRITE_MEMORY ||
	     step->kind == STEP_WRITE_PHYSICAL) &&
	    step->region == REGION_PATTERN) {
		err_at(err, region->where, "writing would spoil the pattern");
		return err_hint(err, "write 'region: scratch'");
	}
	return true;
}

/* An open loop asks for regions, where nothing but its requests is to do. */
static bool check_rates(const struct step *step, const struct node *map,
			const char *name, struct err *err)
{
	if (step->kind == STEP_SWEEP && step->to < step->from) {
		err_at(err, map->where, "'%s' ends at less than it begins with",
		       name);
		return err_hint(err, "write 'from' below 'to'");
	}
	if (step->rate && step->region == REGION_NONE) {
		err_at(err, node_get(map, "rate")->where,
		       "'%s.rate' is not for 'region: none'", name);
		return err_hint(err, "read the pattern, or leave out the rate");
	}
	if (step->rate && step->latency != LATENCY_ANSWER) {
		err_at(err, node_get(map, "latency")->where,
		       "'%s.latency' is not for a rate: nobody thinks there",
		       name);
		return err_hint(err, "leave one of them out");
	}
	return true;
}

/* Of a storm that ends by its lines nobody knows when its midst is. */
static bool check_storm(const struct step *step, const struct node *map,
			const char *name, struct err *err)
{
	if (!step->break_ins || step->duration_ns)
		return true;
	err_at(err, node_get(map, "break-ins")->where,
	       "'%s.break-ins' needs a duration", name);
	return err_hint(err, "write 'duration: 1s' instead of a count");
}

/* The keys that are no setting rows of this type of step. */
static const char *const *other_keys(const struct reader *r,
				     enum step_kind kind)
{
	const struct step_type *type = &step_types[kind];
	const char **keys = arena_alloc(r->scope->arena, 8 * sizeof(*keys));
	size_t count = 0;

	for (size_t i = 0; step_end_keys[i]; i++) {
		if (step_end_known(type, step_end_keys[i]))
			keys[count++] = step_end_keys[i];
	}
	if (kind == STEP_REPEAT)
		keys[count++] = "steps";
	if (kind == STEP_SCRIPT)
		keys[count++] = "rows";
	return keys;
}

static bool read_list(struct reader *r, const struct node *list,
		      const char *name, unsigned depth, struct step **steps,
		      size_t *count);

static bool read_nested(struct reader *r, struct step *step,
			const struct node *key, const struct node *map,
			unsigned depth)
{
	const struct node *list = map->kind == NODE_MAP ? node_get(map, "steps")
							: NULL;

	if (depth >= STEPS_DEPTH_MAX)
		return err_at(r->err, key->where,
			      "'repeat' is nested more than %d deep",
			      STEPS_DEPTH_MAX);
	if (!list) {
		err_at(r->err, key->where, "'repeat' needs 'steps'");
		return err_hint(r->err, "write 'repeat: { count: 3, steps: "
					"[step] }'");
	}
	return read_list(r, list, "repeat.steps", depth + 1, &step->steps,
			 &step->step_count);
}

static bool read_step(struct reader *r, struct step *step,
		      const struct node *item, unsigned depth)
{
	const struct step_type *type;
	const struct node *key, *map;
	struct row_set sets[2];

	if (++r->total > STEPS_MAX)
		return err_at(r->err, item->where, "more than %d steps",
			      STEPS_MAX);
	if (!node_item(item, "a step", r->scope->arena, &key, &map, r->err) ||
	    !find_kind(key, &step->kind, r->err))
		return false;
	type = &step_types[step->kind];
	sets[0] = (struct row_set){ type->settings, step };
	sets[1] = (struct row_set){ common_settings, step };
	if (!scope_rows(r->scope, map, key->text, sets, 2,
			other_keys(r, step->kind), NULL, r->err) ||
	    !step_end_read(step, type, map, key->text, r->scope, r->err) ||
	    !check_name(r, step, map) ||
	    !check_memory(step, map, key->text, r->err) ||
	    !check_rates(step, map, key->text, r->err) ||
	    !check_storm(step, map, key->text, r->err))
		return false;
	if (step->kind == STEP_SCRIPT)
		return rows_read(step, key, map, r->scope, r->err);
	return step->kind != STEP_REPEAT ||
	       read_nested(r, step, key, map, depth);
}

static bool read_list(struct reader *r, const struct node *list,
		      const char *name, unsigned depth, struct step **steps,
		      size_t *count)
{
	struct step *items;

	if (!node_is_list(list, name, r->err))
		return false;
	if (!list->count)
		return err_at(r->err, list->where, "'%s' has no steps", name);
	items = arena_alloc(r->scope->arena, list->count * sizeof(*items));
	for (size_t i = 0; i < list->count; i++) {
		if (!read_step(r, &items[i], list->items[i], depth))
			return false;
	}
	*steps = items;
	*count = list->count;
	return true;
}

bool steps_read(struct steps *steps, const struct node *list,
		const struct scope *scope, struct err *err)
{
	struct reader r = { .scope = scope, .err = err };

	if (!read_list(&r, list, "session", 0, &steps->items, &steps->count))
		return false;
	name_rest(&r, steps->items, steps->count);
	return step_state_check(list, steps->items, steps->count, err);
}

const struct step *steps_find(const struct step *steps, size_t count,
			      const char *name)
{
	for (size_t i = 0; i < count; i++) {
		const struct step *step = &steps[i];

		if (strcmp(step->name, name) == 0)
			return step;
		step = steps_find(step->steps, step->step_count, name);
		if (step)
			return step;
	}
	return NULL;
}
