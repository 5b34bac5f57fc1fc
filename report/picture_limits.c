/* SPDX-License-Identifier: MIT */
/* The ladder as bars: ours and those beside us, sorted by rate. */
#include "report/pictures.h"

#include <math.h>

#include "report/limits.h"

#define MARGIN 16
#define RIGHT 30

/* Columns of a name, and of the text behind a bar. */
#define NAME_COLUMNS 40
#define TEXT_COLUMNS 48

/* A ladder of more rungs than this goes on in the table. */
#define RUNGS_MAX 40

static size_t shown(const struct ladder *ladder)
{
	return ladder->count < RUNGS_MAX ? ladder->count : RUNGS_MAX;
}

/* "290 MB/s ±3%  1/1.4" */
static const char *text_of(struct arena *arena, const struct ladder *ladder,
			   const struct rung *rung)
{
	const struct spread *rate = &rung->rate;
	const char *ratio = limits_ratio(arena, ladder, rung);
	struct number spread = { "" };

	if (rate->coverage > 0)
		spread = number_spread(rate->median, rate->low, rate->high);
	return arena_printf(arena, "%s %s%s%s",
			    spread_text(METRIC_THROUGHPUT, rate).text,
			    spread.text, ratio ? "  " : "", ratio ? ratio : "");
}

static double names_px(const struct ladder *ladder)
{
	double widest = 110;

	for (size_t i = 0; i < shown(ladder); i++)
		widest = fmax(widest, plot_text_width(ladder->rungs[i].name));
	return fmin(widest, NAME_COLUMNS * PLOT_CHAR) + 2 * MARGIN;
}

static struct plot_axis axis_of(struct arena *arena,
				const struct ladder *ladder, double width)
{
	double low = INFINITY;
	double high = 0;
	double widest = 0;

	for (size_t i = 0; i < shown(ladder); i++) {
		const struct rung *rung = &ladder->rungs[i];
		const char *text = text_of(arena, ladder, rung);

		low = fmin(low, fmin(rung->rate.low, rung->rate.median));
		high = fmax(high, fmax(rung->rate.high, rung->rate.median));
		widest = fmax(widest, fmin(plot_text_width(text),
					   TEXT_COLUMNS * PLOT_CHAR));
	}
	return plot_axis_over("payload per second", QUANTITY_BYTES_S, true, low,
			      high, fmin(0.7, (widest + 14) / width));
}

/* The bars of ours, or of the others. */
static void put_bars(struct arena *arena, const struct ladder *ladder,
		     struct plot *p, bool ours, double x_min)
{
	plot_block(p);
	for (size_t i = 0; i < shown(ladder); i++) {
		const struct rung *rung = &ladder->rungs[i];
		const struct spread *rate = &rung->rate;
		bool here = rung->ours == ours;
		bool whisker = here && rate->coverage > 0;

		plot_number(p, (double)i + 0.5);
		plot_number(p, here ? rate->median : NAN);
		plot_number(p, whisker ? fmax(rate->low, x_min) : NAN);
		plot_number(p, whisker ? rate->high : NAN);
		plot_number(p, here ? fmax(rate->median, rate->high) : NAN);
		plot_text_cut(p, text_of(arena, ladder, rung), TEXT_COLUMNS);
		plot_row_end(p);
	}
}

static void draw_names(const struct ladder *ladder, struct plot *p,
		       double label_px)
{
	struct plot_box box = { MARGIN, label_px, PLOT_HEADER,
				p->height - ROWS_FOOTER };

	plot_set(p, "rows", (double)shown(ladder));
	plot_set_text(p, "axes", "", 1);
	plot_set(p, "axes_x", 0);
	plot_set(p, "axes_y", 0);
	plot_set(p, "names", (double)plot_block(p));
	for (size_t i = 0; i < shown(ladder); i++) {
		plot_number(p, (double)i + 0.5);
		plot_text_cut(p, ladder->rungs[i].name, NAME_COLUMNS);
		plot_row_end(p);
	}
	plot_set(p, "headings", (double)plot_block(p));
	plot_number(p, NAN);
	plot_text(p, "");
	plot_row_end(p);
	plot_place(p, box);
	plot_template(p, "rows");
}

static void draw_bars(struct arena *arena, const struct ladder *ladder,
		      struct plot *p, double label_px)
{
	struct plot_box box = { label_px + 8, PLOT_WIDTH - RIGHT, PLOT_HEADER,
				p->height - ROWS_FOOTER };
	struct plot_axis x = axis_of(arena, ladder, box.right - box.left);

	plot_set(p, "block", (double)p->blocks);
	put_bars(arena, ladder, p, true, x.min);
	put_bars(arena, ladder, p, false, x.min);
	plot_place(p, box);
	plot_axes(p, &x, NULL);
	plot_template(p, "limits");
}

static const char *caption_of(struct arena *arena, const struct ladder *ladder)
{
	const char *text = limits_caption(arena, ladder);

	for (size_t i = 0; i < ladder->skipped_count; i++)
		text = arena_printf(
			arena, "%s%s%s (%s)%s", text,
			i ? ", " : " Not measured: ", ladder->skipped[i].name,
			limits_reason(&ladder->skipped[i]),
			i + 1 == ladder->skipped_count ? "." : "");
	if (shown(ladder) < ladder->count)
		text = arena_printf(arena,
				    "%s %zu slower ones are in the table only.",
				    text, ladder->count - shown(ladder));
	return text;
}

static void draw(struct pictures *ps, const struct ladder *ladder)
{
	struct arena *arena = &ps->summary->arena;
	const char *base = limits_base(ladder);
	const char *title = arena_printf(arena,
					 "the ladder: bulk memory reads, %s",
					 world_names[ladder->world]);
	double label_px = names_px(ladder);
	struct plot plot;

	plot_begin(&plot, PLOT_WIDTH,
		   (unsigned)(PLOT_HEADER + (double)shown(ladder) * ROWS_PITCH +
			      ROWS_FOOTER),
		   title,
		   arena_printf(arena,
				"bar: median, whisker: interval of the "
				"rounds%s%s",
				base ? "; \u00d7: times " : "",
				base ? base : ""));
	draw_names(ladder, &plot, label_px);
	draw_bars(arena, ladder, &plot, label_px);
	pictures_add(ps, &plot, "ladder", title, caption_of(arena, ladder));
}

void picture_ladders(struct pictures *ps)
{
	struct ladders ladders = limits_make(ps->summary);

	for (size_t i = 0; i < ladders.count; i++) {
		const struct ladder *ladder = &ladders.rows[i];

		if (!ladder->count)
			continue;
		ps->suffix = "";
		if (ladders.count > 1)
			ps->suffix =
				arena_printf(&ps->summary->arena, "-%s",
					     world_short_names[ladder->world]);
		draw(ps, ladder);
	}
}
