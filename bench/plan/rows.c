/* SPDX-License-Identifier: MIT */
#include "bench/plan/rows.h"

#include <string.h>

#include "bench/base/nearest.h"
#include "bench/base/units.h"
#include "bench/session/script.h"

static bool unknown_row(const struct node *key, struct err *err)
{
	struct nearest n = { .word = key->text };

	for (size_t i = 0; i < SCRIPT_KIND_COUNT; i++)
		nearest_try(&n, script_types[i].key);
	err_at(err, key->where, "unknown row '%s'", key->text);
	if (n.best)
		return err_hint(err, "did you mean '%s'?", n.best);
	return err_hint(err, "'kdbench list rows' shows them");
}

static bool find_kind(const struct node *key, uint8_t *kind, struct err *err)
{
	for (uint8_t i = 0; i < SCRIPT_KIND_COUNT; i++) {
		if (strcmp(script_types[i].key, key->text) == 0) {
			*kind = i;
			return true;
		}
	}
	return unknown_row(key, err);
}

static bool read_row(struct script_row *row, const struct node *item,
		     const struct scope *scope, struct err *err)
{
	const struct node *key, *map;
	struct row_set set = { .config = row };

	if (!node_item(item, "a row", scope->arena, &key, &map, err) ||
	    !find_kind(key, &row->kind, err))
		return false;
	row->where = key->where;
	set.rows = script_types[row->kind].settings;
	return scope_rows(scope, map, key->text, &set, 1, NULL, NULL, err);
}

bool rows_read(struct step *step, const struct node *key,
	       const struct node *map, const struct scope *scope,
	       struct err *err)
{
	const struct node *list = map->kind == NODE_MAP ? node_get(map, "rows")
							: NULL;
	struct script *script = arena_alloc(scope->arena, sizeof(*script));

	if (!list) {
		err_at(err, key->where, "'script' needs 'rows'");
		return err_hint(err, "write 'script: { rows: [version] }', or "
				     "have 'kdbench session import' write it");
	}
	if (!node_is_list(list, "script.rows", err))
		return false;
	if (!list->count || list->count > SCRIPT_ROWS_MAX)
		return err_at(err, list->where,
			      "'script.rows' must have from 1 to %d rows",
			      SCRIPT_ROWS_MAX);
	script->count = list->count;
	script->rows =
		arena_alloc(scope->arena, list->count * sizeof(*script->rows));
	for (size_t i = 0; i < list->count; i++) {
		if (!read_row(&script->rows[i], list->items[i], scope, err))
			return false;
	}
	step->script = script;
	return script_build(script, step->layout, scope->arena, err);
}

bool rows_check_scratch(const struct step *steps, size_t count,
			uint64_t scratch, struct err *err)
{
	char text[UNITS_TEXT_MAX];

	for (size_t i = 0; i < count; i++) {
		const struct script *script = steps[i].script;

		if (!rows_check_scratch(steps[i].steps, steps[i].step_count,
					scratch, err))
			return false;
		if (!script || script->region_size <= scratch)
			continue;
		err_at(err, script->rows[0].where,
		       "the script's pages do not fit into 'guest.scratch'");
		return err_hint(
			err, "write 'guest.scratch: %s'",
			units_exact(UNIT_SIZE, script->region_size, text));
	}
	return true;
}
