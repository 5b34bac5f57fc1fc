/* SPDX-License-Identifier: MIT */
/*
 * The part of YAML that kdbench speaks: one document of maps, lists and
 * scalars, in UTF-8. Refused, each with a message that says so: anchors,
 * aliases, tags, merge keys, directives, keys that are not scalars or are
 * written twice, several documents, tabs as indentation, and whatever is too
 * large or too deep.
 */
#ifndef PLAN_YAML_H
#define PLAN_YAML_H

#include "bench/plan/node.h"

#define YAML_SIZE_MAX (1024 * 1024)
#define YAML_DEPTH_MAX 16
#define YAML_COUNT_MAX 2000 /* of items in one list or keys in one map */

/* The bytes of a file. */
struct yaml_text {
	const char
		*path; /* for messages; borrowed by every place in the tree */
	const char *text; /* NUL-ended */
	size_t len;
};

/*
 * Read a file into the arena. The failure of a file that does not exist, is a
 * directory or is larger than YAML_SIZE_MAX is ERR_USAGE: it was named on the
 * command line.
 */
bool yaml_read(struct yaml_text *text, const char *path, struct arena *arena,
	       struct err *err);

/* Parse it into a tree in the arena. */
bool yaml_parse(struct node **root, const struct yaml_text *text,
		struct arena *arena, struct err *err);

/*
 * Parse a value that does not come from a file, such as the VALUE of --set:
 * flow style if it begins with '[' or '{', else one scalar. All places are
 * 'where'.
 */
bool yaml_parse_value(struct node **root, const char *value,
		      struct err_where where, struct arena *arena,
		      struct err *err);

#endif
