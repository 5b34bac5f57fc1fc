/* SPDX-License-Identifier: MIT */
#include "bench/plan/step_end.h"

#include <string.h>

#define STEP(field) offsetof(struct step, field)

const char *const step_end_keys[] = { "size", "count", "duration", "warmup",
				      NULL };

/* The ways to end, each with the field for as much of warm-up. */
static const struct way {
	struct setting end, warmup;
	size_t allowed; /* offset of a bool in struct step_type */
} ways[] = {
	{ { "count", SETTING_COUNT, STEP(count), NULL, "operations", NULL, 1,
	    UINT32_MAX },
	  { "warmup", SETTING_COUNT, STEP(warmup_count), NULL, "", NULL, 0,
	    UINT32_MAX },
	  offsetof(struct step_type, ends_by_count) },
	{ { "size", SETTING_SIZE, STEP(size), NULL, "bytes", NULL, 1,
	    UINT64_C(1) << 40 },
	  { "warmup", SETTING_SIZE, STEP(warmup_size), NULL, "", NULL, 0,
	    UINT64_C(1) << 40 },
	  offsetof(struct step_type, ends_by_size) },
	{ { "duration", SETTING_DURATION, STEP(duration_ns), NULL, "time", NULL,
	    1, UINT64_C(86400000000000) },
	  { "warmup", SETTING_DURATION, STEP(warmup_ns), NULL, "", NULL, 0,
	    UINT64_C(86400000000000) },
	  offsetof(struct step_type, ends_by_duration) },
};

static bool allowed(const struct step_type *type, const struct way *way)
{
	return *(const bool *)((const char *)type + way->allowed);
}

/* As it can end; what ends by itself warms up in any way. */
static bool warms_up(const struct step_type *type, const struct way *way)
{
	return allowed(type, way) ||
	       (!type->ends_by_size && !type->ends_by_count &&
		!type->ends_by_duration);
}

bool step_end_known(const struct step_type *type, const char *key)
{
	if (strcmp(key, "warmup") == 0)
		return type->warms_up;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		if (strcmp(ways[i].end.key, key) == 0)
			return allowed(type, &ways[i]);
	}
	return false;
}

/*
 * A text without a key: "10" is a count, "64KiB" a size, "100ms" a duration.
 * The first way that can read it is meant.
 */
static bool read_any(struct step *step, const struct step_type *type,
		     bool warmup, const struct scoped *value, const char *name,
		     const struct scope *scope, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		const struct setting *row = warmup ? &ways[i].warmup
						   : &ways[i].end;
		struct err ignored = { 0 };

		if ((warmup ? warms_up(type, &ways[i])
			    : allowed(type, &ways[i])) &&
		    scope_read(scope, row, value, name, step, &ignored))
			return true;
	}
	err_at(err, value->where, "'%s' cannot be '%s'", name, value->text);
	return err_hint(err, "write a count (10), a size (64KiB) or a duration "
			     "(100ms), as this step can end");
}

static bool read_ends(struct step *step, const struct step_type *type,
		      const struct node *map, const char *name,
		      const struct scope *scope, const char **found,
		      struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		const struct setting *end = &ways[i].end;
		const struct node *node = allowed(type, &ways[i])
						  ? node_get(map, end->key)
						  : NULL;
		struct scoped value;
		const char *path;

		if (!node)
			continue;
		path = arena_printf(scope->arena, "%s.%s", name, end->key);
		if (!scope_value(scope, node, path, &value, err) ||
		    !scope_read(scope, end, &value, path, step, err))
			return false;
		if (*found) {
			err_at(err, node->where,
			       "'%s' cannot end by '%s' and by '%s'", name,
			       *found, end->key);
			return err_hint(err, "leave one of them out");
		}
		*found = end->key;
	}
	return true;
}

static bool missing(const struct step_type *type, const struct node *at,
		    const char *name, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		if (!allowed(type, &ways[i]))
			continue;
		err_at(err, at->where, "'%s' needs '%s'", name,
		       ways[i].end.key);
		return err_hint(err, "write '%s: { %s: %s }'", type->key,
				ways[i].end.key,
				ways[i].end.type == SETTING_DURATION ? "1s"
				: ways[i].end.type == SETTING_SIZE   ? "64KiB"
								     : "10");
	}
	return true;
}

bool step_end_read(struct step *step, const struct step_type *type,
		   const struct node *map, const char *name,
		   const struct scope *scope, struct err *err)
{
	const struct node *warmup = type->warms_up ? node_get(map, "warmup")
						   : NULL;
	struct scoped value = { .text = type->initial_end };
	const char *found = NULL;
	const char *path;

	if (!read_ends(step, type, map, name, scope, &found, err))
		return false;
	if (!found && type->initial_end &&
	    !read_any(step, type, false, &value, name, scope, err))
		return false;
	if (!found && !type->initial_end && !type->ends_itself &&
	    !missing(type, map, name, err))
		return false;
	if (!warmup)
		return true;
	path = arena_printf(scope->arena, "%s.warmup", name);
	return scope_value(scope, warmup, path, &value, err) &&
	       read_any(step, type, true, &value, path, scope, err);
}
