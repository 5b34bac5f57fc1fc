/* SPDX-License-Identifier: MIT */
#include "report/series.h"

#include <stdint.h>
#include <string.h>

#include "report/label.h"

#define MARGIN 30
#define PITCH 22
#define MARK 62         /* the piece of line before a name, and gaps */
#define NAME_COLUMNS 48 /* of a name; what is longer is cut */

/* "ring, think windbg", or the transport if no axis is on. */
static const char *key_of(struct arena *arena, const struct scenario_summary *s,
			  const struct cell_summary *cell, const bool *on,
			  bool apart)
{
	const char *key = label_of_axes(arena, s, cell, on);

	if (apart && !*key)
		key = cell->transport;
	if (apart && s->world_count > 1)
		key = arena_printf(arena, "%s (%s)", key,
				   world_short_names[cell->world]);
	return key;
}

void series_make(struct series *series, struct arena *arena,
		 const struct scenario_summary *s, const bool *on, bool apart)
{
	*series = (struct series){
		.names = arena_alloc(arena,
				     s->cell_count * sizeof(*series->names)),
		.of_cell = arena_alloc(arena, s->cell_count *
						      sizeof(*series->of_cell)),
	};
	for (size_t i = 0; i < s->cell_count; i++) {
		const char *key = key_of(arena, s, &s->cells[i], on, apart);
		size_t k = 0;

		while (k < series->count && strcmp(series->names[k], key) != 0)
			k++;
		if (k == series->count)
			series->names[series->count++] = key;
		series->of_cell[i] = k;
	}
}

/* Width of one entry, so that all stand in columns. */
static double entry_width(const struct series *series, size_t count)
{
	double widest = 0;

	for (size_t i = 0; i < count; i++) {
		double width = plot_text_width(series->names[i]);

		widest = width > widest ? width : widest;
	}
	if (widest > NAME_COLUMNS * PLOT_CHAR)
		widest = NAME_COLUMNS * PLOT_CHAR;
	return widest + MARK;
}

static size_t entries_across(const struct series *series, size_t count)
{
	double across = (PLOT_WIDTH - 2 * MARGIN) / entry_width(series, count);

	return across > 1 ? (size_t)across : 1;
}

double series_legend_height(const struct series *series, size_t count)
{
	size_t across = entries_across(series, count);

	return (double)((count + across - 1) / across) * PITCH + 10;
}

void series_legend(const struct series *series, size_t count, struct plot *p,
		   double top)
{
	double height = series_legend_height(series, count);
	size_t across = entries_across(series, count);
	struct plot_box box = { MARGIN, PLOT_WIDTH - MARGIN, top,
				top + height };

	plot_set(p, "legend", (double)plot_block(p));
	plot_set(p, "entries", (double)count);
	plot_set(p, "legend_width", PLOT_WIDTH - 2 * MARGIN);
	plot_set(p, "legend_height", height);
	for (size_t i = 0; i < count; i++) {
		plot_number(p,
			    (double)(i % across) * entry_width(series, count));
		plot_number(p, ((double)(i / across) + 0.5) * PITCH);
		plot_text_cut(p, series->names[i], NAME_COLUMNS);
		plot_row_end(p);
	}
	plot_place(p, box);
	plot_template(p, "legend");
}
