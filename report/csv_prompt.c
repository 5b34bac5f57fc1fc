/* SPDX-License-Identifier: MIT */
/* Time to prompt for spreadsheets: a line for each cell of the table. */
#include "report/csv.h"

#include <math.h>

#include "bench/result/escape.h"
#include "report/prompt.h"

static const char *const kinds[] = {
	[ESTIMATE_NONE] = "none",
	[ESTIMATE_ONE] = "one",
	[ESTIMATE_RANGE] = "range",
	[ESTIMATE_INTERVAL] = "95%",
};

static void put_text(FILE *out, const char *text)
{
	escape_csv(out, text);
	fputc(',', out);
}

static void put_number(FILE *out, double value)
{
	if (isfinite(value))
		fprintf(out, "%.10g", value);
	fputc(',', out);
}

static void put_cell(FILE *out, const struct summary *s, const struct prompt *p,
		     const struct prompt_row *row, int what)
{
	const struct prompt_cell *c = &row->cells[what];
	bool interval = c->time.kind == ESTIMATE_RANGE ||
			c->time.kind == ESTIMATE_INTERVAL;

	put_text(out, s->results->run.id);
	put_text(out, s->results->run.host.id);
	put_text(out, world_names[row->world]);
	put_text(out, row->label);
	put_text(out, row->think);
	put_text(out, p->titles[what]);
	put_text(out, c->scenario->scenario->name);
	put_text(out, c->cell->cell->id);
	put_text(out, c->step->name);
	put_number(out, c->time.value);
	put_number(out, interval ? c->time.low : NAN);
	put_number(out, interval ? c->time.high : NAN);
	put_text(out, kinds[c->time.kind]);
	fprintf(out, "%d,", c->time.extrapolated);
	put_number(out, c->time.operations);
	put_number(out, c->operations);
	put_number(out, c->counts.round_trips);
	put_number(out, c->counts.traps);
	put_number(out, c->counts.wire_bytes);
	if (isfinite(c->thought_ns))
		fprintf(out, "%.10g", c->thought_ns);
	fputs("\r\n", out);
}

void csv_prompt(FILE *out, struct report_parts *parts)
{
	fputs("run,host,accelerator,transport,think,what,scenario,cell,step,"
	      "time_ns,time_low,time_high,interval,extrapolated,"
	      "operations_measured,operations,round_trips,traps,wire_bytes,"
	      "thought_ns\r\n",
	      out);
	for (size_t i = 0; i < parts->count; i++) {
		struct summary *s = &parts->rows[i].summary;
		struct prompt p;

		if (!prompt_make(&p, s))
			continue;
		for (size_t row = 0; row < p.count; row++)
			for (int what = 0; what < PROMPT_COUNT; what++)
				if (p.rows[row].cells[what].scenario)
					put_cell(out, s, &p, &p.rows[row],
						 what);
	}
}

bool csv_has_prompt(struct report_parts *parts)
{
	struct prompt p;

	for (size_t i = 0; i < parts->count; i++)
		if (prompt_make(&p, &parts->rows[i].summary))
			return true;
	return false;
}
