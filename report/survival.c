/* SPDX-License-Identifier: MIT */
#include "report/survival.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "bench/result/escape.h"
#include "report/plot.h"

const char *const survival_end_names[SURVIVAL_ENDS] = {
	"completed", "recovered", "livelock",    "gave-up",
	"hang",      "corrupt",   "lost-target", "spurious-stop",
};

const char *const survival_end_keys[SURVIVAL_ENDS] = {
	"completed", "recovered", "livelock",    "gave_up",
	"hang",      "corrupt",   "lost_target", "spurious_stop",
};

static bool is_sum(const struct survival_row *row)
{
	return strcmp(row->kind, "all") == 0;
}

/* Does a row begin the rows of another pair? */
static bool begins_pair(const struct survival *s, size_t i)
{
	const struct survival_row *a = i ? &s->rows[i - 1] : NULL;
	const struct survival_row *b = &s->rows[i];

	return !a || strcmp(a->debugger, b->debugger) != 0 ||
	       strcmp(a->target, b->target) != 0 ||
	       strcmp(a->scenario, b->scenario) != 0 || is_sum(a);
}

/* --- text -------------------------------------------------------------------
 */

#define KIND_WIDTH 19
#define COLUMN_WIDTH 9

void survival_table(FILE *out, const struct survival *s)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct survival_row *row = &s->rows[i];

		if (begins_pair(s, i)) {
			fprintf(out, "%s%s against %s, %s\n", i ? "\n" : "",
				row->debugger, row->target, row->scenario);
			fprintf(out, "  %-*s%*s", KIND_WIDTH, row->faults,
				COLUMN_WIDTH, "schedules");
			for (size_t e = 0; e < SURVIVAL_ENDS; e++)
				fprintf(out, " %*.*s", COLUMN_WIDTH - 1 + 1, 13,
					s->ends[e]);
			fputs("  rounds\n", out);
		}
		fprintf(out, "  %-*s%*" PRIu64, KIND_WIDTH, row->kind,
			COLUMN_WIDTH, row->schedules);
		for (size_t e = 0; e < SURVIVAL_ENDS; e++) {
			int width = (int)strlen(s->ends[e]);

			if (width < COLUMN_WIDTH)
				width = COLUMN_WIDTH;
			fprintf(out, " %*" PRIu64, width, row->ends[e]);
		}
		fprintf(out, "  %6" PRIu64 "\n", row->worst_rounds);
	}
}

void survival_csv(FILE *out, const struct survival *s)
{
	fputs("scenario,debugger,target,faults,kind,schedules", out);
	for (size_t e = 0; e < SURVIVAL_ENDS; e++)
		fprintf(out, ",%s", s->ends[e]);
	fputs(",worst_rounds\r\n", out);
	for (size_t i = 0; i < s->count; i++) {
		const struct survival_row *row = &s->rows[i];
		const char *texts[] = { row->scenario, row->debugger,
					row->target, row->faults, row->kind };

		for (size_t t = 0; t < 5; t++)
			fprintf(out, "%s%s", t ? "," : "", texts[t]);
		fprintf(out, ",%" PRIu64, row->schedules);
		for (size_t e = 0; e < SURVIVAL_ENDS; e++)
			fprintf(out, ",%" PRIu64, row->ends[e]);
		fprintf(out, ",%" PRIu64 "\r\n", row->worst_rounds);
	}
}

/* --- the heat map -----------------------------------------------------------
 */

#define PITCH 22
#define LEFT 330
#define RIGHT 24
#define HEADS 34
#define FOOTER 40

/* A picture of more rows than this cannot be read: only the sums are drawn. */
#define ROWS_MAX 60

static bool drawn(const struct survival *s, size_t i)
{
	return s->count <= ROWS_MAX || is_sum(&s->rows[i]);
}

/* From white over 'full', darker by each power of ten of the share. */
static unsigned shade(double share, unsigned full)
{
	double depth = fmax(0.12, 1 + log10(share) / 6);
	unsigned colour = 0;

	for (unsigned shift = 0; shift < 24; shift += 8) {
		double part = full >> shift & 0xff;

		colour |= (unsigned)(255 - (255 - part) * depth) << shift;
	}
	return colour;
}

static unsigned colour_of(const struct survival_row *row, size_t end)
{
	if (!row->ends[end])
		return 0xf4f4f4;
	return shade((double)row->ends[end] / (double)row->schedules,
		     end < 2 ? 0x4a7aa8 : 0xd05010);
}

static void put_cells(const struct survival *s, struct plot *p)
{
	double y = 0;

	plot_block(p);
	for (size_t i = 0; i < s->count; i++) {
		if (!drawn(s, i))
			continue;
		for (size_t e = 0; e < SURVIVAL_ENDS; e++) {
			const struct survival_row *row = &s->rows[i];
			char text[64] = "\xc2\xb7";

			if (row->ends[e])
				snprintf(text, sizeof(text), "%" PRIu64,
					 row->ends[e]);
			if (e == 1 && row->ends[e])
				snprintf(text, sizeof(text),
					 "%" PRIu64 " (\xe2\x89\xa4 %" PRIu64
					 ")",
					 row->ends[e], row->worst_rounds);
			plot_number(p, (double)e + 0.5);
			plot_number(p, y + 0.5);
			plot_number(p, colour_of(row, e));
			plot_text(p, text);
			plot_row_end(p);
		}
		y++;
	}
}

static size_t put_names(const struct survival *s, struct plot *p)
{
	size_t rows = 0;

	plot_block(p);
	for (size_t i = 0; i < s->count; i++) {
		const struct survival_row *row = &s->rows[i];
		char text[160];

		if (!drawn(s, i))
			continue;
		snprintf(text, sizeof(text), "%s against %s: %s", row->debugger,
			 row->target, row->kind);
		plot_number(p, (double)rows++ + 0.5);
		plot_text_cut(p, text, 44);
		plot_row_end(p);
	}
	return rows;
}

bool survival_picture(const struct survival *s, const char *dir,
		      const char *gnuplot, struct err *err)
{
	struct plot plot;
	struct plot_box box = { LEFT, PLOT_WIDTH - RIGHT, PLOT_HEADER + HEADS,
				0 };
	size_t rows = 0;
	bool ok;

	for (size_t i = 0; i < s->count; i++)
		rows += drawn(s, i);
	box.bottom = box.top + (double)rows * PITCH;
	plot_begin(&plot, PLOT_WIDTH, (unsigned)(box.bottom + FOOTER),
		   "survival: schedules of faults by their end", s->about);
	plot_set(&plot, "block", (double)plot.blocks);
	put_cells(s, &plot);
	put_names(s, &plot);
	plot_block(&plot);
	for (size_t e = 0; e < SURVIVAL_ENDS; e++) {
		plot_number(&plot, (double)e + 0.5);
		plot_text(&plot, s->ends[e]);
		plot_row_end(&plot);
	}
	plot_set(&plot, "rows", (double)rows);
	plot_set(&plot, "ends", SURVIVAL_ENDS);
	plot_place(&plot, box);
	plot_template(&plot, "survival");
	ok = plot_finish(&plot, dir, "survival", gnuplot, err);
	plot_release(&plot);
	return ok;
}
