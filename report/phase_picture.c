/* SPDX-License-Identifier: MIT */
/* A phase diagram for gnuplot. The words around it: phase_words.c. */
#include <math.h>

#include "report/phase_parts.h"

/* Text needs room: points in the same place get their numbers beside them. */
#define BUBBLE 15
#define BUBBLE_TRIES 40

/* A rectangle reaches under the next one, or there is a seam between them. */
#define OVERLAP 1.006

static const struct phase_map_cell *cell(const struct phase_map *m,
					 size_t column, size_t row)
{
	return &m->cells[column * m->rows + row];
}

/* The edge below value 'i' of an axis, or above the last one. */
static double edge(const double *values, size_t count, size_t i)
{
	if (count < 2)
		return values[0] * (i ? 2 : 0.5);
	if (i == 0)
		return values[0] / sqrt(values[1] / values[0]);
	if (i == count)
		return values[i - 1] * sqrt(values[i - 1] / values[i - 2]);
	return sqrt(values[i - 1] * values[i]);
}

double phase_x(const struct phase_frame *f, double cost)
{
	return f->box.left + log(cost / f->x_low) / log(f->x_high / f->x_low) *
				     (f->box.right - f->box.left);
}

double phase_y(const struct phase_frame *f, double delay)
{
	return f->box.bottom - log(delay / f->y_low) /
				       log(f->y_high / f->y_low) *
				       (f->box.bottom - f->box.top);
}

static double x_at(const struct phase_frame *f, double px)
{
	return f->x_low *
	       pow(f->x_high / f->x_low,
		   (px - f->box.left) / (f->box.right - f->box.left));
}

static double y_at(const struct phase_frame *f, double px)
{
	return f->y_low *
	       pow(f->y_high / f->y_low,
		   (f->box.bottom - px) / (f->box.bottom - f->box.top));
}

bool phase_inside(const struct phase_frame *f, double cost, double delay)
{
	return cost >= f->x_low && cost <= f->x_high && delay >= f->y_low &&
	       delay <= f->y_high;
}

/* --- what is drawn ----------------------------------------------------------
 */

/* A block without rows would be no block. */
static void put_nothing(struct plot *p, size_t rows, unsigned columns)
{
	if (rows)
		return;
	while (columns--)
		plot_number(p, NAN);
	plot_row_end(p);
}

static bool alike(const struct phase_map_cell *a,
		  const struct phase_map_cell *b)
{
	return a->end == b->end && a->rare == b->rare;
}

/* Rare ends are paler. */
unsigned phase_colour(const struct phase_map *m, unsigned end, bool rare)
{
	unsigned full = m->ends[end].colour, pale = 0;

	if (!rare)
		return full;
	for (unsigned shift = 0; shift < 24; shift += 8) {
		unsigned part = full >> shift & 0xff;

		pale |= (part + (255 - part) * 9 / 20) << shift;
	}
	return pale;
}

/* Points of a colour above each other are one rectangle. */
static void put_cells(const struct phase_map *m, struct plot *p)
{
	plot_block(p);
	for (size_t c = 0; c < m->columns; c++) {
		double left = edge(m->costs_ns, m->columns, c);
		double right = edge(m->costs_ns, m->columns, c + 1);
		size_t to;

		for (size_t r = 0; r < m->rows; r = to) {
			const struct phase_map_cell *at = cell(m, c, r);

			for (to = r; to < m->rows && alike(at, cell(m, c, to));
			     to++)
				;
			plot_number(p, m->costs_ns[c]);
			plot_number(p, m->delays_ns[r]);
			plot_number(p, left);
			plot_number(p, right * OVERLAP);
			plot_number(p, edge(m->delays_ns, m->rows, r));
			plot_number(p,
				    OVERLAP * edge(m->delays_ns, m->rows, to));
			plot_number(p, phase_colour(m, at->end, at->rare));
			plot_row_end(p);
		}
	}
}

static void put_lines(const struct phase_map *m, const struct phase_frame *f,
		      struct plot *p)
{
	plot_block(p);
	for (size_t i = 0; i < m->iso_count; i++) {
		double cost = m->isos_ns[i] / m->polls;

		plot_number(p, phase_inside(f, cost, f->y_low) ? cost : NAN);
		plot_row_end(p);
	}
	plot_block(p);
	for (size_t i = 0; i < m->line_count; i++) {
		bool in = phase_inside(f, f->x_low, m->lines[i].ns);

		plot_number(p, in ? m->lines[i].ns : NAN);
		plot_row_end(p);
	}
}

/* What is beyond the picture is drawn at its edge. */
static double dot_delay(const struct phase_map *m, const struct phase_frame *f,
			size_t i)
{
	return fmin(fmax(m->dots[i].low_ns, f->y_low), f->y_high);
}

static double dot_cost(const struct phase_map *m, const struct phase_frame *f,
		       size_t i)
{
	return fmin(fmax(m->dots[i].cost_ns, f->x_low), f->x_high);
}

/* Is there room for a number here? */
static bool is_free(const struct phase_bubble *b, size_t count, size_t i,
		    double x, double y)
{
	for (size_t k = 0; k < count; k++) {
		if (k < i && fabs(b[k].x - x) < BUBBLE &&
		    fabs(b[k].y - y) < BUBBLE)
			return false;
		if (fabs(b[k].dot_x - x) < 0.75 * BUBBLE &&
		    fabs(b[k].dot_y - y) < 0.75 * BUBBLE)
			return false;
	}
	return true;
}

static void place_bubbles(const struct phase_map *m,
			  const struct phase_frame *f, struct phase_bubble *b)
{
	for (size_t i = 0; i < m->dot_count; i++) {
		b[i].dot_x = phase_x(f, dot_cost(m, f, i));
		b[i].dot_y = phase_y(f, dot_delay(m, f, i));
	}
	for (size_t i = 0; i < m->dot_count; i++) {
		/* To the right, unless the picture ends there. */
		double beside = b[i].dot_x + 2 * BUBBLE < f->box.right ? 1.3
								       : -1.3;

		b[i].x = b[i].dot_x + beside * BUBBLE;
		b[i].y = b[i].dot_y;
		for (unsigned n = 0;
		     n < BUBBLE_TRIES &&
		     !is_free(b, m->dot_count, i, b[i].x, b[i].y);
		     n++) {
			int side = n % 2 ? -1 : 1;
			double far = 4.0 * (n / 4 + 1);

			b[i].x = b[i].dot_x +
				 (n / 2 % 2 ? -beside : beside) * BUBBLE;
			b[i].y = b[i].dot_y + side * far;
		}
	}
}

static void put_dots(const struct phase_map *m, const struct phase_frame *f,
		     struct plot *p)
{
	struct phase_bubble b[PHASE_DOTS_MAX];

	place_bubbles(m, f, b);
	plot_block(p);
	for (size_t i = 0; i < m->dot_count; i++) {
		const struct phase_map_dot *d = &m->dots[i];

		plot_number(p, dot_cost(m, f, i));
		plot_number(p, dot_delay(m, f, i));
		plot_number(p, dot_delay(m, f, i));
		plot_number(p, fmin(d->high_ns, f->y_high));
		plot_row_end(p);
	}
	put_nothing(p, m->dot_count, 4);
	plot_block(p);
	for (size_t i = 0; i < m->dot_count; i++) {
		char number[24];

		snprintf(number, sizeof(number), "%zu", i + 1);
		plot_number(p, dot_cost(m, f, i));
		plot_number(p, dot_delay(m, f, i));
		plot_number(p, x_at(f, b[i].x));
		plot_number(p, y_at(f, b[i].y));
		plot_text(p, number);
		plot_row_end(p);
	}
	put_nothing(p, m->dot_count, 5);
}

static void put_checks(const struct phase_map *m, struct plot *p)
{
	plot_block(p);
	for (size_t i = 0; i < m->check_count; i++) {
		const struct phase_map_check *c = &m->checks[i];

		plot_number(p, c->cost_ns);
		plot_number(p, c->delay_ns);
		plot_number(p, m->ends[c->end].colour);
		plot_number(p, c->agrees ? 0 : 1);
		plot_row_end(p);
	}
	put_nothing(p, m->check_count, 4);
}

/* Where the delay is as long as the target waits. */
static void put_diagonal(const struct phase_map *m, const struct phase_frame *f,
			 struct plot *p)
{
	double from = fmax(f->x_low, f->y_low / m->polls);
	double to = fmin(f->x_high, f->y_high / m->polls);
	double middle = sqrt(from * to) * 0.4;
	double steep =
		atan2(phase_y(f, m->polls * from) - phase_y(f, m->polls * to),
		      phase_x(f, to) - phase_x(f, from));
	double far = 13; /* px below the line */

	plot_block(p);
	plot_number(p, from);
	plot_number(p, from * m->polls);
	plot_row_end(p);
	plot_number(p, to);
	plot_number(p, to * m->polls);
	plot_row_end(p);
	plot_set_text(p, "diagonal",
		      from < to ? "delay = time-out = polls \u00d7 cost" : "",
		      80);
	plot_set(p, "diagonal_x",
		 x_at(f, phase_x(f, middle) + far * sin(steep)));
	plot_set(p, "diagonal_y",
		 y_at(f, phase_y(f, middle * m->polls) + far * cos(steep)));
	plot_set(p, "diagonal_angle", steep * 180 / M_PI);
}

static struct phase_frame frame_of(const struct phase_map *m)
{
	return (struct phase_frame){
		.x_low = edge(m->costs_ns, m->columns, 0),
		.x_high = edge(m->costs_ns, m->columns, m->columns),
		.y_low = edge(m->delays_ns, m->rows, 0),
		.y_high = edge(m->delays_ns, m->rows, m->rows),
		.box = { PHASE_LEFT, PHASE_RIGHT, PHASE_TOP, PHASE_BOTTOM },
	};
}

static void put_axes(const struct phase_map *m, const struct phase_frame *f,
		     struct plot *p)
{
	const struct plot_axis x = { .title = "cost of one poll",
				     .kind = QUANTITY_NS,
				     .min = f->x_low,
				     .max = f->x_high,
				     .log = true };
	const struct plot_axis y = { .title = m->axis,
				     .kind = QUANTITY_NS,
				     .min = f->y_low,
				     .max = f->y_high,
				     .log = true };

	plot_place(p, f->box);
	plot_axes(p, &x, &y);
	plot_set(p, "x_low", f->x_low);
	plot_set(p, "x_high", f->x_high);
	plot_set(p, "y_low", f->y_low);
	plot_set(p, "y_high", f->y_high);
}

bool phase_map_picture(const struct phase_map *m, const char *dir,
		       const char *gnuplot, struct err *err)
{
	struct phase_frame f = frame_of(m);
	struct plot plot;
	bool ok;

	plot_begin(&plot, PLOT_WIDTH, phase_words_height(m), m->title,
		   m->about);
	plot_set(&plot, "block", (double)plot.blocks);
	put_cells(m, &plot);
	put_lines(m, &f, &plot);
	put_dots(m, &f, &plot);
	put_checks(m, &plot);
	put_diagonal(m, &f, &plot);
	put_axes(m, &f, &plot);
	plot_template(&plot, "phase");
	phase_words(m, &f, &plot);
	ok = plot_finish(&plot, dir, "phase", gnuplot, err);
	plot_release(&plot);
	return ok;
}
