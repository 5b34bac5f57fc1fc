/* SPDX-License-Identifier: MIT */
/* What is asked of a finished summary. */
#include "report/summary.h"

#include <math.h>
#include <string.h>

const struct step_summary *summary_step(const struct cell_summary *cell,
					const char *name)
{
	for (size_t i = 0; i < cell->step_count; i++)
		if (strcmp(cell->steps[i].name, name) == 0)
			return &cell->steps[i];
	return NULL;
}

bool summary_has(const struct scenario_summary *s, enum metric metric)
{
	for (size_t i = 0; i < s->cell_count; i++) {
		const struct cell_summary *cell = &s->cells[i];

		if (cell->of[metric].n)
			return true;
		for (size_t k = 0; k < cell->step_count; k++)
			if (cell->steps[k].of[metric].n)
				return true;
	}
	return false;
}

bool summary_shares(const struct scenario_summary *s,
		    const struct result_param *param)
{
	for (size_t i = 0; i < s->cell_count; i++) {
		const struct result_cell *cell = s->cells[i].cell;
		const char *value = result_param(cell->params,
						 cell->param_count, param->key);

		if (value != param->value && (!value || !param->value ||
					      strcmp(value, param->value) != 0))
			return false;
	}
	return true;
}

/* Is it written beside its interval, and so with the digits that allows? */
static bool has_interval(enum metric metric)
{
	return metric == METRIC_THROUGHPUT || metric == METRIC_OPS_S ||
	       metric == METRIC_LINES_S;
}

struct number spread_text(enum metric metric, const struct spread *spread)
{
	double half = NAN;

	if (spread->coverage > 0 && has_interval(metric))
		half = (spread->high - spread->low) / 2;
	return number_text_within(metric_types[metric].kind, spread->median,
				  half);
}

const char *summary_worlds(struct summary *s,
			   const struct scenario_summary *scenario)
{
	const char *text = "";
	size_t named = 0;

	for (int i = 0; i < WORLD_COUNT; i++) {
		const char *between = "";

		if (!scenario->worlds[i])
			continue;
		if (named)
			between = named + 1 == scenario->world_count ? " and "
								     : ", ";
		text = arena_printf(&s->arena, "%s%s%s", text, between,
				    world_names[i]);
		named++;
	}
	return text;
}

bool summary_by_transport(const struct scenario_summary *s)
{
	return s->axis_count && strcmp(s->axis_keys[0], "transport") == 0;
}

/*
 * Same world, and the same on every axis but the transport? Where transports
 * are not compared, all cells of a world are.
 */
static bool comparable(const struct scenario_summary *s,
		       const struct cell_summary *a,
		       const struct cell_summary *b)
{
	if (a->world != b->world)
		return false;
	if (!summary_by_transport(s))
		return true;
	for (size_t i = 1; i < s->axis_count; i++)
		if (strcmp(a->axis_values[i], b->axis_values[i]) != 0)
			return false;
	return true;
}

bool summary_is_healed(const struct result_trial *trial)
{
	enum verdict_slot slot = slot_of(trial->verdict);

	return trial->heal && strcmp(trial->heal, "patience") == 0 &&
	       (slot == SLOT_COMPLETED || slot == SLOT_RECOVERED);
}

bool summary_has_healed(const struct scenario_summary *s)
{
	for (size_t i = 0; i < s->cell_count; i++)
		for (int slot = 0; slot < SLOT_COUNT; slot++)
			if (s->cells[i].healed[slot])
				return true;
	return false;
}

bool summary_has_reference(const struct scenario_summary *s)
{
	return s->worlds[WORLD_NATIVE] &&
	       (s->worlds[WORLD_TCG] || s->worlds[WORLD_KVM]);
}

struct scenario_summary *summary_part(struct arena *arena,
				      const struct scenario_summary *s,
				      enum world world, enum world beside)
{
	struct scenario_summary *part = arena_alloc(arena, sizeof(*part));

	*part = *s;
	part->cells = arena_alloc(arena, s->cell_count * sizeof(*part->cells));
	part->cell_count = part->world_count = 0;
	for (size_t i = 0; i < s->cell_count; i++)
		if (s->cells[i].world == world || s->cells[i].world == beside)
			part->cells[part->cell_count++] = s->cells[i];
	for (int i = 0; i < WORLD_COUNT; i++) {
		part->worlds[i] = s->worlds[i] &&
				  (i == (int)world || i == (int)beside);
		part->world_count += part->worlds[i];
	}
	part->planned = part->cell_count;
	return part;
}

const struct cell_summary *summary_base(const struct scenario_summary *s,
					const struct cell_summary *cell)
{
	const struct cell_summary *first = NULL;
	bool by_transport = summary_by_transport(s);

	for (size_t i = 0; i < s->cell_count; i++) {
		const struct cell_summary *other = &s->cells[i];

		if (!comparable(s, cell, other) || !other->finished)
			continue;
		if (by_transport && strcmp(other->transport, "uart") == 0)
			return other;
		first = first ? first : other;
	}
	return first ? first : cell;
}
