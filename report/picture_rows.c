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

/* Fewer samples than this, and a percentile is only another name for max. */
static double least_samples(enum metric metric)
{
	if (metric == METRIC_P999)
		return 1000;
	return metric == METRIC_P99 ? 100 : 0;
}

/* What one mark of a ladder is, and in which order along the line. */
struct rungs {
	enum metric metrics[5]; /* p50 to the worst */
	enum metric mean;       /* METRIC_COUNT: none */
	enum metric middle;     /* what text and caption speak of */
	enum metric tail;       /* and the other end */
	const char *what;
	const char *numbers;
	const char *spoken_of;
};

static const struct rungs latency_rungs = {
	{ METRIC_P50, METRIC_P90, METRIC_P99, METRIC_P999, METRIC_MAX },
	METRIC_COUNT,
	METRIC_P50,
	METRIC_P99,
	"latency of one operation",
	"p50 \u2026 p99 (or max, below 100 operations a trial)",
	"Medians (p50)",
};

/*
 * Where faults act, most operations meet none and some wait for a time-out:
 * the median is one or the other by chance, and the mean tells how many do.
 */
static const struct rungs faulty_rungs = {
	{ METRIC_P50, METRIC_P90, METRIC_P99, METRIC_P999, METRIC_MAX },
	METRIC_MEAN,
	METRIC_MEAN,
	METRIC_MAX,
	"latency of one operation",
	"mean \u2026 max",
	"Means (faults make the median one of two values by chance)",
};

static const struct rungs recovery_rungs = {
	{ METRIC_RECOVERY_P50, METRIC_RECOVERY_P90, METRIC_COUNT, METRIC_COUNT,
	  METRIC_RECOVERY_MAX },
	METRIC_COUNT,
	METRIC_RECOVERY_P50,
	METRIC_RECOVERY_MAX,
	"from a fault to the next verified operation",
	"p50 \u2026 max",
	"Medians (p50)",
};

/* Is this percentile more than another name for the worst? */
static bool tells(const struct row *row, enum metric metric)
{
	double samples = 0;

	if (row->step && row->step->latency && row->cell->finished)
		samples = (double)row->step->latency->n /
			  (double)row->cell->finished;
	return samples >= least_samples(metric);
}

static double rung(const struct row *row, enum metric metric)
{
	if (metric == METRIC_COUNT || !tells(row, metric))
		return NAN;
	return bars_spread(row, metric)->median;
}

/* The same, unless its mark would hide under that of the worst. */
static double mark(const struct row *row, const struct rungs *rungs, size_t k)
{
	double value = rung(row, rungs->metrics[k]);

	if (k > 0 && k < 4 && value >= 0.98 * rung(row, rungs->metrics[4]))
		return NAN;
	return value;
}

/* "14.1 ms \u2026 24 ms"; "5 hang" if nothing could be timed. */
static const char *rung_text(struct arena *arena, const struct row *row,
			     const struct rungs *rungs)
{
	enum metric last = tells(row, rungs->tail) ? rungs->tail
						   : rungs->metrics[4];
	const struct spread *middle = bars_spread(row, rungs->middle);
	const struct spread *tail = bars_spread(row, last);

	if (!row->cell->finished)
		return text_verdicts(arena, row->cell, ", ");
	return arena_printf(arena, "%s \u2026 %s",
			    spread_text(rungs->middle, middle).text,
			    spread_text(last, tail).text);
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

		for (size_t k = 0; k < ARRAY_SIZE(rungs->metrics); k++)
			if (rung(row, rungs->metrics[k]) > 0)
				low = fmin(low, rung(row, rungs->metrics[k]));
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
		double start = rung(row, rungs->metrics[0]);
		double end = rung(row, rungs->metrics[4]);

		plot_number(p, row->y);
		/* A logarithmic axis has no place for 0: it starts the line. */
		plot_number(p, start <= 0 ? x.min : start);
		for (size_t k = 1; k < ARRAY_SIZE(rungs->metrics); k++)
			plot_number(p, mark(row, rungs, k));
		plot_number(p, isfinite(end) ? fmax(end, x.min) : x.min);
		plot_text_cut(p, rung_text(arena, row, rungs), TEXT_MAX);
		plot_number(p, rung(row, rungs->mean));
		plot_row_end(p);
	}
	plot_place(p, box);
	plot_axes(p, &x, NULL);
	plot_template(p, "ladder");
}

/* What the marks that occur stand for. */
static const char *legend(struct arena *arena, const struct rows *rows,
			  const struct rungs *rungs)
{
	static const char *const names[] = { "\u25cf p50", "\u25c7 p90",
					     "\u25b2 p99", "\u25a1 p99.9",
					     "\u00d7 max" };
	const char *text = "";

	for (size_t k = 0; k < ARRAY_SIZE(names); k++) {
		bool occurs = false;

		for (size_t i = 0; i < rows->count; i++)
			occurs |= isfinite(mark(&rows->rows[i], rungs, k));
		if (occurs)
			text = arena_printf(arena, "%s   %s", text, names[k]);
	}
	return rungs->mean == METRIC_COUNT
		       ? text
		       : arena_printf(arena, "%s   + mean", text);
}

static void draw(struct pictures *ps, const struct scenario_summary *s,
		 const struct rows *rows, const struct rungs *rungs,
		 const char *kind, const char *what)
{
	struct arena *arena = &ps->summary->arena;
	const char *title = pictures_title(ps, s, what);
	struct plot plot;

	plot_begin(&plot, PLOT_WIDTH, rows_height(rows), title,
		   arena_printf(arena, "%s;%s;   numbers: %s",
				pictures_conditions(ps, s),
				legend(arena, rows, rungs), rungs->numbers));
	rows_draw(rows, &plot);
	draw_ladder(arena, rows, &plot, rungs);
	pictures_add(ps, &plot, kind, title,
		     arena_printf(arena, "%s: %s", rungs->spoken_of,
				  caption_of_rows(arena, rows, s, rungs->middle,
						  CAPTION_QUICKEST)));
}

void picture_latency(struct pictures *ps, const struct scenario_summary *s)
{
	struct rows rows;

	rows_make(&rows, &ps->summary->arena, s, false, has_latency);
	if (rows.count)
		draw(ps, s, &rows,
		     s->faults > 0 ? &faulty_rungs : &latency_rungs, "latency",
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
	size_t healed = 0;

	for (size_t i = 0; i < rows->count; i++) {
		const struct cell_summary *cell = rows->rows[i].cell;

		valid += cell->valid;
		finished += cell->finished;
		healed += cell->healed[SLOT_COMPLETED] +
			  cell->healed[SLOT_RECOVERED];
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
			    "%zu of %zu valid trials did not finish%s; the "
			    "worst is %s (%s).",
			    valid - finished, valid,
			    healed ? arena_printf(arena,
						  ", %zu of them until kdbench "
						  "had ended the faults (*)",
						  healed)
				   : "",
			    worst->label, text_verdicts(arena, worst, ", "));
}

void picture_verdicts(struct pictures *ps, const struct scenario_summary *s)
{
	struct arena *arena = &ps->summary->arena;
	struct rows rows;
	struct plot plot;
	const char *title = pictures_title(ps, s, "verdicts");
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
	pictures_add(ps, &plot, "verdicts", title,
		     shares_caption(arena, &rows));
}
