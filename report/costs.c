/* SPDX-License-Identifier: MIT */
#include "report/costs.h"

#include <string.h>

/* Columns of cells that a table of costs has. */
#define CELLS_MAX 6

/* What the names of costs mean. */
static const struct {
	const char *name;
	const char *about;
} meanings[] = {
	{ "nothing", "the loop itself, taken off all others" },
	{ "port-read", "IN from a port of a device" },
	{ "port-write", "OUT to one" },
	{ "doorbell", "a write to the line's doorbell" },
	{ "mmio-read", "a read of a register of the line's device" },
	{ "poll", "a look into shared memory" },
	{ "pause", "PAUSE" },
	{ "tsc", "RDTSC" },
	{ "halt-wake", "HLT until the next interrupt" },
	{ "copy-kib", "1 KiB copied and summed" },
};

static const char *about(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(meanings); i++)
		if (strcmp(meanings[i].name, name) == 0)
			return meanings[i].about;
	return "";
}

/* The step that calibrates, or NULL. */
static const struct step_summary *step_of(const struct cell_summary *cell)
{
	for (size_t i = 0; i < cell->step_count; i++)
		if (cell->steps[i].has_costs)
			return &cell->steps[i];
	return NULL;
}

/* Cells of a column: what they cost does not depend on the other axes. */
static bool together(const struct cell_summary *a, const struct cell_summary *b)
{
	return a->world == b->world && strcmp(a->transport, b->transport) == 0;
}

static bool calibrated(const struct cell_summary *cell)
{
	return cell->finished && step_of(cell);
}

/* A column: cells that are together. */
struct column {
	const struct cell_summary *first;
	size_t cells, trials;
};

static void add_cell(struct column *columns, size_t *count,
		     const struct cell_summary *cell)
{
	size_t i = 0;

	while (i < *count && i < CELLS_MAX && !together(columns[i].first, cell))
		i++;
	if (i == CELLS_MAX) {
		(*count)++;
		return;
	}
	if (i == *count)
		columns[(*count)++] = (struct column){ .first = cell };
	columns[i].cells++;
	columns[i].trials += cell->timed_count;
}

/* The columns, world by world; how many there are, with those beyond. */
static size_t find_columns(const struct scenario_summary *s,
			   struct column columns[CELLS_MAX])
{
	size_t count = 0;

	for (int world = 0; world < WORLD_COUNT; world++)
		for (size_t i = 0; i < s->cell_count; i++)
			if ((int)s->cells[i].world == world &&
			    calibrated(&s->cells[i]))
				add_cell(columns, &count, &s->cells[i]);
	return count;
}

static struct spread cost_of(struct arena *arena,
			     const struct scenario_summary *s,
			     const struct column *column, const char *name)
{
	double *values = arena_alloc(arena, column->trials * sizeof(*values));
	size_t n = 0;

	for (size_t i = 0; i < s->cell_count; i++) {
		const struct cell_summary *cell = &s->cells[i];

		if (!calibrated(cell) || !together(cell, column->first))
			continue;
		for (size_t k = 0; k < cell->timed_count; k++) {
			const struct result_step *in = summary_trial_step(
				cell->timed[k], step_of(cell)->name);

			if (in && n < column->trials)
				values[n++] = result_counter(&in->costs, name);
		}
	}
	return summary_spread(values, n);
}

static bool has_row(const struct sheet *sheet, const char *name)
{
	for (size_t i = 0; i < sheet->row_count; i++)
		if (strcmp(sheet->rows[i].cells[0], name) == 0)
			return true;
	return false;
}

static void add_cost(struct sheet *sheet, const struct scenario_summary *s,
		     const struct column *columns, size_t count,
		     const char *name)
{
	struct arena *arena = sheet->arena;

	if (has_row(sheet, name))
		return;
	sheet_row(sheet);
	sheet_set(sheet, 0, name);
	for (size_t i = 0; i < count; i++) {
		struct spread cost = cost_of(arena, s, &columns[i], name);

		sheet_set(sheet, i + 1,
			  arena_strdup(
				  arena,
				  number_text(QUANTITY_NS, cost.median).text));
	}
	sheet_set(sheet, count + 1, about(name));
}

/* Names that a hostile file may have as many as it likes of. */
#define NAMES_MAX 40

static void add_costs(struct sheet *sheet, const struct scenario_summary *s,
		      const struct column *columns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct cell_summary *cell = columns[i].first;
		const struct result_step *in =
			summary_trial_step(cell->timed[0], step_of(cell)->name);

		for (size_t k = 0; in && k < in->costs.count; k++)
			if (sheet->row_count < NAMES_MAX)
				add_cost(sheet, s, columns, count,
					 in->costs.rows[k].name);
	}
}

bool costs_make(struct sheet *sheet, struct summary *s,
		const struct scenario_summary *scenario)
{
	struct column columns[CELLS_MAX];
	size_t all = find_columns(scenario, columns);
	size_t count = all < CELLS_MAX ? all : CELLS_MAX;

	if (!count)
		return false;
	sheet_begin(sheet, &s->arena, "What one of each costs here");
	sheet_column(sheet, "cost", NULL, false);
	for (size_t i = 0; i < count; i++) {
		const struct cell_summary *first = columns[i].first;

		sheet_column(sheet,
			     arena_printf(&s->arena, "%s, %s",
					  world_short_names[first->world],
					  columns[i].cells > 1
						  ? first->transport
						  : first->name),
			     NULL, true);
	}
	sheet_column(sheet, "what it is", NULL, false);
	add_costs(sheet, scenario, columns, count);
	sheet_note(sheet, "Medians of the trials. What the machine does not "
			  "have is '-'.");
	if (all > count)
		sheet_note(sheet,
			   arena_printf(&s->arena, "%zu more cells have costs.",
					all - count));
	return true;
}
