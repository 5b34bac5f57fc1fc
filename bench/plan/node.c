/* SPDX-License-Identifier: MIT */
#include "bench/plan/node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/nearest.h"

const struct node *node_get(const struct node *map, const char *key)
{
	for (size_t i = 0; i < map->count; i++) {
		if (strcmp(map->keys[i]->text, key) == 0)
			return map->items[i];
	}
	return NULL;
}

bool node_empty(const struct node *node)
{
	return node->kind == NODE_SCALAR && node->plain && !*node->text;
}

/* What a node is, for a message. */
static const char *kind_name(const struct node *node)
{
	static const char *const names[] = {
		[NODE_SCALAR] = "a single value",
		[NODE_LIST] = "a list",
		[NODE_MAP] = "a mapping",
	};

	return node_empty(node) ? "nothing" : names[node->kind];
}

static bool is(const struct node *node, enum node_kind kind, const char *name,
	       struct err *err)
{
	static const char *const wanted[] = {
		[NODE_SCALAR] = "a single value",
		[NODE_LIST] = "a list",
		[NODE_MAP] = "a mapping",
	};
	static const char *const hints[] = {
		[NODE_SCALAR] = "write '%s: value'",
		[NODE_LIST] = "write '%s: [a, b]', or one '- item' per line",
		[NODE_MAP] =
			"write '%s: { key: value }', or a 'key: value' a line",
	};
	const char *last = strrchr(name, '.');

	if (node->kind == kind)
		return true;
	err_at(err, node->where, "'%s' must be %s, not %s", name, wanted[kind],
	       kind_name(node));
	return err_hint(err, hints[kind], last ? last + 1 : name);
}

bool node_is_map(const struct node *node, const char *name, struct err *err)
{
	return is(node, NODE_MAP, name, err);
}

bool node_is_list(const struct node *node, const char *name, struct err *err)
{
	return is(node, NODE_LIST, name, err);
}

bool node_is_scalar(const struct node *node, const char *name, struct err *err)
{
	return is(node, NODE_SCALAR, name, err);
}

bool node_is_root(const struct node *node, const char *what, struct err *err)
{
	if (node->kind == NODE_MAP)
		return true;
	err_at(err, node->where, "%s is made of 'key: value' lines, not %s",
	       what, kind_name(node));
	return err_hint(err, "see docs/scenarios.md");
}

/* "one of: a, b, c", as far as there is room. */
static void hint_known(const char *const *known, struct err *err)
{
	char list[sizeof(err->hint)] = "";
	size_t len = 0;

	for (size_t i = 0; known[i]; i++) {
		int added = snprintf(list + len, sizeof(list) - len, "%s%s",
				     i ? ", " : "", known[i]);

		if (added < 0 || (size_t)added >= sizeof(list) - len - 16)
			return;
		len += (size_t)added;
	}
	if (len)
		err_hint(err, "one of: %s", list);
}

bool node_unknown(const struct node *key, const char *const *known,
		  struct err *err)
{
	struct nearest n = { .word = key->text };

	err_at(err, key->where, "unknown key '%s'", key->text);
	for (size_t i = 0; known[i]; i++)
		nearest_try(&n, known[i]);
	if (n.best)
		return err_hint(err, "did you mean '%s'?", n.best);
	hint_known(known, err);
	return false;
}

bool node_item(const struct node *item, const char *what, struct arena *arena,
	       const struct node **key, const struct node **settings,
	       struct err *err)
{
	if (item->kind == NODE_SCALAR && *item->text) {
		struct node *nothing = arena_alloc(arena, sizeof(*nothing));

		nothing->where = item->where;
		nothing->text = "";
		nothing->plain = true;
		*key = item;
		*settings = nothing;
		return true;
	}
	if (item->kind == NODE_MAP && item->count == 1) {
		*key = item->keys[0];
		*settings = item->items[0];
		return true;
	}
	if (item->kind == NODE_MAP && item->count > 1) {
		err_at(err, item->keys[1]->where,
		       "'%s' does not belong beside '%s'", item->keys[1]->text,
		       item->keys[0]->text);
		return err_hint(err,
				"write '- %s: { ... }'; what is below it "
				"needs more indentation",
				item->keys[0]->text);
	}
	err_at(err, item->where, "%s must be a word or 'word: { ... }', not %s",
	       what, kind_name(item));
	return false;
}

static void put_flow(FILE *out, const struct node *node)
{
	if (node->kind == NODE_SCALAR) {
		fputs(node->text, out);
		return;
	}
	fputc(node->kind == NODE_MAP ? '{' : '[', out);
	for (size_t i = 0; i < node->count; i++) {
		fputs(i ? ", " : "", out);
		if (node->kind == NODE_MAP)
			fprintf(out, "%s: ", node->keys[i]->text);
		put_flow(out, node->items[i]);
	}
	fputc(node->kind == NODE_MAP ? '}' : ']', out);
}

const char *node_flow(const struct node *node, struct arena *arena)
{
	char *text = NULL;
	size_t size;
	FILE *out;
	const char *copy;

	if (node->kind == NODE_SCALAR)
		return node->text;
	out = open_memstream(&text, &size);
	if (!out)
		return "";
	put_flow(out, node);
	fclose(out);
	copy = arena_strdup(arena, text);
	free(text);
	return copy;
}
