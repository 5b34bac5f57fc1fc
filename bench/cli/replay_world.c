/* SPDX-License-Identifier: MIT */
#include "bench/cli/replay_world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/base/nearest.h"
#include "bench/cli/explore_run.h"
#include "bench/cli/message.h"
#include "bench/cli/replay_chart.h"
#include "bench/explore/cause.h"
#include "bench/explore/save.h"
#include "bench/plan/profile.h"
#include "bench/run/interrupt.h"
#include "bench/run/trial.h"

/* The run seed of a saved scenario; --schedule has what exploration has. */
#define RUN_SEED 1

/* One cell, and what is done to it. */
struct job {
	const struct replay_options *opt;
	const struct cell *cell;
	struct world *world;
	uint8_t *start; /* owned: the world's state */
	struct chain_spec faults[2];
	uint64_t alike;  /* runs that were as the first was */
	char *first;     /* owned: its text */
	uint8_t verdict; /* of the last */
	bool acted;      /* in the last, a fault did something */
};

static bool run_once(struct job *j, bool last, struct err *err)
{
	struct recording r;
	struct chart chart;
	char *text;
	bool ok = recording_run(&r, j->world, j->start, j->faults, err);

	if (ok) {
		text = recording_text(&r);
		j->alike += !j->first || strcmp(j->first, text) == 0;
		j->verdict = r.outcome.verdict;
		j->acted = r.outcome.acted;
		if (j->first)
			free(text);
		else
			j->first = text;
	}
	if (ok && last) {
		chart_recorded(&chart, &r);
		ok = replay_chart_show(&chart, j->opt->quiet, j->opt->svg,
				       j->opt->rows, err);
		chart_release(&chart);
		printf("verdict: %s after %u acts of recovery, %" PRIu64
		       " bytes and %.3f ms\n",
		       verdict_names[r.outcome.verdict],
		       (unsigned)r.outcome.rounds, r.outcome.wire_bytes,
		       (double)r.outcome.ns / 1e6);
	}
	recording_release(&r);
	return ok;
}

static bool run_times(struct job *j, struct err *err)
{
	for (uint64_t i = 1; i <= j->opt->times; i++)
		if (!run_once(j, i == j->opt->times, err))
			return false;
	if (j->opt->times > 1)
		printf("%" PRIu64 " of %" PRIu64
		       " times the same, byte for byte\n",
		       j->alike, j->opt->times);
	return true;
}

static bool start(struct job *j, uint64_t seed, struct err *err)
{
	j->world = world_new(j->cell, seed, err);
	if (!j->world)
		return false;
	j->start = mem_alloc(world_size(j->world));
	(void)world_save(j->world, j->start);
	return true;
}

static void stop(struct job *j)
{
	world_free(j->world);
	free(j->start);
	free(j->first);
}

/* --- a schedule -------------------------------------------------------------
 */

static bool take_profile(const struct profile *profiles, const char *name,
			 const struct setting *rows, void *config,
			 struct err *err)
{
	struct nearest n = { .word = name };

	if (!name)
		return true;
	for (const struct profile *p = profiles; p->name; p++) {
		nearest_try(&n, p->name);
		if (strcmp(p->name, name) != 0)
			continue;
		profile_fill(p, rows, config);
		return true;
	}
	err_set(err, ERR_USAGE, "there is no profile '%s'", name);
	return n.best ? err_hint(err, "did you mean '%s'?", n.best)
		      : err_hint(err, "'kdbench list profiles' shows them");
}

static bool take_ratio(struct cell *c, const char *text, struct err *err)
{
	double ratio = 0;

	if (text && !explore_args_ratio(text, &ratio, "ratio", err))
		return false;
	explore_stretch(c, ratio);
	return true;
}

static void say_schedule(const char *what, const struct schedule *s)
{
	char text[SCHEDULE_TEXT_MAX];

	schedule_write(s, text);
	printf("%s: %s\n", what, text);
}

static bool shrink(struct job *j, struct schedule *s, struct err *err)
{
	struct shrink shrunk;
	struct cause cause;
	bool ok;

	shrink_init(&shrunk, j->world);
	ok = cause_find(&shrunk, s, &cause, err);
	if (ok) {
		say_schedule("cause", &cause.shrunk);
		*s = cause.shrunk;
	}
	shrink_release(&shrunk);
	return ok;
}

static bool save(struct job *j, const struct schedule *s, struct err *err)
{
	const struct save_input in = {
		.cell = j->cell,
		.schedule = s,
		.verdict = j->verdict,
		.detail = world_detail(j->world),
		.name = "replayed",
	};

	return !j->opt->save ||
	       save_file(&in, j->opt->config, j->opt->save, err);
}

/* Which packets are there, if the schedule met none? */
static bool missed(struct job *j, const struct schedule *s, struct err *err)
{
	static const struct chain_spec none[2] = {
		{ .flush_ns = CHAIN_FLUSH_NS }, { .flush_ns = CHAIN_FLUSH_NS }
	};
	struct reference r = { 0 };
	bool ok;

	world_restore(j->world, j->start, none);
	ok = reference_run(&r, j->world, err) && reference_missed(&r, s, err);
	reference_release(&r);
	return ok;
}

static bool replay_schedule(const struct cell *cell,
			    const struct replay_options *o,
			    enum exit_code *code, struct err *err)
{
	struct schedule_chains chains;
	struct schedule schedule;
	struct cell with = *cell;
	struct job j = { .opt = o, .cell = &with };
	bool ok = schedule_read(&schedule, o->schedule, err) &&
		  take_profile(debugger_profiles, o->debugger,
			       debugger_settings, &with.debugger, err) &&
		  take_profile(target_profiles, o->target, target_settings,
			       &with.target, err) &&
		  take_ratio(&with, o->ratio, err) &&
		  start(&j, WORLD_SEED, err);

	if (ok && o->shrink)
		ok = shrink(&j, &schedule, err);
	if (ok) {
		schedule_chains(&schedule, &chains);
		memcpy(j.faults, chains.chains, sizeof(j.faults));
		ok = run_times(&j, err) &&
		     (j.acted || missed(&j, &schedule, err)) &&
		     save(&j, &schedule, err);
	}
	if (ok && (!verdict_survived(j.verdict) || j.alike < o->times))
		*code = EXIT_NOT_MET;
	stop(&j);
	return ok;
}

/* --- a scenario with its own faults -----------------------------------------
 */

static bool replay_cell(const struct cell *cell, const struct replay_options *o,
			enum exit_code *code, struct err *err)
{
	struct job j = { .opt = o, .cell = cell };
	bool ok = start(&j, trial_seed(RUN_SEED, cell->id, 1), err);

	if (!cell->faults[0].count && !cell->faults[1].count && !o->quiet)
		message_note("this cell has no faults and no --schedule is "
			     "given: the session goes undisturbed");
	memcpy(j.faults, cell->faults, sizeof(j.faults));
	ok = ok && run_times(&j, err);
	if (ok && (!(cell->expected_verdicts >> j.verdict & 1) ||
		   j.alike < o->times)) {
		printf("not what is expected\n");
		*code = EXIT_NOT_MET;
	}
	stop(&j);
	return ok;
}

static bool run_cells(const struct scenario *s, const struct replay_options *o,
		      enum exit_code *code, struct err *err)
{
	size_t done = 0;

	for (size_t i = 0; i < s->cell_count; i++) {
		const struct cell *cell = &s->cells[i];

		if (cell->transport.kind != TRANSPORT_SIM ||
		    (o->only &&
		     strncmp(cell->id, o->only, strlen(o->only)) != 0))
			continue;
		if (done++ && o->schedule)
			break;
		if (!(o->schedule ? replay_schedule(cell, o, code, err)
				  : replay_cell(cell, o, code, err)))
			return false;
	}
	if (done)
		return true;
	err_set(err, ERR_USAGE, "'%s' has no %s over the simulator", s->path,
		o->only ? "such cell" : "cell");
	return err_hint(err, "add --set transport=sim");
}

bool replay_world(char **argv, const struct replay_options *o,
		  struct plan_args *args, enum exit_code *code, struct err *err)
{
	struct plan plan;
	bool ok, moved;

	if (!o->schedule &&
	    (o->save || o->shrink || o->debugger || o->target || o->ratio))
		return err_set(err, ERR_USAGE,
			       "--save, --shrink, --debugger, --target and "
			       "--ratio go with --schedule");
	ok = o->schedule ? plan_args_load_sim(&plan, args, 1, argv, &moved, err)
			 : plan_args_load(&plan, args, 1, argv, false, err);
	interrupt_catch();
	ok = ok && run_cells(&plan.scenarios[0], o, code, err);
	plan_release(&plan);
	return ok;
}
