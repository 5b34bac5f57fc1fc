/* SPDX-License-Identifier: MIT */
/* group: settings as they stand in a file. */
#include <string.h>

#include "bench/plan/group.h"
#include "bench/plan/profile.h"

bool path_check(const struct path *path, const char *key,
		const struct value *value, struct arena *arena, struct err *err)
{
	struct setting row = *path->row;
	struct think think;
	uint64_t cost_ns;
	union {
		uint64_t number;
		double real;
		const char *text;
		int index;
		bool flag;
	} scratch;

	if (strcmp(key, "target.poll-cost") == 0)
		return poll_cost_read(&cost_ns, value->text, key, value->where,
				      err);
	if (strcmp(key, "debugger.think") == 0)
		return think_read(&think, value->text, key, value->where, arena,
				  err);
	row.offset = 0;
	return setting_read(&row, value->where, key, value->text, &scratch,
			    err);
}

const char *key_head(const char *key, struct arena *arena)
{
	return arena_printf(arena, "%.*s", (int)strcspn(key, "."), key);
}

static bool check_home(const struct path *path, const char *name,
		       struct err_where where, enum home most, struct err *err)
{
	enum home home = path->group ? path->group->home : HOME_CELL;

	if (home <= most)
		return true;
	err_at(err, where, "'%s' is not a setting of a scenario", name);
	return err_hint(err, "write it in bench.yaml, or use --set");
}

static bool read_one(struct assignments *to, const struct node *key,
		     const char *name, const struct node *node, enum home most,
		     struct arena *arena, struct err *err)
{
	struct assignment item = { .key = name, .where = key->where };
	struct path path;

	if (!path_find(name, &path))
		return path_unknown(name, key->where, err);
	if (!check_home(&path, name, key->where, most, err) ||
	    !value_of(&item.value, node, name, arena, err) ||
	    !path_check(&path, name, &item.value, arena, err))
		return false;
	return assign(to, arena, &item, err);
}

/* 'trials: 5' is min and max in one. */
static bool read_trials(struct assignments *to, const struct node *key,
			const struct node *node, struct arena *arena,
			struct err *err)
{
	return read_one(to, key, "trials.min", node, HOME_SCENARIO, arena,
			err) &&
	       read_one(to, key, "trials.max", node, HOME_SCENARIO, arena, err);
}

bool group_read(struct assignments *to, const struct node *key,
		const struct node *value, enum home most, struct arena *arena,
		struct err *err)
{
	struct path path;

	if (strcmp(key->text, "trials") == 0 && value->kind == NODE_SCALAR &&
	    !node_empty(value))
		return read_trials(to, key, value, arena, err);
	if (strchr(key->text, '.') || path_find(key->text, &path))
		return read_one(to, key, key->text, value, most, arena, err);
	if (!node_is_map(value, key->text, err))
		return false;
	for (size_t i = 0; i < value->count; i++) {
		const char *name = arena_printf(arena, "%s.%s", key->text,
						value->keys[i]->text);

		if (!read_one(to, value->keys[i], name, value->items[i], most,
			      arena, err))
			return false;
	}
	return true;
}
