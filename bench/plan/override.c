/* SPDX-License-Identifier: MIT */
#include "bench/plan/override.h"

#include <string.h>

#include "bench/base/nearest.h"
#include "bench/base/utf8.h"
#include "bench/plan/group.h"
#include "bench/plan/yaml.h"

static bool check_utf8(const struct override *o, struct err_where where,
		       struct err *err)
{
	for (const char *at = o->value; *at; at += utf8_len(at)) {
		if (!utf8_valid(at))
			return err_at(err, where, "not valid UTF-8");
	}
	return true;
}

static bool add(struct assignments *to, const char *key,
		const struct node *node, struct arena *arena, struct err *err)
{
	struct assignment item = { .key = key, .where = node->where };
	struct path path;

	if (!value_of(&item.value, node, key, arena, err))
		return false;
	if (path_find(key, &path) &&
	    !path_check(&path, key, &item.value, arena, err))
		return false;
	return assign(to, arena, &item, err);
}

bool overrides_read(struct assignments *to, const struct plan_input *input,
		    struct arena *arena, struct err *err)
{
	*to = (struct assignments){ 0 };
	for (size_t i = 0; i < input->override_count; i++) {
		const struct override *o = &input->overrides[i];
		struct err_where where = { .file = o->written };
		struct node *node;
		bool ok;

		if (!check_utf8(o, where, err) ||
		    !yaml_parse_value(&node, o->value, where, arena, err))
			return false;
		/* As in a file, 'trials' is both of its bounds. */
		if (strcmp(o->key, "trials") == 0)
			ok = add(to, "trials.min", node, arena, err) &&
			     add(to, "trials.max", node, arena, err);
		else
			ok = add(to, o->key, node, arena, err);
		if (!ok)
			return false;
	}
	return true;
}

void overrides_apply(struct assignments *overrides, struct matrix *matrix)
{
	for (size_t i = 0; i < matrix->axis_count; i++) {
		struct assignment *item =
			assigned(overrides, matrix->axes[i].key);

		if (!item)
			continue;
		item->used |= matrix->axes[i].variable;
		matrix_override(matrix, i, &item->value);
	}
}

bool overrides_check(const struct assignments *overrides,
		     const char *const *variables, size_t variable_count,
		     struct err *err)
{
	for (size_t i = 0; i < overrides->count; i++) {
		const struct assignment *item = &overrides->items[i];
		struct nearest n = { .word = item->key };
		struct path path;

		if (item->used)
			continue;
		if (path_find(item->key, &path)) {
			err_at(err, item->where, "'%s' applies to no cell",
			       item->key);
			if (strncmp(item->key, "guest.", 6) == 0)
				return err_hint(err,
						"no cell has such a guest; "
						"guest.name chooses one");
			return err_hint(err, "none of the transports has it");
		}
		for (size_t k = 0; k < variable_count; k++)
			nearest_try(&n, variables[k]);
		if (!n.best)
			return path_unknown(item->key, item->where, err);
		err_at(err, item->where, "unknown setting or variable '%s'",
		       item->key);
		return err_hint(err, "did you mean '%s'?", n.best);
	}
	return true;
}
