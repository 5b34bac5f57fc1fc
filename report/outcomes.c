/* SPDX-License-Identifier: MIT */
#include "report/outcomes.h"

#include <string.h>

#include "report/text.h"

bool outcomes_has(const struct scenario_summary *s)
{
	if (s->axis_count == 0 || s->axis_count >= SHEET_COLUMNS / 2)
		return false;
	for (size_t i = 0; i < s->cell_count; i++) {
		if (!s->cells[i].cell->expect_verdict_count)
			return false;
	}
	return s->cell_count > 1;
}

/* More values than these are better read down a column. */
#define ACROSS_MAX 6

/* How many values has an axis? */
static size_t count_values(const struct scenario_summary *s, size_t axis)
{
	size_t count = 0;

	for (size_t i = 0; i < s->cell_count; i++) {
		const char *value = s->cells[i].axis_values[axis];
		bool seen = false;

		for (size_t k = 0; k < i && !seen; k++)
			seen = strcmp(s->cells[k].axis_values[axis], value) ==
			       0;
		count += !seen;
	}
	return count;
}

/* The axis whose values are the columns: the one that has most of them. */
static size_t find_across(const struct scenario_summary *s)
{
	size_t across = s->axis_count - 1, most = 0;

	for (size_t i = 0; i < s->axis_count; i++) {
		size_t count = count_values(s, i);

		if (count <= most || count > ACROSS_MAX)
			continue;
		across = i;
		most = count;
	}
	return across;
}

/* The table while it is made: which axis its columns are. */
struct grid {
	struct summary *summary;
	const struct scenario_summary *of;
	size_t across;
};

/* Do two cells stand in the same column, or in the same row? */
static bool same_place(const struct grid *g, const struct cell_summary *a,
		       const struct cell_summary *b, bool row)
{
	for (size_t i = 0; i < g->of->axis_count; i++) {
		if ((i == g->across) != row &&
		    strcmp(a->axis_values[i], b->axis_values[i]) != 0)
			return false;
	}
	return true;
}

/* Is it the first of its column, or of its row? */
static bool is_first(const struct grid *g, size_t index, bool row)
{
	for (size_t i = 0; i < index; i++) {
		if (same_place(g, &g->of->cells[i], &g->of->cells[index], row))
			return false;
	}
	return true;
}

static bool is_expected(const struct cell_summary *cell, const char *verdict)
{
	for (size_t i = 0; i < cell->cell->expect_verdict_count; i++) {
		if (strcmp(cell->cell->expect_verdicts[i], verdict) == 0)
			return true;
	}
	return false;
}

/* Has it met all that was expected of it, bounds included? */
static bool is_met(const struct summary *s, const struct scenario_summary *of,
		   const struct cell_summary *cell)
{
	for (size_t i = 0; i < s->results->expectation_count; i++) {
		const struct result_expectation *e =
			&s->results->expectations[i];

		if (!e->met && e->cell && e->scenario &&
		    strcmp(e->cell, cell->cell->id) == 0 &&
		    strcmp(e->scenario, of->scenario->name) == 0)
			return false;
	}
	return true;
}

/* "recovered*", "hang, not completed": the verdicts that there were. */
static const char *outcome(struct arena *arena, const struct cell_summary *cell)
{
	const char *text = "";
	bool as_expected = true;

	for (int i = 0; i < SLOT_COUNT; i++) {
		if (!cell->verdicts[i])
			continue;
		text = arena_printf(arena, "%s%s%s%s", text, *text ? ", " : "",
				    slot_names[i], cell->healed[i] ? "*" : "");
		as_expected &= is_expected(cell, slot_names[i]);
	}
	for (size_t i = 0; !as_expected && i < cell->cell->expect_verdict_count;
	     i++)
		text = arena_printf(arena, "%s%s%s", text, i ? "|" : ", not ",
				    cell->cell->expect_verdicts[i]);
	return *text ? text : "not run";
}

/* What became of the row's cell in each column; false: not all expected. */
static bool set_outcomes(struct sheet *sheet, const struct grid *g,
			 const struct cell_summary *row, size_t column)
{
	bool met = true;

	for (size_t k = 0; k < g->of->cell_count; k++) {
		if (!is_first(g, k, false))
			continue;
		for (size_t i = 0; i < g->of->cell_count; i++) {
			const struct cell_summary *cell = &g->of->cells[i];

			if (!same_place(g, cell, row, true) ||
			    !same_place(g, cell, &g->of->cells[k], false))
				continue;
			sheet_set(sheet, column, outcome(sheet->arena, cell));
			met &= is_met(g->summary, g->of, cell);
		}
		column++;
	}
	return met;
}

static void add_row(struct sheet *sheet, const struct grid *g,
		    const struct cell_summary *row)
{
	size_t column = 0;

	sheet_row(sheet);
	for (size_t i = 0; i < g->of->axis_count; i++) {
		if (i != g->across)
			sheet_set(sheet, column++, row->axis_values[i]);
	}
	sheet_set(sheet, column,
		  set_outcomes(sheet, g, row, column + 1) ? "yes" : "NOT");
}

/* "target" for "target.profile". */
static const char *brief(struct arena *arena, const char *title)
{
	const char *dot = strstr(title, ".profile");

	return dot ? arena_printf(arena, "%.*s", (int)(dot - title), title)
		   : title;
}

static void add_columns(struct sheet *sheet, const struct grid *g)
{
	for (size_t i = 0; i < g->of->axis_count; i++) {
		const char *title = g->of->axis_titles[i];

		if (i != g->across)
			sheet_column(sheet, title, brief(sheet->arena, title),
				     false);
	}
	sheet_column(sheet, "as expected", "held", false);
	for (size_t i = 0; i < g->of->cell_count; i++) {
		if (is_first(g, i, false))
			sheet_column(sheet,
				     g->of->cells[i].axis_values[g->across],
				     NULL, false);
	}
}

bool outcomes_make(struct sheet *sheet, struct summary *s,
		   const struct scenario_summary *of)
{
	struct grid g = { .summary = s, .of = of };
	size_t met = 0;

	if (!outcomes_has(of))
		return false;
	g.across = find_across(of);
	sheet_begin(sheet, &s->arena, "outcomes");
	add_columns(sheet, &g);
	for (size_t i = 0; i < of->cell_count; i++) {
		met += is_met(s, of, &of->cells[i]);
		if (is_first(&g, i, true))
			add_row(sheet, &g, &of->cells[i]);
	}
	sheet_note(sheet,
		   arena_printf(&s->arena,
				"%zu of %zu cells as expected. *: only after "
				"kdbench had ended the faults.",
				met, of->cell_count));
	return true;
}
