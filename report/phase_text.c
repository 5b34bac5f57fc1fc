/* SPDX-License-Identifier: MIT */
/* A phase diagram for a terminal. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "bench/result/escape.h"
#include "report/number.h"
#include "report/phase_map.h"

#define LEFT 9

/* Does this value begin a power of ten? */
static bool decade(double value)
{
	double power = pow(10, round(log10(value)));

	return fabs(value / power - 1) < 0.01;
}

static int columns(const char *text)
{
	return (int)utf8_columns(text, SIZE_MAX);
}

static const struct phase_map_cell *cell(const struct phase_map *m,
					 size_t column, size_t row)
{
	return &m->cells[column * m->rows + row];
}

/* Of labels with a unit, "100 us", and a blank. */
#define LABEL 7

/*
 * Characters for a column: one, but on coarse grids as many as it takes for the
 * labels of all powers of ten.
 */
static size_t char_width(const struct phase_map *m)
{
	size_t first = SIZE_MAX, step = LABEL;

	for (size_t c = 0; c < m->columns; c++) {
		if (!decade(m->costs_ns[c]))
			continue;
		if (first != SIZE_MAX) {
			step = c - first;
			break;
		}
		first = c;
	}
	return step < 4 ? (LABEL + step - 1) / step : 1;
}

static void put_times(FILE *out, char letter, size_t times)
{
	while (times--)
		fputc(letter, out);
}

/* The ticks below, and what they mean. */
static void put_axis(FILE *out, const struct phase_map *m)
{
	size_t width = char_width(m), at = 0;

	fprintf(out, "%*s +", LEFT, "");
	for (size_t c = 0; c < m->columns; c++) {
		fputc(decade(m->costs_ns[c]) ? '|' : '-', out);
		put_times(out, '-', width - 1);
	}
	fprintf(out, "\n%*s  ", LEFT, "");
	for (size_t c = 0; c < m->columns; c++) {
		struct number tick = number_tick(QUANTITY_NS, m->costs_ns[c]);

		if (!decade(m->costs_ns[c]) || c * width < at)
			continue;
		fprintf(out, "%*s%s ", (int)(c * width - at), "", tick.text);
		at = c * width + (size_t)columns(tick.text) + 1;
	}
	fprintf(out, "\n%*s  cost of a poll; the target waits %.0f of them\n",
		LEFT, "", m->polls);
}

static void put_legend(FILE *out, const struct phase_map *m)
{
	for (size_t e = 0; e < m->end_count; e++) {
		uint64_t points = 0;

		for (size_t i = 0; i < m->columns * m->rows; i++)
			points += m->cells[i].end == e;
		if (points)
			fprintf(out, "  %c %-13s %5" PRIu64 "  %s\n",
				m->ends[e].letter, m->ends[e].name, points,
				m->ends[e].help);
	}
}

void phase_map_text(FILE *out, const struct phase_map *m)
{
	fprintf(out, "%s\n%s\n\n", m->title, m->axis);
	for (size_t r = m->rows; r--;) {
		struct number tick = number_tick(QUANTITY_NS, m->delays_ns[r]);

		if (!decade(m->delays_ns[r]))
			tick.text[0] = '\0';
		fprintf(out, "%*s%s |", LEFT - columns(tick.text), "",
			tick.text);
		for (size_t c = 0; c < m->columns; c++)
			put_times(out, m->ends[cell(m, c, r)->end].letter,
				  char_width(m));
		fputc('\n', out);
	}
	put_axis(out, m);
	fputc('\n', out);
	put_legend(out, m);
}
