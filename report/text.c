/* SPDX-License-Identifier: MIT */
#include "report/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/result/escape.h"
#include "report/outcomes.h"
#include "report/overview.h"
#include "report/prompt.h"
#include "report/search.h"
#include "report/sheets.h"
#include "report/table.h"
#include "report/words.h"

/* Axes with a column of their own; of more, one column has the whole name. */
#define AXES_MAX 4

/* A name need not be broken into pieces narrower than this. */
#define NAME_MIN 11

/* The columns of a scenario's table. */
struct columns {
	size_t axes;        /* the first ones; 0: one that has the whole name */
	enum metric middle; /* of latencies, in the column p50 */
	size_t rate, p50, p99, recovery, slowdown, traps, cpu, verdicts;
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

/* "9 invalid", "9 invalid (lost-target)", "9 invalid (8 recovered, 1 hang)". */
static const char *invalid_text(struct arena *arena,
				const struct cell_summary *cell)
{
	const char *text = "";

	if (cell->disturbed[SLOT_COMPLETED] == cell->invalid)
		return arena_printf(arena, "%zu invalid", cell->invalid);
	for (int i = 0; i < SLOT_COUNT; i++) {
		size_t count = cell->disturbed[i];

		if (count && count == cell->invalid)
			text = slot_names[i];
		else if (count)
			text = arena_printf(arena, "%s%s%zu %s", text,
					    *text ? ", " : "", count,
					    slot_names[i]);
	}
	return arena_printf(arena, "%zu invalid (%s)", cell->invalid, text);
}

const char *text_verdicts(struct arena *arena, const struct cell_summary *cell,
			  const char *between)
{
	const char *text = "";

	for (int i = 0; i < SLOT_COUNT; i++) {
		size_t by_itself = cell->verdicts[i] - cell->healed[i];

		if (by_itself)
			text = arena_printf(arena, "%s%s%zu %s", text,
					    *text ? between : "", by_itself,
					    slot_names[i]);
		if (cell->healed[i])
			text = arena_printf(arena, "%s%s%zu %s*", text,
					    *text ? between : "",
					    cell->healed[i], slot_names[i]);
	}
	if (cell->invalid)
		text = arena_printf(arena, "%s%s%s", text, *text ? between : "",
				    invalid_text(arena, cell));
	return *text ? text : "not run";
}

const char *text_trials(struct arena *arena, const struct scenario_summary *s)
{
	const char *selected = "";
	size_t least = SIZE_MAX;
	size_t most = 0;

	for (size_t i = 0; i < s->cell_count; i++) {
		least = s->cells[i].valid < least ? s->cells[i].valid : least;
		most = s->cells[i].valid > most ? s->cells[i].valid : most;
	}
	if (s->cell_count == 0)
		return "no trials";
	if (s->cell_count < s->planned)
		selected = arena_printf(arena, "%zu of %zu cells, ",
					s->cell_count, s->planned);
	if (least != most)
		return arena_printf(arena, "%s%zu to %zu trials a cell",
				    selected, least, most);
	return arena_printf(arena, "%s%zu trial%s a cell", selected, most,
			    most == 1 ? "" : "s");
}

enum metric text_rate(const struct step_summary *step)
{
	if (step->of[METRIC_LINES_S].n)
		return METRIC_LINES_S;
	return step->of[METRIC_THROUGHPUT].n ? METRIC_THROUGHPUT : METRIC_OPS_S;
}

bool text_is_shown(const struct step_summary *step)
{
	return step->of[METRIC_THROUGHPUT].n || step->of[METRIC_LINES_S].n ||
	       step->of[METRIC_OPS_S].n || step->of[METRIC_CPU_LOAD].n;
}

static size_t count_shown(const struct cell_summary *cell)
{
	size_t count = 0;

	for (size_t i = 0; i < cell->step_count; i++)
		count += text_is_shown(&cell->steps[i]);
	return count;
}

/*
 * Have the axes columns of their own? Not where all cells are headings of their
 * steps: those have the whole line for their name.
 */
static bool has_axis_columns(const struct scenario_summary *s)
{
	bool headings = false;
	bool rows = false;

	for (size_t i = 0; i < s->cell_count; i++) {
		headings |= count_shown(&s->cells[i]) > 1;
		rows |= count_shown(&s->cells[i]) == 1;
	}
	if (s->axis_count > AXES_MAX)
		return false;
	return s->axis_count < 2 || rows || !headings;
}

static struct columns make_columns(struct table *t,
				   const struct scenario_summary *s)
{
	size_t axes = has_axis_columns(s) ? s->axis_count : 0;
	/* Where faults act, the median is one of two values by chance. */
	enum metric middle = s->faults > 0 ? METRIC_MEAN : METRIC_P50;

	for (size_t i = 0; i < axes; i++)
		table_column(t, s->axis_titles[i], false, 0, NAME_MIN);
	if (axes == 0)
		table_column(t, s->axes, false, 0, NAME_MIN);
	return (struct columns){
		.axes = axes,
		.rate = table_column(t, "rate", true, 0, 0),
		.middle = middle,
		.p50 = table_column(t, metric_types[middle].title, true, 4, 0),
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
	set_metric(t, c->p50, c->middle, step->of);
	set_metric(t, c->p99, METRIC_P99, step->of);
	set_metric(t, c->slowdown, METRIC_SLOWDOWN, step->of);
	set_metric(t, c->traps, METRIC_TRAPS_BYTE, step->of);
	set_metric(t, c->cpu, METRIC_CPU_LOAD, step->of);
}

/* One line for a cell; more if it has several steps. */
static void add_cell(struct arena *arena, struct table *t,
		     const struct columns *c, const struct cell_summary *cell)
{
	size_t shown = count_shown(cell);

	table_row(t);
	for (size_t i = 0; i < c->axes; i++)
		table_set(t, i, cell->axis_values[i]);
	if (c->axes == 0)
		table_set(t, 0, cell->name);
	table_set(t, c->verdicts, text_verdicts(arena, cell, " "));
	set_metric(t, c->recovery, METRIC_RECOVERY_P50, cell->of);
	for (size_t i = 0; i < cell->step_count; i++) {
		if (!text_is_shown(&cell->steps[i]))
			continue;
		if (shown > 1) {
			table_row(t);
			table_set(t, 0,
				  arena_printf(arena, "  %s",
					       cell->steps[i].name));
		}
		set_step(t, c, &cell->steps[i]);
	}
}

/* All cells of a world, below its name if there are several worlds. */
static void add_world(struct arena *arena, struct table *t,
		      const struct columns *c, const struct scenario_summary *s,
		      enum world world)
{
	if (!s->worlds[world])
		return;
	if (s->world_count > 1) {
		table_row(t);
		table_set(t, 0, arena_printf(arena, "%s:", world_names[world]));
	}
	for (size_t i = 0; i < s->cell_count; i++)
		if (s->cells[i].world == world)
			add_cell(arena, t, c, &s->cells[i]);
}

static void print_cells(FILE *out, struct summary *s,
			const struct scenario_summary *scenario)
{
	struct table t = { 0 };
	struct columns c = make_columns(&t, scenario);

	for (int i = 0; i < WORLD_COUNT; i++)
		add_world(&s->arena, &t, &c, scenario, (enum world)i);
	table_print(&t, out, 0, TEXT_WIDTH);
	table_release(&t);
	if (summary_has_healed(scenario))
		text_wrap(out, words_healed, 0, 2, "");
}

/* Cells that the machine could not run. */
static void print_left_out(FILE *out, struct arena *arena,
			   const struct scenario_summary *scenario)
{
	for (size_t i = 0; i < scenario->scenario->cell_count; i++) {
		const struct result_cell *cell = &scenario->scenario->cells[i];

		if (cell->skip)
			text_wrap(out,
				  arena_printf(arena, "left out: %s: %s",
					       cell->label ? cell->label
							   : cell->id,
					       cell->skip),
				  0, 2, "");
	}
}

static void print_sheets(FILE *out, struct sheets sheets)
{
	for (size_t i = 0; i < sheets.count; i++)
		sheet_text(out, &sheets.rows[i]);
}

/* All of its steps are in the table above: it needs none of its own. */
static void print_covered(FILE *out, struct arena *arena,
			  const struct scenario_summary *scenario)
{
	text_wrap(out,
		  arena_printf(arena, "%s: %s, in the tables above",
			       scenario->scenario->name,
			       text_trials(arena, scenario)),
		  0, 2, "");
	print_left_out(out, arena, scenario);
}

static void print_scenario(FILE *out, struct summary *s,
			   const struct scenario_summary *scenario)
{
	struct arena *arena = &s->arena;
	const struct result_scenario *plan = scenario->scenario;
	const char *about = plan->about && *plan->about ? plan->about : NULL;
	struct sheet sheet;

	text_wrap(out,
		  arena_printf(arena, "%s%s%s", plan->name, about ? ": " : "",
			       about ? about : ""),
		  0, 2, "");
	if (plan->skip) {
		text_wrap(out, arena_printf(arena, "skipped: %s", plan->skip),
			  2, 2, "");
		fputc('\n', out);
		return;
	}
	if (scenario->cell_count == 0) {
		fputs("  no cells\n", out);
		print_left_out(out, arena, scenario);
		fputc('\n', out);
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
	search_text(out, s, scenario);
	if (overview_make(&sheet, s, scenario))
		sheet_text(out, &sheet);
	if (!outcomes_has(scenario))
		print_cells(out, s, scenario);
	print_left_out(out, arena, scenario);
	fputc('\n', out);
	print_sheets(out, sheets_of_scenario(s, scenario));
}

void text_report(FILE *out, struct summary *s, const char *report_dir)
{
	struct prompt prompt;
	bool sessions = prompt_make(&prompt, s);
	bool covered = false;

	print_sheets(out, sheets_of_prompt(s, true));
	for (size_t i = 0; i < s->scenario_count; i++) {
		const struct scenario_summary *scenario = &s->scenarios[i];

		/* They stand together, apart from what follows. */
		if (covered && !prompt_covers(&prompt, scenario))
			fputc('\n', out);
		covered = sessions && prompt_covers(&prompt, scenario);
		if (covered)
			print_covered(out, &s->arena, scenario);
		else
			print_scenario(out, s, scenario);
	}
	if (covered)
		fputc('\n', out);
	print_sheets(out, sheets_of_limits(s));
	print_sheets(out, sheets_of_model(s));
	if (s->prediction_problem)
		text_wrap(out, s->prediction_problem, 0, 2, "");
	text_troubles(out, s, report_dir);
	if (words_disturbed(s))
		text_wrap(out, words_disturbed(s), 0, 2, "");
	if (words_ending(s))
		text_wrap(out, words_ending(s), 0, 0, "");
	text_wrap(out,
		  "Rates are medians of valid trials that finished, ± half the "
		  "interval of the median (95 %; below 6 trials, half their "
		  "range). CPU is QEMU's, in per cent of one core. '-' is not "
		  "available.",
		  0, 0, "");
}
