/* SPDX-License-Identifier: MIT */
/*
 * What is known while one cell's session, faults and expectations are decoded:
 * its variables. "$loss" as a whole value stands for the variable's text, which
 * is typed by where it is used.
 */
#ifndef PLAN_SCOPE_H
#define PLAN_SCOPE_H

#include "bench/base/setting.h"
#include "bench/plan/value.h"

struct variable {
	const char *name;
	const struct value *value; /* NULL: none in this cell */
	const char *canonical;     /* by the type of its first use, or NULL */
	bool used;
};

struct matrix;
struct combo;

struct scope {
	struct arena *arena;
	const struct matrix *matrix;
	const struct combo *combo; /* the cell's */
	struct variable *variables;
	size_t count;
};

/* A value with its variable replaced. */
struct scoped {
	const char *text;
	struct err_where where; /* of the text: in the matrix, for a variable */
	struct variable *from;  /* or NULL */
};

/* The value of a scalar node called 'name' in messages. */
bool scope_value(const struct scope *scope, const struct node *node,
		 const char *name, struct scoped *value, struct err *err);

/* The same for a text that was cut out of one, such as the 5ms of "< 5ms". */
bool scope_text(const struct scope *scope, const char *text,
		struct err_where where, struct scoped *value, struct err *err);

/* Read a scoped value into a setting's field. */
bool scope_read(const struct scope *scope, const struct setting *row,
		const struct scoped *value, const char *name, void *config,
		struct err *err);

/* Several rows that fill one struct or several, and read as one mapping. */
struct row_set {
	const struct setting *rows;
	void *config;
};

/*
 * Told of each key that was read, e.g. to record it; 'name' is its path in
 * messages.
 */
struct row_sink {
	void (*told)(struct row_sink *sink, const char *name,
		     const struct setting *row, const struct scoped *value,
		     const void *config);
};

/*
 * Fill the structs from a map: defaults first, then what is written. Keys in
 * 'others' (NULL-ended) are left to the caller; any further key is an error,
 * as is a required one that is missing. A node that is no map but empty is an
 * empty map. 'name' is the map's name in messages; 'sink' may be NULL.
 */
bool scope_rows(const struct scope *scope, const struct node *map,
		const char *name, const struct row_set *sets, size_t set_count,
		const char *const *others, struct row_sink *sink,
		struct err *err);

#endif
