/* SPDX-License-Identifier: MIT */
#include "report/split.h"

#include <math.h>

double split_ns(const struct step_summary *step, enum split_part part)
{
	static const enum metric metrics[SPLIT_PARTS] = {
		[SPLIT_GUEST] = METRIC_SPLIT_GUEST,
		[SPLIT_TRANSPORT] = METRIC_SPLIT_TRANSPORT,
		[SPLIT_HARNESS] = METRIC_SPLIT_HARNESS,
	};
	double value = step->of[metrics[part]].median;

	return value > 0 ? value : 0;
}

double split_sum_ns(const struct step_summary *step)
{
	double sum = 0;

	for (int i = 0; i < SPLIT_PARTS; i++)
		sum += split_ns(step, (enum split_part)i);
	return sum;
}

/* One that is done once, such as connecting, is no series of operations. */
bool split_is_known(const struct step_summary *step)
{
	return step->of[METRIC_OPS_S].n && split_sum_ns(step) > 0 &&
	       isfinite(split_sum_ns(step));
}

static const char *ns_text(struct arena *arena, double ns)
{
	return arena_strdup(arena, number_text(QUANTITY_NS, ns).text);
}

static void add_step(struct sheet *sheet, const struct cell_summary *cell,
		     const struct step_summary *step)
{
	struct arena *arena = sheet->arena;
	double sum = split_sum_ns(step);
	double share = 100 * split_ns(step, SPLIT_TRANSPORT) / sum;

	sheet_row(sheet);
	sheet_set(sheet, 0, cell->name);
	sheet_set(sheet, 1, step->name);
	sheet_set(sheet, 2, ns_text(arena, sum));
	for (int i = 0; i < SPLIT_PARTS; i++)
		sheet_set(sheet, 3 + (size_t)i,
			  ns_text(arena, split_ns(step, (enum split_part)i)));
	sheet_set(
		sheet, 6,
		arena_strdup(arena, number_text(QUANTITY_PERCENT, share).text));
}

static void add_world(struct sheet *sheet, const struct scenario_summary *s,
		      enum world world)
{
	bool begun = s->world_count < 2;

	for (size_t i = 0; i < s->cell_count; i++)
		for (size_t k = 0; k < s->cells[i].step_count; k++) {
			const struct step_summary *step = &s->cells[i].steps[k];

			if (s->cells[i].world != world || !split_is_known(step))
				continue;
			if (!begun)
				sheet_heading(sheet, world_names[world]);
			begun = true;
			add_step(sheet, &s->cells[i], step);
		}
}

bool split_make(struct sheet *sheet, struct summary *s,
		const struct scenario_summary *scenario)
{
	sheet_begin(sheet, &s->arena, "Where the time of an operation goes");
	sheet->where = SHEET_NOT_TERMINAL;
	sheet_column(sheet, scenario->axes, NULL, false);
	sheet_column(sheet, "step", NULL, false);
	sheet_column(sheet, "one operation", NULL, true);
	sheet_column(sheet, "guest", NULL, true);
	sheet_column(sheet, "transport and VMM", NULL, true);
	sheet_column(sheet, "kdbench", NULL, true);
	sheet_column(sheet, "share of transport and VMM", NULL, true);
	for (int i = 0; i < WORLD_COUNT; i++)
		if (scenario->worlds[i])
			add_world(sheet, scenario, (enum world)i);
	sheet_note(sheet, "Medians. One operation is the sum of its parts.");
	return sheet->row_count;
}
