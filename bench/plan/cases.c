/* SPDX-License-Identifier: MIT */
#include "bench/plan/cases.h"

#include <ctype.h>
#include <string.h>

#include "bench/base/nearest.h"
#include "bench/plan/group.h"

/* Names of cases may have capitals: they are often those of another list. */
static bool check_name(const struct node *key, struct err *err)
{
	const char *at = key->text;

	while (isalnum((unsigned char)*at) || (*at == '-' && at != key->text))
		at++;
	if (*at == '\0' && at != key->text && at - key->text <= 64)
		return true;
	err_at(err, key->where, "'%s' cannot be the name of a case", key->text);
	return err_hint(err, "letters, digits and '-', at most 64");
}

static bool read_key(struct case_source *c, const struct node *key,
		     const struct node *value, struct arena *arena,
		     struct err *err)
{
	static const char *const known[] = {
		"about",    "transport", "accel",   "host", "guest",  "target",
		"debugger", "faults",    "session", "heal", "expect", NULL,
	};
	const struct {
		const char *key;
		const struct node **to;
	} parts[] = {
		{ "session", &c->session },
		{ "faults", &c->faults },
		{ "expect", &c->expect },
	};

	if (strcmp(key->text, "about") == 0) {
		c->about = value->text;
		return node_is_scalar(value, "about", err);
	}
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (strcmp(parts[i].key, key->text) != 0)
			continue;
		*parts[i].to = value;
		return true;
	}
	if (!group_named(key_head(key->text, arena)))
		return node_unknown(key, known, err);
	return group_read(&c->settings, key, value, HOME_CELL, arena, err);
}

/* The last line that anything in the node stands in. */
static uint32_t last_line(const struct node *node)
{
	uint32_t last = node->where.line;

	for (size_t i = 0; i < node->count; i++) {
		uint32_t line = last_line(node->items[i]);

		if (line > last)
			last = line;
		if (node->keys && node->keys[i]->where.line > last)
			last = node->keys[i]->where.line;
	}
	return last;
}

static bool read_case(struct case_source *c, const struct node *key,
		      const struct node *node, struct arena *arena,
		      struct err *err)
{
	c->name = key->text;
	c->where = key->where;
	c->about = "";
	c->lines = last_line(node) - key->where.line + 1;
	if (!check_name(key, err) || !node_is_map(node, key->text, err))
		return false;
	for (size_t i = 0; i < node->count; i++) {
		if (!read_key(c, node->keys[i], node->items[i], arena, err))
			return false;
	}
	return true;
}

bool cases_read(struct cases *cases, const struct node *node,
		struct arena *arena, struct err *err)
{
	*cases = (struct cases){ 0 };
	if (!node)
		return true;
	if (!node_is_map(node, "cases", err))
		return false;
	if (!node->count)
		return err_at(err, node->where, "'cases' has none");
	cases->items = arena_alloc(arena, node->count * sizeof(*cases->items));
	for (size_t i = 0; i < node->count; i++) {
		if (!read_case(&cases->items[i], node->keys[i], node->items[i],
			       arena, err))
			return false;
	}
	cases->count = node->count;
	return true;
}

/* A list of their names, as if somebody had written it into the matrix. */
static struct node *name_list(const struct cases *cases, struct arena *arena)
{
	struct node *list = arena_alloc(arena, sizeof(*list));

	*list = (struct node){
		.kind = NODE_LIST,
		.where = cases->items[0].where,
		.count = cases->count,
		.items =
			arena_alloc(arena, cases->count * sizeof(*list->items)),
	};
	for (size_t i = 0; i < cases->count; i++) {
		list->items[i] = arena_alloc(arena, sizeof(struct node));
		*list->items[i] = (struct node){
			.text = cases->items[i].name,
			.where = cases->items[i].where,
		};
	}
	return list;
}

bool cases_matrix(const struct cases *cases, const struct node **matrix,
		  struct arena *arena, struct err *err)
{
	const struct node *old = *matrix;
	struct node *key, *map;
	size_t count = 0;

	if (!cases->count)
		return true;
	if (old && !node_is_map(old, "matrix", err))
		return false;
	for (size_t i = 0; old && i < old->count; i++) {
		if (strcmp(old->keys[i]->text, CASES_AXIS) == 0)
			return err_at(err, old->keys[i]->where,
				      "'case' is the axis of 'cases'");
	}
	key = arena_alloc(arena, sizeof(*key));
	*key = (struct node){ .text = CASES_AXIS,
			      .plain = true,
			      .where = cases->items[0].where };
	count = old ? old->count : 0;
	map = arena_alloc(arena, sizeof(*map));
	*map = (struct node){
		.kind = NODE_MAP,
		.where = old ? old->where : key->where,
		.count = count + 1,
		.items = arena_alloc(arena, (count + 1) * sizeof(*map->items)),
		.keys = arena_alloc(arena, (count + 1) * sizeof(*map->keys)),
	};
	map->keys[0] = key;
	map->items[0] = name_list(cases, arena);
	for (size_t i = 0; i < count; i++) {
		map->keys[i + 1] = old->keys[i];
		map->items[i + 1] = old->items[i];
	}
	*matrix = map;
	return true;
}

bool cases_of(const struct cases *cases, const struct matrix *matrix,
	      const struct combo *combo, struct case_source **found,
	      struct err *err)
{
	const struct value *value;
	struct nearest n = { 0 };

	*found = NULL;
	if (!cases->count)
		return true;
	matrix->axes[0].used = true;
	value = combo->values[0];
	if (!value) {
		err_at(err, cases->items[0].where,
		       "an entry of 'include' names no case");
		return err_hint(err, "add 'case: %s'", cases->items[0].name);
	}
	n.word = value->text;
	for (size_t i = 0; i < cases->count; i++) {
		if (strcmp(cases->items[i].name, value->text) == 0) {
			*found = &cases->items[i];
			(*found)->chosen = true;
			return true;
		}
		nearest_try(&n, cases->items[i].name);
	}
	err_at(err, value->where, "there is no case '%s'", value->text);
	return n.best ? err_hint(err, "did you mean '%s'?", n.best) : false;
}

bool cases_check_axes(const struct cases *cases, const struct matrix *matrix,
		      struct err *err)
{
	for (size_t i = 0; i < cases->count; i++) {
		const struct case_source *c = &cases->items[i];

		for (size_t k = 0; k < matrix->axis_count; k++) {
			const struct axis *axis = &matrix->axes[k];
			const struct assignment *set =
				assigned(&c->settings, axis->key);

			if (!set || axis->variable)
				continue;
			err_at(err, set->where,
			       "'%s' is set by case '%s', and varied in line "
			       "%u",
			       axis->key, c->name, axis->where.line);
			return err_hint(err, "leave one of them out, or "
					     "'exclude' what is too much");
		}
	}
	return true;
}

bool cases_check_used(const struct cases *cases, struct err *err)
{
	for (size_t i = 0; i < cases->count; i++) {
		const struct case_source *c = &cases->items[i];

		for (size_t k = 0; c->chosen && k < c->settings.count; k++) {
			const struct assignment *a = &c->settings.items[k];

			if (!a->used)
				return err_at(err, a->where,
					      "'%s' applies to none of the "
					      "transports of case '%s'",
					      a->key, c->name);
		}
	}
	return true;
}

const struct plan_case *cases_list(const struct cases *cases,
				   struct arena *arena)
{
	struct plan_case *list =
		arena_alloc(arena, cases->count * sizeof(*list));

	for (size_t i = 0; i < cases->count; i++) {
		const struct case_source *c = &cases->items[i];

		list[i] = (struct plan_case){
			.name = c->name,
			.about = c->about,
			.line = c->where.line,
			.lines = c->lines,
		};
	}
	return list;
}
