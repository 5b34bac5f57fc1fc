/* SPDX-License-Identifier: MIT */
#include "report/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/result/stats.h"
#include "report/label.h"

/* The interval that is asked for, and how far off an outlier is. */
#define LEVEL 0.95
#define OUTLIER_LIMIT 3.5

const char *const world_names[WORLD_COUNT] = {
	[WORLD_TCG] = "tcg",
	[WORLD_KVM] = "kvm",
	[WORLD_VIRTUAL] = "virtual time",
	[WORLD_NATIVE] = "host process",
	[WORLD_ATTACHED] = "attached target",
	[WORLD_UNKNOWN] = "unknown accelerator",
};

const char *const world_short_names[WORLD_COUNT] = {
	[WORLD_TCG] = "tcg",           [WORLD_KVM] = "kvm",
	[WORLD_VIRTUAL] = "virtual",   [WORLD_NATIVE] = "host",
	[WORLD_ATTACHED] = "attached", [WORLD_UNKNOWN] = "unknown",
};

const char *const slot_names[SLOT_COUNT] = {
	[SLOT_COMPLETED] = "completed",
	[SLOT_RECOVERED] = "recovered",
	[SLOT_GAVE_UP] = "gave-up",
	[SLOT_HANG] = "hang",
	[SLOT_LIVELOCK] = "livelock",
	[SLOT_CORRUPT] = "corrupt",
	[SLOT_LOST_TARGET] = "lost-target",
	[SLOT_SPURIOUS_STOP] = "spurious-stop",
	[SLOT_ERROR] = "error",
	[SLOT_OTHER] = "unknown",
};

enum verdict_slot slot_of(const char *verdict)
{
	for (int i = 0; i < SLOT_OTHER; i++)
		if (strcmp(verdict, slot_names[i]) == 0)
			return (enum verdict_slot)i;
	return SLOT_OTHER;
}

static bool is_finished(const struct result_trial *trial)
{
	enum verdict_slot slot = slot_of(trial->verdict);

	return trial->valid && !summary_is_healed(trial) &&
	       (slot == SLOT_COMPLETED || slot == SLOT_RECOVERED);
}

/* The trials of one cell, in the order of the file. */
struct trials {
	const struct result_trial **rows;
	size_t count;
};

struct spread summary_spread(double *values, size_t count)
{
	struct spread spread = { .values = values };
	struct stats_interval interval;
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		if (isfinite(values[i]))
			values[n++] = values[i];
	spread.n = n;
	stats_sort(values, n);
	interval = stats_median_interval(values, n, LEVEL);
	spread.median = stats_median(values, n);
	spread.low = interval.low;
	spread.high = interval.high;
	spread.coverage = interval.coverage;
	spread.outliers = stats_outliers(values, n, OUTLIER_LIMIT);
	return spread;
}

const struct result_step *summary_trial_step(const struct result_trial *trial,
					     const char *name)
{
	for (size_t i = 0; i < trial->step_count; i++)
		if (strcmp(trial->steps[i].name, name) == 0)
			return &trial->steps[i];
	return NULL;
}

/* One number over all finished trials; of a step if 'name' is not NULL. */
static struct spread spread_of(struct arena *arena, enum metric metric,
			       const struct trials *trials, const char *name)
{
	double *values = arena_alloc(arena, trials->count * sizeof(*values));
	size_t n = 0;

	for (size_t i = 0; i < trials->count; i++) {
		const struct result_trial *trial = trials->rows[i];
		const struct result_step *step = NULL;

		if (!is_finished(trial))
			continue;
		if (name && !(step = summary_trial_step(trial, name)))
			continue;
		values[n++] = metric_value(metric, trial, step);
	}
	return summary_spread(values, n);
}

static struct histogram *pooled_latency(struct arena *arena,
					const struct trials *trials,
					const char *name)
{
	struct histogram *h = arena_alloc(arena, sizeof(*h));

	for (size_t i = 0; i < trials->count; i++) {
		const struct result_step *step =
			summary_trial_step(trials->rows[i], name);

		if (step && is_finished(trials->rows[i]))
			result_latency_merge(&step->latency, h);
	}
	return h->n ? h : NULL;
}

static void add_step(struct arena *arena, struct cell_summary *cell,
		     const struct trials *trials,
		     const struct result_step *step)
{
	struct step_summary *summary = &cell->steps[cell->step_count++];

	summary->name = step->name;
	summary->kind = step->kind ? step->kind : step->name;
	summary->state = step->state;
	summary->sweeps = step->sweep_count;
	summary->has_costs = step->costs.count;
	for (int m = 0; m < METRIC_COUNT; m++)
		summary->of[m] =
			spread_of(arena, (enum metric)m, trials, step->name);
	summary->latency = pooled_latency(arena, trials, step->name);
}

/* Being idle is no operation, but it has a load. */
static bool has_happened(const struct result_step *step)
{
	return step->ops > 0 || isfinite(step->cpu.load) || step->sweep_count ||
	       step->costs.count;
}

/* Every step that has operations in some trial, in order of appearance. */
static void add_steps(struct arena *arena, struct cell_summary *cell,
		      const struct trials *trials)
{
	size_t room = 0;

	for (size_t i = 0; i < trials->count; i++)
		room += trials->rows[i]->step_count;
	cell->steps = arena_alloc(arena, room * sizeof(*cell->steps));
	for (size_t i = 0; i < trials->count; i++) {
		const struct result_trial *trial = trials->rows[i];

		for (size_t k = 0; k < trial->step_count; k++)
			if (has_happened(&trial->steps[k]) &&
			    !summary_step(cell, trial->steps[k].name))
				add_step(arena, cell, trials, &trial->steps[k]);
	}
}

static bool run_before(const struct trials *trials, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (trials->rows[i]->trial == trials->rows[at]->trial)
			return true;
	return false;
}

static void count_trials(struct arena *arena, struct cell_summary *cell,
			 const struct trials *trials)
{
	cell->timed = arena_alloc(arena, trials->count * sizeof(*cell->timed));
	for (size_t i = 0; i < trials->count; i++) {
		const struct result_trial *trial = trials->rows[i];

		cell->repeated += run_before(trials, i);
		if (!trial->valid) {
			cell->invalid++;
			cell->disturbed[slot_of(trial->verdict)]++;
			continue;
		}
		cell->valid++;
		if (is_finished(trial))
			cell->timed[cell->timed_count++] = trial;
		cell->verdicts[slot_of(trial->verdict)]++;
		cell->healed[slot_of(trial->verdict)] +=
			summary_is_healed(trial);
	}
	cell->finished = cell->timed_count;
}

static enum world world_of(const struct result_cell *cell)
{
	const char *kind =
		result_param(cell->params, cell->param_count, "transport.kind");
	const char *accel =
		result_param(cell->params, cell->param_count, "accel");

	kind = kind ? kind : "";
	accel = accel ? accel : "";
	if (strcmp(kind, "sim") == 0)
		return WORLD_VIRTUAL;
	if (strcmp(kind, "native") == 0)
		return WORLD_NATIVE;
	if (strcmp(kind, "attach") == 0)
		return WORLD_ATTACHED;
	if (strcmp(accel, "tcg") == 0)
		return WORLD_TCG;
	return strcmp(accel, "kvm") == 0 ? WORLD_KVM : WORLD_UNKNOWN;
}

static void make_cell(struct summary *s, struct scenario_summary *scenario,
		      struct cell_summary *summary,
		      const struct result_cell *cell)
{
	const struct results *r = s->results;
	struct trials trials = { 0 };
	const char *transport =
		result_param(cell->params, cell->param_count, "transport");

	trials.rows = mem_array(r->trial_count, sizeof(*trials.rows));
	for (size_t i = 0; i < r->trial_count; i++) {
		const struct result_trial *trial = &r->trials[i];

		if (strcmp(trial->cell, cell->id) != 0 ||
		    strcmp(trial->scenario, scenario->scenario->name) != 0)
			continue;
		trials.rows[trials.count++] = trial;
		s->orphans--;
		if (trial->faults > 0)
			scenario->faults += trial->faults;
	}
	summary->cell = cell;
	summary->world = world_of(cell);
	summary->transport = transport ? transport : "-";
	scenario->worlds[summary->world] = true;
	count_trials(&s->arena, summary, &trials);
	add_steps(&s->arena, summary, &trials);
	for (int m = 0; m < METRIC_COUNT; m++)
		summary->of[m] =
			spread_of(&s->arena, (enum metric)m, &trials, NULL);
	free(trials.rows);
}

static bool has_trials(const struct results *r,
		       const struct result_scenario *scenario,
		       const struct result_cell *cell)
{
	for (size_t i = 0; i < r->trial_count; i++)
		if (strcmp(r->trials[i].cell, cell->id) == 0 &&
		    strcmp(r->trials[i].scenario, scenario->name) == 0)
			return true;
	return false;
}

/*
 * Was the cell to be run? A run of selected cells says which; older records
 * say so in the command only.
 */
static bool is_selected(const struct results *r,
			const struct result_scenario *scenario,
			const struct result_cell *cell)
{
	const char *only = r->run.only;

	if (has_trials(r, scenario, cell))
		return true;
	if (cell->skip)
		return false;
	if (only)
		return strncmp(cell->id, only, strlen(only)) == 0;
	return !r->run.command || !strstr(r->run.command, " --only ");
}

const char *summary_left_out(const struct scenario_summary *s)
{
	for (size_t i = 0; i < s->scenario->cell_count; i++)
		if (s->scenario->cells[i].skip)
			return s->scenario->cells[i].skip;
	return NULL;
}

static void make_scenario(struct summary *s, struct scenario_summary *summary,
			  const struct result_scenario *scenario)
{
	summary->scenario = scenario;
	summary->planned = scenario->cell_count;
	summary->cells = arena_alloc(
		&s->arena, scenario->cell_count * sizeof(*summary->cells));
	for (size_t i = 0; i < scenario->cell_count; i++)
		if (is_selected(s->results, scenario, &scenario->cells[i]))
			make_cell(s, summary,
				  &summary->cells[summary->cell_count++],
				  &scenario->cells[i]);
	for (int i = 0; i < WORLD_COUNT; i++)
		summary->world_count += summary->worlds[i];
	label_cells(&s->arena, summary);
}

void summary_make(struct summary *s, const struct results *results)
{
	const struct result_run *run = &results->run;

	*s = (struct summary){ .results = results,
			       .orphans = results->trial_count };
	s->scenarios = arena_alloc(&s->arena,
				   run->scenario_count * sizeof(*s->scenarios));
	for (size_t i = 0; i < run->scenario_count; i++) {
		struct scenario_summary *next =
			&s->scenarios[s->scenario_count];

		make_scenario(s, next, &run->scenarios[i]);
		/* Of a scenario without a selected cell nothing is said. */
		if (next->cell_count || !next->planned ||
		    next->scenario->skip || summary_left_out(next))
			s->scenario_count++;
		else
			*next = (struct scenario_summary){ 0 };
	}
}

void summary_release(struct summary *s)
{
	arena_release(&s->arena);
	*s = (struct summary){ 0 };
}
