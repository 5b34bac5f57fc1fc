/* SPDX-License-Identifier: MIT */
#include "report/costs.h"

#include <math.h>
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

static struct spread cost_of(struct arena *arena,
			     const struct cell_summary *cell, const char *name)
{
	const struct step_summary *step = step_of(cell);
	double *values =
		arena_alloc(arena, cell->timed_count * sizeof(*values));
	size_t n = 0;

	for (size_t i = 0; step && i < cell->timed_count; i++) {
		const struct result_step *in =
			summary_trial_step(cell->timed[i], step->name);

		if (in)
			values[n++] = result_counter(&in->costs, name);
	}
	return summary_spread(values, n);
}

/* The cells that have costs, world by world; how many there are of them. */
static size_t find_cells(const struct scenario_summary *s,
			 const struct cell_summary *found[CELLS_MAX])
{
	size_t count = 0;

	for (int world = 0; world < WORLD_COUNT; world++)
		for (size_t i = 0; i < s->cell_count; i++) {
			const struct cell_summary *cell = &s->cells[i];

			if ((int)cell->world != world || !step_of(cell) ||
			    !cell->finished)
				continue;
			if (count < CELLS_MAX)
				found[count] = cell;
			count++;
		}
	return count;
}

static bool has_row(const struct sheet *sheet, const char *name)
{
	for (size_t i = 0; i < sheet->row_count; i++)
		if (strcmp(sheet->rows[i].cells[0], name) == 0)
			return true;
	return false;
}

static void add_cost(struct sheet *sheet,
		     const struct cell_summary *const *cells, size_t count,
		     const char *name)
{
	struct arena *arena = sheet->arena;

	if (has_row(sheet, name))
		return;
	sheet_row(sheet);
	sheet_set(sheet, 0, name);
	for (size_t i = 0; i < count; i++) {
		struct spread cost = cost_of(arena, cells[i], name);

		sheet_set(sheet, i + 1,
			  arena_strdup(
				  arena,
				  number_text(QUANTITY_NS, cost.median).text));
	}
	sheet_set(sheet, count + 1, about(name));
}

/* Names that a hostile file may have as many as it likes of. */
#define NAMES_MAX 40

bool costs_make(struct sheet *sheet, struct summary *s,
		const struct scenario_summary *scenario)
{
	const struct cell_summary *cells[CELLS_MAX];
	size_t all = find_cells(scenario, cells);
	size_t count = all < CELLS_MAX ? all : CELLS_MAX;

	if (!count)
		return false;
	sheet_begin(sheet, &s->arena, "What one of each costs here");
	sheet_column(sheet, "cost", NULL, false);
	for (size_t i = 0; i < count; i++)
		sheet_column(sheet,
			     arena_printf(&s->arena, "%s, %s",
					  world_short_names[cells[i]->world],
					  cells[i]->name),
			     NULL, true);
	sheet_column(sheet, "what it is", NULL, false);
	for (size_t i = 0; i < count; i++) {
		const struct result_step *in = summary_trial_step(
			cells[i]->timed[0], step_of(cells[i])->name);

		for (size_t k = 0; in && k < in->costs.count; k++)
			if (sheet->row_count < NAMES_MAX)
				add_cost(sheet, cells, count,
					 in->costs.rows[k].name);
	}
	sheet_note(sheet, "Medians of the trials. What the machine does not "
			  "have is '-'.");
	if (all > count)
		sheet_note(sheet,
			   arena_printf(&s->arena, "%zu more cells have costs.",
					all - count));
	return true;
}

/* --- the model --------------------------------------------------------------
 */

static const char *ns_text(struct arena *arena, double ns)
{
	if (ns < 0)
		return arena_printf(arena, "-%s",
				    number_text(QUANTITY_NS, -ns).text);
	return arena_strdup(arena, number_text(QUANTITY_NS, ns).text);
}

/* "+13 %", from a share; "-" if it is not known. */
static const char *error_text(struct arena *arena, double share)
{
	struct number number = number_text(QUANTITY_PERCENT, 100 * fabs(share));

	if (!isfinite(share))
		return "-";
	return arena_printf(arena, "%s%s", share < 0 ? "-" : "+", number.text);
}

const char *costs_error(struct arena *arena, const struct prediction *p)
{
	size_t held_out = 0;

	for (size_t i = 0; i < p->cell_count; i++)
		held_out += p->cells[i].held_out;
	if (!isfinite(p->held_out_error))
		return "How far the model is off on cells that it was made "
		       "without is not known.";
	return arena_printf(
		arena,
		"On the %zu cells that the model was made without it is "
		"off by %s%s.",
		held_out,
		number_text(QUANTITY_PERCENT, 100 * p->held_out_error).text,
		p->held_out_error > 0.2 ? ": too far to be used" : "");
}

static void make_terms(struct sheet *sheet, struct arena *arena,
		       const struct prediction *p)
{
	sheet_begin(sheet, arena,
		    arena_printf(arena,
				 "Cost model, %s: time = sum of count "
				 "\u00d7 cost",
				 p->accel ? p->accel : "unknown accelerator"));
	sheet_column(sheet, "term", NULL, false);
	sheet_column(sheet, "costs", NULL, true);
	sheet_column(sheet, "what it is", NULL, false);
	for (size_t i = 0; i < p->term_count; i++) {
		sheet_row(sheet);
		sheet_set(sheet, 0, p->terms[i].name);
		sheet_set(sheet, 1, ns_text(arena, p->terms[i].ns));
		sheet_set(sheet, 2, p->terms[i].about);
	}
	sheet_note(sheet, costs_error(arena, p));
}

/* What the report calls a cell that the prediction names by its id. */
static const char *label_of(const struct summary *s, const char *id)
{
	for (size_t i = 0; i < s->scenario_count; i++)
		for (size_t k = 0; k < s->scenarios[i].cell_count; k++)
			if (strcmp(s->scenarios[i].cells[k].cell->id, id) == 0)
				return s->scenarios[i].cells[k].label;
	return id;
}

static void make_cells(struct sheet *sheet, struct summary *s,
		       const struct prediction *p)
{
	struct arena *arena = &s->arena;

	sheet_begin(sheet, arena, "Measured, and as the model says");
	sheet_column(sheet, "cell", NULL, false);
	sheet_column(sheet, "step", NULL, false);
	sheet_column(sheet, "measured", NULL, true);
	sheet_column(sheet, "model", NULL, true);
	sheet_column(sheet, "error", NULL, true);
	sheet_column(sheet, "held out", NULL, false);
	for (size_t i = 0; i < p->cell_count; i++) {
		const struct prediction_cell *cell = &p->cells[i];
		double error = cell->predicted_ns / cell->measured_ns - 1;

		sheet_row(sheet);
		sheet_set(sheet, 0, label_of(s, cell->cell));
		sheet_set(sheet, 1, cell->step);
		sheet_set(sheet, 2, ns_text(arena, cell->measured_ns));
		sheet_set(sheet, 3, ns_text(arena, cell->predicted_ns));
		sheet_set(sheet, 4, error_text(arena, error));
		sheet_set(sheet, 5, cell->held_out ? "yes" : "");
	}
}

static const char *with_unit(struct arena *arena, double value,
			     const char *unit)
{
	if (!isfinite(value))
		return "-";
	return arena_printf(arena, "%.6g%s%s", value, unit ? " " : "",
			    unit ? unit : "");
}

static void make_anchors(struct sheet *sheet, struct arena *arena,
			 const struct prediction *p)
{
	sheet_begin(sheet, arena, "Anchors: what others documented");
	sheet_column(sheet, "anchor", NULL, false);
	sheet_column(sheet, "documented", NULL, true);
	sheet_column(sheet, "model", NULL, true);
	sheet_column(sheet, "error", NULL, true);
	sheet_column(sheet, "what it is", NULL, false);
	sheet_column(sheet, "note", NULL, false);
	for (size_t i = 0; i < p->anchor_count; i++) {
		const struct prediction_anchor *a = &p->anchors[i];

		sheet_row(sheet);
		sheet_set(sheet, 0, a->name);
		sheet_set(sheet, 1, with_unit(arena, a->documented, a->unit));
		sheet_set(sheet, 2, with_unit(arena, a->predicted, a->unit));
		sheet_set(sheet, 3, error_text(arena, a->error));
		sheet_set(sheet, 4, a->about);
		sheet_set(sheet, 5, a->note);
	}
}

size_t costs_model(struct sheet sheets[COSTS_SHEETS], struct summary *s,
		   const struct prediction *p)
{
	size_t count = 0;

	if (!p->known)
		return 0;
	make_terms(&sheets[count++], &s->arena, p);
	if (p->cell_count)
		make_cells(&sheets[count++], s, p);
	if (p->anchor_count)
		make_anchors(&sheets[count++], &s->arena, p);
	return count;
}
