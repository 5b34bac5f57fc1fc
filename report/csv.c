/* SPDX-License-Identifier: MIT */
#include "report/csv.h"

#include <math.h>
#include <string.h>

#include "bench/result/escape.h"

static void put_titles(FILE *out)
{
	fputs("run,host,scenario,cell,label,accelerator,transport,step,kind,"
	      "valid,invalid,repeated,healed",
	      out);
	for (int i = 0; i < SLOT_COUNT; i++)
		fprintf(out, ",%s", slot_names[i]);
	for (int i = 0; i < METRIC_COUNT; i++)
		fprintf(out, ",%s,%s_low,%s_high", metric_types[i].key,
			metric_types[i].key, metric_types[i].key);
	fputs("\r\n", out);
}

static void put_text(FILE *out, const char *text)
{
	escape_csv(out, text);
	fputc(',', out);
}

/* Ten digits: enough for any clock, and no noise of doubles. */
static void put_number(FILE *out, double value)
{
	if (isfinite(value))
		fprintf(out, ",%.10g", value);
	else
		fputc(',', out);
}

static void put_line(FILE *out, const struct summary *s,
		     const struct scenario_summary *scenario,
		     const struct cell_summary *cell,
		     const struct step_summary *step)
{
	size_t healed = 0;

	put_text(out, s->results->run.id);
	put_text(out, s->results->run.host.id);
	put_text(out, scenario->scenario->name);
	put_text(out, cell->cell->id);
	put_text(out, cell->cell->label);
	put_text(out, world_names[cell->world]);
	put_text(out, cell->transport);
	put_text(out, step ? step->name : NULL);
	put_text(out, step ? step->kind : NULL);
	for (int i = 0; i < SLOT_COUNT; i++)
		healed += cell->healed[i];
	fprintf(out, "%zu,%zu,%zu,%zu", cell->valid, cell->invalid,
		cell->repeated, healed);
	for (int i = 0; i < SLOT_COUNT; i++)
		fprintf(out, ",%zu", cell->verdicts[i]);
	for (int i = 0; i < METRIC_COUNT; i++) {
		const struct spread *spread =
			step && step->of[i].n ? &step->of[i] : &cell->of[i];
		bool interval = spread->coverage > 0;

		/* What only the whole trial has is not a step's. */
		if (step && !step->of[i].n && i < METRIC_OF_TRIALS) {
			fputs(",,,", out);
			continue;
		}
		put_number(out, spread->median);
		put_number(out, interval ? spread->low : NAN);
		put_number(out, interval ? spread->high : NAN);
	}
	fputs("\r\n", out);
}

static void put_cell(FILE *out, const struct summary *s,
		     const struct scenario_summary *scenario,
		     const struct cell_summary *cell)
{
	if (cell->step_count == 0)
		put_line(out, s, scenario, cell, NULL);
	for (size_t i = 0; i < cell->step_count; i++)
		put_line(out, s, scenario, cell, &cell->steps[i]);
}

void csv_page(FILE *out, struct report_parts *parts)
{
	put_titles(out);
	for (size_t p = 0; p < parts->count; p++) {
		const struct summary *s = &parts->rows[p].summary;

		for (size_t i = 0; i < s->scenario_count; i++)
			for (size_t k = 0; k < s->scenarios[i].cell_count; k++)
				put_cell(out, s, &s->scenarios[i],
					 &s->scenarios[i].cells[k]);
	}
}
