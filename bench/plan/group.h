/* SPDX-License-Identifier: MIT */
/*
 * Every setting that has a path, as a table of groups: 'host' with its rows is
 * host.wait and host.spin; the group without a name holds transport, accel and
 * results. The transports' own settings (transport.baud) depend on the kind and
 * come from transport_types[].
 */
#ifndef PLAN_GROUP_H
#define PLAN_GROUP_H

#include "bench/plan/plan.h"
#include "bench/plan/value.h"

/* Whose a setting is, and so where it may be written. */
enum home {
	HOME_CELL,     /* may differ from cell to cell: anywhere */
	HOME_SCENARIO, /* bench.yaml, scenario, --set; not in a matrix */
	HOME_RUN,      /* bench.yaml and --set */
};

/* What the target's time-outs are counted in. */
enum timeout_unit { TIMEOUT_TIME, TIMEOUT_POLLS };

/* What a cell chooses by name, before it is looked up. */
struct choices {
	const char *transport;
	int accel; /* enum accel_choice */
	int target_profile;
	int timeout_unit; /* enum timeout_unit */
	const char *poll_cost;
	int debugger_profile;
	const char *think;
};

struct guest_def;

/* A cell while it is being made. */
struct draft {
	const struct guest_def
		*guest; /* somebody else's; NULL: ours, or none */
	struct choices choices;
	uint64_t poll_cost_ns;
	struct cell cell;
};

/* Trials as written; 'until' is decoded later. */
struct trials_draft {
	uint64_t min, max, warmup;
	const char *until;
};

struct group {
	const char *name; /* "" for settings without a group */
	const char *help;
	const struct setting *rows;
	enum home home;
	/* Of the rows' struct: into struct draft (HOME_CELL), struct
	   trials_draft (HOME_SCENARIO) or struct plan (HOME_RUN). */
	size_t offset;
};

/* Ends with a NULL name; several groups may share a name. */
extern const struct group groups[];

/* The path of a row: "host.wait", "accel". */
const char *group_path(const struct group *g, const struct setting *row,
		       struct arena *arena);

/* Does 'name' begin paths: "host", "transport", "accel"? */
bool group_named(const char *name);

/* What a path leads to; 'group' is NULL for a setting of a
   transport, or of somebody else's guest. */
struct path {
	const struct group *group;
	const struct setting *row; /* of the first kind that has it */
};

/* Look a path up; false if there is none. */
bool path_find(const char *key, struct path *path);

/* Fail at 'where': no such setting; hint at the nearest one. */
bool path_unknown(const char *key, struct err_where where, struct err *err);

/*
 * Check that 'value' can be read as this path's type, as far as that can be
 * told before the transport is known.
 */
bool path_check(const struct path *path, const char *key,
		const struct value *value, struct arena *arena,
		struct err *err);

/*
 * Does the setting mean anything with this kind of transport? 'external': with
 * somebody else's guest, if the kind of transport leaves a choice.
 */
bool path_applies(const char *key, const struct transport_type *type,
		  bool external);

/*
 * A top-level key of bench.yaml or a scenario that group_named(): 'host:' with
 * a mapping, 'host.wait:' or 'accel:' with a value. 'most' is the highest home
 * that may be written here. Everything is checked and added to 'to'.
 */
bool group_read(struct assignments *to, const struct node *key,
		const struct node *value, enum home most, struct arena *arena,
		struct err *err);

/* The part of a key in front of the first '.', in the arena. */
const char *key_head(const char *key, struct arena *arena);

#endif
