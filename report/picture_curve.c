/* SPDX-License-Identifier: MIT */
/* Latency by percentile: how slow are the slowest, and how many are they? */
#include "report/pictures.h"

#include <math.h>
#include <string.h>

#include "report/label.h"
#include "report/series.h"

/*
 * Fewer operations than this have no tail to look at; and what is done once a
 * trial is no series of operations.
 */
#define OPS_LEAST 20

#define PANELS_MAX 12
#define PANEL_HEIGHT 230
#define PANEL_GAP 60
#define LEFT 80
#define COLUMN_GAP 80
#define RIGHT 24
#define TITLE_MAX 60 /* columns of a panel's title */

/* One panel: a step, and what all its lines have in common. */
struct panel {
	const char *step;
	size_t facet;
	const char *title;
};

struct curves {
	const struct scenario_summary *s;
	struct series lines;  /* by transport */
	struct series facets; /* by all other axes */
	size_t shown;         /* lines */
	struct panel panels[PANELS_MAX];
	size_t panel_count;
	size_t left_out;
};

static const struct histogram *latency_of(const struct curves *c, size_t cell,
					  const struct panel *panel)
{
	const struct step_summary *step =
		summary_step(&c->s->cells[cell], panel->step);

	if (!step || !step->latency || step->latency->n < OPS_LEAST ||
	    step->latency->n < 2 * c->s->cells[cell].finished ||
	    c->facets.of_cell[cell] != panel->facet)
		return NULL;
	return step->latency;
}

static bool has_lines(const struct curves *c, const struct panel *panel)
{
	for (size_t i = 0; i < c->s->cell_count; i++)
		if (latency_of(c, i, panel))
			return true;
	return false;
}

static bool has_panel(const struct curves *c, const struct panel *panel)
{
	for (size_t i = 0; i < c->panel_count; i++)
		if (c->panels[i].facet == panel->facet &&
		    strcmp(c->panels[i].step, panel->step) == 0)
			return true;
	return false;
}

static void add_panel(struct curves *c, struct arena *arena, struct panel panel)
{
	if (!has_lines(c, &panel) || has_panel(c, &panel))
		return;
	if (c->panel_count == PANELS_MAX) {
		c->left_out++;
		return;
	}
	panel.title = panel.step;
	if (c->facets.count > 1)
		panel.title = arena_printf(arena, "%s, %s", panel.step,
					   c->facets.names[panel.facet]);
	c->panels[c->panel_count++] = panel;
}

static void choose_panels(struct curves *c, struct arena *arena)
{
	for (size_t i = 0; i < c->s->cell_count; i++)
		for (size_t k = 0; k < c->s->cells[i].step_count; k++)
			add_panel(c, arena,
				  (struct panel){
					  .step = c->s->cells[i].steps[k].name,
					  .facet = c->facets.of_cell[i] });
}

/* 0.9 is at 1, 0.99 at 2: each nine has the same width. */
static double nines(double q)
{
	return -log10(1 - q);
}

/* As far as there are operations: the slowest of n is at log10(n). */
static void put_curve(struct plot *p, const struct histogram *h)
{
	double seen = 0;

	plot_block(p);
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
		double low = (double)histogram_lower(i);
		double high = (double)histogram_upper(i);
		double n = (double)h->n;

		if (!h->counts[i])
			continue;
		plot_number(p, nines(seen / n));
		plot_number(p, fmin((low + high) / 2, (double)h->max));
		plot_row_end(p);
		seen += (double)h->counts[i];
		plot_number(p, seen < n ? nines(seen / n) : nines(1 - 1 / n));
		plot_number(p, fmin((low + high) / 2, (double)h->max));
		plot_row_end(p);
	}
}

static void put_marks(struct plot *p, const struct histogram *h)
{
	static const double marks[] = { 0.5, 0.9, 0.99, 0.999, 0.9999 };

	plot_block(p);
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		bool there = h && (1 - marks[i]) * (double)h->n >= 0.999;

		plot_number(p, nines(marks[i]));
		plot_number(p, there ? (double)histogram_quantile(h, marks[i])
				     : NAN);
		plot_row_end(p);
	}
}

static void put_line(const struct curves *c, struct plot *p,
		     const struct panel *panel, size_t line)
{
	const struct histogram *h = NULL;

	for (size_t i = 0; i < c->s->cell_count && !h; i++)
		if (c->lines.of_cell[i] == line)
			h = latency_of(c, i, panel);
	if (h) {
		put_curve(p, h);
	} else {
		plot_block(p);
		plot_number(p, NAN);
		plot_number(p, NAN);
		plot_row_end(p);
	}
	put_marks(p, h);
}

/* All panels of a picture have the same axes, to be compared. */
static void find_axes(const struct curves *c, struct plot_axis *x,
		      struct plot_axis *y)
{
	double low = INFINITY;
	double high = 0;
	double n = OPS_LEAST;

	for (size_t k = 0; k < c->panel_count; k++)
		for (size_t i = 0; i < c->s->cell_count; i++) {
			const struct histogram *h =
				latency_of(c, i, &c->panels[k]);

			if (!h)
				continue;
			low = fmin(low, (double)histogram_quantile(h, 0));
			high = fmax(high, (double)h->max);
			n = fmax(n, (double)h->n);
		}
	*y = plot_axis_over("", QUANTITY_NS, true, low, high, 0);
	*x = (struct plot_axis){ .title = "", .max = log10(n) };
}

static struct plot_box box_of(const struct curves *c, size_t index)
{
	double width = c->panel_count == 1
			       ? PLOT_WIDTH - LEFT - RIGHT
			       : (PLOT_WIDTH - LEFT - COLUMN_GAP - RIGHT) / 2.0;
	double left = LEFT + (double)(index % 2) * (width + COLUMN_GAP);
	double top = PLOT_HEADER + 26 +
		     (double)(index / 2) * (PANEL_HEIGHT + PANEL_GAP);

	return (struct plot_box){ left, left + width, top, top + PANEL_HEIGHT };
}

static void draw_panel(const struct curves *c, struct plot *p, size_t index)
{
	static const char ticks[] =
		"set xtics ('0%%' 0, '50%%' 0.30103, '90%%' 1, '99%%' 2, "
		"'99.9%%' 3, '99.99%%' 4, '99.999%%' 5)\n";
	struct plot_axis x;
	struct plot_axis y;

	find_axes(c, &x, &y);
	plot_set(p, "block", (double)p->blocks);
	plot_set(p, "entries", (double)c->shown);
	for (size_t i = 0; i < c->shown; i++)
		put_line(c, p, &c->panels[index], i);
	plot_place(p, box_of(c, index));
	plot_axes(p, &x, &y);
	fputs(ticks, p->body);
	plot_set_text(p, "panel_title", c->panels[index].title, TITLE_MAX);
	plot_template(p, "curve");
}

static void draw(struct pictures *ps, const struct curves *c)
{
	struct arena *arena = &ps->summary->arena;
	size_t deep = (c->panel_count + 1) / 2;
	double top = PLOT_HEADER + 10 +
		     (double)deep * (PANEL_HEIGHT + PANEL_GAP);
	double legend = series_legend_height(&c->lines, c->shown);
	const char *title = arena_printf(arena, "%s: latency by percentile",
					 c->s->scenario->name);
	struct plot plot;

	plot_begin(&plot, PLOT_WIDTH, (unsigned)(top + legend), title,
		   arena_printf(arena,
				"%s; up: latency, across: share of operations "
				"that are no slower",
				pictures_conditions(ps, c->s)));
	for (size_t i = 0; i < c->panel_count; i++)
		draw_panel(c, &plot, i);
	series_legend(&c->lines, c->shown, &plot, top);
	pictures_add(
		ps, c->s, &plot, "curve", title,
		arena_printf(arena,
			     "All operations of all finished trials "
			     "together. A flat line is a steady transport; "
			     "where it climbs, some operations wait. Each "
			     "curve ends at its slowest operation.%s",
			     c->left_out || c->shown < c->lines.count
				     ? " More are in the table only."
				     : ""));
}

/* Lines are transports; without such an axis, the first that is no number. */
static size_t axis_of_lines(const struct scenario_summary *s)
{
	size_t chosen = 0;

	for (size_t i = series_axes(s); i-- > 0;) {
		if (strcmp(s->cells[0].cell->axes[i], "transport") == 0)
			return i;
		if (isnan(label_number(s->cells[0].axis_values[i])))
			chosen = i;
	}
	return chosen;
}

void picture_curve(struct pictures *ps, const struct scenario_summary *s)
{
	struct arena *arena = &ps->summary->arena;
	bool *on = arena_alloc(arena, series_axes(s) * sizeof(*on));
	struct curves c = { .s = s };
	size_t lines = axis_of_lines(s);

	for (size_t i = 0; i < series_axes(s); i++)
		on[i] = i == lines;
	series_make(&c.lines, arena, s, on, true);
	for (size_t i = 0; i < series_axes(s); i++)
		on[i] = i != lines;
	series_make(&c.facets, arena, s, on, false);
	c.shown = c.lines.count < PLOT_STYLES ? c.lines.count : PLOT_STYLES;
	choose_panels(&c, arena);
	if (c.panel_count)
		draw(ps, &c);
}
