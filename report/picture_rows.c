/* SPDX-License-Identifier: MIT */
/* Pictures of rows that are not bars: percentiles, recovery, verdicts. */
#include "report/pictures.h"

#include <math.h>
#include <string.h>

#include "report/bars.h"
#include "report/caption.h"
#include "report/text.h"

/* A percentile needs a few operations in each trial to mean anything. */
#define OPS_LEAST 5

/* Columns of the text beside a row. */
#define TEXT_MAX 40

static bool has_latency(const struct cell_summary *cell,
			const struct step_summary *step)
{
	return step->of[METRIC_P50].n && step->latency &&
	       step->latency->n >= OPS_LEAST * cell->finished;
}

static bool recovers(const struct cell_summary *cell,
		     const struct step_summary *step)
{
	(void)step;
	return cell->of[METRIC_RECOVERY_P50].n;
}

static bool was_run(const struct cell_summary *cell,
		    const struct step_summary *step)
{
	(void)step;
	return cell->valid;
}

/* What one mark of a ladder is, and in which order along the line. */
struct rungs {
	enum metric metrics[5];
	enum metric last; /* of the text beside the line */
	const char *what;
	const char *legend;
};

static const struct rungs latency_rungs = {
	{ METRIC_P50, METRIC_P90, METRIC_P99, METRIC_P999, METRIC_MAX },
	METRIC_P99,
	"latency of one operation",
	"\u25cf p50   \u25c7 p90   \u25b2 p99   \u25a1 p99.9   \u00d7 max",
};

static const struct rungs recovery_rungs = {
	{ METRIC_RECOVERY_P50, METRIC_RECOVERY_P90, METRIC_COUNT, METRIC_COUNT,
	  METRIC_RECOVERY_MAX },
	METRIC_RECOVERY_MAX,
	"from a fault to the next verified operation",
	"\u25cf p50   \u25c7 p90   \u00d7 max",
};

static double rung(const struct row *row, enum metric metric)
{
	return metric == METRIC_COUNT ? NAN : bars_spread(row, metric)->median;
}

/* "14.1 ms \u2026 24 ms"; "5 hang" if nothing could be timed. */
static const char *rung_text(struct arena *arena, const struct row *row,
			     const struct rungs *rungs)
{
	const struct spread *middle = bars_spread(row, rungs->metrics[0]);
	const struct spread *tail = bars_spread(row, rungs->last);

	if (!row->cell->finished)
		return text_verdicts(arena, row->cell, ", ");
	return arena_printf(arena, "%s \u2026 %s",
			    spread_text(rungs->metrics[0], middle).text,
			    spread_text(rungs->last, tail).text);
}

static struct plot_axis rung_axis(struct arena *arena, const struct rows *rows,
				  const struct rungs *rungs, double width)
{
	double low = INFINITY;
	double high = 0;
	double widest = 0;

	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->rows[i];
		const char *text = rung_text(arena, row, rungs);

		low = fmin(low, rung(row, rungs->metrics[0]));
		high = fmax(high, rung(row, rungs->metrics[4]));
		widest = fmax(widest, fmin(plot_text_width(text),
					   TEXT_MAX * PLOT_CHAR));
	}
	return plot_axis_over(rungs->what, QUANTITY_NS, true, low, high,
			      (widest + 24) / width);
}

static void draw_ladder(struct arena *arena, const struct rows *rows,
			struct plot *p, const struct rungs *rungs)
{
	const double weight = 1;
	struct plot_box box = rows_box(rows, &weight, 1, 0);
	struct plot_axis x =
		rung_axis(arena, rows, rungs, box.right - box.left);

	plot_set(p, "block", (double)plot_block(p));
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->rows[i];
		double end = rung(row, rungs->metrics[4]);

		plot_number(p, row->y);
		for (size_t k = 0; k < ARRAY_SIZE(rungs->metrics); k++)
			plot_number(p, rung(row, rungs->metrics[k]));
		plot_number(p, isfinite(end) ? end : x.min);
		plot_text_cut(p, rung_text(arena, row, rungs), TEXT_MAX);
		plot_row_end(p);
	}
	plot_place(p, box);
	plot_axes(p, &x, NULL);
	plot_template(p, "ladder");
}

static void draw(struct pictures *ps, const struct scenario_summary *s,
		 const struct rows *rows, const struct rungs *rungs,
		 const char *kind, const char *what)
{
	struct arena *arena = &ps->summary->arena;
	const char *title =
		arena_printf(arena, "%s: %s", s->scenario->name, what);
	struct plot plot;

	plot_begin(&plot, PLOT_WIDTH, rows_height(rows), title,
		   arena_printf(arena, "%s;   %s;   numbers: p50 \u2026 %s",
				pictures_conditions(ps, s), rungs->legend,
				rungs == &latency_rungs ? "p99" : "max"));
	rows_draw(rows, &plot);
	draw_ladder(arena, rows, &plot, rungs);
	pictures_add(
		ps, s, &plot, kind, title,
		arena_printf(arena, "Medians (p50): %s",
			     caption_of_rows(arena, rows, s, rungs->metrics[0],
					     CAPTION_QUICKEST)));
}

void picture_latency(struct pictures *ps, const struct scenario_summary *s)
{
	struct rows rows;

	rows_make(&rows, &ps->summary->arena, s, false, has_latency);
	if (rows.count)
		draw(ps, s, &rows, &latency_rungs, "latency",
		     "time of one operation");
}

void picture_recovery(struct pictures *ps, const struct scenario_summary *s)
{
	struct rows rows;

	rows_make(&rows, &ps->summary->arena, s, true, recovers);
	if (rows.count)
		draw(ps, s, &rows, &recovery_rungs, "recovery",
		     "time to recover");
}

/* The blocks of one verdict: where its part of each row starts and ends. */
static void put_shares(const struct rows *rows, struct plot *p, int slot)
{
	bool used = false;

	plot_block(p);
	for (size_t i = 0; i < rows->count; i++) {
		const struct cell_summary *cell = rows->rows[i].cell;
		double before = 0;
		double share = (double)cell->verdicts[slot];

		used |= share > 0;
		for (int k = 0; k < slot; k++)
			before += (double)cell->verdicts[k];
		plot_number(p, rows->rows[i].y);
		plot_number(p, 100 * before / (double)cell->valid);
		plot_number(p, share > 0 ? 100 * (before + share) /
						   (double)cell->valid
					 : NAN);
		plot_row_end(p);
	}
	fprintf(p->body, "kind[%d] = '%s'\nused[%d] = %d\n", slot + 1,
		slot_names[slot], slot + 1, used);
}

static void draw_shares(struct arena *arena, const struct rows *rows,
			struct plot *p)
{
	const double weight = 1;
	struct plot_axis x = { .title = "",
			       .kind = QUANTITY_PERCENT,
			       .max = 100 };
	struct plot_box box = rows_box(rows, &weight, 1, 0);
	double widest = 0;

	plot_set(p, "block", (double)p->blocks);
	plot_set(p, "kinds", SLOT_COUNT);
	fprintf(p->body, "array kind[%d]\narray used[%d]\n", SLOT_COUNT,
		SLOT_COUNT);
	for (int slot = 0; slot < SLOT_COUNT; slot++)
		put_shares(rows, p, slot);
	plot_block(p);
	for (size_t i = 0; i < rows->count; i++) {
		const char *text =
			text_verdicts(arena, rows->rows[i].cell, ", ");

		plot_number(p, rows->rows[i].y);
		plot_text_cut(p, text, 60);
		plot_row_end(p);
		widest = fmax(widest,
			      fmin(plot_text_width(text), 60 * PLOT_CHAR));
	}
	/* The texts stand beyond 100 %. */
	box.right -= fmin(widest + 20, 0.6 * (box.right - box.left));
	plot_place(p, box);
	plot_axes(p, &x, NULL);
	plot_template(p, "shares");
}

/* "9 of 24 trials did not finish; worst: ring 1e-3 (1 recovered, 2 hang)." */
static const char *shares_caption(struct arena *arena, const struct rows *rows)
{
	const struct cell_summary *worst = NULL;
	size_t valid = 0;
	size_t finished = 0;

	for (size_t i = 0; i < rows->count; i++) {
		const struct cell_summary *cell = rows->rows[i].cell;

		valid += cell->valid;
		finished += cell->finished;
		if (cell->finished < cell->valid &&
		    (!worst || cell->finished * worst->valid <
				       worst->finished * cell->valid))
			worst = cell;
	}
	if (!worst)
		return arena_printf(arena,
				    "All %zu valid trials finished, some of "
				    "them after recovering.",
				    valid);
	return arena_printf(arena,
			    "%zu of %zu valid trials did not finish; the "
			    "worst is %s (%s).",
			    valid - finished, valid, worst->label,
			    text_verdicts(arena, worst, ", "));
}

void picture_verdicts(struct pictures *ps, const struct scenario_summary *s)
{
	struct arena *arena = &ps->summary->arena;
	struct rows rows;
	struct plot plot;
	const char *title =
		arena_printf(arena, "%s: verdicts", s->scenario->name);
	size_t others = 0;

	for (size_t i = 0; i < s->cell_count; i++)
		others += s->cells[i].valid -
			  s->cells[i].verdicts[SLOT_COMPLETED];
	if (!others)
		return;
	rows_make(&rows, arena, s, true, was_run);
	plot_begin(&plot, PLOT_WIDTH, rows_height(&rows), title,
		   arena_printf(arena, "%s; bars: share of valid trials",
				pictures_conditions(ps, s)));
	rows_draw(&rows, &plot);
	draw_shares(arena, &rows, &plot);
	pictures_add(ps, s, &plot, "verdicts", title,
		     shares_caption(arena, &rows));
}
