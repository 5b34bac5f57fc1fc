/* SPDX-License-Identifier: MIT */
/* Where the time of one operation goes: guest, transport and VMM, kdbench. */
#include "report/pictures.h"

#include <math.h>

#include "report/split.h"

#define TEXT_MAX 52

static bool has_split(const struct cell_summary *cell,
		      const struct step_summary *step)
{
	(void)cell;
	return split_is_known(step);
}

/* Per cent of an operation; 0 if the row has no split. */
static double share_of(const struct row *row, int part)
{
	if (!row->step || !split_is_known(row->step))
		return 0;
	return 100 * split_ns(row->step, (enum split_part)part) /
	       split_sum_ns(row->step);
}

/* "9.50 µs: 4.01 µs + 2.36 µs + 3.13 µs" */
static const char *text_of(struct arena *arena, const struct row *row)
{
	const struct step_summary *step = row->step;

	if (!step || !split_is_known(step))
		return "-";
	return arena_printf(
		arena, "%s: %s + %s + %s",
		number_text(QUANTITY_NS, split_sum_ns(step)).text,
		number_text(QUANTITY_NS, split_ns(step, SPLIT_GUEST)).text,
		number_text(QUANTITY_NS, split_ns(step, SPLIT_TRANSPORT)).text,
		number_text(QUANTITY_NS, split_ns(step, SPLIT_HARNESS)).text);
}

static void put_part(const struct rows *rows, struct plot *p, int part)
{
	plot_block(p);
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->rows[i];
		double before = 0;
		double share = share_of(row, part);

		for (int k = 0; k < part; k++)
			before += share_of(row, k);
		plot_number(p, row->y);
		plot_number(p, before);
		plot_number(p, share > 0 ? before + share : NAN);
		plot_row_end(p);
	}
}

static void draw_parts(struct arena *arena, const struct rows *rows,
		       struct plot *p)
{
	const double weight = 1;
	struct plot_axis x = { .title = "",
			       .kind = QUANTITY_PERCENT,
			       .max = 100 };
	struct plot_box box = rows_box(rows, &weight, 1, 0);
	double widest = 0;

	plot_set(p, "block", (double)p->blocks);
	for (int part = 0; part < SPLIT_PARTS; part++)
		put_part(rows, p, part);
	plot_block(p);
	for (size_t i = 0; i < rows->count; i++) {
		const char *text = text_of(arena, &rows->rows[i]);

		plot_number(p, rows->rows[i].y);
		plot_text_cut(p, text, TEXT_MAX);
		plot_row_end(p);
		widest = fmax(widest, plot_text_width(text));
	}
	/* The texts stand beyond 100 %. */
	box.right -= fmin(widest + 20, 0.6 * (box.right - box.left));
	plot_place(p, box);
	plot_axes(p, &x, NULL);
	plot_template(p, "split");
}

/* The row of a group of which most, or least, is transport and VMM. */
static const struct row *extreme(const struct rows *rows, size_t group,
				 bool most)
{
	const struct row *found = NULL;

	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->rows[i];
		double share = share_of(row, 1);

		if (row->group != group || !row->step ||
		    !split_is_known(row->step))
			continue;
		if (!found || (most ? share > share_of(found, 1)
				    : share < share_of(found, 1)))
			found = row;
	}
	return found;
}

/* "99% of 357 ms with uart" */
static const char *phrase(struct arena *arena, const struct row *row)
{
	return arena_printf(
		arena, "%s of %s with %s",
		number_text(QUANTITY_PERCENT, share_of(row, 1)).text,
		number_text(QUANTITY_NS, split_sum_ns(row->step)).text,
		row->cell->name);
}

static const char *caption(struct arena *arena, const struct rows *rows)
{
	const char *text = "Shares of one operation's time: the times "
			   "themselves differ too much for one axis and stand "
			   "behind the bars. Share of transport and VMM:";
	const char *between = "";

	for (size_t g = 0; g < rows->group_count; g++) {
		const struct row *most = extreme(rows, g, true);
		const struct row *least = extreme(rows, g, false);

		if (!most)
			continue;
		text = arena_printf(arena, "%s%s %s: %s", text, between,
				    rows->headings[g], phrase(arena, most));
		if (least != most)
			text = arena_printf(arena, "%s, %s", text,
					    phrase(arena, least));
		between = ";";
	}
	text = arena_printf(arena, "%s.", text);
	if (rows->left_out)
		text = arena_printf(arena,
				    "%s %zu more rows are in the table only.",
				    text, rows->left_out);
	return text;
}

void picture_split(struct pictures *ps, const struct scenario_summary *s)
{
	struct arena *arena = &ps->summary->arena;
	const char *title =
		pictures_title(ps, s, "where the time of an operation goes");
	struct rows rows;
	struct plot plot;

	rows_make(&rows, arena, s, false, has_split);
	if (!rows.count)
		return;
	plot_begin(&plot, PLOT_WIDTH, rows_height(&rows), title,
		   arena_printf(arena,
				"%s; bars: shares of 100 %%; behind them: one "
				"operation = guest + transport and VMM + "
				"kdbench",
				pictures_conditions(ps, s)));
	rows_draw(&rows, &plot);
	draw_parts(arena, &rows, &plot);
	pictures_add(ps, &plot, "split", title, caption(arena, &rows));
}
