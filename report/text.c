/* SPDX-License-Identifier: MIT */
#include "report/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/result/escape.h"
#include "report/table.h"
#include "report/trouble.h"
#include "report/words.h"

/* Entries of the list of what went wrong; the HTML page has all of them. */
#define TROUBLES_MAX 8

/* The columns of a scenario's table. */
struct columns {
	size_t label, rate, p50, p99, recovery, slowdown, traps, cpu, verdicts;
};

void text_wrap(FILE *out, const char *text, size_t indent, size_t hang,
	       const char *joint)
{
	char *escaped = escape_terminal_text(text);
	const char *at = escaped;
	size_t start = indent;

	while (*at) {
		size_t room = TEXT_WIDTH - start - strlen(joint);
		size_t fits = utf8_fit(at, room);
		size_t len = fits;

		if (at[fits] != '\0')
			while (len > 0 && at[len] != ' ')
				len--;
		if (len == 0) /* Only a command must not be cut within words. */
			len = *joint || fits == 0 ? strcspn(at, " ") : fits;
		fprintf(out, "%*s%.*s", (int)start, "", (int)len, at);
		at += len;
		at += strspn(at, " ");
		fprintf(out, "%s\n", *at ? joint : "");
		start = hang;
	}
	free(escaped);
}

const char *text_verdicts(struct arena *arena, const struct cell_summary *cell,
			  const char *between)
{
	const char *text = "";

	for (int i = 0; i < SLOT_COUNT; i++)
		if (cell->verdicts[i])
			text = arena_printf(arena, "%s%s%zu %s", text,
					    *text ? between : "",
					    cell->verdicts[i], slot_names[i]);
	if (cell->invalid)
		text = arena_printf(arena, "%s%s%zu invalid", text,
				    *text ? between : "", cell->invalid);
	return *text ? text : "not run";
}

const char *text_trials(struct arena *arena, const struct scenario_summary *s)
{
	size_t least = SIZE_MAX;
	size_t most = 0;

	for (size_t i = 0; i < s->cell_count; i++) {
		least = s->cells[i].valid < least ? s->cells[i].valid : least;
		most = s->cells[i].valid > most ? s->cells[i].valid : most;
	}
	if (s->cell_count == 0)
		return "no trials";
	if (least != most)
		return arena_printf(arena, "%zu to %zu trials a cell", least,
				    most);
	return arena_printf(arena, "%zu trial%s a cell", most,
			    most == 1 ? "" : "s");
}

enum metric text_rate(const struct step_summary *step)
{
	if (step->of[METRIC_LINES_S].n)
		return METRIC_LINES_S;
	return step->of[METRIC_THROUGHPUT].n ? METRIC_THROUGHPUT : METRIC_OPS_S;
}

static struct columns make_columns(struct table *t, const char *axes)
{
	return (struct columns){
		.label = table_column(t, axes, false, 0, 16),
		.rate = table_column(t, "rate", true, 0, 0),
		.p50 = table_column(t, "p50", true, 4, 0),
		.p99 = table_column(t, "p99", true, 0, 0),
		.recovery = table_column(t, "recovery", true, 1, 0),
		.slowdown = table_column(t, "slower", true, 0, 0),
		.traps = table_column(t, "traps/B", true, 2, 0),
		.cpu = table_column(t, "CPU", true, 3, 0),
		.verdicts = table_column(t, "verdicts", false, 0, 11),
	};
}

static void set_metric(struct table *t, size_t column, enum metric metric,
		       const struct spread *spreads)
{
	table_set(t, column, spread_text(metric, &spreads[metric]).text);
}

/* "11.0 KB/s ±1%" */
static void set_rate(struct table *t, size_t column,
		     const struct step_summary *step)
{
	enum metric metric = text_rate(step);
	const struct spread *spread = &step->of[metric];
	struct number spread_part = { "" };
	char text[64];

	if (spread->coverage > 0)
		spread_part = number_spread(spread->median, spread->low,
					    spread->high);
	snprintf(text, sizeof(text), "%s%s%s", spread_text(metric, spread).text,
		 *spread_part.text ? " " : "", spread_part.text);
	table_set(t, column, text);
}

static void set_step(struct table *t, const struct columns *c,
		     const struct step_summary *step)
{
	set_rate(t, c->rate, step);
	set_metric(t, c->p50, METRIC_P50, step->of);
	set_metric(t, c->p99, METRIC_P99, step->of);
	set_metric(t, c->slowdown, METRIC_SLOWDOWN, step->of);
	set_metric(t, c->traps, METRIC_TRAPS_BYTE, step->of);
	set_metric(t, c->cpu, METRIC_CPU_LOAD, step->of);
}

/* A step that was done once, such as connecting, has no rate to show. */
static bool is_shown(const struct step_summary *step)
{
	return step->of[METRIC_THROUGHPUT].n || step->of[METRIC_LINES_S].n ||
	       step->of[METRIC_OPS_S].n || step->of[METRIC_CPU_LOAD].n;
}

static size_t count_shown(const struct cell_summary *cell)
{
	size_t count = 0;

	for (size_t i = 0; i < cell->step_count; i++)
		count += is_shown(&cell->steps[i]);
	return count;
}

/* One line for a cell; more if it has several steps. */
static void add_cell(struct arena *arena, struct table *t,
		     const struct columns *c, const struct cell_summary *cell)
{
	size_t shown = count_shown(cell);

	table_row(t);
	table_set(t, c->label, cell->label);
	table_set(t, c->verdicts, text_verdicts(arena, cell, " "));
	set_metric(t, c->recovery, METRIC_RECOVERY_P50, cell->of);
	for (size_t i = 0; i < cell->step_count; i++) {
		if (!is_shown(&cell->steps[i]))
			continue;
		if (shown > 1) {
			table_row(t);
			table_set(t, c->label,
				  arena_printf(arena, "  %s",
					       cell->steps[i].name));
		}
		set_step(t, c, &cell->steps[i]);
	}
}

static void print_scenario(FILE *out, struct summary *s,
			   const struct scenario_summary *scenario)
{
	struct arena *arena = &s->arena;
	const struct result_scenario *plan = scenario->scenario;
	struct table t = { 0 };
	struct columns c = make_columns(&t, scenario->axes);

	text_wrap(out,
		  arena_printf(arena, "%s: %s", plan->name,
			       plan->about ? plan->about : "no 'about'"),
		  0, 2, "");
	if (plan->skip) {
		text_wrap(out, arena_printf(arena, "skipped: %s", plan->skip),
			  2, 2, "");
		fputc('\n', out);
		return;
	}
	if (scenario->cell_count == 0) {
		fputs("  no cells\n\n", out);
		return;
	}
	text_wrap(out,
		  arena_printf(arena, "%s, %s%s", summary_worlds(s, scenario),
			       text_trials(arena, scenario),
			       scenario->worlds[WORLD_TCG]
				       ? "; a trap costs next to nothing under "
					 "tcg: look at traps/B"
				       : ""),
		  2, 2, "");
	for (size_t i = 0; i < scenario->cell_count; i++)
		add_cell(arena, &t, &c, &scenario->cells[i]);
	table_print(&t, out, 0, TEXT_WIDTH);
	table_release(&t);
	fputc('\n', out);
}

static void print_trouble(FILE *out, struct arena *arena,
			  const struct trouble *row)
{
	const struct result_trial *trial = row->first;
	const char *command = trouble_command(trial);
	const char *verdict = row->slot == SLOT_OTHER ? trial->verdict
						      : slot_names[row->slot];

	text_wrap(out,
		  arena_printf(arena, "%s, %s: %zu %s (trial %s)",
			       row->scenario->scenario->name, row->cell->label,
			       row->count, verdict, row->trials),
		  2, 4, "");
	if (trial->detail && *trial->detail)
		text_wrap(out, trial->detail, 4, 4, "");
	if (trial->suspect.text)
		text_wrap(
			out,
			arena_printf(arena, "suspect: %s", trial->suspect.text),
			4, 6, "");
	if (command)
		text_wrap(out, command, 4, 6, " \\");
}

/* What nobody expected, and how much else there is to find in the report. */
static void print_troubles(FILE *out, struct summary *s)
{
	struct troubles found = trouble_find(s, NULL);
	size_t unexpected = 0;

	if (found.count == 0)
		return;
	while (unexpected < found.count && !found.rows[unexpected].expected)
		unexpected++;
	fputs("not simply completed\n", out);
	for (size_t i = 0; i < unexpected && i < TROUBLES_MAX; i++)
		print_trouble(out, &s->arena, &found.rows[i]);
	if (unexpected > TROUBLES_MAX)
		fprintf(out, "  and %zu more cells, see the report\n",
			unexpected - TROUBLES_MAX);
	if (found.count > unexpected)
		fprintf(out,
			"  %zu cell%s as their scenarios expect, see the "
			"report\n",
			found.count - unexpected,
			found.count - unexpected == 1 ? "" : "s");
	fputc('\n', out);
}

static const char *times_text(struct arena *arena, size_t times)
{
	return times > 1 ? arena_printf(arena, " (%zu times)", times) : "";
}

static void print_unmet(FILE *out, struct summary *s)
{
	const struct results *r = s->results;

	if (trouble_unmet(r) == 0)
		return;
	fputs("expectations not met\n", out);
	for (size_t i = 0; i < r->expectation_count; i++) {
		const struct result_expectation *e = &r->expectations[i];
		size_t times = trouble_same_expectation(r, i);

		if (times)
			text_wrap(out,
				  arena_printf(&s->arena, "%s, %s: %s%s",
					       e->scenario ? e->scenario : "-",
					       e->label ? e->label : "-",
					       e->what ? e->what : "-",
					       times_text(&s->arena, times)),
				  2, 4, "");
	}
	fputc('\n', out);
}

void text_report(FILE *out, struct summary *s)
{
	for (size_t i = 0; i < s->scenario_count; i++)
		print_scenario(out, s, &s->scenarios[i]);
	print_troubles(out, s);
	print_unmet(out, s);
	if (words_ending(s))
		text_wrap(out, words_ending(s), 0, 0, "");
	text_wrap(out,
		  "Rates are medians of valid trials that finished, ± half the "
		  "interval of the median (95 %; below 6 trials, half their "
		  "range). CPU is QEMU's, in per cent of one core. '-' is not "
		  "available.",
		  0, 0, "");
}
