/* SPDX-License-Identifier: MIT */
/* What a transfer rate costs in CPU time, and where a transport saturates. */
#include "report/pictures.h"

#include <math.h>

#include "report/series.h"
#include "report/sweep.h"

#define PANEL_HEIGHT 360
#define FOOTER 66
#define LEFT 70
#define WIDE 560 /* pixels of the first panel */
#define GAP 100
#define RIGHT 26

/* Lines that a caption speaks of. */
#define NAMED_MAX 6

/* No load is measured to less than this: the least that is drawn. */
#define LOAD_LEAST 0.01

/* The lines of a picture; those without a VMM come last. */
struct lines {
	const struct scenario_summary *s; /* the whole scenario */
	enum world world;
	struct sweeps sweeps;
	const struct sweep *rows[PLOT_STYLES];
	size_t count;
	size_t left_out;
};

static bool is_reference(const struct lines *l, const struct sweep *sweep)
{
	return sweep->cell->world == WORLD_NATIVE && l->world != WORLD_NATIVE;
}

static void add_lines(struct lines *l, enum world world)
{
	for (size_t i = 0; i < l->sweeps.count; i++) {
		if (l->sweeps.rows[i].cell->world != world)
			continue;
		if (l->count == PLOT_STYLES)
			l->left_out++;
		else
			l->rows[l->count++] = &l->sweeps.rows[i];
	}
}

/* --- panels -----------------------------------------------------------------
 */

static double load_of(const struct sweep_point *point)
{
	double load = point->load.median;

	return load < LOAD_LEAST ? LOAD_LEAST : load;
}

/* x and y of a point: achieved and load, or offered and achieved. */
static void coordinates(const struct sweep_point *point, bool costs, double *x,
			double *y)
{
	double achieved = point->achieved.median > 0 ? point->achieved.median
						     : NAN;

	*x = costs ? achieved : point->offered;
	*y = costs ? load_of(point) : achieved;
}

static void put_point(struct plot *p, const struct sweep_point *point,
		      bool costs)
{
	double x = NAN;
	double y = NAN;

	if (point)
		coordinates(point, costs, &x, &y);
	plot_number(p, x);
	plot_number(p, y);
	plot_row_end(p);
}

static void axes_of(const struct lines *l, bool costs, struct plot_axis *x,
		    struct plot_axis *y)
{
	double low[2] = { INFINITY, INFINITY };
	double high[2] = { 0, 0 };

	for (size_t i = 0; i < l->count; i++)
		for (size_t k = 0; k < l->rows[i]->count; k++) {
			double at[2];

			coordinates(&l->rows[i]->points[k], costs, &at[0],
				    &at[1]);
			for (int a = 0; a < 2; a++) {
				low[a] = fmin(low[a], at[a]);
				high[a] = fmax(high[a], at[a]);
			}
		}
	*x = plot_axis_over(costs ? "achieved payload per second"
				  : "payload per second asked for",
			    QUANTITY_BYTES_S, true, low[0], high[0], 0);
	*y = plot_axis_over("", costs ? QUANTITY_PERCENT : QUANTITY_BYTES_S,
			    true, low[1], high[1], 0);
}

static void draw_panel(const struct lines *l, struct plot *p, bool costs)
{
	double left = costs ? LEFT : LEFT + WIDE + GAP;
	struct plot_box box = { left, costs ? LEFT + WIDE : PLOT_WIDTH - RIGHT,
				PLOT_HEADER + 26,
				PLOT_HEADER + 26 + PANEL_HEIGHT };
	struct plot_axis x;
	struct plot_axis y;

	axes_of(l, costs, &x, &y);
	plot_set(p, "block", (double)p->blocks);
	plot_set(p, "entries", (double)l->count);
	plot_set(p, "diagonal", !costs);
	plot_set_text(p, "panel_title",
		      costs ? "CPU of QEMU and kdbench, in per cent of one core"
			    : "achieved against asked for",
		      60);
	for (size_t i = 0; i < l->count; i++) {
		plot_block(p);
		for (size_t k = 0; k < l->rows[i]->count; k++)
			put_point(p, &l->rows[i]->points[k], costs);
	}
	plot_block(p);
	for (size_t i = 0; i < l->count; i++)
		put_point(p, l->rows[i]->saturated ? l->rows[i]->most : NULL,
			  costs);
	plot_place(p, box);
	plot_axes(p, &x, &y);
	plot_template(p, "sweep");
}

/* --- words ------------------------------------------------------------------
 */

static const char *rate_text(struct arena *arena, double rate)
{
	return arena_strdup(arena, number_tick(QUANTITY_BYTES_S, rate).text);
}

/* "ring 1/160 of uart" */
static const char *need(struct arena *arena, const struct lines *l,
			const struct sweep *sweep, double common)
{
	const struct sweep *base = sweep_base(&l->sweeps, l->s, sweep);
	const struct sweep_point *own = sweep_at(sweep, common);
	const struct sweep_point *of = base ? sweep_at(base, common) : NULL;

	if (!own || !of || base == sweep || !(of->load.median > 0) ||
	    !own->load.n)
		return NULL;
	return arena_printf(
		arena, "%s %s%s %s", sweep->cell->name,
		number_ratio(own->load.median / of->load.median).text,
		own->load.median < of->load.median ? " of" : "",
		base->cell->name);
}

/* "ring saturates at 408 MB/s, 37,000× uart" */
static const char *end(struct arena *arena, const struct lines *l,
		       const struct sweep *sweep)
{
	const struct sweep *base = sweep_base(&l->sweeps, l->s, sweep);
	const char *text = arena_printf(arena, "%s %s", sweep->cell->name,
					sweep_end(arena, sweep));

	if (!base || base == sweep || !sweep->saturated || !base->saturated)
		return text;
	return arena_printf(arena, "%s, %s%s %s", text,
			    number_ratio(sweep->most->achieved.median /
					 base->most->achieved.median)
				    .text,
			    sweep->most->achieved.median <
					    base->most->achieved.median
				    ? " of"
				    : "",
			    base->cell->name);
}

static const char *caption(struct arena *arena, const struct lines *l)
{
	double common = l->sweeps.common[l->world];
	const char *text = "";
	const char *between = "";
	size_t named = 0;

	for (size_t i = 0; i < l->count && named < NAMED_MAX; i++) {
		const char *said = is_reference(l, l->rows[i])
					   ? NULL
					   : need(arena, l, l->rows[i], common);

		if (!said)
			continue;
		text = arena_printf(arena, "%s%s%s", text, between, said);
		between = ", ";
		named++;
	}
	if (*text)
		text = arena_printf(arena, "CPU at %s: %s. ",
				    rate_text(arena, common), text);
	between = "";
	for (size_t i = 0; i < l->count; i++) {
		if (is_reference(l, l->rows[i]))
			continue;
		text = arena_printf(arena, "%s%s%s", text, between,
				    end(arena, l, l->rows[i]));
		between = "; ";
	}
	for (size_t i = 0; i < l->count; i++)
		if (is_reference(l, l->rows[i]))
			text = arena_printf(arena,
					    "%s. %s is the same target as a "
					    "process of the host, without a "
					    "VMM",
					    text, l->rows[i]->cell->name);
	return arena_printf(arena,
			    "%s. Circles: the most that a transport achieved, "
			    "where it achieved less than nine tenths of what "
			    "was asked for. Latencies are in the table.",
			    text);
}

/* The lines' names, with where each ends. */
static struct series series_of(struct arena *arena, const struct lines *l)
{
	struct series series = { .count = l->count };

	series.names = arena_alloc(arena, l->count * sizeof(*series.names));
	for (size_t i = 0; i < l->count; i++)
		series.names[i] = arena_printf(
			arena, "%s%s %s", l->rows[i]->cell->name,
			is_reference(l, l->rows[i]) ? " (no VMM)" : "",
			sweep_end(arena, l->rows[i]));
	return series;
}

static void draw(struct pictures *ps, const struct scenario_summary *s,
		 const struct lines *l, bool one_of_many)
{
	struct arena *arena = &ps->summary->arena;
	struct series series = series_of(arena, l);
	double top = PLOT_HEADER + 26 + PANEL_HEIGHT + FOOTER;
	double legend = series_legend_height(&series, series.count);
	const char *title = pictures_title(
		ps, s,
		one_of_many ? arena_printf(arena, "what each rate costs, %s",
					   l->sweeps.step)
			    : "what each rate costs");
	struct plot plot;

	plot_begin(&plot, PLOT_WIDTH, (unsigned)(top + legend), title,
		   arena_printf(arena, "%s%s; both axes logarithmic",
				pictures_conditions(ps, s),
				l->left_out ? "; more lines are in the table"
					    : ""));
	for (size_t i = 0; i < l->count; i++)
		if (is_reference(l, l->rows[i]))
			fprintf(plot.body,
				"set style line %zu linecolor rgb '#aaaaaa' "
				"dashtype 1 linewidth 5 pointtype 3 pointsize "
				"0.9\n",
				i + 1);
	draw_panel(l, &plot, true);
	draw_panel(l, &plot, false);
	series_legend(&series, series.count, &plot, top);
	pictures_add(ps, &plot, "sweep", title, caption(arena, l));
}

/* Which world this picture is of; a part of a scenario has only one. */
static enum world world_of(const struct scenario_summary *s)
{
	for (int i = 0; i < WORLD_COUNT; i++)
		if (s->worlds[i])
			return (enum world)i;
	return WORLD_UNKNOWN;
}

void picture_sweep(struct pictures *ps, const struct scenario_summary *s)
{
	struct arena *arena = &ps->summary->arena;
	const struct scenario_summary *whole = ps->whole;
	enum world world = world_of(s);
	const char **steps;
	size_t count = sweep_steps(arena, whole, &steps);

	for (size_t i = 0; i < count; i++) {
		struct lines l = { .s = whole, .world = world };

		l.sweeps = sweep_find(arena, whole, steps[i]);
		add_lines(&l, world);
		if (l.count && (world == WORLD_TCG || world == WORLD_KVM))
			add_lines(&l, WORLD_NATIVE);
		if (l.count)
			draw(ps, s, &l, count > 1);
	}
}
