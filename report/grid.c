/* SPDX-License-Identifier: MIT */
#include "report/grid.h"

#include "report/text.h"

/* Making a grid: which column each number is in. */
struct maker {
	struct grid *grid;
	struct arena *arena;
	size_t label, step, verdicts;
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
	return metric >= METRIC_RECOVERY_P50;
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

/* Where all steps move payload, operations a second say nothing new. */
static bool all_move_payload(const struct scenario_summary *s)
{
	for (size_t i = 0; i < s->cell_count; i++)
		for (size_t k = 0; k < s->cells[i].step_count; k++)
			if (!s->cells[i].steps[k].of[METRIC_THROUGHPUT].n)
				return false;
	return true;
}

static bool is_wanted(const struct scenario_summary *s, int metric)
{
	if (metric == METRIC_ROUND_TRIPS)
		return false;
	if (metric == METRIC_OPS_S && all_move_payload(s))
		return false;
	if (is_of_trial(metric))
		return !is_all_zero(s, metric);
	return steps_have(s, metric);
}

static void add_columns(struct maker *m, const struct scenario_summary *s)
{
	struct grid *grid = m->grid;

	m->label = add_column(grid, s->axes, false, true);
	m->verdicts = add_column(grid, "verdicts", false, true);
	m->step = add_column(grid, "step", false, false);
	for (int i = 0; i < METRIC_COUNT; i++)
		if (is_wanted(s, i))
			m->column_of[i] = add_column(grid,
						     metric_types[i].title,
						     true, is_of_trial(i));
}

/* "11.0 KB/s ±1%": the interval for rates, which are compared most. */
static const char *value_text(struct arena *arena, int metric,
			      const struct spread *spread)
{
	struct number value = spread_text((enum metric)metric, spread);
	bool rate = metric == METRIC_THROUGHPUT || metric == METRIC_LINES_S ||
		    metric == METRIC_OPS_S;

	if (!rate || !(spread->coverage > 0))
		return arena_strdup(arena, value.text);
	return arena_printf(
		arena, "%s %s", value.text,
		number_spread(spread->median, spread->low, spread->high).text);
}

static void add_row(struct maker *m, const struct cell_summary *cell,
		    const struct step_summary *step, size_t span)
{
	struct grid_row *row = &m->grid->rows[m->grid->row_count++];

	row->span = span;
	row->cells[m->label] = cell->label;
	row->cells[m->verdicts] = text_verdicts(m->arena, cell, ", ");
	row->cells[m->step] = step ? step->name : "-";
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

void grid_make(struct grid *grid, struct summary *s,
	       const struct scenario_summary *scenario)
{
	struct maker m = { .grid = grid, .arena = &s->arena };
	size_t rows = 0;

	*grid = (struct grid){ 0 };
	for (size_t i = 0; i < scenario->cell_count; i++)
		rows += scenario->cells[i].step_count + 1;
	grid->rows = arena_alloc(&s->arena, rows * sizeof(*grid->rows));
	add_columns(&m, scenario);
	for (size_t i = 0; i < scenario->cell_count; i++) {
		const struct cell_summary *cell = &scenario->cells[i];

		if (cell->step_count == 0)
			add_row(&m, cell, NULL, 1);
		for (size_t k = 0; k < cell->step_count; k++)
			add_row(&m, cell, &cell->steps[k],
				k ? 0 : cell->step_count);
	}
}
