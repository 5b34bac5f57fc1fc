/* SPDX-License-Identifier: MIT */
/* Files for spreadsheets beside report.csv: the ladder, and sweeps of rates. */
#include "report/csv.h"

#include <math.h>

#include "bench/result/escape.h"
#include "report/limits.h"
#include "report/sweep.h"

static void put_text(FILE *out, const char *text)
{
	escape_csv(out, text);
	fputc(',', out);
}

/* Median and interval; empty is not available. */
static void put_spread(FILE *out, const struct spread *spread)
{
	bool interval = spread->coverage > 0;

	if (isfinite(spread->median))
		fprintf(out, "%.10g", spread->median);
	fputc(',', out);
	if (interval)
		fprintf(out, "%.10g", spread->low);
	fputc(',', out);
	if (interval)
		fprintf(out, "%.10g", spread->high);
	fputc(',', out);
}

static void put_rung(FILE *out, const struct summary *s,
		     const struct ladder *ladder, const struct rung *rung)
{
	put_text(out, s->results->run.id);
	put_text(out, s->results->run.host.id);
	put_text(out, world_names[ladder->world]);
	put_text(out, rung->limit->name);
	put_spread(out, &rung->rate);
	fprintf(out, "%zu,", rung->rate.n);
	if (ladder->base && rung->rate.n)
		fprintf(out, "%.6g",
			rung->rate.median / ladder->base->rate.median);
	fputc(',', out);
	put_text(out, rung->rate.n ? "" : limits_reason(rung));
	escape_csv(out, rung->limit->about ? rung->limit->about : "");
	fputs("\r\n", out);
}

void csv_ladder(FILE *out, struct report_parts *parts)
{
	fputs("run,host,accelerator,name,rate_bytes_s,rate_low,rate_high,"
	      "rounds,ratio_to_base,not_measured,about\r\n",
	      out);
	for (size_t p = 0; p < parts->count; p++) {
		struct summary *s = &parts->rows[p].summary;
		struct ladders ladders = limits_make(s);

		for (size_t i = 0; i < ladders.count; i++) {
			const struct ladder *ladder = &ladders.rows[i];

			for (size_t k = 0; k < ladder->count; k++)
				put_rung(out, s, ladder, &ladder->rungs[k]);
			for (size_t k = 0; k < ladder->skipped_count; k++)
				put_rung(out, s, ladder, &ladder->skipped[k]);
		}
	}
}

static void put_point(FILE *out, const struct summary *s,
		      const struct scenario_summary *scenario,
		      const struct sweeps *sweeps, const struct sweep *sweep,
		      const struct sweep_point *point)
{
	const struct spread *const numbers[] = { &point->achieved, &point->qemu,
						 &point->harness, &point->p50,
						 &point->p99 };

	put_text(out, s->results->run.id);
	put_text(out, scenario->scenario->name);
	put_text(out, sweep->cell->cell->id);
	put_text(out, sweep->cell->name);
	put_text(out, world_names[sweep->cell->world]);
	put_text(out, sweeps->step);
	fprintf(out, "%.10g,", point->offered);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		put_spread(out, numbers[i]);
	fprintf(out, "%d\r\n", sweep->saturated && point == sweep->most);
}

static void put_scenario(FILE *out, struct summary *s,
			 const struct scenario_summary *scenario)
{
	const char **steps;
	size_t count = sweep_steps(&s->arena, scenario, &steps);

	for (size_t i = 0; i < count; i++) {
		struct sweeps sweeps =
			sweep_find(&s->arena, scenario, steps[i]);

		for (size_t k = 0; k < sweeps.count; k++)
			for (size_t n = 0; n < sweeps.rows[k].count; n++)
				put_point(out, s, scenario, &sweeps,
					  &sweeps.rows[k],
					  &sweeps.rows[k].points[n]);
	}
}

void csv_sweep(FILE *out, struct report_parts *parts)
{
	static const char *const numbers[] = {
		"achieved_bytes_s", "qemu_load_percent", "harness_load_percent",
		"latency_p50_ns", "latency_p99_ns"
	};

	fputs("run,scenario,cell,name,accelerator,step,offered_bytes_s", out);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		fprintf(out, ",%s,%s_low,%s_high", numbers[i], numbers[i],
			numbers[i]);
	fputs(",saturation\r\n", out);
	for (size_t p = 0; p < parts->count; p++) {
		struct summary *s = &parts->rows[p].summary;

		for (size_t i = 0; i < s->scenario_count; i++)
			put_scenario(out, s, &s->scenarios[i]);
	}
}

bool csv_has_ladder(const struct report_parts *parts)
{
	for (size_t p = 0; p < parts->count; p++)
		if (parts->rows[p].results.limit_count)
			return true;
	return false;
}

bool csv_has_sweep(const struct report_parts *parts)
{
	for (size_t p = 0; p < parts->count; p++) {
		struct summary *s = &parts->rows[p].summary;
		const char **steps;

		for (size_t i = 0; i < s->scenario_count; i++)
			if (sweep_steps(&s->arena, &s->scenarios[i], &steps))
				return true;
	}
	return false;
}
