/* SPDX-License-Identifier: MIT */
/* Which values a search tried, and between which of them the result turns. */
#include "report/pictures.h"

#include <math.h>
#include <string.h>

#include "report/label.h"
#include "report/search.h"

#define ROW_HEIGHT 46
#define FOOTER 62
#define NAME_COLUMNS 40
#define MARGIN 40

/* What the values of the axis are, by their unit. */
static enum quantity kind_of(const struct result_search *search)
{
	size_t len = strlen(search->to);
	char last = len ? search->to[len - 1] : '0';

	if (last == 's' && !strchr(search->to, '/'))
		return QUANTITY_NS;
	if (last == 'B')
		return QUANTITY_BYTES;
	return label_number(search->from) < 1 || label_number(search->to) < 1
		       ? QUANTITY_PER_BYTE
		       : QUANTITY_COUNT;
}

static void put_marks(struct plot *p, const struct searches *found,
		      const char *is)
{
	plot_block(p);
	plot_number(p, NAN);
	plot_number(p, NAN);
	plot_row_end(p);
	for (size_t i = 0; i < found->count; i++) {
		const struct result_search *row = found->rows[i];

		for (size_t k = 0; k < row->point_count; k++) {
			if (strcmp(row->points[k].is, is) != 0)
				continue;
			plot_number(p, label_number(row->points[k].value));
			plot_number(p, (double)i + 1);
			plot_row_end(p);
		}
	}
}

/* From the last good to the first bad value, and what they are. */
static void put_turns(struct plot *p, struct arena *arena,
		      const struct searches *found, bool texts)
{
	plot_block(p);
	/* gnuplot 5.4 dies of labels that are all nowhere: one lies outside. */
	plot_number(p, texts ? label_number(found->rows[0]->from) : NAN);
	plot_number(p, texts ? -1 : NAN);
	if (texts)
		plot_text(p, "-");
	else
		plot_number(p, NAN);
	plot_row_end(p);
	for (size_t i = 0; i < found->count; i++) {
		const struct result_search *row = found->rows[i];

		if (!row->last_good || !row->first_bad)
			continue;
		plot_number(p, label_number(row->last_good));
		plot_number(p, (double)i + 1);
		if (texts)
			plot_text_cut(p,
				      arena_printf(arena, "%s | %s",
						   row->last_good,
						   row->first_bad),
				      NAME_COLUMNS);
		else
			plot_number(p, label_number(row->first_bad));
		plot_row_end(p);
	}
}

static struct plot_axis axis_of(const struct result_search *search,
				const char *title)
{
	double from = label_number(search->from);
	double to = label_number(search->to);
	bool log = from > 0 && to > 0 && search->precision &&
		   strchr(search->precision, '%');

	return plot_axis_over(title, kind_of(search), log, fmin(from, to),
			      fmax(from, to), 0);
}

static void draw_panel(struct plot *p, struct arena *arena,
		       const struct scenario_summary *s,
		       const struct searches *found, const char *setting)
{
	const char **names = arena_alloc(arena, found->count * sizeof(*names));
	struct plot_axis x = axis_of(found->rows[0], setting);
	struct plot_axis y = { .min = 0.4 };
	struct plot_box box = { MARGIN, PLOT_WIDTH - MARGIN, PLOT_HEADER,
				p->height - FOOTER };
	double widest = 0;

	y.max = (double)found->count + 0.6;
	for (size_t i = 0; i < found->count; i++) {
		names[i] = search_name(arena, s, found->rows[i]);
		widest = fmax(widest, plot_text_width(names[i]));
	}
	box.left += fmin(widest, NAME_COLUMNS * PLOT_CHAR);
	plot_set(p, "block", (double)p->blocks);
	plot_set(p, "rows", (double)found->count);
	put_marks(p, found, "good");
	put_marks(p, found, "bad");
	put_marks(p, found, "unknown");
	put_turns(p, arena, found, false);
	put_turns(p, arena, found, true);
	plot_place(p, box);
	plot_axes(p, &x, &y);
	if (x.kind == QUANTITY_NS && x.log)
		plot_time_ticks(p, 'x', &x);
	plot_ticks(p, 'y', names, found->count, false);
	plot_template(p, "search");
}

static const char *caption(struct arena *arena,
			   const struct scenario_summary *s,
			   const struct searches *found)
{
	const char *text = "";

	for (size_t i = 0; i < found->count; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? "; " : "",
				    search_sentence(arena, s, found->rows[i]));
	return arena_printf(arena, "%s.", text);
}

/* Only those of the cells at hand: a picture is of one world. */
static struct searches of_world(struct arena *arena, const struct summary *all,
				const struct scenario_summary *s)
{
	struct searches found = search_find(arena, all->results, s);
	size_t kept = 0;

	for (size_t i = 0; i < found.count && kept < PICTURE_ROWS_MAX; i++)
		if (search_has_cells(s, found.rows[i]))
			found.rows[kept++] = found.rows[i];
	found.count = kept;
	return found;
}

void picture_search(struct pictures *ps, const struct scenario_summary *s)
{
	struct arena *arena = &ps->summary->arena;
	struct searches found = of_world(arena, ps->summary, s);
	const char *setting, *title;
	struct plot plot;
	double height;

	if (!found.count || isnan(label_number(found.rows[0]->from)) ||
	    isnan(label_number(found.rows[0]->to)))
		return;
	setting = found.rows[0]->setting;
	height = PLOT_HEADER + (double)found.count * ROW_HEIGHT + FOOTER;
	title = pictures_title(ps, s,
			       arena_printf(arena, "where %s turns", setting));
	plot_begin(&plot, PLOT_WIDTH, (unsigned)height, title,
		   pictures_conditions(ps, s));
	/* A setting's name comes from the results; the axis has no title. */
	draw_panel(&plot, arena, s, &found, "");
	pictures_add(ps, &plot, "search", title, caption(arena, s, &found));
}
