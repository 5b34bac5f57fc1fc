/* SPDX-License-Identifier: MIT */
/* The words around a phase diagram: legend, names of lines, caption. */
#include <math.h>

#include "report/phase_parts.h"

#define LEGEND_TOP (PHASE_BOTTOM + 102)
#define LINE 18
#define SMALL_LINE 15
#define SECOND 560 /* the legend's second column */
#define GUTTER (PHASE_RIGHT + 10)
#define LINE_APART 15

/* Does it occur, so, or only rarely? */
static bool occurs(const struct phase_map *m, size_t end, bool rare)
{
	for (size_t i = 0; i < m->columns * m->rows; i++)
		if (m->cells[i].end == end && m->cells[i].rare == rare)
			return true;
	return false;
}

static bool shown(const struct phase_map *m, size_t end)
{
	if (occurs(m, end, false) || occurs(m, end, true))
		return true;
	for (size_t i = 0; i < m->check_count; i++)
		if (m->checks[i].end == end)
			return true;
	return false;
}

static size_t ends_shown(const struct phase_map *m)
{
	size_t n = 0;

	for (size_t e = 0; e < m->end_count; e++)
		n += shown(m, e);
	return n;
}

static double legend_height(const struct phase_map *m)
{
	size_t left = ends_shown(m);
	size_t right = m->dot_count + (m->check_count ? 2 : 0);

	return LINE * (double)((left > right ? left : right) + 1);
}

unsigned phase_words_height(const struct phase_map *m)
{
	size_t lines = 0;

	while (m->caption[lines])
		lines++;
	return (unsigned)(LEGEND_TOP + legend_height(m) +
			  SMALL_LINE * (double)lines + 14);
}

static void put(struct plot *p, double x, double y, const char *text)
{
	plot_number(p, x);
	plot_number(p, y);
	plot_text(p, text);
	plot_row_end(p);
}

static void put_patch(struct plot *p, double x, double y, unsigned colour)
{
	plot_number(p, x);
	plot_number(p, y);
	plot_number(p, colour);
	plot_row_end(p);
}

static void put_patches(const struct phase_map *m, struct plot *p)
{
	double y = LEGEND_TOP + LINE;

	plot_block(p);
	for (size_t e = 0; e < m->end_count; e++) {
		if (!shown(m, e))
			continue;
		if (occurs(m, e, true))
			put_patch(p, PHASE_LEFT + 9, y,
				  phase_colour(m, (unsigned)e, true));
		if (occurs(m, e, false) || !occurs(m, e, true))
			put_patch(p, PHASE_LEFT + 29, y, m->ends[e].colour);
		y += LINE;
	}
}

static void put_ends(const struct phase_map *m, struct plot *p)
{
	double y = LEGEND_TOP;

	char heading[160];

	snprintf(heading, sizeof(heading),
		 "Worst end of all places (%s):", m->rare);
	put(p, PHASE_LEFT, y, heading);
	for (size_t e = 0; e < m->end_count; e++) {
		char text[160];

		if (!shown(m, e))
			continue;
		y += LINE;
		snprintf(text, sizeof(text), "%s: %s", m->ends[e].name,
			 m->ends[e].help);
		put(p, PHASE_LEFT + 46, y, text);
	}
}

static void put_dots(const struct phase_map *m, struct plot *p)
{
	double y = LEGEND_TOP;

	if (m->dot_count)
		put(p, SECOND, y,
		    "Transports, at a poll's cost and a request's time (bar: "
		    "to the longest):");
	for (size_t i = 0; i < m->dot_count; i++) {
		const struct phase_map_dot *d = &m->dots[i];
		char text[160];

		y += LINE;
		snprintf(text, sizeof(text), "%zu  %s: %s, %s to %s", i + 1,
			 d->name, number_text(QUANTITY_NS, d->cost_ns).text,
			 number_text(QUANTITY_NS, d->low_ns).text,
			 number_text(QUANTITY_NS, d->high_ns).text);
		put(p, SECOND, y, text);
	}
	if (!m->check_count)
		return;
	put(p, SECOND, y += LINE,
	    "\u25a0  real guests at a few places, coloured by their worst "
	    "end;");
	put(p, SECOND, y += LINE,
	    "     \u22a0 disturbed where the simulation is not, or the other "
	    "way round");
}

/* Beside the plot, as near to its line as the one above it lets. */
static void put_lines(const struct phase_map *m, const struct phase_frame *f,
		      struct plot *p)
{
	double last = 1e9;

	for (size_t i = 0; i < m->line_count; i++) {
		double y = phase_y(f, m->lines[i].ns);
		char text[120];

		if (!phase_inside(f, f->x_low, m->lines[i].ns))
			continue;
		if (y > last - LINE_APART)
			y = last - LINE_APART;
		snprintf(text, sizeof(text), "%s %s",
			 number_text(QUANTITY_NS, m->lines[i].ns).text,
			 m->lines[i].name);
		put(p, GUTTER, y, text);
		last = y;
	}
}

/* Below the axis: what costs so much. Neighbours take turns up and down. */
static void put_known(const struct phase_map *m, const struct phase_frame *f,
		      struct plot *p)
{
	double free[2] = { 0, 0 };

	for (size_t i = 0; i < m->known_count; i++) {
		double x = phase_x(f, m->known[i].ns);
		double width = 0.8 * plot_text_width(m->known[i].name);
		unsigned row = x - 5 < free[0];

		if (!phase_inside(f, m->known[i].ns, f->y_low))
			continue;
		put(p, x - 4, PHASE_BOTTOM + 36 + 15.0 * row, "\u25b4");
		put(p, x + 6, PHASE_BOTTOM + 37 + 15.0 * row, m->known[i].name);
		free[row] = x + 12 + width;
	}
}

static void put_isos(const struct phase_map *m, const struct phase_frame *f,
		     struct plot *p)
{
	double last = 0;

	for (size_t i = 0; i < m->iso_count; i++) {
		double cost = m->isos_ns[i] / m->polls;
		struct number time = number_tick(QUANTITY_NS, m->isos_ns[i]);
		char text[80];
		double x;

		if (!phase_inside(f, cost, f->y_low))
			continue;
		snprintf(text, sizeof(text), "time-out %s", time.text);
		x = phase_x(f, cost) - plot_text_width(text) * 0.43;
		if (x < PHASE_LEFT)
			x = PHASE_LEFT;
		if (x < last + 8)
			x = last + 8;
		put(p, x, PHASE_TOP - 10, text);
		last = x + 0.86 * plot_text_width(text);
	}
}

void phase_words(const struct phase_map *m, const struct phase_frame *f,
		 struct plot *p)
{
	double y = LEGEND_TOP + legend_height(m);

	plot_set(p, "block", (double)p->blocks);
	put_patches(m, p);
	plot_block(p);
	put_ends(m, p);
	put_isos(m, f, p);
	plot_block(p);
	put_lines(m, f, p);
	put_known(m, f, p);
	put_dots(m, p);
	for (size_t i = 0; m->caption[i]; i++)
		put(p, PHASE_LEFT, y += SMALL_LINE, m->caption[i]);
	plot_template(p, "phase-text");
}
