/* SPDX-License-Identifier: MIT */
/* Panels, their axes and the ticks on them. */
#include "report/plot.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "bench/base/mem.h"
#include "bench/result/escape.h"

/* What no measurement exceeds, so that arithmetic on axes stays finite. */
#define VALUE_MIN 1e-30
#define VALUE_MAX 1e30
#define DECADES_MAX 1e15

/* How far down a logarithmic axis goes if nobody knows the least value. */
#define UNKNOWN_DECADES 1e3

void plot_cut(FILE *out, const char *text, size_t columns)
{
	size_t head = utf8_fit(text, columns / 2);
	const char *tail = text + head;
	char *cut;

	if (utf8_columns(text, SIZE_MAX) <= columns) {
		escape_gnuplot(out, text);
		return;
	}
	while (*tail &&
	       utf8_columns(tail, SIZE_MAX) > columns - columns / 2 - 1) {
		uint32_t c;

		tail += utf8_next(tail, &c);
	}
	cut = mem_printf("%.*s\u2026%s", (int)head, text, tail);
	escape_gnuplot(out, cut);
	free(cut);
}

void plot_place(struct plot *p, struct plot_box box)
{
	p->box = box;
	fprintf(p->body,
		"set lmargin at screen %.6f\nset rmargin at screen %.6f\n"
		"set tmargin at screen %.6f\nset bmargin at screen %.6f\n",
		box.left / p->width, box.right / p->width,
		1 - box.top / p->height, 1 - box.bottom / p->height);
}

/* gnuplot takes the text of a tick for a format: %% is a per cent sign. */
static void put_tick_text(struct plot *p, const char *text, size_t columns)
{
	char *quoted = NULL;
	size_t size;
	FILE *out = open_memstream(&quoted, &size);

	if (!out)
		abort(); /* only without memory */
	plot_cut(out, text, columns);
	fclose(out);
	for (const char *at = quoted; *at; at++) {
		if (*at == '%')
			fputc('%', p->body);
		fputc(*at, p->body);
	}
	free(quoted);
}

static void put_tick(struct plot *p, const struct plot_axis *axis, double value,
		     bool first)
{
	fputs(first ? "" : ", ", p->body);
	put_tick_text(p, number_tick(axis->kind, value).text, SIZE_MAX);
	fprintf(p->body, " %.9g", value);
}

/* To a power of ten, as ticks are. */
static double rounded_down(double value)
{
	return value > 0 ? pow(10, floor(log10(value))) : 0;
}

/* A little more, for what arithmetic adds. */
static double last_tick(const struct plot_axis *axis)
{
	return 1.0001 * (axis->last > 0 ? axis->last : axis->max);
}

/* How many ticks fit beside or above each other. */
static double ticks_that_fit(const struct plot *p, const struct plot_axis *axis,
			     char name)
{
	struct number low = number_tick(axis->kind, rounded_down(axis->min));
	struct number high =
		number_tick(axis->kind, rounded_down(last_tick(axis)));
	double widest =
		fmax(plot_text_width(low.text), plot_text_width(high.text));

	if (name == 'y')
		return fmax(2, (p->box.bottom - p->box.top) / 26);
	return fmax(2, (p->box.right - p->box.left) / (widest + 12));
}

/* What fits between two powers of ten: 2 and 5, or all, or none. */
static void put_between(struct plot *p, const struct plot_axis *axis,
			double power, double each)
{
	for (int i = 2; i <= 9 && each >= 3.6; i++)
		if ((each >= 22 || i == 2 || i == 5) &&
		    power * i <= last_tick(axis) && power * i >= axis->min)
			put_tick(p, axis, power * i, false);
}

static void put_log_ticks(struct plot *p, const struct plot_axis *axis,
			  double most)
{
	double decades = log10(axis->max / axis->min);
	double each = fmax(1, ceil(decades / most));
	double at = pow(10, floor(log10(axis->min) + 1e-9));
	bool first = true;

	for (; at <= last_tick(axis); at *= pow(10, each)) {
		/* Below the axis it is not seen, but its multiples may be. */
		put_tick(p, axis, at, first);
		first = false;
		put_between(p, axis, at, most / decades);
	}
}

/* 1, 2 or 5 times a power of ten. */
static double tick_step(double range, double most)
{
	double step = pow(10, floor(log10(range / most)));

	if (range / step > most)
		step *= 2;
	if (range / step > most)
		step *= 2.5;
	if (range / step > most)
		step *= 2;
	return step;
}

static void put_linear_ticks(struct plot *p, const struct plot_axis *axis,
			     double most)
{
	double step = tick_step(axis->max - axis->min, fmin(most, 10));

	double at = step * ceil(axis->min / step - 1e-9);

	for (bool first = true; at <= last_tick(axis); at += step) {
		put_tick(p, axis, at + 0.0, first);
		first = false;
	}
}

static void put_axis(struct plot *p, char name, const struct plot_axis *axis)
{
	fprintf(p->body, "%s logscale %c\n", axis->log ? "set" : "unset", name);
	/* A little wider, or gnuplot may lose the ticks at the ends. */
	fprintf(p->body, "set %crange [%.9g:%.9g]\n%c_min = %.9g\n", name,
		axis->log ? axis->min * 0.99999 : axis->min,
		axis->log ? axis->max * 1.00001 : axis->max, name, axis->min);
	fprintf(p->body, "set %ctics nomirror (", name);
	if (axis->log)
		put_log_ticks(p, axis, ticks_that_fit(p, axis, name));
	else
		put_linear_ticks(p, axis, ticks_that_fit(p, axis, name));
	fputs(")\n", p->body);
	fprintf(p->body, "set %clabel ", name);
	escape_gnuplot(p->body, axis->title ? axis->title : "");
	fputs(" noenhanced\n", p->body);
}

void plot_axes(struct plot *p, const struct plot_axis *x,
	       const struct plot_axis *y)
{
	if (x)
		put_axis(p, 'x', x);
	if (y)
		put_axis(p, 'y', y);
}

void plot_ticks(struct plot *p, char name, const char **texts, size_t count,
		bool bare)
{
	double px = (p->box.right - p->box.left) / (double)(count ? count : 1);
	size_t columns = px > 4 * PLOT_CHAR ? (size_t)(px / PLOT_CHAR) - 1 : 3;

	fprintf(p->body, "set %ctics nomirror (", name);
	for (size_t i = 0; i < count; i++) {
		fputs(i ? ", " : "", p->body);
		put_tick_text(p, bare ? "" : texts[i], columns);
		fprintf(p->body, " %zu", i + 1);
	}
	fputs(")\n", p->body);
}

/* Room for a tick's text, px. */
#define TIME_TICK 46

void plot_time_ticks(struct plot *p, char name, const struct plot_axis *axis)
{
	static const double times[] = { 1,      10,     100,   1e3,    1e4,
					1e5,    1e6,    1e7,   1e8,    1e9,
					1e10,   6e10,   6e11,  3.6e12, 3.6e13,
					3.6e14, 3.6e15, 3.6e16 };
	double px = p->box.right - p->box.left;
	double decades = log10(axis->max / axis->min);
	double free = -TIME_TICK;
	bool first = true;

	fprintf(p->body, "set %ctics nomirror (", name);
	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		double at = log10(times[i] / axis->min) / decades * px;

		if (times[i] < axis->min || times[i] > last_tick(axis) ||
		    at - free < TIME_TICK)
			continue;
		put_tick(p, axis, times[i], first);
		first = false;
		free = at;
	}
	fputs(")\n", p->body);
}

/* Ends at 1, 2 or 5 times a power of ten, the nearest around the values. */
static void frame(struct plot_axis *axis, double low, double high)
{
	static const double nice[] = { 1, 2, 5, 10 };
	double below = pow(10, floor(log10(low)));
	double above = pow(10, floor(log10(high *= 1.02)));

	axis->last = 0;
	axis->min = below;
	axis->max = 10 * above;
	for (size_t i = 0; i < ARRAY_SIZE(nice); i++) {
		if (below * nice[i] <= low)
			axis->min = below * nice[i];
		if (axis->max > 9.9 * above && above * nice[i] >= high)
			axis->max = above * nice[i];
	}
	if (axis->max <= axis->min)
		axis->max = 10 * axis->min;
}

struct plot_axis plot_axis_over(const char *title, enum quantity kind, bool log,
				double low, double high, double room)
{
	struct plot_axis axis = { .title = title, .kind = kind, .log = log };

	if (!(high > 0) || !isfinite(high))
		high = 1;
	high = fmin(fmax(high, VALUE_MIN), VALUE_MAX);
	if (!log) {
		axis.max = high / (1 - room);
		axis.last = high;
		return axis;
	}
	/* A least value of 0 has no place here, but those above it do. */
	if (!(low > 0))
		low = fmax(high / UNKNOWN_DECADES, VALUE_MIN);
	if (low > high)
		low = high;
	low = fmax(low, high / DECADES_MAX);
	/* The shortest bar needs some length; a line may start anywhere. */
	axis.min = pow(10, floor(log10(low) - (room > 0 ? 0.2 : 0)));
	axis.last = pow(10, ceil(log10(high) - 1e-9));
	if (room > 0)
		axis.max = axis.min * pow(high / axis.min, 1 / (1 - room));
	else
		frame(&axis, low, high);
	return axis;
}
