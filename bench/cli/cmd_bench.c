/* SPDX-License-Identifier: MIT */
/*
 * kdbench bench: is kdbench itself as fast and as exact as it means to be, and
 * what is next to it? One interleaved run, printed as 'name value target
 * ok|short n spread'. It never gates: the exit code says only whether it could
 * be run.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/cli/bench.h"
#include "bench/cli/cmd.h"
#include "bench/cli/message.h"
#include "bench/cli/progress.h"
#include "bench/run/interrupt.h"
#include "bench/run/suite.h"
#include "report/report.h"

#define ROUNDS 5
#define ROUNDS_MAX 1000
#define SEED 1
#define MAX_LOAD 0.25 /* cores that others may use during a trial */

static struct {
	const char *config;
	const char *output;
	const char *only;
	uint64_t rounds;
} opts = { .rounds = ROUNDS };

static const struct option bench_options[] = {
	{ "output", 'o', OPTION_TEXT, &opts.output, "DIR",
	  "the run directory; absent or empty (default results/<time>-<id>)" },
	{ "rounds", 0, OPTION_COUNT, &opts.rounds, "N",
	  "how often everything is measured (default 5)" },
	{ "only", 0, OPTION_TEXT, &opts.only, "PATTERN",
	  "the lines whose names contain it, or match it: 'read.*ring'" },
	{ "config", 0, OPTION_TEXT, &opts.config, "FILE",
	  "settings of this machine instead of bench.yaml" },
	{ 0 },
};

/* Everything that one run of it needs. */
struct bench {
	struct progress_view view; /* first: progress draws into it */
	struct suite_hooks progress;
	struct bench_samples samples;
	struct bench_ladder ladder;
	struct arena arena;
	struct plan plan;
	struct rundir dir;
	enum accel accel;
	struct suite_outcome outcome;
	struct err failure; /* while records were written */
};

/* --- what the suite tells --------------------------------------------------
 */

static void on_begin(void *env, const struct cell *cell, uint64_t number,
		     uint64_t done, uint64_t total, uint64_t eta_ns)
{
	struct bench *b = env;

	bench_ladder_turn(&b->ladder, number);
	b->progress.begin(&b->view, cell, number, done, total, eta_ns);
}

static void on_end(void *env, const struct trial *t, const char *invalid_reason)
{
	struct bench *b = env;

	bench_samples_take(&b->samples, t, invalid_reason != NULL);
}

static void on_last(void *env)
{
	struct bench *b = env;

	progress_clear(&b->view);
	bench_ladder_finish(&b->ladder);
	bench_explore(&b->samples);
	b->outcome.interrupted |= interrupt_seen();
	for (size_t i = 0; i < b->samples.count; i++) {
		json_t *record = bench_ladder_record(
			&b->samples, &b->samples.sources[i], b->accel);

		if (record)
			(void)rundir_append(&b->dir, record, &b->failure);
		json_decref(record);
	}
}

/* --- running ----------------------------------------------------------------
 */

static char *command_line(void)
{
	char rounds[32] = "";

	if (opts.rounds != ROUNDS)
		snprintf(rounds, sizeof(rounds), " --rounds %" PRIu64,
			 opts.rounds);
	return mem_printf("kdbench bench%s%s%s", rounds,
			  opts.only ? " --only " : "",
			  opts.only ? opts.only : "");
}

static bool run_suite(struct bench *b, enum exit_code *code, struct err *err)
{
	char *command = command_line();
	struct suite_options o = {
		.plan = &b->plan,
		.dir = &b->dir,
		.seed = SEED,
		.repeat_options = "",
		.command = command,
		.together = true,
	};
	bool ok;

	b->view.terminal = isatty(STDERR_FILENO) != 0;
	b->progress = progress_hooks(&b->view);
	o.hooks = b->progress;
	o.hooks.env = b;
	o.hooks.begin = on_begin;
	o.hooks.end = on_end;
	o.hooks.last = on_last;
	interrupt_catch();
	ok = suite_run(&o, &b->outcome, err);
	progress_clear(&b->view);
	free(command);
	if (ok && b->failure.kind != ERR_NONE) {
		*err = b->failure;
		ok = false;
	}
	if (ok && b->outcome.errors)
		*code = EXIT_MACHINE;
	if (ok && b->outcome.interrupted) {
		*err = (struct err){ 0 };
		*code = EXIT_INTERRUPTED;
	}
	return ok;
}

static bool show(const struct bench *b, struct err *err)
{
	struct report_options o = { 0 };

	printf("# accelerator: %s; name value target ok|short n spread\n",
	       b->accel == ACCEL_KVM ? "kvm" : "tcg");
	bench_lines_print(stdout, &b->samples, opts.only);
	fflush(stdout);
	if (!report_write(b->dir.path, &o, err))
		return false;
	if (o.warning[0])
		message_warn("%s", o.warning);
	printf("\nreport: %s/report/index.html\n", b->dir.path);
	return true;
}

static void be_strict(struct interference_config *interference)
{
	/* More repetitions than one would cost more than they tell. */
	if (interference->retries > 1)
		interference->retries = 1;
	/* Two ends that spin feel less than what a run lets pass. */
	if (interference->max_load > MAX_LOAD)
		interference->max_load = MAX_LOAD;
}

static bool run_all(struct bench *b, enum exit_code *code, struct err *err)
{
	if (!bench_plan(&b->plan, &b->samples, opts.config, &b->arena, err) ||
	    !bench_ladder_init(&b->ladder, &b->samples, opts.config, SEED, err))
		return false;
	b->accel = b->ladder.launch.accel;
	for (size_t i = 0; i < b->plan.scenario_count; i++)
		be_strict(&b->plan.scenarios[i].interference);
	return rundir_open(&b->dir, opts.output, b->ladder.plan.results_dir,
			   SEED, err) &&
	       run_suite(b, code, err) && show(b, err);
}

static bool bench_run(int argc, char **argv, enum exit_code *code,
		      struct err *err)
{
	struct bench *b;
	bool ok;

	(void)argv;
	if (argc > 0)
		return err_set(err, ERR_USAGE, "bench takes no operands");
	if (opts.rounds < 1 || opts.rounds > ROUNDS_MAX)
		return err_set(err, ERR_USAGE, "--rounds: from 1 to %d",
			       ROUNDS_MAX);
	b = mem_alloc(sizeof(*b));
	bench_samples_init(&b->samples, opts.rounds);
	if (bench_lines_want(&b->samples, opts.only)) {
		ok = run_all(b, code, err);
	} else {
		ok = err_set(err, ERR_USAGE, "--only: no line is called '%s'",
			     opts.only);
		err_hint(err, "try 'read', 'limit', 'chain', 'relay', 'idle', "
			      "'line' or 'explore'");
	}
	rundir_release(&b->dir);
	bench_ladder_release(&b->ladder);
	bench_samples_release(&b->samples);
	plan_release(&b->plan);
	arena_release(&b->arena);
	free(b);
	return ok;
}

const struct cmd bench_cmd = {
	.name = "bench",
	.help = "kdbench itself, its limits and its neighbours: rates, ratios, "
		"pacing",
	.options = bench_options,
	.run = bench_run,
};
