/* SPDX-License-Identifier: MIT */
/* Pictures made of bars: throughput, print storms, CPU load. */
#include "report/pictures.h"

#include "report/bars.h"
#include "report/caption.h"

static bool moves_payload(const struct cell_summary *cell,
			  const struct step_summary *step)
{
	(void)cell;
	return !step->of[METRIC_LINES_S].n && step->of[METRIC_THROUGHPUT].n;
}

static bool prints(const struct cell_summary *cell,
		   const struct step_summary *step)
{
	(void)cell;
	return step->of[METRIC_LINES_S].n;
}

static bool moves_none(const struct cell_summary *cell,
		       const struct step_summary *step)
{
	return (step->of[METRIC_CPU_LOAD].n || step->of[METRIC_OPS_S].n) &&
	       !step->of[METRIC_THROUGHPUT].n && !prints(cell, step);
}

/* What ratios mean, for the line below a title and for captions. */
static const char *ratio_note(struct arena *arena,
			      const struct scenario_summary *s,
			      const struct rows *rows)
{
	const char *base = bars_base(s, rows);

	return base ? arena_printf(arena, "; \u00d7: times %s", base) : "";
}

static const char *interval_note(const struct scenario_summary *s)
{
	for (size_t i = 0; i < s->cell_count; i++)
		if (s->cells[i].finished > 1)
			return "bar: median, whisker: interval";
	return "no interval, as there is one value only";
}

static const char *tcg_note(const struct scenario_summary *s)
{
	if (!s->worlds[WORLD_TCG])
		return "";
	return " Under tcg a trap costs next to nothing, so byte-wise "
	       "transports look better than they would under a hypervisor: "
	       "there, traps per byte decide.";
}

static const char *left_out_note(struct arena *arena, const struct rows *rows)
{
	if (!rows->left_out)
		return "";
	return arena_printf(arena, " %zu more rows are in the table only.",
			    rows->left_out);
}

static void draw(struct pictures *ps, const struct scenario_summary *s,
		 const struct rows *rows, const struct bars *panels,
		 size_t count, const char *kind, const char *what)
{
	struct arena *arena = &ps->summary->arena;
	struct plot plot;
	const char *title = pictures_title(ps, s, what);
	const char *caption = caption_of_rows(arena, rows, s, panels[0].metric,
					      CAPTION_FASTEST);

	plot_begin(&plot, PLOT_WIDTH, rows_height(rows), title,
		   arena_printf(arena, "%s; %s%s", pictures_conditions(ps, s),
				interval_note(s),
				panels[0].ratio ? ratio_note(arena, s, rows)
						: ""));
	rows_draw(rows, &plot);
	bars_draw(arena, rows, s, &plot, panels, count);
	caption = arena_printf(
		arena, "%s%s%s", caption,
		panels[0].metric == METRIC_THROUGHPUT ? tcg_note(s) : "",
		left_out_note(arena, rows));
	pictures_add(ps, &plot, kind, title, caption);
}

void picture_throughput(struct pictures *ps, const struct scenario_summary *s)
{
	static const struct bars panels[] = {
		{ METRIC_THROUGHPUT, "verified payload per second", true, true,
		  false, 2.6 },
		{ METRIC_ALL_LOAD, "CPU, QEMU + kdbench", false, false, false,
		  1 },
		{ METRIC_ALL_MS_MB, "CPU time per MB", true, false, true, 1 },
		{ METRIC_TRAPS_BYTE, "traps per byte", true, false, true, 1 },
	};
	struct rows rows;

	rows_make(&rows, &ps->summary->arena, s, false, moves_payload);
	if (rows.count)
		draw(ps, s, &rows, panels, ARRAY_SIZE(panels), "throughput",
		     "payload delivered, and what it costs");
}

void picture_storm(struct pictures *ps, const struct scenario_summary *s)
{
	static const struct bars panels[] = {
		{ METRIC_LINES_S, "lines per second", true, true, false, 2.2 },
		{ METRIC_SLOWDOWN, "slowdown of the guest", true, false, false,
		  1.4 },
		{ METRIC_BREAK_IN, "slowest break-in meanwhile", true, false,
		  false, 1.4 },
		{ METRIC_CPU_LOAD, "CPU load of QEMU", false, false, false, 1 },
	};
	struct rows rows;

	rows_make(&rows, &ps->summary->arena, s, false, prints);
	if (rows.count)
		draw(ps, s, &rows, panels, ARRAY_SIZE(panels), "storm",
		     "lines printed");
}

void picture_load(struct pictures *ps, const struct scenario_summary *s)
{
	static const struct bars panels[] = {
		{ METRIC_OPS_S, "operations per second", true, true, false,
		  1.6 },
		{ METRIC_CPU_LOAD, "CPU load of QEMU", false, false, false, 1 },
	};
	struct rows rows;

	rows_make(&rows, &ps->summary->arena, s, false, moves_none);
	if (rows.count)
		draw(ps, s, &rows, panels, ARRAY_SIZE(panels), "load",
		     "operations that move no payload");
}
