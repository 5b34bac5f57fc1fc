/* SPDX-License-Identifier: MIT */
/* Sweeps as tables: the gist of each transport, and every point. */
#include "report/sweep.h"

#include <math.h>

#include "report/bars.h"

static const char *text_of(struct arena *arena, enum quantity kind,
			   const struct spread *spread)
{
	if (!spread || !spread->n)
		return "-";
	return arena_strdup(arena, number_text(kind, spread->median).text);
}

static const char *rate_of(struct arena *arena, double rate)
{
	return arena_strdup(arena, number_tick(QUANTITY_BYTES_S, rate).text);
}

/* Headings where there are several worlds, as the rows come in their order. */
static void start_world(struct sheet *sheet, const struct scenario_summary *s,
			const struct sweeps *sweeps, size_t row)
{
	enum world world = sweeps->rows[row].cell->world;

	if (s->world_count > 1 &&
	    (row == 0 || sweeps->rows[row - 1].cell->world != world))
		sheet_heading(sheet, world_names[world]);
}

/* "37,000\u00d7"; "1\u00d7" of what others are compared with. */
static const char *ratio_text(struct arena *arena,
			      const struct scenario_summary *s,
			      const struct sweeps *sweeps, size_t row)
{
	const struct sweep *sweep = &sweeps->rows[row];
	const struct sweep *base = sweep_base(sweeps, s, sweep);
	const char *text;

	if (base && base != sweep) {
		text = bars_ratio_of(arena, &sweep->most->achieved,
				     &base->most->achieved);
		return text ? text : "-";
	}
	for (size_t i = 0; base && i < sweeps->count; i++)
		if (i != row && sweep_base(sweeps, s, &sweeps->rows[i]) == base)
			return "1\u00d7";
	return "-";
}

static void add_brief(struct sheet *sheet, const struct scenario_summary *s,
		      const struct sweeps *sweeps, size_t row)
{
	const struct sweep *sweep = &sweeps->rows[row];
	double common = sweeps->common[sweep->cell->world];
	const struct sweep_point *point = sweep_at(sweep, common);
	struct arena *arena = sheet->arena;

	start_world(sheet, s, sweeps, row);
	sheet_row(sheet);
	sheet_set(sheet, 0, sweep->cell->name);
	sheet_set(sheet, 1,
		  text_of(arena, QUANTITY_BYTES_S, &sweep->most->achieved));
	sheet_set(sheet, 2, sweep->saturated ? "yes" : "not yet");
	sheet_set(sheet, 3, ratio_text(arena, s, sweeps, row));
	sheet_set(sheet, 4,
		  text_of(arena, QUANTITY_PERCENT, &sweep->most->load));
	sheet_set(sheet, 5, isfinite(common) ? rate_of(arena, common) : "-");
	sheet_set(
		sheet, 6,
		text_of(arena, QUANTITY_PERCENT, point ? &point->load : NULL));
	sheet_set(sheet, 7,
		  text_of(arena, QUANTITY_NS, point ? &point->p50 : NULL));
}

void sweep_brief(struct sheet *sheet, struct arena *arena,
		 const struct scenario_summary *s, const struct sweeps *sweeps)
{
	sheet_begin(sheet, arena,
		    arena_printf(arena,
				 "Sweep, %s: where each saturates, and "
				 "what one rate costs all",
				 sweeps->step));
	sheet_column(sheet, s->axes, NULL, false);
	sheet_column(sheet, "most achieved", "most", true);
	sheet_column(sheet, "saturated", NULL, false);
	sheet_column(sheet, "ratio", NULL, true);
	sheet_column(sheet, "CPU there", "CPU", true);
	sheet_column(sheet, "common rate", "at", true);
	sheet_column(sheet, "CPU at that", "CPU", true);
	sheet_column(sheet, "p50 at that", "p50", true);
	for (size_t i = 0; i < sweeps->count; i++)
		add_brief(sheet, s, sweeps, i);
	sheet_note(
		sheet,
		"CPU is QEMU's and kdbench's together, in per cent of one "
		"core. The common rate is the highest one asked for that all "
		"in its group carry to nine tenths. Saturated: somewhere "
		"less than nine tenths of what was asked for arrived. "
		"Latencies count from the intended start.");
}

static void add_point(struct sheet *sheet, const struct sweep *sweep,
		      const struct sweep_point *point)
{
	struct arena *arena = sheet->arena;
	double share = 100 * point->achieved.median / point->offered;

	sheet_row(sheet);
	sheet_set(sheet, 0, sweep->cell->name);
	sheet_set(sheet, 1, rate_of(arena, point->offered));
	sheet_set(sheet, 2, text_of(arena, QUANTITY_BYTES_S, &point->achieved));
	sheet_set(
		sheet, 3,
		arena_strdup(arena, number_text(QUANTITY_PERCENT, share).text));
	sheet_set(sheet, 4, text_of(arena, QUANTITY_PERCENT, &point->qemu));
	sheet_set(sheet, 5, text_of(arena, QUANTITY_PERCENT, &point->harness));
	sheet_set(sheet, 6, text_of(arena, QUANTITY_NS, &point->p50));
	sheet_set(sheet, 7, text_of(arena, QUANTITY_NS, &point->p99));
}

void sweep_all(struct sheet *sheet, struct arena *arena,
	       const struct scenario_summary *s, const struct sweeps *sweeps)
{
	sheet_begin(sheet, arena,
		    arena_printf(arena, "Sweep, %s: all points", sweeps->step));
	sheet->where = SHEET_PAGE_ONLY;
	sheet_column(sheet, s->axes, NULL, false);
	sheet_column(sheet, "offered", NULL, true);
	sheet_column(sheet, "achieved", NULL, true);
	sheet_column(sheet, "share", NULL, true);
	sheet_column(sheet, "QEMU CPU", NULL, true);
	sheet_column(sheet, "kdbench CPU", NULL, true);
	sheet_column(sheet, "p50", NULL, true);
	sheet_column(sheet, "p99", NULL, true);
	for (size_t i = 0; i < sweeps->count; i++) {
		start_world(sheet, s, sweeps, i);
		for (size_t k = 0; k < sweeps->rows[i].count; k++)
			add_point(sheet, &sweeps->rows[i],
				  &sweeps->rows[i].points[k]);
	}
}
