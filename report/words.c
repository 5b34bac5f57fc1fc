/* SPDX-License-Identifier: MIT */
#include "report/words.h"

#include <math.h>
#include <string.h>

#include "report/number.h"
#include "report/text.h"
#include "report/trouble.h"

#define NOTES_MAX 200

const char *words_world(const struct scenario_summary *scenario)
{
	if (scenario->worlds[WORLD_TCG])
		return "Under tcg the guest is emulated and a trap costs next "
		       "to nothing (a port read about 60 ns; as an exit from "
		       "a hypervisor 2 to 4 \u00b5s). Transports that trap "
		       "once a byte look better here than they are: compare "
		       "traps per byte, not \u00b5s, with other machines.";
	if (scenario->worlds[WORLD_VIRTUAL])
		return "Virtual time: the target runs inside kdbench and "
		       "times are what its model says, the same on every "
		       "machine. They show the protocol, not a machine.";
	return NULL;
}

/* What a setting is in all cells, or NULL. */
static const char *common(const struct scenario_summary *s, const char *key)
{
	const char *value = NULL;

	for (size_t i = 0; i < s->cell_count; i++) {
		const struct result_cell *cell = s->cells[i].cell;
		const char *own =
			result_param(cell->params, cell->param_count, key);

		if (!own || (value && strcmp(own, value) != 0))
			return NULL;
		value = own;
	}
	return value;
}

/* "Thinking time: none. Waiting: host adaptive, guest spin-hlt. " */
static const char *settings_text(struct arena *arena,
				 const struct scenario_summary *s)
{
	static const struct {
		const char *key;
		const char *what;
	} rows[] = {
		{ "debugger.think", "thinking time of the debugger" },
		{ "debugger.profile", "debugger" },
		{ "target.profile", "target" },
		{ "host.wait", "the host waits" },
		{ "guest.idle", "the guest waits" },
	};
	const char *text = "";

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *value = common(s, rows[i].key);

		if (value)
			text = arena_printf(arena, "%s%s%s: %s", text,
					    *text ? "; " : "", rows[i].what,
					    value);
	}
	return *text ? arena_printf(arena, "In all cells, %s. ", text) : "";
}

/* What an interval of the most frequent number of trials is worth. */
static const char *interval_text(struct arena *arena,
				 const struct scenario_summary *s)
{
	size_t most = 0;

	for (size_t i = 0; i < s->cell_count; i++)
		if (s->cells[i].finished > most)
			most = s->cells[i].finished;
	if (most >= 6)
		return "Intervals hold the true median with at least 95 % "
		       "(order statistics; no normal distribution is assumed).";
	if (most < 2)
		return "One value has no interval: run more trials to know how "
		       "far to trust it.";
	return arena_printf(arena,
			    "Intervals are the range of the values: with %zu "
			    "trials that holds the true median with %.0f %%; "
			    "95 %% takes 6 trials.",
			    most, 100 * (1 - pow(0.5, (double)most - 1)));
}

const char *words_method(struct summary *s,
			 const struct scenario_summary *scenario)
{
	struct arena *arena = &s->arena;
	const char *seed = s->results->run.seed;

	return arena_printf(
		arena,
		"%s: %s, each a fresh target, interleaved with those of the "
		"other cells in an order drawn from seed %s. Payload counts "
		"once it has arrived and was compared with what was expected. "
		"%sMedians are over valid trials that finished. %s",
		summary_worlds(s, scenario), text_trials(arena, scenario),
		seed ? seed : "-", settings_text(arena, scenario),
		interval_text(arena, scenario));
}

static void add_note(struct words_notes *notes, const char *text)
{
	if (notes->count < NOTES_MAX)
		notes->rows[notes->count++] = text;
}

const char words_healed[] =
	"* only after kdbench had ended the faults (heal.patience); rates of "
	"such trials are not shown";

static bool same_trial(const struct result_trial *a,
		       const struct result_trial *b)
{
	return a->trial == b->trial && strcmp(a->cell, b->cell) == 0 &&
	       strcmp(a->scenario, b->scenario) == 0;
}

/* A disturbed trial is run again: which time was this, from 1. */
static size_t attempt_of(const struct results *r, size_t index)
{
	size_t attempt = 1;

	for (size_t i = 0; i < index; i++)
		attempt += same_trial(&r->trials[i], &r->trials[index]);
	return attempt;
}

/* Was it run once more after this, undisturbed or not? */
static bool is_last_attempt(const struct results *r, size_t index)
{
	for (size_t i = index + 1; i < r->trial_count; i++)
		if (same_trial(&r->trials[i], &r->trials[index]))
			return false;
	return true;
}

/* CPU that others used at most while a trial ran that counts, in cores. */
static double most_others(const struct results *r)
{
	double most = 0;

	for (size_t i = 0; i < r->trial_count; i++)
		if (r->trials[i].valid &&
		    r->trials[i].others_cores + r->trials[i].steal_cores > most)
			most = r->trials[i].others_cores +
			       r->trials[i].steal_cores;
	return most;
}

/* More is not let pass unless somebody has raised the limit. */
#define OTHERS_USUAL 1.0

const char *words_disturbed(struct summary *s)
{
	const struct results *r = s->results;
	double others = most_others(r);
	size_t again = 0;
	size_t lost = 0;

	for (size_t i = 0; i < r->trial_count; i++) {
		if (r->trials[i].valid)
			continue;
		if (is_last_attempt(r, i))
			lost++;
		else
			again += attempt_of(r, i) == 1;
	}
	if (!again && !lost && others > OTHERS_USUAL)
		return arena_printf(&s->arena,
				    "Busy machine: others used up to %.1f "
				    "cores during trials that count, because "
				    "interference.max-load allows it. Do not "
				    "trust these numbers.",
				    others);
	if (!again && !lost)
		return NULL;
	return arena_printf(
		&s->arena,
		"Busy machine: %zu trial%s repeated, %zu lost. Raise "
		"interference.max-load (bench.yaml, or --set) or use an idle "
		"machine.",
		again, again == 1 ? "" : "s", lost);
}

static void note_invalid(struct words_notes *notes, struct summary *s,
			 const struct scenario_summary *scenario)
{
	for (size_t i = 0; i < s->results->trial_count; i++) {
		const struct result_trial *trial = &s->results->trials[i];
		const char *reason = trial->invalid_reason;

		if (trial->valid ||
		    strcmp(trial->scenario, scenario->scenario->name) != 0)
			continue;
		for (size_t k = 0; k < scenario->cell_count; k++)
			if (strcmp(scenario->cells[k].cell->id, trial->cell) ==
			    0)
				add_note(notes,
					 arena_printf(
						 &s->arena,
						 "%s, trial %.0f, attempt %zu "
						 "counts for nothing: %s",
						 scenario->cells[k].label,
						 trial->trial,
						 attempt_of(s->results, i),
						 reason ? reason
							: "no reason given"));
	}
}

static void note_outliers(struct words_notes *notes, struct summary *s,
			  const struct cell_summary *cell)
{
	for (size_t i = 0; i < cell->step_count; i++) {
		const struct step_summary *step = &cell->steps[i];
		size_t outliers = step->of[METRIC_THROUGHPUT].outliers;

		if (outliers)
			add_note(notes,
				 arena_printf(&s->arena,
					      "%s, %s: %zu of %zu throughputs "
					      "lie more than 3.5 MAD from the "
					      "median; they are kept",
					      cell->label, step->name, outliers,
					      step->of[METRIC_THROUGHPUT].n));
	}
}

/* Which steps a cell's first trial left out: the others did the same. */
static void note_skipped(struct words_notes *notes, struct summary *s,
			 const struct scenario_summary *scenario,
			 const struct cell_summary *cell)
{
	const struct result_trial *trial = NULL;

	for (size_t i = 0; !trial && i < s->results->trial_count; i++) {
		const struct result_trial *t = &s->results->trials[i];

		if (strcmp(t->cell, cell->cell->id) == 0 &&
		    strcmp(t->scenario, scenario->scenario->name) == 0)
			trial = t;
	}
	for (size_t i = 0; trial && i < trial->step_count; i++) {
		const struct result_step *step = &trial->steps[i];

		if (step->skipped)
			add_note(notes, arena_printf(&s->arena,
						     "%s, %s was left out: %s",
						     cell->label, step->name,
						     step->skipped));
	}
}

struct words_notes words_notes(struct summary *s,
			       const struct scenario_summary *scenario)
{
	struct words_notes notes = { 0 };
	size_t repeated = 0;

	notes.rows = arena_alloc(&s->arena, NOTES_MAX * sizeof(*notes.rows));
	for (size_t i = 0; i < scenario->scenario->note_count; i++)
		add_note(&notes, scenario->scenario->notes[i]);
	note_invalid(&notes, s, scenario);
	for (size_t i = 0; i < scenario->cell_count; i++)
		repeated += scenario->cells[i].repeated;
	if (repeated)
		add_note(&notes,
			 arena_printf(&s->arena, "%zu attempt%s", repeated,
				      repeated == 1 ? " was a repetition"
						    : "s were repetitions"));
	if (summary_has_healed(scenario))
		add_note(&notes, words_healed);
	for (size_t i = 0; i < scenario->cell_count; i++) {
		note_skipped(&notes, s, scenario, &scenario->cells[i]);
		note_outliers(&notes, s, &scenario->cells[i]);
	}
	return notes;
}

const char *words_extent(struct summary *s)
{
	size_t invalid = 0;

	for (size_t i = 0; i < s->results->trial_count; i++)
		invalid += !s->results->trials[i].valid;
	return arena_printf(&s->arena,
			    "%zu scenario%s, %zu trial%s, %zu of them invalid, "
			    "%zu expectation%s not met",
			    s->scenario_count,
			    s->scenario_count == 1 ? "" : "s",
			    s->results->trial_count,
			    s->results->trial_count == 1 ? "" : "s", invalid,
			    trouble_unmet(s->results),
			    trouble_unmet(s->results) == 1 ? "" : "s");
}

const char *words_ending(struct summary *s)
{
	const struct results *r = s->results;
	const char *text = NULL;

	if (r->interrupted)
		text = r->ended ? "The run was interrupted."
				: "The run did not end in order; it was "
				  "killed, or is still going on.";
	if (text)
		text = arena_printf(&s->arena,
				    "%s Cells have the trials that were "
				    "finished by then.",
				    text);
	if (r->cut)
		text = arena_printf(&s->arena,
				    "%s The last line of the results is "
				    "incomplete and is left out.",
				    text ? text : "");
	if (s->orphans)
		text = arena_printf(&s->arena,
				    "%s %zu trial%s of no planned cell %s left "
				    "out.",
				    text ? text : "", s->orphans,
				    s->orphans == 1 ? "" : "s",
				    s->orphans == 1 ? "is" : "are");
	return text;
}
