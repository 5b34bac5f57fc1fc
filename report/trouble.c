/* SPDX-License-Identifier: MIT */
#include "report/trouble.h"

#include <stdlib.h>
#include <string.h>

/* How little a reader needs to look at it. */
static int weight(const struct trouble *row)
{
	return 2 * row->expected + (row->slot == SLOT_RECOVERED);
}

static int by_weight(const void *a, const void *b)
{
	const struct trouble *x = a;
	const struct trouble *y = b;

	if (weight(x) != weight(y))
		return weight(x) - weight(y);
	return (x->order > y->order) - (x->order < y->order);
}

static bool is_expected(const struct result_scenario *scenario,
			const struct result_cell *cell, const char *verdict)
{
	for (size_t i = 0; i < cell->expect_verdict_count; i++)
		if (strcmp(cell->expect_verdicts[i], verdict) == 0)
			return true;
	if (cell->expect_verdict_count)
		return false;
	for (size_t i = 0; i < scenario->expect_verdict_count; i++)
		if (strcmp(scenario->expect_verdicts[i], verdict) == 0)
			return true;
	return false;
}

static void add_trial(struct arena *arena, struct trouble *row,
		      const struct result_trial *trial)
{
	if (row->count++ == 0)
		row->first = trial;
	if (row->count <= 8)
		row->trials = arena_printf(
			arena, "%s%s%.0f", row->trials ? row->trials : "",
			row->trials ? ", " : "", trial->trial);
	else if (row->count == 9)
		row->trials = arena_printf(arena, "%s, \u2026", row->trials);
}

static void find_in_cell(struct summary *s,
			 const struct scenario_summary *scenario,
			 const struct cell_summary *cell,
			 struct troubles *found)
{
	/* By itself, and then only after the faults had been ended. */
	struct trouble rows[2 * SLOT_COUNT] = { 0 };

	for (size_t i = 0; i < s->results->trial_count; i++) {
		const struct result_trial *trial = &s->results->trials[i];
		enum verdict_slot slot = slot_of(trial->verdict);
		bool healed = summary_is_healed(trial);
		struct trouble *row = &rows[slot + (healed ? SLOT_COUNT : 0)];

		if (!trial->valid || (slot == SLOT_COMPLETED && !healed) ||
		    strcmp(trial->cell, cell->cell->id) != 0 ||
		    strcmp(trial->scenario, scenario->scenario->name) != 0)
			continue;
		row->scenario = scenario;
		row->cell = cell;
		row->slot = slot;
		row->healed = healed;
		add_trial(&s->arena, row, trial);
	}
	for (int i = 0; i < 2 * SLOT_COUNT; i++) {
		if (!rows[i].count)
			continue;
		rows[i].expected = is_expected(scenario->scenario, cell->cell,
					       rows[i].first->verdict);
		rows[i].order = found->count;
		found->rows[found->count++] = rows[i];
	}
}

struct troubles trouble_find(struct summary *s,
			     const struct scenario_summary *only)
{
	struct troubles found = { 0 };
	size_t cells = 0;

	for (size_t i = 0; i < s->scenario_count; i++)
		cells += s->scenarios[i].cell_count;
	found.rows = arena_alloc(&s->arena,
				 cells * 2 * SLOT_COUNT * sizeof(*found.rows));
	for (size_t i = 0; i < s->scenario_count; i++) {
		const struct scenario_summary *scenario = &s->scenarios[i];

		if (only && only != scenario)
			continue;
		for (size_t k = 0; k < scenario->cell_count; k++)
			find_in_cell(s, scenario, &scenario->cells[k], &found);
	}
	if (found.count)
		qsort(found.rows, found.count, sizeof(*found.rows), by_weight);
	return found;
}

const char *trouble_verdict(struct arena *arena, const struct trouble *row)
{
	const char *verdict = row->slot == SLOT_OTHER ? row->first->verdict
						      : slot_names[row->slot];

	return row->healed ? arena_printf(arena, "%s*", verdict) : verdict;
}

const char *trouble_label(const struct summary *s,
			  const struct result_expectation *expectation)
{
	const char *label = expectation->label;

	for (size_t i = 0; i < s->scenario_count; i++) {
		const struct scenario_summary *scenario = &s->scenarios[i];

		for (size_t k = 0; k < scenario->cell_count; k++) {
			const struct cell_summary *cell = &scenario->cells[k];

			if (expectation->cell && expectation->scenario &&
			    strcmp(cell->cell->id, expectation->cell) == 0 &&
			    strcmp(scenario->scenario->name,
				   expectation->scenario) == 0)
				return cell->label;
		}
	}
	return label && *label ? label : "-";
}

const char *trouble_command(const struct result_trial *trial)
{
	static const char harmless[] = "abcdefghijklmnopqrstuvwxyz"
				       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "0123456789 _-+=./:,@%'";
	const char *command = trial->repeat;

	if (!command || strncmp(command, "kdbench ", 8) != 0)
		return NULL;
	return command[strspn(command, harmless)] == '\0' ? command : NULL;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_expectation(const struct result_expectation *a,
			     const struct result_expectation *b)
{
	return !a->met && !b->met && same(a->scenario, b->scenario) &&
	       same(a->cell, b->cell) && same(a->what, b->what);
}

size_t trouble_same_expectation(const struct results *results, size_t index)
{
	const struct result_expectation *all = results->expectations;
	size_t count = 0;

	for (size_t i = 0; i < results->expectation_count; i++) {
		if (!same_expectation(&all[i], &all[index]))
			continue;
		if (i < index)
			return 0;
		count++;
	}
	return count;
}

size_t trouble_unmet(const struct results *results)
{
	size_t unmet = 0;

	for (size_t i = 0; i < results->expectation_count; i++)
		unmet += !results->expectations[i].met;
	return unmet;
}
