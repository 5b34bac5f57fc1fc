/* SPDX-License-Identifier: MIT */
#include "bench/plan/value.h"

#include <string.h>

#include "bench/plan/vector.h"

#define NAME_LEN_MAX 64

struct assignment *assigned(const struct assignments *in, const char *key)
{
	for (size_t i = 0; i < in->count; i++) {
		if (strcmp(in->items[i].key, key) == 0)
			return &in->items[i];
	}
	return NULL;
}

bool assign(struct assignments *to, struct arena *arena,
	    const struct assignment *item, struct err *err)
{
	const struct assignment *first = assigned(to, item->key);

	if (first) {
		err_at(err, item->where, "'%s' is set twice", item->key);
		if (first->where.line)
			err_hint(err, "it was set first in line %u",
				 first->where.line);
		return false;
	}
	to->items =
		vector_grow(arena, to->items, to->count, sizeof(*to->items));
	to->items[to->count++] = *item;
	return true;
}

bool value_of(struct value *value, const struct node *node, const char *name,
	      struct arena *arena, struct err *err)
{
	bool may_be_map = strcmp(name, "debugger.think") == 0;

	if (node->kind == NODE_LIST || (node->kind == NODE_MAP && !may_be_map))
		return node_is_scalar(node, name, err);
	if (node_empty(node))
		return err_at(err, node->where, "'%s' has no value", name);
	*value = (struct value){
		.text = node_flow(node, arena),
		.where = node->where,
		.source = "--set",
	};
	if (node->where.line)
		value->source = arena_printf(arena, "%s:%u", node->where.file,
					     node->where.line);
	return true;
}

bool name_ok(const char *text)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return len && !text[len] && text[0] != '-' && len <= NAME_LEN_MAX;
}

bool name_check(const char *text, const char *what, struct err_where where,
		struct err *err)
{
	if (name_ok(text))
		return true;
	err_at(err, where, "'%s' cannot be %s", text, what);
	return err_hint(err,
			"use a-z, 0-9 and '-', beginning with a letter or "
			"digit, at most %d",
			NAME_LEN_MAX);
}
