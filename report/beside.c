/* SPDX-License-Identifier: MIT */
#include "report/beside.h"

#include <string.h>

#include "report/bars.h"
#include "report/text.h"

/* The cell of the other world that is the same otherwise, or NULL. */
static const struct cell_summary *twin(const struct scenario_summary *s,
				       const struct cell_summary *cell,
				       enum world world)
{
	for (size_t i = 0; i < s->cell_count; i++) {
		const struct cell_summary *other = &s->cells[i];

		/* What they are called holds all axes but the accelerator. */
		if (other->world == world &&
		    strcmp(other->name, cell->name) == 0)
			return other;
	}
	return NULL;
}

static const char *rate_text(struct arena *arena,
			     const struct step_summary *step)
{
	enum metric metric = text_rate(step);

	return arena_strdup(arena, spread_text(metric, &step->of[metric]).text);
}

static const char *cpu_text(struct arena *arena,
			    const struct step_summary *step)
{
	return arena_strdup(
		arena,
		spread_text(METRIC_CPU_LOAD, &step->of[METRIC_CPU_LOAD]).text);
}

static bool add_step(struct sheet *sheet, const struct cell_summary *cell,
		     const struct step_summary *tcg,
		     const struct step_summary *kvm)
{
	struct arena *arena = sheet->arena;
	enum metric metric = text_rate(tcg);
	const char *ratio;

	if (!tcg->of[metric].n || !kvm->of[metric].n)
		return false;
	ratio = bars_ratio_of(arena, &kvm->of[metric], &tcg->of[metric]);
	sheet_row(sheet);
	sheet_set(sheet, 0, cell->name);
	sheet_set(sheet, 1, tcg->name);
	sheet_set(sheet, 2, rate_text(arena, tcg));
	sheet_set(sheet, 3, rate_text(arena, kvm));
	sheet_set(sheet, 4, ratio ? ratio : "-");
	sheet_set(sheet, 5, cpu_text(arena, tcg));
	sheet_set(sheet, 6, cpu_text(arena, kvm));
	return true;
}

static void add_cell(struct sheet *sheet, const struct cell_summary *tcg,
		     const struct cell_summary *kvm)
{
	for (size_t i = 0; i < tcg->step_count; i++) {
		const struct step_summary *step =
			summary_step(kvm, tcg->steps[i].name);

		if (step)
			add_step(sheet, tcg, &tcg->steps[i], step);
	}
}

bool beside_make(struct sheet *sheet, struct summary *s,
		 const struct scenario_summary *scenario)
{
	struct arena *arena = &s->arena;

	if (!scenario->worlds[WORLD_TCG] || !scenario->worlds[WORLD_KVM])
		return false;
	sheet_begin(sheet, arena, "tcg and kvm side by side");
	sheet_column(sheet, scenario->axes, NULL, false);
	sheet_column(sheet, "step", NULL, false);
	sheet_column(sheet, "rate, tcg", "tcg", true);
	sheet_column(sheet, "rate, kvm", "kvm", true);
	sheet_column(sheet, "kvm / tcg", NULL, true);
	sheet_column(sheet, "QEMU CPU, tcg", "CPU tcg", true);
	sheet_column(sheet, "QEMU CPU, kvm", "CPU kvm", true);
	for (size_t i = 0; i < scenario->cell_count; i++) {
		const struct cell_summary *cell = &scenario->cells[i];
		const struct cell_summary *other;

		if (cell->world != WORLD_TCG)
			continue;
		other = twin(scenario, cell, WORLD_KVM);
		if (other)
			add_cell(sheet, cell, other);
	}
	sheet_note(sheet, "Two machines in one table, compared and never put "
			  "together: medians of each by itself.");
	return sheet->row_count;
}
