/* SPDX-License-Identifier: MIT */
#include "report/rows.h"

#include <string.h>

#include "report/pictures.h"

#define MARGIN 16
#define GAP 40
#define LABEL_PX_MIN 110
#define LABEL_PX_MAX 390

/* Columns of a name and of a heading that fit. */
#define NAME_COLUMNS 52
#define HEADING_COLUMNS 80

/* Making rows: what has been seen, and where the next one goes. */
struct maker {
	struct rows *rows;
	struct arena *arena;
	const struct scenario_summary *s;
	bool by_trial;
	bool (*wanted)(const struct cell_summary *cell,
		       const struct step_summary *step);
};

static size_t pairs(const struct scenario_summary *s)
{
	size_t count = 0;

	for (size_t i = 0; i < s->cell_count; i++)
		count += s->cells[i].step_count + 1;
	return count;
}

/* Make room for a name beside its bar, or for a heading above. */
static void widen(struct rows *rows, const char *text)
{
	double px = plot_text_width(text) + 2 * MARGIN;

	if (px > rows->label_px)
		rows->label_px = px;
}

static void add_row(struct maker *m, const struct cell_summary *cell,
		    const struct step_summary *step)
{
	struct rows *rows = m->rows;
	if (rows->count >= PICTURE_ROWS_MAX) {
		rows->left_out++;
		return;
	}
	rows->rows[rows->count++] = (struct row){
		.cell = cell,
		.step = step,
		.y = rows->height + 0.5,
		.group = rows->group_count - 1,
	};
	rows->height += 1;
	widen(rows, cell->name);
}

static bool is_wanted_somewhere(const struct maker *m, const char *step)
{
	for (size_t i = 0; i < m->s->cell_count; i++) {
		const struct step_summary *found =
			summary_step(&m->s->cells[i], step);

		if (found && m->wanted(&m->s->cells[i], found))
			return true;
	}
	return false;
}

static bool is_row(const struct maker *m, const struct cell_summary *cell,
		   const char *step, const struct step_summary *found)
{
	if (!step)
		return m->wanted(cell, NULL);
	if (found && m->wanted(cell, found))
		return true;
	return cell->valid && !cell->finished && is_wanted_somewhere(m, step);
}

/* One group: a step in a world, and all its cells. */
static void add_group(struct maker *m, const char *step, enum world world)
{
	struct rows *rows = m->rows;
	bool begun = false;

	for (size_t i = 0; i < m->s->cell_count; i++) {
		const struct cell_summary *cell = &m->s->cells[i];
		const struct step_summary *found =
			step ? summary_step(cell, step) : NULL;

		if (cell->world != world || !is_row(m, cell, step, found))
			continue;
		if (!begun && rows->count < PICTURE_ROWS_MAX) {
			rows->height += rows->group_count ? 0.5 : 0;
			rows->heading_y[rows->group_count] = rows->height + 0.5;
			rows->headings[rows->group_count++] = arena_printf(
				m->arena, "%s%s%s", step ? step : "",
				step ? ", " : "", world_names[world]);
			widen(rows, rows->headings[rows->group_count - 1]);
			rows->height += 1;
			begun = true;
		}
		add_row(m, cell, found);
	}
}

static void add_worlds(struct maker *m, const char *step)
{
	for (int i = 0; i < WORLD_COUNT; i++)
		if (m->s->worlds[i])
			add_group(m, step, (enum world)i);
}

/* Has an earlier cell, or an earlier step of this one, the same name? */
static bool seen_before(const struct scenario_summary *s, size_t cell,
			const char *step)
{
	for (size_t i = 0; i < cell; i++)
		if (summary_step(&s->cells[i], step))
			return true;
	return false;
}

void rows_make(struct rows *rows, struct arena *arena,
	       const struct scenario_summary *s, bool by_trial,
	       bool (*wanted)(const struct cell_summary *cell,
			      const struct step_summary *step))
{
	struct maker m = { rows, arena, s, by_trial, wanted };
	size_t most = pairs(s);

	*rows = (struct rows){ .label_px = LABEL_PX_MIN, .axes = s->axes };
	rows->rows = arena_alloc(arena, most * sizeof(*rows->rows));
	most += WORLD_COUNT;
	rows->headings = arena_alloc(arena, most * sizeof(*rows->headings));
	rows->heading_y = arena_alloc(arena, most * sizeof(*rows->heading_y));
	if (by_trial)
		add_worlds(&m, NULL);
	for (size_t i = 0; !by_trial && i < s->cell_count; i++)
		for (size_t k = 0; k < s->cells[i].step_count; k++)
			if (!seen_before(s, i, s->cells[i].steps[k].name))
				add_worlds(&m, s->cells[i].steps[k].name);
	rows->height += 0.2;
	if (rows->label_px > LABEL_PX_MAX)
		rows->label_px = LABEL_PX_MAX;
}

unsigned rows_height(const struct rows *rows)
{
	return (unsigned)(PLOT_HEADER + rows->height * ROWS_PITCH +
			  ROWS_FOOTER);
}

static void draw_block(const struct rows *rows, struct plot *p,
		       const char *name, bool names)
{
	size_t count = names ? rows->count : rows->group_count;
	size_t fits = (size_t)((rows->label_px - MARGIN) / PLOT_CHAR);

	plot_set(p, name, (double)plot_block(p));
	for (size_t i = 0; i < count; i++) {
		plot_number(p, names ? rows->rows[i].y : rows->heading_y[i]);
		plot_text_cut(
			p, names ? rows->rows[i].cell->name : rows->headings[i],
			names ? fits : HEADING_COLUMNS);
		plot_row_end(p);
	}
}

void rows_draw(const struct rows *rows, struct plot *p)
{
	struct plot_box box = { MARGIN, rows->label_px, PLOT_HEADER,
				p->height - ROWS_FOOTER };

	plot_set(p, "rows", rows->height);
	plot_set_text(p, "axes", rows->axes, NAME_COLUMNS);
	plot_set(p, "axes_x", rows->label_px / p->width);
	plot_set(p, "axes_y", 14.0 / p->height);
	draw_block(rows, p, "names", true);
	draw_block(rows, p, "headings", false);
	plot_place(p, box);
	plot_template(p, "rows");
}

struct plot_box rows_box(const struct rows *rows, const double *weights,
			 size_t count, size_t index)
{
	double room = PLOT_WIDTH - MARGIN - rows->label_px - 8;
	double all = 0;
	double before = 0;
	struct plot_box box = { .top = PLOT_HEADER };

	room -= GAP * (double)(count - 1);
	for (size_t i = 0; i < count; i++) {
		all += weights[i];
		before += i < index ? weights[i] : 0;
	}
	box.left = rows->label_px + 8 + GAP * (double)index +
		   room * before / all;
	box.right = box.left + room * weights[index] / all;
	box.bottom = rows_height(rows) - ROWS_FOOTER;
	return box;
}
