/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "bench/base/mem.h"
#include "bench/explore/chart.h"
#include "bench/result/escape.h"

#define WIDTH 900
#define LEFT 170  /* the debugger's line of life */
#define RIGHT 790 /* the target's */
#define STEP 30   /* from row to row */
#define NOTE 15   /* for each line of what a fault did */
#define TOP 50

static unsigned note_lines(const struct chart_row *row)
{
	unsigned lines = 0;

	for (const char *at = row->notes; at && *at; at++)
		lines += *at == '\n';
	return lines;
}

static unsigned rows_height(const struct chart *c, size_t from, size_t to)
{
	unsigned height = 0;

	for (size_t i = from; i < to; i++)
		height += STEP + NOTE * note_lines(&c->rows[i]);
	return height;
}

static void text(FILE *out, unsigned x, unsigned y, const char *anchor,
		 const char *fill, const char *what, size_t len)
{
	char piece[200];

	snprintf(piece, sizeof(piece), "%.*s", (int)len, what);
	fprintf(out, "<text x=\"%u\" y=\"%u\" text-anchor=\"%s\" fill=\"%s\">",
		x, y, anchor, fill);
	escape_html(out, piece);
	fputs("</text>\n", out);
}

static void arrow(FILE *out, const struct chart_row *row, unsigned y)
{
	bool to_target = row->dir == TO_TARGET;
	bool broken = row->how == CHART_BROKEN;
	const char *colour = row->how == CHART_PASSED ? "#333" : "#b00";
	unsigned from = to_target ? LEFT : RIGHT;
	unsigned to = to_target ? RIGHT : LEFT;
	int back = to_target ? -8 : 8;

	if (broken)
		to = to_target ? RIGHT - 120 : LEFT + 120;
	fprintf(out,
		"<line x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\" stroke=\"%s\""
		"%s/>\n",
		from, y, to, y, colour,
		row->how == CHART_HEARD ? " stroke-dasharray=\"5 3\"" : "");
	if (broken)
		fprintf(out,
			"<path d=\"M%u %u l10 10 m0 -10 l-10 10\" "
			"stroke=\"%s\"/>\n",
			to - 5, y - 5, colour);
	else
		fprintf(out, "<path d=\"M%u %u l%d -4 l0 8 z\" fill=\"%s\"/>\n",
			to, y, back, colour);
}

static unsigned draw_notes(FILE *out, const struct chart_row *row, unsigned y)
{
	const char *at = row->notes;

	while (at && *at) {
		size_t len = strcspn(at, "\n");

		y += NOTE;
		text(out, (LEFT + RIGHT) / 2, y - 2, "middle", "#b00", at, len);
		at += len + 1;
	}
	return y;
}

static unsigned draw_row(FILE *out, const struct chart_row *row, unsigned y,
			 struct world_ends *last)
{
	const char *debugger = chart_debugger_state(row->ends.debugger);
	const char *target = chart_target_state(row->ends.target);
	char time[32];

	snprintf(time, sizeof(time), "%.3f ms", (double)row->t_ns / 1e6);
	text(out, 80, y + 4, "end", "#777", time, strlen(time));
	if (row->ends.debugger != last->debugger)
		text(out, LEFT - 8, y + 4, "end", "#064", debugger,
		     strlen(debugger));
	if (row->ends.target != last->target)
		text(out, RIGHT + 8, y + 4, "start", "#064", target,
		     strlen(target));
	*last = row->ends;
	text(out, (LEFT + RIGHT) / 2, y - 4, "middle", "#333", row->label,
	     strlen(row->label));
	arrow(out, row, y);
	return draw_notes(out, row, y) + STEP;
}

static unsigned draw_rows(FILE *out, const struct chart *c, size_t from,
			  size_t to, unsigned y, struct world_ends *last)
{
	for (size_t i = from; i < to; i++)
		y = draw_row(out, &c->rows[i], y, last);
	return y;
}

static unsigned draw_gap(FILE *out, size_t packets, const char *what,
			 unsigned y)
{
	char line[64];

	if (!packets)
		return y;
	snprintf(line, sizeof(line), "... %zu packets %s", packets, what);
	text(out, (LEFT + RIGHT) / 2, y, "middle", "#777", line, strlen(line));
	return y + STEP;
}

void chart_svg(FILE *out, const struct chart *c, const struct chart_window *w)
{
	struct world_ends last = { CHART_UNKNOWN, CHART_UNKNOWN };
	struct chart_cut cut = chart_cut(c, w);
	unsigned height = TOP + 4 * STEP + rows_height(c, cut.from, cut.first) +
			  rows_height(c, cut.second, c->count);
	unsigned y = TOP;

	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
		"height=\"%u\" viewBox=\"0 0 %d %u\" "
		"font-family=\"sans-serif\" "
		"font-size=\"12\">\n",
		WIDTH, height, WIDTH, height);
	for (unsigned x = LEFT; x <= RIGHT; x += RIGHT - LEFT)
		fprintf(out,
			"<line x1=\"%u\" y1=\"26\" x2=\"%u\" y2=\"%u\" "
			"stroke=\"#999\"/>\n",
			x, x, height - 2 * STEP);
	text(out, LEFT, 18, "middle", "#000", "debugger", 8);
	text(out, RIGHT, 18, "middle", "#000", "target", 6);
	y = draw_gap(out, cut.from, "before", y);
	y = draw_rows(out, c, cut.from, cut.first, y, &last);
	y = draw_gap(out, cut.second - cut.first, "more", y);
	(void)draw_rows(out, c, cut.second, c->count, y, &last);
	text(out, WIDTH / 2, height - STEP / 2, "middle", "#000", c->ending,
	     strlen(c->ending));
	fputs("</svg>\n", out);
}
