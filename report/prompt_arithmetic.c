/* SPDX-License-Identifier: MIT */
/*
 * Does a 128-byte read take what it must? Its bytes on a paced line, or what it
 * took a debugger that does not think, and the thinking.
 */
#include "report/prompt_sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/metric.h"
#include "report/split.h"

/* Further apart than this, something wants explaining. */
#define ALLOWED 0.15

/* A line sends ten bits for a byte. */
#define BIT_NS_PER_BYTE 1e10

static const char *param(const struct prompt_cell *c, const char *key)
{
	const struct result_cell *cell = c->cell->cell;
	const char *value = result_param(cell->params, cell->param_count, key);

	return value ? value : "";
}

/* Bits per second of one direction; 0: not paced. */
static double baud(const struct prompt_cell *c, const char *direction)
{
	const char *value = param(c, direction);
	double bits;

	if (!*value || strcmp(value, "same") == 0)
		value = param(c, "transport.baud");
	bits = strtod(value, NULL);
	return isfinite(bits) && bits > 0 ? bits : 0;
}

/* Bytes of one operation in one direction, counted by the guest; or NAN. */
static double bytes_of(const struct prompt_cell *c, const char *counter)
{
	double sum = 0, ops = 0;

	for (size_t i = 0; i < c->cell->timed_count; i++) {
		const struct result_step *step =
			summary_trial_step(c->cell->timed[i], c->step->name);

		if (!step)
			continue;
		sum += result_counter(&step->guest, counter);
		ops += step->ops;
	}
	return sum / ops;
}

/* Time of the bytes of an operation on the line; 0: it is not paced. */
static double line_ns(const struct prompt_cell *c)
{
	double to_target = baud(c, "transport.baud-to-target");
	double to_debugger = baud(c, "transport.baud-to-debugger");
	double each = c->operations;

	if (to_target == to_debugger)
		return to_target > 0 ? c->counts.wire_bytes / each *
					       BIT_NS_PER_BYTE / to_target
				     : 0;
	return (to_target > 0
			? bytes_of(c, "bytes_in") * BIT_NS_PER_BYTE / to_target
			: 0) +
	       (to_debugger > 0 ? bytes_of(c, "bytes_out") * BIT_NS_PER_BYTE /
					  to_debugger
				: 0);
}

/* The median pause before a request, of the first trial that tells; or NAN. */
static double pause_ns(const struct prompt_row *row,
		       const struct prompt_cell *c)
{
	if (strcmp(row->think, "none") == 0)
		return 0;
	for (size_t i = 0; i < c->cell->timed_count; i++) {
		const struct result_step *step =
			summary_trial_step(c->cell->timed[i], c->step->name);

		if (step && isfinite(step->thought.p50_ns))
			return step->thought.p50_ns;
	}
	return NAN;
}

/* The same transport with a debugger that does not think; NULL: none. */
static const struct prompt_cell *without_pauses(const struct prompt *p,
						const struct prompt_row *row)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct prompt_row *other = &p->rows[i];
		const struct prompt_cell *c = &other->cells[PROMPT_READ];

		if (c->scenario && other->world == row->world &&
		    strcmp(other->label, row->label) == 0 &&
		    strcmp(other->think, "none") == 0)
			return c;
	}
	return NULL;
}

static const char *ns_text(struct arena *arena, double ns)
{
	return arena_strdup(arena, number_text(QUANTITY_NS, ns).text);
}

/* "guest 1%, transport and VMM 96%, kdbench 3%" */
static const char *where_it_went(struct arena *arena,
				 const struct prompt_cell *c)
{
	double sum = split_sum_ns(c->step);
	double shares[SPLIT_PARTS];

	if (!(sum > 0) || !isfinite(sum))
		return "no split is known";
	for (int i = 0; i < SPLIT_PARTS; i++)
		shares[i] = 100 * split_ns(c->step, (enum split_part)i) / sum;
	return arena_printf(arena,
			    "guest %.0f%%, transport and VMM %.0f%%, "
			    "kdbench %.0f%%",
			    shares[SPLIT_GUEST], shares[SPLIT_TRANSPORT],
			    shares[SPLIT_HARNESS]);
}

enum {
	TRANSPORT,
	THINK,
	BYTES,
	LINE,
	OWN,
	PAUSE,
	EXPECTED,
	MEASURED,
	OFF,
	WHY
};

static void add_row(struct sheet *sheet, const struct prompt *p,
		    const struct prompt_row *row)
{
	struct arena *arena = sheet->arena;
	const struct prompt_cell *c = &row->cells[PROMPT_READ];
	const struct prompt_cell *bare = without_pauses(p, row);
	double line = line_ns(c), pause = pause_ns(row, c);
	double own = line > 0 || !bare || bare == c ? NAN : bare->time.value;
	double expected = (line > 0 ? line : own) + pause;
	double off = c->time.value / expected - 1;

	sheet_row(sheet);
	sheet_set(sheet, TRANSPORT, row->label);
	sheet_set(sheet, THINK, row->think);
	sheet_set(sheet, BYTES,
		  arena_strdup(arena, number_text(QUANTITY_BYTES,
						  round(c->counts.wire_bytes /
							c->operations))
					      .text));
	sheet_set(sheet, LINE, line > 0 ? ns_text(arena, line) : "-");
	sheet_set(sheet, OWN, ns_text(arena, own));
	sheet_set(sheet, PAUSE, pause > 0 ? ns_text(arena, pause) : "-");
	sheet_set(sheet, EXPECTED, ns_text(arena, expected));
	sheet_set(sheet, MEASURED, ns_text(arena, c->time.value));
	if (!isfinite(off)) {
		sheet_set(sheet, OFF, "-");
		return;
	}
	sheet_set(sheet, OFF,
		  fabs(off) < 0.005 ? "0%"
				    : arena_printf(arena, "%+.0f%%",
						   fmin(100 * off, 1e6)));
	if (fabs(off) > ALLOWED)
		sheet_set(sheet, WHY, where_it_went(arena, c));
}

bool prompt_arithmetic(struct sheet *sheet, struct arena *arena,
		       const struct prompt *p)
{
	if (!p->has[PROMPT_READ])
		return false;
	sheet_begin(sheet, arena, "Arithmetic of a 128-byte read");
	sheet_column(sheet, "transport", NULL, false);
	sheet_column(sheet, "think", NULL, false);
	sheet_column(sheet, "on the wire", "bytes", true);
	sheet_column(sheet, "line", NULL, true);
	sheet_column(sheet, "own time", "own", true);
	sheet_column(sheet, "pause", NULL, true);
	sheet_column(sheet, "expected", NULL, true);
	sheet_column(sheet, "measured", NULL, true);
	sheet_column(sheet, "off", NULL, true);
	sheet_column(sheet, "where the time went", NULL, false);
	sheet_page_only(sheet);
	for (size_t i = 0; i < p->count; i++)
		if (p->rows[i].cells[PROMPT_READ].scenario)
			add_row(sheet, p, &p->rows[i]);
	sheet_note(sheet,
		   "Expected is the time of its bytes on a paced line, or the "
		   "transport's own time, which is what a read takes a "
		   "debugger that does not think, and the median pause before "
		   "it. Where more than 15 % are between, the split of an "
		   "operation tells where the time went.");
	return sheet->row_count;
}
