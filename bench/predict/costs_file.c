/* SPDX-License-Identifier: MIT */
/*
 * JSON is YAML, so the reader of scenarios reads it: it knows the place of each
 * mistake and refuses what is too large, too deep or written twice.
 */
#include "bench/predict/costs_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/nearest.h"
#include "bench/base/units.h"
#include "bench/plan/yaml.h"
#include "bench/result/json.h"

#define VERSION_KEY "kdbench-costs"
#define VERSION "1"

static bool bad_cost(const struct node *key, struct err *err)
{
	const char *slash = strrchr(key->text, '/');
	struct nearest n = { .word = slash ? slash + 1 : key->text };

	for (size_t c = 0; c < COST_COUNT; c++)
		nearest_try(&n, cost_types[c].name);
	err_at(err, key->where, "unknown cost '%s'", key->text);
	if (n.best && strcmp(n.best, n.word) != 0)
		return err_hint(err, "did you mean '%s'?", n.best);
	return err_hint(err,
			"write port-read, uart/byte-out, ...; docs/model.md "
			"lists them");
}

/* Nanoseconds; NAN for null. */
static bool read_ns(double *ns, const struct node *key,
		    const struct node *value, struct err *err)
{
	*ns = NAN;
	if (!node_is_scalar(value, key->text, err))
		return false;
	if (value->plain && (!*value->text || strcmp(value->text, "null") == 0))
		return true;
	if (!strchr(value->text, '%') &&
	    units_read_number(value->text, ns) == UNITS_OK &&
	    *ns <= COSTS_NS_MAX)
		return true;
	err_at(err, value->where, "'%s' cannot be '%s'", key->text,
	       value->text);
	return err_hint(err, "write nanoseconds a piece, from 0 to 1e12, or "
			     "null if it is not known");
}

static bool read_costs(struct cost_set *set, const struct node *map,
		       struct err *err)
{
	for (size_t i = 0; i < map->count; i++) {
		double ns;

		if (!read_ns(&ns, map->keys[i], map->items[i], err))
			return false;
		if (!cost_set_named(set, map->keys[i]->text, ns))
			return bad_cost(map->keys[i], err);
	}
	return true;
}

static bool read_text(const char **to, const struct node *root, const char *key,
		      struct err *err)
{
	const struct node *value = node_get(root, key);

	*to = "";
	if (!value)
		return true;
	if (!node_is_scalar(value, key, err))
		return false;
	*to = value->text;
	return true;
}

static bool check_version(const struct node *root, struct err *err)
{
	const struct node *version = node_get(root, VERSION_KEY);

	if (!version) {
		err_at(err, root->where,
		       "this is no file of costs: '%s' is "
		       "missing",
		       VERSION_KEY);
		return err_hint(err, "'kdbench predict --write-costs FILE RUN' "
				     "writes one");
	}
	if (version->kind == NODE_SCALAR && strcmp(version->text, VERSION) == 0)
		return true;
	err_at(err, version->where, "costs of another version than %s",
	       VERSION);
	return err_hint(err, "use the kdbench that wrote them, or a newer one");
}

static bool read_root(struct costs_file *file, const struct node *root,
		      struct err *err)
{
	static const char *const known[] = { VERSION_KEY, "about", "accel",
					     "costs", NULL };
	const struct node *costs;

	if (!node_is_root(root, "a file of costs", err) ||
	    !check_version(root, err))
		return false;
	for (size_t i = 0; i < root->count; i++) {
		size_t k = 0;

		while (known[k] && strcmp(known[k], root->keys[i]->text) != 0)
			k++;
		if (!known[k])
			return node_unknown(root->keys[i], known, err);
	}
	costs = node_get(root, "costs");
	if (!costs) {
		err_at(err, root->where, "there are no 'costs'");
		return err_hint(err, "write '\"costs\": { \"port-read\": 2500 "
				     "}'");
	}
	return read_text(&file->about, root, "about", err) &&
	       read_text(&file->accel, root, "accel", err) &&
	       node_is_map(costs, "costs", err) &&
	       read_costs(&file->costs, costs, err);
}

bool costs_file_read(struct costs_file *file, const char *path,
		     struct arena *arena, struct err *err)
{
	struct yaml_text text;
	struct node *root;

	*file = (struct costs_file){ .about = "", .accel = "" };
	cost_set_clear(&file->costs);
	return yaml_read(&text, path, arena, err) &&
	       yaml_parse(&root, &text, arena, err) &&
	       read_root(file, root, err);
}

json_t *costs_json(const struct cost_set *set)
{
	json_t *o = json_object();

	for (size_t c = 0; c < COST_COUNT; c++)
		if (!isnan(set->any[c]))
			json_object_set_new(o, cost_types[c].name,
					    json_from_number(set->any[c]));
	for (size_t p = 0; p < PATH_COUNT; p++) {
		for (size_t c = 0; c < COST_COUNT; c++) {
			char *name;

			if (isnan(set->of[p][c]))
				continue;
			name = mem_printf("%s/%s", path_name((enum path)p),
					  cost_types[c].name);
			json_object_set_new(o, name,
					    json_from_number(set->of[p][c]));
			free(name);
		}
	}
	return o;
}

json_t *costs_file_json(const struct costs_file *file)
{
	json_t *o = json_object();

	json_object_set_new(o, VERSION_KEY, json_integer(1));
	json_object_set_new(o, "about", json_from_text(file->about));
	json_object_set_new(o, "accel", json_from_text(file->accel));
	json_object_set_new(o, "costs", costs_json(&file->costs));
	return o;
}
