/* SPDX-License-Identifier: MIT */
/* Time to prompt: a panel for each thing one waits for, a row a transport. */
#include "report/pictures.h"

#include <math.h>
#include <string.h>

#include "report/prompt.h"

#define ACROSS 3
#define ROWS_MAX 24
#define PITCH 21.0

/* Around a panel, px: its heading above, its ticks below, air to the right. */
#define ABOVE 26.0
#define BELOW 34.0
#define GAP 18.0
#define MARGIN 14.0

/* Below the heading of the page. */
#define LEGEND 4.0

#define NAME_COLUMNS 26
#define TEXT_COLUMNS 12

/* Nearer than this, two marks are one, and have one text. */
#define APART 1.25

/* A transport: without thinking, and with it; NULL: not measured. */
struct line {
	const char *label;
	const struct prompt_row *none, *thinks;
};

struct drawing {
	struct arena *arena;
	const struct prompt *prompt;
	struct plot *plot;
	struct line lines[ROWS_MAX];
	size_t count, left_out;
	enum prompt_what what[PROMPT_COUNT];
	size_t panels;
	double names_px;
	const char *think; /* what the open marks stand for */
};

static const struct estimate *time_of(const struct prompt_row *row,
				      enum prompt_what what)
{
	static const struct estimate nothing = { .value = NAN,
						 .low = NAN,
						 .high = NAN };

	return row && row->cells[what].scenario ? &row->cells[what].time
						: &nothing;
}

/* --- what is drawn ----------------------------------------------------------
 */

static struct line *line_of(struct drawing *d, const char *label)
{
	for (size_t i = 0; i < d->count; i++)
		if (strcmp(d->lines[i].label, label) == 0)
			return &d->lines[i];
	if (d->count == ROWS_MAX) {
		d->left_out++;
		return NULL;
	}
	d->lines[d->count] = (struct line){ .label = label };
	return &d->lines[d->count++];
}

static void add_row(struct drawing *d, const struct prompt_row *row)
{
	bool none = strcmp(row->think, "none") == 0;
	struct line *line;

	/* Of several ways to think the first one. */
	if (!none && d->think && strcmp(row->think, d->think) != 0)
		return;
	line = line_of(d, row->label);
	if (!line)
		return;
	if (none)
		line->none = row;
	else
		line->thinks = row;
	if (!none)
		d->think = row->think;
}

static void choose(struct drawing *d, enum world world)
{
	const struct prompt *p = d->prompt;

	for (size_t i = 0; i < p->count; i++)
		if (p->rows[i].world == world ||
		    (world != WORLD_VIRTUAL &&
		     p->rows[i].world == WORLD_NATIVE))
			add_row(d, &p->rows[i]);
	for (int w = 0; w < PROMPT_MAIN; w++)
		for (size_t i = 0; i < d->count; i++) {
			const struct line *l = &d->lines[i];
			enum prompt_what what = (enum prompt_what)w;

			if (isnan(time_of(l->none, what)->value) &&
			    isnan(time_of(l->thinks, what)->value))
				continue;
			d->what[d->panels++] = what;
			break;
		}
	d->names_px = 90;
	for (size_t i = 0; i < d->count; i++)
		d->names_px =
			fmax(d->names_px, plot_text_width(d->lines[i].label));
	d->names_px = fmin(d->names_px, NAME_COLUMNS * PLOT_CHAR) + MARGIN + 8;
}

/* --- a panel ----------------------------------------------------------------
 */

static void put_marks(struct drawing *d, enum prompt_what what, bool thinks)
{
	plot_block(d->plot);
	for (size_t i = 0; i < d->count; i++) {
		const struct line *l = &d->lines[i];
		const struct estimate *e =
			time_of(thinks ? l->thinks : l->none, what);

		plot_number(d->plot, e->value);
		plot_number(d->plot, (double)i + 0.5);
		plot_number(d->plot, fmax(e->low, e->value / 10));
		plot_number(d->plot, e->high);
		plot_row_end(d->plot);
	}
}

static void put_lines(struct drawing *d, enum prompt_what what)
{
	plot_block(d->plot);
	for (size_t i = 0; i < d->count; i++) {
		double from = time_of(d->lines[i].none, what)->value;
		double to = time_of(d->lines[i].thinks, what)->value;

		plot_number(d->plot, from);
		plot_number(d->plot, (double)i + 0.5);
		plot_number(d->plot, to - from);
		plot_row_end(d->plot);
	}
}

static bool are_apart(const struct estimate *a, const struct estimate *b)
{
	return fmax(a->value, b->value) > APART * fmin(a->value, b->value);
}

/* Where a mark's interval ends. */
static double ends_at(const struct estimate *e, bool right)
{
	return right ? fmax(e->high, e->value)
		     : fmin(fmax(e->low, e->value / 10), e->value);
}

/* The lesser time stands on the left, the greater one on the right. */
static void put_texts(struct drawing *d, enum prompt_what what, bool left)
{
	plot_block(d->plot);
	for (size_t i = 0; i < d->count; i++) {
		const struct estimate *a = time_of(d->lines[i].none, what);
		const struct estimate *b = time_of(d->lines[i].thinks, what);
		const struct estimate *less = b->value < a->value ? b : a;
		const struct estimate *more = less == a ? b : a;

		if (isnan(more->value))
			more = less;
		if (left && (less == more || !are_apart(a, b)))
			continue;
		if (isnan((left ? less : more)->value))
			continue;
		plot_number(d->plot,
			    left ? ends_at(less, false) : ends_at(more, true));
		plot_number(d->plot, (double)i + 0.5);
		plot_text_cut(d->plot,
			      prompt_value(d->arena, left ? less : more),
			      TEXT_COLUMNS);
		plot_row_end(d->plot);
	}
	/* A block without rows is none to gnuplot. */
	plot_number(d->plot, NAN);
	plot_number(d->plot, NAN);
	plot_text(d->plot, "");
	plot_row_end(d->plot);
}

static struct plot_axis axis_of(const struct drawing *d, enum prompt_what what)
{
	double low = INFINITY, high = 0;
	struct plot_axis axis;

	for (size_t i = 0; i < d->count; i++) {
		double a = time_of(d->lines[i].none, what)->value;
		double b = time_of(d->lines[i].thinks, what)->value;

		low = fmin(low, fmin(a, b));
		high = fmax(high, fmax(a, b));
	}
	low = fmax(low, 1);
	high = fmax(high, 10 * low);
	axis = plot_axis_over(NULL, QUANTITY_NS, true, low, high, 0);
	/* Room for texts on both sides, a quarter of the width each. */
	axis.last = high * 1.5;
	axis.min = low / pow(high / low, 0.44);
	axis.max = high * pow(high / low, 0.46);
	return axis;
}

static struct plot_box box_of(const struct drawing *d, size_t index)
{
	double width = (PLOT_WIDTH - d->names_px - MARGIN) / ACROSS;
	double height = (double)d->count * PITCH + ABOVE + BELOW;
	double left = d->names_px + (double)(index % ACROSS) * width;
	double top = PLOT_HEADER + LEGEND + ABOVE +
		     (double)(index / ACROSS) * height;

	return (struct plot_box){ left, left + width - GAP, top,
				  top + (double)d->count * PITCH };
}

static void draw_names(struct drawing *d, size_t index)
{
	struct plot_box box = box_of(d, index);

	box.right = d->names_px - 8;
	box.left = MARGIN;
	plot_set(d->plot, "rows", (double)d->count);
	plot_set_text(d->plot, "axes", "", 1);
	plot_set(d->plot, "axes_x", 0);
	plot_set(d->plot, "axes_y", 0);
	plot_set(d->plot, "names", (double)plot_block(d->plot));
	for (size_t i = 0; i < d->count; i++) {
		plot_number(d->plot, (double)i + 0.5);
		plot_text_cut(d->plot, d->lines[i].label, NAME_COLUMNS);
		plot_row_end(d->plot);
	}
	plot_set(d->plot, "headings", (double)plot_block(d->plot));
	plot_number(d->plot, NAN);
	plot_text(d->plot, "");
	plot_row_end(d->plot);
	plot_place(d->plot, box);
	plot_template(d->plot, "rows");
}

static void draw_panel(struct drawing *d, size_t index)
{
	enum prompt_what what = d->what[index];
	struct plot_box box = box_of(d, index);
	struct plot_axis axis = axis_of(d, what);

	if (index % ACROSS == 0)
		draw_names(d, index);
	plot_set(d->plot, "block", (double)d->plot->blocks);
	put_marks(d, what, false);
	put_marks(d, what, true);
	put_lines(d, what);
	put_texts(d, what, true);
	put_texts(d, what, false);
	plot_set_text(d->plot, "heading", d->prompt->titles[what], 40);
	plot_set(d->plot, "heading_y",
		 1 - (box.top - 12) / (double)d->plot->height);
	plot_place(d->plot, box);
	plot_axes(d->plot, &axis, NULL);
	plot_time_ticks(d->plot, 'x', &axis);
	plot_template(d->plot, "prompt");
}

/* --- in words ---------------------------------------------------------------
 */

/* "4 GiB dump 41 to 2,400 operations" */
static const char *sample_of(struct arena *arena, const struct drawing *d,
			     enum prompt_what what, const char **mark)
{
	double least = INFINITY, most = 0;

	for (size_t i = 0; i < d->count; i++) {
		const struct estimate *both[] = {
			time_of(d->lines[i].none, what),
			time_of(d->lines[i].thinks, what),
		};

		for (size_t k = 0; k < 2; k++) {
			if (isnan(both[k]->value))
				continue;
			least = fmin(least, both[k]->operations);
			most = fmax(most, both[k]->operations);
			if (both[k]->extrapolated)
				*mark = "~";
		}
	}
	if (least == most)
		return arena_printf(arena, "%s %s", d->prompt->titles[what],
				    number_text(QUANTITY_COUNT, most).text);
	return arena_printf(arena, "%s %s to %s", d->prompt->titles[what],
			    number_text(QUANTITY_COUNT, least).text,
			    number_text(QUANTITY_COUNT, most).text);
}

static const char *caption(const struct drawing *d, enum world world)
{
	struct arena *arena = d->arena;
	const char *text = arena_printf(
		arena,
		"%s. Filled: a debugger that does not think%s%s%s. Bars: 95 %% "
		"intervals, of fewer than six operations their range. Log "
		"axes, each its own. Operations measured a transport:",
		world_names[world],
		d->think ? "; open: one that thinks as (debugger.think) " : "",
		d->think ? d->think : "", d->think ? " does" : "");
	const char *mark = "";
	const char *between = " ";

	for (size_t i = 0; i < d->panels; i++) {
		text = arena_printf(arena, "%s%s%s", text, between,
				    sample_of(arena, d, d->what[i], &mark));
		between = ", ";
	}
	text = arena_printf(arena, "%s.%s%s", text,
			    *mark ? " ~: extrapolated from those." : "",
			    world == WORLD_TCG
				    ? " Under tcg a trap costs next to nothing."
				    : "");
	if (d->left_out)
		text = arena_printf(arena, "%s %zu rows more are in the table.",
				    text, d->left_out);
	return text;
}

static void draw(struct pictures *ps, const struct prompt *p, enum world world)
{
	struct arena *arena = &ps->summary->arena;
	const char *title =
		arena_printf(arena, "time to prompt: %s", world_names[world]);
	struct plot plot;
	struct drawing d = { .arena = arena, .prompt = p, .plot = &plot };

	choose(&d, world);
	if (!d.panels)
		return;
	plot_begin(
		&plot, PLOT_WIDTH,
		(unsigned)(PLOT_HEADER + LEGEND +
			   (double)((d.panels + ACROSS - 1) / ACROSS) *
				   ((double)d.count * PITCH + ABOVE + BELOW) +
			   MARGIN),
		title,
		arena_printf(arena,
			     "\u25cf think none%s%s   \u2014   how long a "
			     "person waits; log axes",
			     d.think ? "   \u25cb think " : "",
			     d.think ? d.think : ""));
	for (size_t i = 0; i < d.panels; i++)
		draw_panel(&d, i);
	pictures_add(ps, &plot, "time-to-prompt", title, caption(&d, world));
}

void picture_prompt(struct pictures *ps)
{
	struct prompt p;
	bool has[WORLD_COUNT] = { false };
	size_t worlds = 0;

	if (!prompt_make(&p, ps->summary))
		return;
	for (size_t i = 0; i < p.count; i++)
		has[p.rows[i].world] = true;
	/* What has no VMM stands beside those that have one. */
	if (has[WORLD_TCG] || has[WORLD_KVM])
		has[WORLD_NATIVE] = false;
	for (int w = 0; w < WORLD_COUNT; w++)
		worlds += has[w];
	for (int w = 0; w < WORLD_COUNT; w++) {
		if (!has[w])
			continue;
		ps->suffix = "";
		if (worlds > 1)
			ps->suffix = arena_printf(&ps->summary->arena, "-%s",
						  world_short_names[w]);
		draw(ps, &p, (enum world)w);
	}
}
