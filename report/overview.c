/* SPDX-License-Identifier: MIT */
#include "report/overview.h"

#include <math.h>
#include <string.h>

#include "report/bars.h"
#include "report/text.h"

/* A read that moves at least this much at once is one in bulk. */
#define BULK_BYTES 512
#define SMALL_BYTES 8

/* The steps of a cell that the overview speaks of; NULL: there is none. */
struct picked {
	const struct step_summary *bulk, *small, *stopped, *running;
};

static bool is_idle(const struct step_summary *step, const char *state)
{
	return strcmp(step->kind, "idle") == 0 && step->state &&
	       strcmp(step->state, state) == 0;
}

/* Bytes of payload of one operation of a read; NAN if it is none. */
static double bytes_of_read(const struct step_summary *step)
{
	return strcmp(step->kind, "read-memory") == 0 ||
			       strcmp(step->kind, "read-physical") == 0
		       ? step->of[METRIC_PAYLOAD_OP].median
		       : NAN;
}

/* The first of each kind. */
static struct picked pick(const struct cell_summary *cell)
{
	struct picked p = { 0 };

	for (size_t i = cell->step_count; i-- > 0;) {
		const struct step_summary *step = &cell->steps[i];

		if (bytes_of_read(step) >= BULK_BYTES)
			p.bulk = step;
		if (bytes_of_read(step) == SMALL_BYTES)
			p.small = step;
		if (is_idle(step, "stopped"))
			p.stopped = step;
		if (is_idle(step, "running"))
			p.running = step;
	}
	return p;
}

static bool has_overview(const struct scenario_summary *s)
{
	bool bulk = false;
	bool small = false;
	bool idle = false;

	if (!summary_by_transport(s))
		return false;
	for (size_t i = 0; i < s->cell_count; i++) {
		struct picked p = pick(&s->cells[i]);

		bulk |= p.bulk && p.bulk->of[METRIC_THROUGHPUT].n;
		small |= p.small && p.small->of[METRIC_P50].n;
		idle |= p.stopped && p.stopped->of[METRIC_CPU_LOAD].n;
		idle |= p.running && p.running->of[METRIC_CPU_LOAD].n;
	}
	return bulk + small + idle >= 2;
}

static const char *number_of(struct arena *arena,
			     const struct step_summary *step,
			     enum metric metric)
{
	if (!step || !step->of[metric].n)
		return "-";
	return arena_strdup(arena, spread_text(metric, &step->of[metric]).text);
}

/* The column's title says that it is time per MB. */
static const char *per_mb(struct arena *arena, const struct step_summary *step)
{
	const struct spread *spread = step ? &step->of[METRIC_ALL_MS_MB] : NULL;

	if (!spread || !spread->n)
		return "-";
	return arena_strdup(arena,
			    number_text(QUANTITY_MS, spread->median).text);
}

/* Is another cell compared with it? */
static bool is_base(const struct scenario_summary *s,
		    const struct cell_summary *cell)
{
	for (size_t i = 0; i < s->cell_count; i++)
		if (&s->cells[i] != cell &&
		    summary_base(s, &s->cells[i]) == cell)
			return true;
	return false;
}

static const char *ratio_of(struct arena *arena,
			    const struct scenario_summary *s,
			    const struct cell_summary *cell)
{
	const struct cell_summary *base = summary_base(s, cell);
	const struct step_summary *own = pick(cell).bulk;
	const struct step_summary *of = pick(base).bulk;
	const char *text = NULL;

	if (base == cell)
		return own && is_base(s, cell) ? "1\u00d7" : "-";
	if (own && of)
		text = bars_ratio_of(arena, &own->of[METRIC_THROUGHPUT],
				     &of->of[METRIC_THROUGHPUT]);
	return text ? text : "-";
}

static void add_cell(struct sheet *sheet, const struct scenario_summary *s,
		     const struct cell_summary *cell)
{
	struct arena *arena = sheet->arena;
	struct picked p = pick(cell);

	sheet_row(sheet);
	sheet_set(sheet, 0, cell->name);
	if (!cell->finished) {
		sheet_set(sheet, 1, text_verdicts(arena, cell, ", "));
		return;
	}
	sheet_set(sheet, 1, number_of(arena, p.bulk, METRIC_THROUGHPUT));
	sheet_set(sheet, 2, ratio_of(arena, s, cell));
	sheet_set(sheet, 3, number_of(arena, p.small, METRIC_P50));
	sheet_set(sheet, 4, per_mb(arena, p.bulk));
	sheet_set(sheet, 5, number_of(arena, p.bulk, METRIC_TRAPS_BYTE));
	sheet_set(sheet, 6, number_of(arena, p.stopped, METRIC_ALL_LOAD));
	sheet_set(sheet, 7, number_of(arena, p.running, METRIC_ALL_LOAD));
}

static void add_columns(struct sheet *sheet, const struct scenario_summary *s)
{
	sheet_column(sheet, s->axes, NULL, false);
	sheet_column(sheet, "payload rate", "rate", true);
	sheet_column(sheet, "ratio", NULL, true);
	sheet_column(sheet, "8-byte read", "8 bytes", true);
	sheet_column(sheet, "CPU per MB", "CPU/MB", true);
	sheet_column(sheet, "traps per byte", "traps/B", true);
	sheet_column(sheet, "CPU idle, stopped", "idle", true);
	sheet_column(sheet, "CPU idle, running", "runs", true);
}

/* To what the ratios refer: the transport, or the cell if there is one only. */
static const char *base_of(const struct scenario_summary *s)
{
	for (size_t i = 0; i < s->cell_count; i++) {
		const struct cell_summary *base = summary_base(s, &s->cells[i]);

		if (strcmp(base->transport, "uart") == 0)
			return "uart";
	}
	return "the first row of its kind";
}

bool overview_make(struct sheet *sheet, struct summary *s,
		   const struct scenario_summary *scenario)
{
	struct arena *arena = &s->arena;

	if (!has_overview(scenario))
		return false;
	sheet_begin(sheet, arena,
		    arena_printf(arena, "Transports at a glance: %s, %s",
				 scenario->scenario->name,
				 summary_worlds(s, scenario)));
	add_columns(sheet, scenario);
	for (int i = 0; i < WORLD_COUNT; i++) {
		if (!scenario->worlds[i])
			continue;
		if (scenario->world_count > 1)
			sheet_heading(sheet, world_names[i]);
		for (size_t k = 0; k < scenario->cell_count; k++)
			if (scenario->cells[k].world == (enum world)i)
				add_cell(sheet, scenario, &scenario->cells[k]);
	}
	sheet_note(sheet,
		   arena_printf(arena,
				"Rate, ratio to %s, CPU time per MB and traps "
				"per byte are of bulk reads; 8-byte reads: "
				"median latency. Idle: in per cent of one "
				"core, stopped at the prompt and while the "
				"target runs. CPU is QEMU's and kdbench's "
				"together.",
				base_of(scenario)));
	if (scenario->worlds[WORLD_TCG])
		sheet_note(sheet, "Under tcg a trap costs next to nothing: "
				  "compare traps per byte, not times, with "
				  "other machines.");
	return true;
}
