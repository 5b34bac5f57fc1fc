/* SPDX-License-Identifier: MIT */
#include "bench/plan/scope.h"

#include <string.h>

#include "bench/base/nearest.h"
#include "bench/plan/vector.h"

static bool unknown_variable(const struct scope *scope, const char *name,
			     struct err_where where, struct err *err)
{
	struct nearest n = { .word = name };

	for (size_t i = 0; i < scope->count; i++)
		nearest_try(&n, scope->variables[i].name);
	err_at(err, where, "unknown variable '$%s'", name);
	if (n.best)
		return err_hint(err, "did you mean '$%s'?", n.best);
	return err_hint(err, "give it values: 'matrix: { %s: [...] }'", name);
}

bool scope_text(const struct scope *scope, const char *text,
		struct err_where where, struct scoped *value, struct err *err)
{
	*value = (struct scoped){ .text = text, .where = where };
	if (text[0] != '$')
		return true;
	for (size_t i = 0; i < scope->count; i++) {
		struct variable *v = &scope->variables[i];

		if (strcmp(v->name, text + 1) != 0)
			continue;
		v->used = true;
		if (!v->value) {
			err_at(err, where,
			       "'%s' has no value in a cell of "
			       "'include'",
			       text);
			return err_hint(err,
					"add '%s: ...' to each entry of "
					"'include'",
					v->name);
		}
		value->text = v->value->text;
		value->where = v->value->where;
		value->from = v;
		return true;
	}
	return unknown_variable(scope, text + 1, where, err);
}

bool scope_value(const struct scope *scope, const struct node *node,
		 const char *name, struct scoped *value, struct err *err)
{
	if (!node_is_scalar(node, name, err))
		return false;
	if (node_empty(node))
		return err_at(err, node->where, "'%s' has no value", name);
	return scope_text(scope, node->text, node->where, value, err);
}

bool scope_read(const struct scope *scope, const struct setting *row,
		const struct scoped *value, const char *name, void *config,
		struct err *err)
{
	struct variable *from = value->from;

	if (!setting_read(row, value->where, name, value->text, config, err))
		return from ? err_while(err, "$%s", from->name) : false;
	if (from && !from->canonical)
		from->canonical = setting_write(row, config, scope->arena);
	return true;
}

static bool listed(const char *const *words, const char *word)
{
	for (; words && *words; words++) {
		if (strcmp(*words, word) == 0)
			return true;
	}
	return false;
}

/* The row of a key, in whichever set has it. */
static const struct setting *find_row(const struct row_set *sets, size_t count,
				      const char *key, void **config)
{
	for (size_t i = 0; i < count; i++) {
		const struct setting *row = setting_find(sets[i].rows, key);

		*config = sets[i].config;
		if (row)
			return row;
	}
	return NULL;
}

static bool unknown_key(const struct scope *scope, const struct node *key,
			const struct row_set *sets, size_t set_count,
			const char *const *others, struct err *err)
{
	const char **known = NULL;
	size_t count = 0;

	for (; others && *others; others++) {
		known = vector_grow(scope->arena, known, count, sizeof(*known));
		known[count++] = *others;
	}
	for (size_t i = 0; i < set_count; i++) {
		const struct setting *row = sets[i].rows;

		for (; row->key; row++) {
			known = vector_grow(scope->arena, known, count,
					    sizeof(*known));
			known[count++] = row->key;
		}
	}
	known = vector_grow(scope->arena, known, count, sizeof(*known));
	known[count] = NULL;
	return node_unknown(key, known, err);
}

/* Defaults, and whatever must be written but is not. */
static bool fill_defaults(const struct node *map, const char *name,
			  const struct row_set *sets, size_t set_count,
			  struct err *err)
{
	for (size_t i = 0; i < set_count; i++) {
		const struct setting *row = sets[i].rows;

		for (; row->key; row++) {
			if (setting_default(row, sets[i].config) ||
			    node_get(map, row->key))
				continue;
			err_at(err, map->where, "'%s' needs '%s'", name,
			       row->key);
			return err_hint(err, "%s: %s", row->key, row->help);
		}
	}
	return true;
}

bool scope_rows(const struct scope *scope, const struct node *map,
		const char *name, const struct row_set *sets, size_t set_count,
		const char *const *others, struct row_sink *sink,
		struct err *err)
{
	if (!node_empty(map) && !node_is_map(map, name, err))
		return false;
	if (!fill_defaults(map, name, sets, set_count, err))
		return false;
	for (size_t i = 0; i < map->count; i++) {
		const struct node *key = map->keys[i];
		const struct setting *row;
		struct scoped value = { 0 };
		const char *path;
		void *config = NULL;

		if (listed(others, key->text))
			continue;
		row = find_row(sets, set_count, key->text, &config);
		if (!row)
			return unknown_key(scope, key, sets, set_count, others,
					   err);
		path = arena_printf(scope->arena, "%s.%s", name, key->text);
		if (!scope_value(scope, map->items[i], path, &value, err) ||
		    !scope_read(scope, row, &value, path, config, err))
			return false;
		if (sink)
			sink->told(sink, path, row, &value, config);
	}
	return true;
}
