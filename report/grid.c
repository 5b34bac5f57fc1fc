/* SPDX-License-Identifier: MIT */
#include "report/grid.h"

#include <string.h>

#include "report/text.h"

/* Making a grid: which column each number is in. */
struct maker {
	struct grid *grid;
	struct arena *arena;
	const struct scenario_summary *s;
	size_t step, verdicts, world; /* 0: left out */
	size_t rate; /* one column for rates of several kinds; 0: none */
	size_t column_of[METRIC_COUNT]; /* 0: left out */
};

static size_t add_column(struct grid *grid, const char *title, bool right,
			 bool of_cell)
{
	grid->titles[grid->columns] = title;
	grid->right[grid->columns] = right;
	grid->of_cell[grid->columns] = of_cell;
	return grid->columns++;
}

/* Numbers of whole trials; the rest are of steps. */
static bool is_of_trial(int metric)
{
	return metric >= METRIC_OF_TRIALS;
}

static bool steps_have(const struct scenario_summary *s, int metric)
{
	for (size_t i = 0; i < s->cell_count; i++)
		for (size_t k = 0; k < s->cells[i].step_count; k++)
			if (s->cells[i].steps[k].of[metric].n)
				return true;
	return false;
}

/* Counts that are 0 everywhere say that there were no faults. Leave them. */
static bool is_all_zero(const struct scenario_summary *s, int metric)
{
	for (size_t i = 0; i < s->cell_count; i++) {
		const struct spread *spread = &s->cells[i].of[metric];

		if (spread->n && spread->values[spread->n - 1] > 0)
			return false;
	}
	return true;
}

/* What a first look wants to know; the rest is for those who look twice. */
static bool is_important(const struct scenario_summary *s, int metric)
{
	switch (metric) {
	case METRIC_THROUGHPUT:
	case METRIC_LINES_S:
	case METRIC_OPS_S:
	case METRIC_SLOWDOWN:
	case METRIC_BREAK_IN:
	case METRIC_CPU_LOAD:
	case METRIC_TRAPS_BYTE:
	case METRIC_P99:
	case METRIC_RECOVERY_P50: return true;
	case METRIC_CPU_MS_MB: return s->axis_count < 3;
	/* Where faults act, the median is one of two values by chance. */
	case METRIC_MEAN: return s->faults > 0;
	case METRIC_P50: return !(s->faults > 0) || s->axis_count < 3;
	default: return false;
	}
}

/*
 * Is it the rate of some step? Of those that move payload, operations a second
 * say nothing new.
 */
static bool has_rate(const struct scenario_summary *s, enum metric metric)
{
	for (size_t i = 0; i < s->cell_count; i++)
		for (size_t k = 0; k < s->cells[i].step_count; k++) {
			const struct step_summary *step = &s->cells[i].steps[k];

			if (text_rate(step) == metric && step->of[metric].n)
				return true;
		}
	return false;
}

/* Are there rates of more than one kind: payload, lines, operations? */
static bool has_mixed_rates(const struct scenario_summary *s)
{
	return has_rate(s, METRIC_THROUGHPUT) + has_rate(s, METRIC_LINES_S) +
		       has_rate(s, METRIC_OPS_S) >
	       1;
}

static bool is_rate(int metric)
{
	return metric == METRIC_THROUGHPUT || metric == METRIC_LINES_S ||
	       metric == METRIC_OPS_S;
}

static bool is_wanted(const struct scenario_summary *s, int metric,
		      enum grid_width width)
{
	if (width == GRID_IMPORTANT && !is_important(s, metric))
		return false;
	if (metric == METRIC_ROUND_TRIPS)
		return false;
	if (metric == METRIC_OPS_S && !has_rate(s, METRIC_OPS_S))
		return false;
	if (is_of_trial(metric))
		return !is_all_zero(s, metric);
	return steps_have(s, metric);
}

/* One that all cells have need not be named in each row. */
static bool has_several_steps(const struct scenario_summary *s)
{
	const char *name = NULL;

	for (size_t i = 0; i < s->cell_count; i++)
		for (size_t k = 0; k < s->cells[i].step_count; k++) {
			const struct step_summary *step = &s->cells[i].steps[k];

			if (!text_is_shown(step))
				continue;
			if (name && strcmp(name, step->name) != 0)
				return true;
			name = step->name;
		}
	return false;
}

/* Else one column has the whole name. */
static bool has_axis_columns(const struct scenario_summary *s)
{
	return s->axis_count && s->axis_count <= GRID_AXES_MAX;
}

static void add_columns(struct maker *m, enum grid_width width)
{
	const struct scenario_summary *s = m->s;
	struct grid *grid = m->grid;

	for (size_t i = 0; i < s->axis_count && has_axis_columns(s); i++)
		add_column(grid, s->axis_titles[i], false, true);
	if (grid->columns == 0)
		add_column(grid, s->axes, false, true);
	grid->names = grid->columns;
	if (s->world_count > 1)
		m->world = add_column(
			grid,
			s->worlds[WORLD_TCG] || s->worlds[WORLD_KVM] ? "accel"
								     : "time",
			false, true);
	grid->verdicts = m->verdicts =
		add_column(grid, "verdicts", false, true);
	if (width == GRID_ALL || has_several_steps(s))
		m->step = add_column(grid, "step", false, false);
	if (width == GRID_IMPORTANT && has_mixed_rates(s))
		m->rate = add_column(grid, "rate", true, false);
	for (int i = 0; i < METRIC_COUNT; i++)
		if (is_wanted(s, i, width) && !(m->rate && is_rate(i)))
			m->column_of[i] = add_column(grid,
						     metric_types[i].title,
						     true, is_of_trial(i));
}

/* "11.0 KB/s ±1%": the interval for rates, which are compared most. */
static const char *value_text(struct arena *arena, int metric,
			      const struct spread *spread)
{
	struct number value = spread_text((enum metric)metric, spread);

	if (!is_rate(metric) || !(spread->coverage > 0))
		return arena_strdup(arena, value.text);
	return arena_printf(
		arena, "%s %s", value.text,
		number_spread(spread->median, spread->low, spread->high).text);
}

static void add_row(struct maker *m, const struct cell_summary *cell,
		    const struct step_summary *step)
{
	struct grid_row *row = &m->grid->rows[m->grid->row_count++];

	for (size_t i = 0; i < m->grid->names; i++)
		row->cells[i] = has_axis_columns(m->s) ? cell->axis_values[i]
						       : cell->name;
	if (m->world)
		row->cells[m->world] = world_short_names[cell->world];
	row->cells[m->verdicts] = text_verdicts(m->arena, cell, ", ");
	if (m->step)
		row->cells[m->step] = step ? step->name : "-";
	if (m->rate)
		row->cells[m->rate] =
			step ? value_text(m->arena, text_rate(step),
					  &step->of[text_rate(step)])
			     : "-";
	for (int i = 0; i < METRIC_COUNT; i++) {
		const struct spread *spread = &cell->of[i];

		if (!m->column_of[i])
			continue;
		if (!is_of_trial(i) && step)
			spread = &step->of[i];
		row->cells[m->column_of[i]] =
			is_of_trial(i) || step ? value_text(m->arena, i, spread)
					       : "-";
	}
}

static void add_cell(struct maker *m, const struct cell_summary *cell,
		     enum grid_width width)
{
	size_t first = m->grid->row_count;

	for (size_t i = 0; i < cell->step_count; i++)
		if (width == GRID_ALL || text_is_shown(&cell->steps[i]))
			add_row(m, cell, &cell->steps[i]);
	if (m->grid->row_count == first)
		add_row(m, cell, NULL);
	m->grid->rows[first].span = m->grid->row_count - first;
}

void grid_make(struct grid *grid, struct summary *s,
	       const struct scenario_summary *scenario, enum grid_width width)
{
	struct maker m = { .grid = grid, .arena = &s->arena, .s = scenario };
	size_t rows = 0;

	*grid = (struct grid){ 0 };
	for (size_t i = 0; i < scenario->cell_count; i++)
		rows += scenario->cells[i].step_count + 1;
	grid->rows = arena_alloc(&s->arena, rows * sizeof(*grid->rows));
	add_columns(&m, width);
	for (size_t i = 0; i < scenario->cell_count; i++)
		add_cell(&m, &scenario->cells[i], width);
}
