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

#define PANELS_MAX 24
#define TWO_ACROSS 8 /* panels; of more, three stand beside each other */
#define PANEL_HEIGHT 230
#define PANEL_GAP 60
#define LEFT 80
#define COLUMN_GAP 80
#define RIGHT 24

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

/* Step by step, so that what differs in one axis stands side by side. */
static void choose_panels(struct curves *c, struct arena *arena)
{
	for (size_t i = 0; i < c->s->cell_count; i++)
		for (size_t k = 0; k < c->s->cells[i].step_count; k++)
			for (size_t f = 0; f < c->facets.count; f++)
				add_panel(c, arena,
					  (struct panel){
						  .step = c->s->cells[i]
								  .steps[k]
								  .name,
						  .facet = f });
}

/* 0.9 is at 1, 0.99 at 2: each nine has the same width. */
static double nines(double q)
{
	return -log10(1 - q);
}

/* The middle of a bucket. */
static double value_of(const struct histogram *h, size_t bucket)
{
	double low = (double)histogram_lower(bucket);
	double high = (double)histogram_upper(bucket);

	return fmin((low + high) / 2, (double)h->max);
}

/* The least latency that a logarithmic axis can show. */
static double least_of(const struct histogram *h)
{
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
		if (h->counts[i] && value_of(h, i) > 0)
			return value_of(h, i);
	return INFINITY;
}

/* As far as there are operations: the slowest of n is at log10(n). */
static void put_curve(struct plot *p, const struct histogram *h)
{
	double seen = 0;

	plot_block(p);
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
		double value = value_of(h, i);
		double n = (double)h->n;

		if (!h->counts[i])
			continue;
		plot_number(p, nines(seen / n));
		plot_number(p, value > 0 ? value : NAN);
		plot_row_end(p);
		seen += (double)h->counts[i];
		plot_number(p, seen < n ? nines(seen / n) : nines(1 - 1 / n));
		plot_number(p, value > 0 ? value : NAN);
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
			low = fmin(low, least_of(h));
			high = fmax(high, (double)h->max);
			n = fmax(n, (double)h->n);
		}
	*y = plot_axis_over("", QUANTITY_NS, true, low, high, 0);
	*x = (struct plot_axis){ .title = "", .max = log10(n) };
}

static double panel_width(size_t across)
{
	return (PLOT_WIDTH - LEFT - RIGHT - COLUMN_GAP * (double)(across - 1)) /
	       (double)across;
}

/* How many panels stand beside each other; three only if titles fit. */
static size_t across(const struct curves *c)
{
	size_t wanted = c->panel_count <= TWO_ACROSS ? 2 : 3;

	if (c->panel_count == 1)
		return 1;
	if (c->facets.count == 2 || c->facets.count == 3)
		wanted = c->facets.count;
	for (size_t i = 0; i < c->panel_count; i++)
		if (plot_text_width(c->panels[i].title) > panel_width(wanted))
			return 2;
	return wanted;
}

static struct plot_box box_of(const struct curves *c, size_t index)
{
	double width = panel_width(across(c));
	double left = LEFT + (double)(index % across(c)) * (width + COLUMN_GAP);
	double top = PLOT_HEADER + 26 +
		     (double)(index / across(c)) * (PANEL_HEIGHT + PANEL_GAP);

	return (struct plot_box){ left, left + width, top, top + PANEL_HEIGHT };
}

static void draw_panel(const struct curves *c, struct plot *p, size_t index)
{
	static const char ticks[] =
		"set xtics ('0%%' 0, '50%%' 0.30103, '90%%' 1, '99%%' 2, "
		"'99.9%%' 3, '99.99%%' 4, '99.999%%' 5)\n";
	struct plot_box box = box_of(c, index);
	size_t columns = (size_t)((box.right - box.left) / PLOT_CHAR);
	struct plot_axis x;
	struct plot_axis y;

	find_axes(c, &x, &y);
	plot_set(p, "block", (double)p->blocks);
	plot_set(p, "entries", (double)c->shown);
	for (size_t i = 0; i < c->shown; i++)
		put_line(c, p, &c->panels[index], i);
	plot_place(p, box);
	plot_axes(p, &x, &y);
	fputs(ticks, p->body);
	plot_set_text(p, "panel_title", c->panels[index].title, columns);
	plot_template(p, "curve");
}

/* What is not in the picture has to be said on it. */
static const char *left_out_text(struct arena *arena, const struct curves *c)
{
	const char *text = "";

	if (c->left_out)
		text = arena_printf(arena, "; %zu more panels are left out",
				    c->left_out);
	if (c->shown < c->lines.count)
		text = arena_printf(arena, "%s; %zu more lines are left out",
				    text, c->lines.count - c->shown);
	return text;
}

static void draw(struct pictures *ps, const struct curves *c)
{
	struct arena *arena = &ps->summary->arena;
	size_t deep = (c->panel_count + across(c) - 1) / across(c);
	double top = PLOT_HEADER + 10 +
		     (double)deep * (PANEL_HEIGHT + PANEL_GAP);
	double legend = series_legend_height(&c->lines, c->shown);
	const char *title = pictures_title(ps, c->s, "latency by percentile");
	struct plot plot;

	plot_begin(&plot, PLOT_WIDTH, (unsigned)(top + legend), title,
		   arena_printf(arena,
				"%s; up: latency, across: share of operations "
				"that are no slower%s",
				pictures_conditions(ps, c->s),
				left_out_text(arena, c)));
	for (size_t i = 0; i < c->panel_count; i++)
		draw_panel(c, &plot, i);
	series_legend(&c->lines, c->shown, &plot, top);
	pictures_add(ps, &plot, "curve", title,
		     "All operations of all finished trials together. A flat "
		     "line is a steady transport; where it climbs, some "
		     "operations wait. Each curve ends at its slowest "
		     "operation.");
}

/* Do cells differ in this axis? In one world they may all have the same. */
static bool varies(const struct scenario_summary *s, size_t axis)
{
	for (size_t i = 1; i < s->cell_count; i++)
		if (strcmp(s->cells[i].axis_values[axis],
			   s->cells[0].axis_values[axis]) != 0)
			return true;
	return false;
}

/*
 * Lines are transports, which come first; without different ones, the first
 * axis that is no number; and else the first at all.
 */
static size_t axis_of_lines(const struct scenario_summary *s)
{
	size_t chosen = 0;

	if (summary_by_transport(s) && varies(s, 0))
		return 0;
	for (size_t i = s->axis_count; i-- > 0;)
		if (varies(s, i) &&
		    !isnan(label_number(s->cells[0].axis_values[i])))
			chosen = i;
	for (size_t i = s->axis_count; i-- > 0;)
		if (varies(s, i) &&
		    isnan(label_number(s->cells[0].axis_values[i])))
			chosen = i;
	return chosen;
}

void picture_curve(struct pictures *ps, const struct scenario_summary *s)
{
	struct arena *arena = &ps->summary->arena;
	bool *on = arena_alloc(arena, s->axis_count * sizeof(*on));
	struct curves c = { .s = s };
	size_t lines = axis_of_lines(s);

	for (size_t i = 0; i < s->axis_count; i++)
		on[i] = i == lines;
	series_make(&c.lines, arena, s, on, true);
	/* What all have in common need not stand above each panel. */
	for (size_t i = 0; i < s->axis_count; i++)
		on[i] = i != lines && varies(s, i);
	series_make(&c.facets, arena, s, on, false);
	c.shown = c.lines.count < PLOT_STYLES ? c.lines.count : PLOT_STYLES;
	choose_panels(&c, arena);
	if (c.panel_count)
		draw(ps, &c);
}
