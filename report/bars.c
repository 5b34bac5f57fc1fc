/* SPDX-License-Identifier: MIT */
#include "report/bars.h"

#include <math.h>
#include <string.h>

#include "bench/result/stats.h"
#include "report/text.h"

/* The bootstrap draws the same samples in every report. */
#define RATIO_SEED 1

/* Medians within this factor may be called alike. */
#define ALIKE 1.25

/* Columns of the text behind a bar. */
#define TEXT_MAX 40

const struct spread *bars_spread(const struct row *row, enum metric metric)
{
	return row->step ? &row->step->of[metric] : &row->cell->of[metric];
}

static const struct spread *base_spread(const struct scenario_summary *s,
					const struct row *row,
					enum metric metric)
{
	const struct cell_summary *base = summary_base(s, row->cell);
	const struct step_summary *step =
		row->step ? summary_step(base, row->step->name) : NULL;

	if (row->step && !step)
		return NULL;
	return step ? &step->of[metric] : &base->of[metric];
}

double bars_ratio(const struct scenario_summary *s, const struct row *row,
		  enum metric metric)
{
	const struct spread *base = base_spread(s, row, metric);
	const struct spread *own = bars_spread(row, metric);

	if (!base || base == own || !(base->median > 0))
		return NAN;
	return own->median / base->median;
}

const char *bars_ratio_of(struct arena *arena, const struct spread *own,
			  const struct spread *base)
{
	struct stats_interval interval;
	double ratio;

	if (!base || base == own || !(base->median > 0) || !own->n)
		return NULL;
	ratio = own->median / base->median;
	interval = stats_ratio_interval(own->values, own->n, base->values,
					base->n, RATIO_SEED);
	if (!(interval.coverage > 0 && interval.low <= 1 && interval.high >= 1))
		return arena_strdup(arena, number_ratio(ratio).text);
	/* That chance alone may do it does not make far apart alike. */
	if (ratio > 1 / ALIKE && ratio < ALIKE)
		return "\u22481\u00d7";
	return arena_printf(arena, "%s?", number_ratio(ratio).text);
}

const char *bars_ratio_text(struct arena *arena,
			    const struct scenario_summary *s,
			    const struct row *row, enum metric metric)
{
	return bars_ratio_of(arena, bars_spread(row, metric),
			     base_spread(s, row, metric));
}

const char *bars_base(const struct scenario_summary *s, const struct rows *rows)
{
	const struct cell_summary *base = NULL;
	bool same_cell = true;

	for (size_t i = 0; i < rows->count; i++) {
		const struct cell_summary *cell = rows->rows[i].cell;
		const struct cell_summary *of = summary_base(s, cell);

		if (of == cell)
			continue;
		if (base && strcmp(base->transport, of->transport) != 0)
			return "the first of its kind";
		same_cell &= !base || base == of;
		base = of;
	}
	if (!base)
		return NULL;
	return same_cell ? base->name : base->transport;
}

/* What a title says need not be said again. */
static enum quantity panel_kind(const struct bars *bars)
{
	enum quantity kind = metric_types[bars->metric].kind;

	return bars->unitless && kind == QUANTITY_MS_PER_MB ? QUANTITY_MS
							    : kind;
}

/* "412 MB/s  37,400\u00d7"; "5 hang" if there is nothing else to say. */
static const char *bar_text(struct arena *arena, const struct bars *bars,
			    const struct scenario_summary *s,
			    const struct row *row)
{
	const struct spread *spread = bars_spread(row, bars->metric);
	const char *ratio =
		bars->ratio ? bars_ratio_text(arena, s, row, bars->metric)
			    : NULL;
	struct number number = spread_text(bars->metric, spread);

	if (!row->cell->finished && bars->ratio)
		return text_verdicts(arena, row->cell, ", ");
	if (bars->unitless)
		number = number_text(panel_kind(bars), spread->median);
	if (!ratio)
		return arena_strdup(arena, number.text);
	return arena_printf(arena, "%s  %s", number.text, ratio);
}

/* The end of a bar and its whisker. */
static double reach(const struct spread *spread)
{
	return spread->high > spread->median ? spread->high : spread->median;
}

static struct plot_axis axis_for(struct arena *arena, const struct rows *rows,
				 const struct scenario_summary *s,
				 const struct bars *bars, double width)
{
	double low = INFINITY;
	double high = 0;
	double widest = 0;

	for (size_t i = 0; i < rows->count; i++) {
		const struct spread *spread =
			bars_spread(&rows->rows[i], bars->metric);
		const char *text = bar_text(arena, bars, s, &rows->rows[i]);

		if (plot_text_width(text) > widest)
			widest = plot_text_width(text);
		if (!spread->n)
			continue;
		high = fmax(high, reach(spread));
		if (spread->median > 0)
			low = fmin(low, fmin(spread->median,
					     spread->low > 0 ? spread->low
							     : INFINITY));
	}
	return plot_axis_over(bars->title, panel_kind(bars), bars->log, low,
			      high, fmin(0.7, (widest + 14) / width));
}

static void draw_panel(struct arena *arena, const struct rows *rows,
		       const struct scenario_summary *s, struct plot *p,
		       const struct bars *bars, struct plot_box box)
{
	struct plot_axis x =
		axis_for(arena, rows, s, bars, box.right - box.left);

	plot_set(p, "block", (double)plot_block(p));
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->rows[i];
		const struct spread *spread = bars_spread(row, bars->metric);
		/* A logarithmic axis has no place for 0: there is no bar. */
		bool shown = spread->n && (!bars->log || spread->median > 0);
		bool whisker = shown && spread->coverage > 0;

		plot_number(p, row->y);
		plot_number(p, shown ? spread->median : NAN);
		plot_number(p, whisker ? fmax(spread->low, x.min) : NAN);
		plot_number(p, whisker ? spread->high : NAN);
		plot_number(p, shown ? reach(spread) : x.min);
		plot_text_cut(p, bar_text(arena, bars, s, row), TEXT_MAX);
		plot_row_end(p);
	}
	plot_place(p, box);
	plot_axes(p, &x, NULL);
	plot_template(p, "bars");
}

/* A panel in which most rows are empty shows less than the table does. */
static bool has_enough(const struct rows *rows, enum metric metric)
{
	size_t have = 0;
	size_t could = 0;

	for (size_t i = 0; i < rows->count; i++) {
		have += bars_spread(&rows->rows[i], metric)->n > 0;
		could += rows->rows[i].cell->finished > 0;
	}
	return have && 4 * have >= could;
}

void bars_draw(struct arena *arena, const struct rows *rows,
	       const struct scenario_summary *s, struct plot *p,
	       const struct bars *panels, size_t count)
{
	double weights[8];
	const struct bars *shown[8];
	size_t shown_count = 0;

	for (size_t i = 0; i < count && shown_count < 8; i++) {
		if (!has_enough(rows, panels[i].metric))
			continue;
		shown[shown_count] = &panels[i];
		weights[shown_count++] = panels[i].weight;
	}
	for (size_t i = 0; i < shown_count; i++)
		draw_panel(arena, rows, s, p, shown[i],
			   rows_box(rows, weights, shown_count, i));
}
