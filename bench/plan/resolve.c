/* SPDX-License-Identifier: MIT */
#include "bench/plan/resolve.h"

#include <string.h>

#include "bench/base/nearest.h"
#include "bench/base/units.h"
#include "bench/plan/guests.h"
#include "bench/plan/profile.h"
#include "bench/plan/vector.h"

void params_add(struct params *params, struct arena *arena,
		const struct param *param)
{
	params->items = vector_grow(arena, params->items, params->count,
				    sizeof(*params->items));
	params->items[params->count++] = *param;
}

/* The combination's value of a path. */
static const struct value *find_axis(const struct resolver *r, const char *key,
				     bool *varies)
{
	if (!r->combo)
		return NULL;
	for (size_t i = 0; i < r->matrix->axis_count; i++) {
		struct axis *axis = &r->matrix->axes[i];

		if (axis->variable || strcmp(axis->key, key) != 0)
			continue;
		axis->used = true;
		*varies = axis->varies;
		return r->combo->values[i];
	}
	return NULL;
}

static const struct value *find_in(struct assignments *layer, const char *key)
{
	struct assignment *item = layer ? assigned(layer, key) : NULL;

	if (!item)
		return NULL;
	item->used = true;
	return &item->value;
}

const struct value *resolve_find(const struct resolver *r, const char *key,
				 bool *axis)
{
	const struct assignment *config = assigned(&r->config->settings, key);
	const struct value *scenario = find_in(r->settings, key);
	const struct value *particular = find_in(r->particular, key);
	const struct value *varied = find_axis(r, key, axis);
	const struct value *override = find_in(r->overrides, key);

	return override     ? override
	       : particular ? particular
	       : varied     ? varied
	       : scenario   ? scenario
	       : config     ? &config->value
			    : NULL;
}

enum layer resolve_layer(const struct resolver *r, const char *key)
{
	bool axis;
	/* A --set that narrows an axis chooses one of the scenario's values. */
	bool varied = find_axis(r, key, &axis);

	if (!varied && r->overrides && assigned(r->overrides, key))
		return LAYER_SET;
	return varied || (r->particular && assigned(r->particular, key)) ||
			       (r->settings && assigned(r->settings, key))
		       ? LAYER_SCENARIO
	       : assigned(&r->config->settings, key) ? LAYER_CONFIG
						     : LAYER_NONE;
}

bool resolve_row(struct resolver *r, const struct setting *row, const char *key,
		 const struct value *v, bool axis, const char *initial,
		 void *base)
{
	struct setting built_in = *row;
	struct param param = { .key = key, .axis = axis };

	built_in.initial = initial;
	if (!v && !setting_default(&built_in, base))
		return err_set(r->err, ERR_CONFIG, "'%s' must be set", key);
	if (v && !setting_read(row, v->where, key, v->text, base, r->err))
		return false;
	param.value = setting_write(row, base, r->arena);
	param.written = v ? v->text : initial;
	param.source = v ? v->source : "built-in";
	params_add(&r->params, r->arena, &param);
	return true;
}

bool resolve_group(struct resolver *r, const struct group *g, void *base)
{
	for (const struct setting *row = g->rows; row->key; row++) {
		const char *key = group_path(g, row, r->arena);
		bool axis = false;
		const struct value *v = resolve_find(r, key, &axis);

		if (!resolve_row(r, row, key, v, axis, row->initial, base))
			return false;
	}
	return true;
}

static bool unknown_transport(const struct resolver *r, const char *name,
			      const struct value *v)
{
	static const struct err_where nowhere;
	struct nearest n = { .word = name };

	for (size_t i = 0; i < r->config->transport_count; i++)
		nearest_try(&n, r->config->transports[i].name);
	err_at(r->err, v ? v->where : nowhere, "unknown transport '%s'", name);
	if (n.best)
		return err_hint(r->err, "did you mean '%s'?", n.best);
	return err_hint(r->err, "'kdbench list transports' shows them; "
				"bench.yaml can define more");
}

bool resolve_is_attached(const struct resolver *r)
{
	bool axis;
	const struct value *name = resolve_find(r, "transport", &axis);
	const struct transport_def *def =
		config_transport(r->config, name ? name->text : "");
	const struct value *address;
	const struct assignment *own;

	if (!def || def->kind != TRANSPORT_ATTACH)
		return false;
	address = resolve_find(r, "transport.address", &axis);
	own = assigned(&def->params, "address");
	return address ? *address->text : own && *own->value.text;
}

/* The kind's own settings: transport.baud and its like. */
static bool resolve_transport_rows(struct resolver *r,
				   const struct transport_def *def,
				   struct transport_config *config,
				   bool external)
{
	const struct transport_type *type = &transport_types[def->kind];
	void *base = (char *)config + type->config_offset;

	for (const struct setting *row = type->settings; row->key; row++) {
		const char *key =
			arena_printf(r->arena, "transport.%s", row->key);
		const struct assignment *own = assigned(&def->params, row->key);
		bool axis = false;
		const struct value *v = resolve_find(r, key, &axis);

		if (!v && own)
			v = &own->value;
		if (!path_applies(key, type, external)) {
			if (!setting_default(row, base))
				return false;
			continue;
		}
		if (!resolve_row(r, row, key, v, axis, row->initial, base))
			return false;
	}
	return true;
}

static bool resolve_transport(struct resolver *r, const struct setting *row,
			      struct draft *draft)
{
	struct transport_config *config = &draft->cell.transport;
	const struct transport_def *def;
	const char *name;
	bool axis = false;
	const struct value *v = resolve_find(r, row->key, &axis);

	if (!resolve_row(r, row, row->key, v, axis, row->initial,
			 &draft->choices))
		return false;
	name = draft->choices.transport;
	def = config_transport(r->config, name);
	if (!def)
		return unknown_transport(r, name, v);
	config->name = name;
	config->kind = def->kind;
	/* What is there already is nobody's to choose. */
	if (transport_types[def->kind].foreign)
		draft->guest = NULL;
	return resolve_transport_rows(r, def, config, draft->guest != NULL);
}

/* The profile that a group's rows are of, or NULL. */
static const struct profile *profile_of(const struct group *g,
					const struct choices *choices)
{
	if (g->rows == target_settings)
		return &target_profiles[choices->target_profile];
	if (g->rows == debugger_settings)
		return &debugger_profiles[choices->debugger_profile];
	return NULL;
}

/*
 * A row of a profile. What the profile lists counts as written where the
 * profile was chosen: a bench.yaml that spells every default out must not undo
 * it.
 */
static bool resolve_profile_row(struct resolver *r, const struct group *g,
				const struct setting *row, const char *key,
				const struct profile *profile, void *base)
{
	const char *choice = arena_printf(r->arena, "%s.profile", g->name);
	bool listed = profile_lists(profile, row);
	bool axis = false;
	const struct value *v = resolve_find(r, key, &axis);

	if (listed && resolve_layer(r, key) < resolve_layer(r, choice))
		v = NULL;
	if (!resolve_row(r, row, key, v, axis, profile_initial(profile, row),
			 base))
		return false;
	if (!v && listed)
		r->params.items[r->params.count - 1].source =
			arena_printf(r->arena, "profile %s", profile->name);
	return true;
}

static bool resolve_think(struct resolver *r, const struct value *v,
			  struct draft *draft)
{
	static const struct err_where nowhere;
	struct param *param = &r->params.items[r->params.count - 1];

	if (!think_read(&draft->cell.think, draft->choices.think, param->key,
			v ? v->where : nowhere, r->arena, r->err))
		return false;
	param->value = think_write(&draft->cell.think, r->arena);
	return true;
}

/* The cost of a poll, and its canonical text: ns. */
static bool resolve_poll_cost(struct resolver *r, const struct value *v,
			      struct draft *draft)
{
	static const struct err_where nowhere;
	struct param *param = &r->params.items[r->params.count - 1];
	char text[UNITS_TEXT_MAX];

	if (!poll_cost_read(&draft->poll_cost_ns, draft->choices.poll_cost,
			    param->key, v ? v->where : nowhere, r->err))
		return false;
	param->value = "measured";
	if (draft->poll_cost_ns != POLL_COST_MEASURED)
		param->value = arena_strdup(
			r->arena, units_canonical(UNIT_DURATION,
						  draft->poll_cost_ns, text));
	return true;
}

/* Only our own guest counts its looks: virtual time has none of its own. */
static bool resolve_counted(struct resolver *r, struct draft *draft)
{
	const struct transport_type *type =
		&transport_types[draft->cell.transport.kind];

	if (type->needs_qemu) {
		draft->cell.target.counts_polls = true;
		return true;
	}
	err_set(r->err, ERR_CONFIG,
		"target.poll-cost: measured: nothing polls on transport kind "
		"'%s'",
		type->kind);
	return err_hint(r->err, "state what a poll costs, such as 'tcg' or "
				"'800ns'");
}

/* A time-out that is counted in polls is as long as they take. */
static bool resolve_polls(struct resolver *r, struct draft *draft)
{
	bool counted = draft->poll_cost_ns == POLL_COST_MEASURED;
	struct kd_target_profile *target = &draft->cell.target;
	const struct setting *row =
		setting_find(target_settings, "byte-timeout");

	if (draft->choices.timeout_unit != TIMEOUT_POLLS)
		return true;
	if (counted && !resolve_counted(r, draft))
		return false;
	target->byte_timeout_ns = target->byte_polls *
				  (counted ? 1 : draft->poll_cost_ns);
	for (size_t i = 0; i < r->params.count; i++) {
		struct param *param = &r->params.items[i];

		if (strcmp(param->key, "target.byte-timeout") == 0)
			param->value =
				counted ? "measured"
					: setting_write(row, target, r->arena);
	}
	return true;
}

static bool resolve_cell_row(struct resolver *r, const struct group *g,
			     const struct setting *row, struct draft *draft)
{
	const char *key = group_path(g, row, r->arena);
	const struct profile *profile = profile_of(g, &draft->choices);
	void *base = (char *)draft + g->offset;
	const struct value *v;
	bool axis = false;

	if (strcmp(key, "transport") == 0)
		return resolve_transport(r, row, draft);
	if (!path_applies(key, &transport_types[draft->cell.transport.kind],
			  draft->guest != NULL))
		return setting_default(row, base);
	if (profile)
		return resolve_profile_row(r, g, row, key, profile, base);
	v = guests_find(r, draft->guest, key, &axis);
	if (!resolve_row(r, row, key, v, axis, row->initial, base))
		return false;
	if (strcmp(key, "target.poll-cost") == 0)
		return resolve_poll_cost(r, v, draft);
	return strcmp(key, "debugger.think") != 0 || resolve_think(r, v, draft);
}

bool resolve_settings(struct resolver *r, struct draft *draft)
{
	struct cell *cell = &draft->cell;

	if (!guests_choose(r, cell, &draft->guest))
		return false;
	for (const struct group *g = groups; g->name; g++) {
		if (g->home != HOME_CELL)
			continue;
		for (const struct setting *row = g->rows; row->key; row++) {
			if (!resolve_cell_row(r, g, row, draft))
				return false;
		}
	}
	if (guest_is_external(&cell->guest) && !guests_resolve(r, draft))
		return false;
	if (!resolve_polls(r, draft))
		return false;
	cell->target.reliable = transport_framing(&cell->transport) ==
				LINK_PACKET;
	/* A bridge speaks the serial framing, whatever is behind it. */
	cell->debugger.reliable = cell->target.reliable &&
				  transport_via(&cell->transport) == VIA_NONE;
	return guests_check(r, draft->guest, cell) && resolve_check(r, cell);
}
