/* SPDX-License-Identifier: MIT */
/*
 * A YAML file as a tree of texts with places. Nothing is typed here: what a
 * value means is known by the setting that it is for.
 */
#ifndef PLAN_NODE_H
#define PLAN_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/base/err.h"
#include "bench/base/mem.h"

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

/* All of it belongs to the arena that yaml_parse() was given. */
struct node {
	enum node_kind kind;
	struct err_where where;
	const char *text;    /* NODE_SCALAR; "" for nothing at all */
	bool plain;          /* NODE_SCALAR without quotes */
	size_t count;        /* of items or pairs */
	struct node **items; /* NODE_LIST, and the values of a NODE_MAP */
	struct node **keys;  /* NODE_MAP: scalars, all different */
};

/* The value of 'key' in a map, or NULL. */
const struct node *node_get(const struct node *map, const char *key);

/* A scalar with nothing in it: "key:". */
bool node_empty(const struct node *node);

/* Fail unless the node is of this kind; 'name' is what it is called. */
bool node_is_map(const struct node *node, const char *name, struct err *err);
bool node_is_list(const struct node *node, const char *name, struct err *err);
bool node_is_scalar(const struct node *node, const char *name, struct err *err);

/* Fail unless a whole file, called 'what', is a mapping. */
bool node_is_root(const struct node *node, const char *what, struct err *err);

/* Fail at this key: unknown; hint at the nearest of 'known' (NULL-ended). */
bool node_unknown(const struct node *key, const char *const *known,
		  struct err *err);

/*
 * An item of a list such as 'session': "- connect" or "- wait: {...}". *key is
 * the word, *settings what follows it (an empty scalar if nothing does). 'what'
 * is "a step", for messages.
 */
bool node_item(const struct node *item, const char *what, struct arena *arena,
	       const struct node **key, const struct node **settings,
	       struct err *err);

/* The node in flow style, on one line: "{ack: 1ms, gap: 2ms}". */
const char *node_flow(const struct node *node, struct arena *arena);

#endif
