/* SPDX-License-Identifier: MIT */
/* What an axis of numbers, such as byte loss, does to each transport. */
#include "report/pictures.h"

#include <math.h>
#include <string.h>

#include "report/label.h"
#include "report/search.h"
#include "report/series.h"

#define PANEL_HEIGHT 210
#define PANEL_GAP 20
#define LEFT 110
#define FOOTER 58

/* A panel: which number, and how it is drawn. */
struct panel {
	const char *title;
	enum metric metric; /* METRIC_COUNT: share of finished trials */
	const char *step;   /* NULL: of whole trials */
};

/* The axis, its values in order, and the lines. */
struct effect {
	const struct scenario_summary *s;
	size_t axis;
	const char *axis_name;
	const char **ticks; /* as written */
	double *values;
	size_t value_count;
	struct series series;
	size_t shown; /* series, of which there may be too many */
	struct panel panels[4];
	size_t panel_count;
};

static double value_of(const struct effect *e, size_t cell)
{
	const struct cell_summary *c = &e->s->cells[cell];

	return label_number(c->axis_values[e->axis]);
}

/* Collect the values of the axis, ascending; false if one is not a number. */
static bool find_values(struct effect *e, struct arena *arena)
{
	const struct scenario_summary *s = e->s;

	e->values = arena_alloc(arena, s->cell_count * sizeof(*e->values));
	e->ticks = arena_alloc(arena, s->cell_count * sizeof(*e->ticks));
	for (size_t i = 0; i < s->cell_count; i++) {
		double value = value_of(e, i);
		size_t at = 0;

		if (!isfinite(value))
			return false;
		while (at < e->value_count && e->values[at] < value)
			at++;
		if (at < e->value_count && e->values[at] == value)
			continue;
		memmove(&e->values[at + 1], &e->values[at],
			(e->value_count - at) * sizeof(*e->values));
		memmove(&e->ticks[at + 1], &e->ticks[at],
			(e->value_count - at) * sizeof(*e->ticks));
		e->values[at] = value;
		e->ticks[at] = s->cells[i].axis_values[e->axis];
		e->value_count++;
	}
	return true;
}

static size_t position(const struct effect *e, size_t cell)
{
	double value = value_of(e, cell);
	size_t at = 0;

	while (at + 1 < e->value_count && e->values[at] != value)
		at++;
	return at;
}

static void add_panel(struct effect *e, const char *title, enum metric metric,
		      const char *step)
{
	if (e->panel_count < ARRAY_SIZE(e->panels))
		e->panels[e->panel_count++] =
			(struct panel){ title, metric, step };
}

static void choose_panels(struct effect *e, struct arena *arena)
{
	const struct scenario_summary *s = e->s;
	const struct cell_summary *cell = NULL;
	bool lost = false;

	for (size_t i = 0; i < s->cell_count; i++) {
		if (!cell || s->cells[i].step_count > cell->step_count)
			cell = &s->cells[i];
		lost |= s->cells[i].finished < s->cells[i].valid;
	}
	for (size_t i = 0; cell && i < cell->step_count; i++) {
		const struct step_summary *step = &cell->steps[i];

		if (step->of[METRIC_THROUGHPUT].n && e->panel_count < 2)
			add_panel(e,
				  arena_printf(arena, "payload/s, %s",
					       step->kind),
				  METRIC_THROUGHPUT, step->name);
	}
	/* Where faults act, the median is one of two values by chance. */
	if (cell && cell->step_count && e->panel_count == 0)
		add_panel(e,
			  arena_printf(arena, "%s, %s",
				       s->faults > 0 ? "mean" : "p50",
				       cell->steps[0].kind),
			  s->faults > 0 ? METRIC_MEAN : METRIC_P50,
			  cell->steps[0].name);
	if (lost)
		add_panel(e, "finished trials", METRIC_COUNT, NULL);
	if (summary_has(s, METRIC_RECOVERY_P50))
		add_panel(e, "time to recover", METRIC_RECOVERY_P50, NULL);
}

/* A panel's number for a cell, with its interval. */
static struct spread number_of(const struct panel *panel,
			       const struct cell_summary *cell)
{
	struct spread none = { .median = NAN, .low = NAN, .high = NAN };
	const struct step_summary *step;

	if (panel->metric == METRIC_COUNT) {
		if (!cell->valid)
			return none;
		none.median = 100 * (double)cell->finished /
			      (double)cell->valid;
		none.low = none.high = none.median;
		return none;
	}
	if (!panel->step)
		return cell->of[panel->metric];
	step = summary_step(cell, panel->step);
	return step ? step->of[panel->metric] : none;
}

static struct plot_axis axis_of(const struct effect *e,
				const struct panel *panel)
{
	double low = INFINITY;
	double high = 0;

	if (panel->metric == METRIC_COUNT)
		return (struct plot_axis){ .title = panel->title,
					   .kind = QUANTITY_PERCENT,
					   .min = -4,
					   .max = 104 };
	for (size_t i = 0; i < e->s->cell_count; i++) {
		struct spread number = number_of(panel, &e->s->cells[i]);

		if (!(number.median > 0))
			continue;
		low = fmin(low, number.low > 0 ? number.low : number.median);
		high = fmax(high, number.high);
	}
	return plot_axis_over(panel->title, metric_types[panel->metric].kind,
			      true, low, high, 0);
}

/* The points of one line, in the order of the axis. */
static void put_series(const struct effect *e, struct plot *p,
		       const struct panel *panel, size_t series)
{
	/* Points of different lines stand a little beside each other. */
	double beside = ((double)series - (double)(e->shown - 1) / 2) * 0.3 /
			(double)(e->shown > 6 ? e->shown : 6);

	plot_block(p);
	for (size_t at = 0; at < e->value_count; at++) {
		struct spread number = { .median = NAN };

		for (size_t i = 0; i < e->s->cell_count; i++)
			if (e->series.of_cell[i] == series &&
			    position(e, i) == at)
				number = number_of(panel, &e->s->cells[i]);
		plot_number(p, (double)(at + 1) + beside);
		plot_number(p, number.median);
		plot_number(p, isfinite(number.median) ? number.low : NAN);
		plot_number(p, isfinite(number.median) ? number.high : NAN);
		plot_row_end(p);
	}
}

static void draw_panel(const struct effect *e, struct plot *p, size_t index)
{
	const struct panel *panel = &e->panels[index];
	struct plot_axis y = axis_of(e, panel);
	struct plot_axis x = { .title = "", .min = 0.5 };
	double top = PLOT_HEADER + (double)index * (PANEL_HEIGHT + PANEL_GAP);
	struct plot_box box = { LEFT, PLOT_WIDTH - 40, top,
				top + PANEL_HEIGHT };

	x.max = (double)e->value_count + 0.5;
	if (index + 1 == e->panel_count)
		x.title = e->axis_name;
	plot_set(p, "block", (double)p->blocks);
	plot_set(p, "entries", (double)e->shown);
	for (size_t i = 0; i < e->shown; i++)
		put_series(e, p, panel, i);
	plot_place(p, box);
	plot_axes(p, &x, &y);
	plot_ticks(p, 'x', e->ticks, e->value_count,
		   index + 1 < e->panel_count);
	plot_template(p, "effect");
}

/* The cell of a series at one end of the axis, or NULL. */
static const struct cell_summary *cell_at(const struct effect *e, size_t series,
					  size_t at)
{
	for (size_t i = 0; i < e->s->cell_count; i++)
		if (e->series.of_cell[i] == series && position(e, i) == at)
			return &e->s->cells[i];
	return NULL;
}

/* "ring 381 MB/s \u2192 18.1 KB/s (21,000\u00d7 less), 2 of 3 trials finish" */
static const char *phrase(const struct effect *e, struct arena *arena,
			  size_t series)
{
	const struct panel *panel = &e->panels[0];
	enum quantity kind = panel->metric == METRIC_COUNT
				     ? QUANTITY_PERCENT
				     : metric_types[panel->metric].kind;
	const struct cell_summary *from = cell_at(e, series, 0);
	const struct cell_summary *to = cell_at(e, series, e->value_count - 1);
	double first = from ? number_of(panel, from).median : NAN;
	double last = to ? number_of(panel, to).median : NAN;
	const char *text = arena_printf(
		arena, "%s %s \u2192 %s", e->series.names[series],
		number_text(kind, first).text, number_text(kind, last).text);

	if (first > last && last > 0)
		text = arena_printf(
			arena, "%s (%s less)", text,
			number_text(QUANTITY_RATIO, first / last).text);
	if (last > first && first > 0)
		text = arena_printf(
			arena, "%s (%s more)", text,
			number_text(QUANTITY_RATIO, last / first).text);
	if (to && to->finished < to->valid)
		text = arena_printf(arena, "%s, %zu of %zu trials finish there",
				    text, to->finished, to->valid);
	return text;
}

static const char *caption(const struct effect *e, struct arena *arena)
{
	const char *text = arena_printf(
		arena, "From %s = %s to %s, %s: ", e->axis_name, e->ticks[0],
		e->ticks[e->value_count - 1], e->panels[0].title);

	for (size_t k = 0; k < e->shown; k++)
		text = arena_printf(arena, "%s%s%s", text, k ? "; " : "",
				    phrase(e, arena, k));
	text = arena_printf(arena, "%s. Medians are of trials that finished.",
			    text);
	if (e->shown < e->series.count)
		text = arena_printf(arena,
				    "%s %zu more lines are in the table only.",
				    text, e->series.count - e->shown);
	return text;
}

static void draw(struct pictures *ps, const struct effect *e)
{
	struct arena *arena = &ps->summary->arena;
	double panels = (double)e->panel_count * (PANEL_HEIGHT + PANEL_GAP);
	double legend = series_legend_height(&e->series, e->shown);
	double top = PLOT_HEADER + panels - PANEL_GAP + FOOTER;
	const char *title = pictures_title(
		ps, e->s, arena_printf(arena, "effect of %s", e->axis_name));
	struct plot plot;

	plot_begin(&plot, PLOT_WIDTH, (unsigned)(top + legend), title,
		   arena_printf(arena,
				"%s; points: medians, whiskers: "
				"intervals",
				pictures_conditions(ps, e->s)));
	for (size_t i = 0; i < e->panel_count; i++)
		draw_panel(e, &plot, i);
	series_legend(&e->series, e->shown, &plot, top);
	pictures_add(ps, &plot, "effect", title, caption(e, arena));
}

/* A sweep is worth a curve from three values on; faults are from two. */
static void effect_of_axis(struct pictures *ps,
			   const struct scenario_summary *s, size_t axis)
{
	struct arena *arena = &ps->summary->arena;
	struct effect e = { .s = s,
			    .axis = axis,
			    .axis_name = s->axis_titles[axis] };
	bool *on = arena_alloc(arena, s->axis_count * sizeof(*on));

	if (!find_values(&e, arena) || e.value_count < (s->faults > 0 ? 2 : 3))
		return;
	for (size_t i = 0; i < s->axis_count; i++)
		on[i] = i != axis;
	series_make(&e.series, arena, s, on, true);
	/* Each cell by itself: the axis follows another one, it is no sweep. */
	if (e.series.count == s->cell_count)
		return;
	e.shown = e.series.count < PLOT_STYLES ? e.series.count : PLOT_STYLES;
	choose_panels(&e, arena);
	if (e.panel_count)
		draw(ps, &e);
}

void picture_effect(struct pictures *ps, const struct scenario_summary *s)
{
	for (size_t i = summary_by_transport(s); i < s->axis_count; i++)
		if (!search_is_axis(ps->summary->results, s, i))
			effect_of_axis(ps, s, i);
}
