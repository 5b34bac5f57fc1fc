/* SPDX-License-Identifier: MIT */
/*
 * Configuration before it is typed: paths such as host.wait or $loss, texts,
 * and who wrote them. Built-in < bench.yaml < scenario < --set.
 */
#ifndef PLAN_VALUE_H
#define PLAN_VALUE_H

#include "bench/plan/node.h"

/* A text, where it was written, and how to say so in the results. */
struct value {
	const char *text;
	struct err_where where;
	const char *source; /* bench.yaml:12 | x.yaml:7 | --set */
};

/* One path given a value. */
struct assignment {
	const char *key;
	struct err_where where; /* of the key */
	struct value value;
	bool used; /* it decided, or would have decided, something */
};

struct assignments {
	struct assignment *items;
	size_t count;
};

/* Add one; it is an error if the path has a value already. */
bool assign(struct assignments *to, struct arena *arena,
	    const struct assignment *item, struct err *err);

/* The assignment of a path, or NULL. */
struct assignment *assigned(const struct assignments *in, const char *key);

/*
 * The value of a scalar, or of a map in flow style (only debugger.think has
 * one); a list or nothing is an error. 'name' is what the value is called.
 */
bool value_of(struct value *value, const struct node *node, const char *name,
	      struct arena *arena, struct err *err);

/* Is this [a-z0-9][a-z0-9-]*, at most 64 characters? */
bool name_ok(const char *text);

/* Fail at 'where' unless it is; 'what' is "a scenario's name". */
bool name_check(const char *text, const char *what, struct err_where where,
		struct err *err);

#endif
