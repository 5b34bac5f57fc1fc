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

static bool has_transport_axis(const struct cell_summary *cell)
{
	for (size_t i = 0; i < cell->cell->axis_count; i++)
		if (strcmp(cell->cell->axes[i], "transport") == 0)
			return true;
	return false;
}

/*
 * Same world, and the same on every axis but the transport? Where transports
 * are not compared, all cells of a world are.
 */
static bool comparable(const struct cell_summary *a,
		       const struct cell_summary *b)
{
	if (a->world != b->world || a->cell->axis_count != b->cell->axis_count)
		return false;
	if (!has_transport_axis(a))
		return true;
	for (size_t i = 0; i < a->cell->axis_count; i++) {
		if (strcmp(a->cell->axes[i], "transport") == 0)
			continue;
		if (strcmp(a->axis_values[i], b->axis_values[i]) != 0)
			return false;
	}
	return true;
}

bool summary_by_transport(const struct scenario_summary *s)
{
	return s->cell_count && has_transport_axis(&s->cells[0]);
}

const struct cell_summary *summary_base(const struct scenario_summary *s,
					const struct cell_summary *cell)
{
	const struct cell_summary *first = NULL;
	bool by_transport = has_transport_axis(cell);

	for (size_t i = 0; i < s->cell_count; i++) {
		const struct cell_summary *other = &s->cells[i];

		if (!comparable(cell, other) || !other->finished)
			continue;
		if (by_transport && strcmp(other->transport, "uart") == 0)
			return other;
		first = first ? first : other;
	}
	return first ? first : cell;
}
