/* SPDX-License-Identifier: MIT */
/* kdbench run: plan, run, results, table, report. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/base/units.h"
#include "bench/cli/cmd.h"
#include "bench/cli/message.h"
#include "bench/cli/plan_args.h"
#include "bench/cli/predict_write.h"
#include "bench/cli/progress.h"
#include "bench/plan/search.h"
#include "bench/run/files.h"
#include "bench/run/interrupt.h"
#include "bench/run/suite.h"
#include "report/report.h"

static struct plan_args args;

static struct {
	const char *output;
	const char *seed;
	const char *only;
	uint64_t trial;
	const char *trials;
	const char *files;
	bool trace, json, quiet, verbose;
} opts;

static const struct option run_options[] = {
	{ "output", 'o', OPTION_TEXT, &opts.output, "DIR",
	  "the run directory; absent or empty (default results/<time>-<id>)" },
	{ "seed", 0, OPTION_TEXT, &opts.seed, "N",
	  "what all chance is drawn from (default: by the clock)" },
	{ "only", 0, OPTION_TEXT, &opts.only, "CELL",
	  "run the cell with this id, or whose id begins so, or this case" },
	{ "trial", 0, OPTION_COUNT, &opts.trial, "N",
	  "run this trial only, as it was run before with the same seed" },
	{ "trials", 0, OPTION_TEXT, &opts.trials, "N",
	  "how many trials each cell gets" },
	PLAN_ARGS_OPTIONS(args),
	{ "files", 0, OPTION_TEXT, &opts.files, "DIR",
	  "folder beneath which the target may read files" },
	{ "trace", 0, OPTION_FLAG, &opts.trace, NULL,
	  "write every packet to traces/ in the run directory" },
	{ "json", 0, OPTION_FLAG, &opts.json, NULL,
	  "print the records instead of the table" },
	{ "quiet", 'q', OPTION_FLAG, &opts.quiet, NULL,
	  "no progress, no notes" },
	{ "verbose", 'v', OPTION_FLAG, &opts.verbose, NULL,
	  "a line for each trial" },
	{ 0 },
};

static bool choose_seed(uint64_t *seed, struct err *err)
{
	char *end;

	if (!opts.seed) {
		/* 32 bits are enough, and short to type. */
		*seed = hash_add(clock_now_ns(), (uint64_t)getpid()) >> 32;
		return true;
	}
	*seed = strtoull(opts.seed, &end, 0);
	if (end != opts.seed && *end == '\0' && opts.seed[0] != '-')
		return true;
	err_set(err, ERR_USAGE, "--seed: '%s' is not a whole number",
		opts.seed);
	return err_hint(err, "write a number such as --seed 1");
}

static void append(char **text, const char *fmt, const char *value)
{
	char *piece = mem_printf(fmt, value);
	char *whole = mem_printf("%s%s", *text, piece);

	free(piece);
	free(*text);
	*text = whole;
}

/* The options that a repetition needs too, as typed. */
static char *repeat_options(void)
{
	char *text = mem_strdup("");

	if (args.config)
		append(&text, "--config %s ", args.config);
	if (args.attach)
		append(&text, "--attach %s ", args.attach);
	for (size_t i = 0; i < args.set.count; i++)
		append(&text, "--set %s ", args.set.items[i]);
	if (opts.files)
		append(&text, "--files %s ", opts.files);
	return text;
}

static char *command_line(int argc, char **argv, uint64_t seed)
{
	char *options = repeat_options();
	char *text = mem_printf("kdbench run %s--seed %" PRIu64, options, seed);

	if (opts.only)
		append(&text, " --only %s", opts.only);
	if (opts.trials)
		append(&text, " --trials %s", opts.trials);
	for (int i = 0; i < argc; i++)
		append(&text, " %s", argv[i]);
	free(options);
	return text;
}

/* A folder that is not there is said once, not by each trial. */
static bool check_files(const struct plan *plan, struct err *err)
{
	struct files files;
	bool ok = files_init(&files, &plan->files, err);

	files_close(&files);
	return ok;
}

static bool check_only(const struct plan *plan, struct err *err)
{
	if (!opts.only)
		return true;
	for (size_t i = 0; i < plan->scenario_count; i++) {
		const struct scenario *s = &plan->scenarios[i];

		for (size_t k = 0; k < s->cell_count; k++) {
			if (plan_selects(&s->cells[k], opts.only))
				return true;
		}
	}
	err_set(err, ERR_USAGE, "--only: there is no cell '%s'", opts.only);
	return err_hint(err, "'kdbench check' lists the cells and their ids");
}

static bool check_trial(const struct plan *plan, struct err *err)
{
	uint64_t most = 0;

	for (size_t i = 0; i < plan->scenario_count; i++) {
		const struct scenario *s = &plan->scenarios[i];
		uint64_t trials = search_most(s);

		if (opts.trial && s->search && !opts.only) {
			err_set(err, ERR_USAGE,
				"--trial: '%s' chooses its cells while running",
				s->name);
			return err_hint(err, "name one with --only ID");
		}
		most = trials > most ? trials : most;
	}
	if (opts.trial <= most)
		return true;
	err_set(err, ERR_USAGE, "--trial %" PRIu64 ": there are %" PRIu64,
		opts.trial, most);
	return err_hint(err, "trials are numbered from 1; --trials N makes "
			     "more");
}

static void print_notes(const struct plan *plan)
{
	for (size_t i = 0; i < plan->scenario_count; i++) {
		const struct scenario *s = &plan->scenarios[i];

		if (s->skip_reason)
			message_note("%s: skipped: %s", s->name,
				     s->skip_reason);
		for (size_t k = 0; k < s->cell_count; k++) {
			if (s->cells[k].skip_reason)
				message_note("%s, %s: left out: %s", s->name,
					     s->cells[k].label,
					     s->cells[k].skip_reason);
		}
	}
	if (plan->accel_why)
		message_note("accelerator: %s", plan->accel_why);
}

static bool print_records(const char *dir, struct err *err)
{
	char *path = mem_printf("%s/results.jsonl", dir);
	FILE *in = fopen(path, "re");
	char buffer[4096];
	size_t n;

	free(path);
	if (!in)
		return err_sys(err, ERR_HOST, "cannot read the results");
	while ((n = fread(buffer, 1, sizeof(buffer), in)) > 0)
		fwrite(buffer, 1, n, stdout);
	fclose(in);
	return true;
}

/* A run is no worse for having no cost model. */
static void model(const struct rundir *dir)
{
	struct err err = { 0 };

	if (!predict_write_run(dir->path, &err) && !opts.quiet)
		message_note("no cost model: %s", err.text);
}

static bool show(const struct rundir *dir, struct err *err)
{
	struct report_options o = { 0 };

	if (opts.json ? !print_records(dir->path, err)
		      : !report_table(stdout, dir->path, NULL, err))
		return false;
	fflush(stdout);
	if (!report_write(dir->path, &o, err))
		return false;
	if (o.warning[0] && !opts.quiet)
		message_warn("%s", o.warning);
	if (!opts.json)
		printf("\nreport: %s/report/index.html\n", dir->path);
	return true;
}

static enum exit_code code_of(const struct suite_outcome *o)
{
	enum exit_code code = EXIT_HELD;

	if (o->unknown)
		code = exit_code_worse(code, EXIT_INCONCLUSIVE);
	if (o->not_met)
		code = exit_code_worse(code, EXIT_NOT_MET);
	if (o->errors)
		code = exit_code_worse(code, EXIT_MACHINE);
	if (o->interrupted)
		code = exit_code_worse(code, EXIT_INTERRUPTED);
	return code;
}

/* Everything is planned: run it, show it. */
static bool run_plan(const struct plan *plan, uint64_t seed, int argc,
		     char **argv, enum exit_code *code, struct err *err)
{
	char *repeat = repeat_options();
	char *command = command_line(argc, argv, seed);
	struct progress_view view = {
		.terminal = isatty(STDERR_FILENO) != 0,
		.verbose = opts.verbose,
		.quiet = opts.quiet,
	};
	struct rundir dir;
	struct suite_options o = {
		.plan = plan,
		.dir = &dir,
		.seed = seed,
		.only = opts.only,
		.only_trial = opts.trial,
		.trace = opts.trace,
		.repeat_options = repeat,
		.command = command,
		.hooks = progress_hooks(&view),
	};
	struct suite_outcome outcome = { 0 };
	bool ok = rundir_open(&dir, opts.output, plan->results_dir, seed, err);

	if (ok) {
		interrupt_catch();
		ok = suite_run(&o, &outcome, err);
		progress_clear(&view);
	}
	if (ok && outcome.interrupted) {
		*err = (struct err){ 0 };
		message_note("interrupted: the report shows what was measured "
			     "so far");
	}
	if (ok && outcome.trials) {
		model(&dir);
		ok = show(&dir, err);
	}
	if (ok)
		*code = code_of(&outcome);
	rundir_release(&dir);
	free(command);
	free(repeat);
	return ok;
}

static bool run_run(int argc, char **argv, enum exit_code *code,
		    struct err *err)
{
	struct plan plan = { 0 };
	uint64_t seed;
	bool ok;

	if (argc < 1) {
		err_set(err, ERR_USAGE, "no scenario given");
		return err_hint(err, "try 'kdbench run scenarios/smoke.yaml'");
	}
	if (!choose_seed(&seed, err))
		return false;
	if (opts.trials) {
		args.extra[0].set = mem_printf("trials=%s", opts.trials);
		args.extra[0].written = mem_printf("--trials %s", opts.trials);
	}
	if (opts.files) {
		args.extra[1].set = mem_printf("files.dir=%s", opts.files);
		args.extra[1].written = mem_printf("--files %s", opts.files);
	}
	ok = plan_args_load(&plan, &args, argc, argv, true, err) &&
	     check_only(&plan, err) && check_trial(&plan, err) &&
	     check_files(&plan, err);
	if (ok) {
		if (!opts.quiet)
			print_notes(&plan);
		ok = run_plan(&plan, seed, argc, argv, code, err);
	}
	plan_release(&plan);
	return ok;
}

const struct cmd run_cmd = {
	.name = "run",
	.operands = "SCENARIO...",
	.help = "run scenarios, write their results, show the table and report",
	.options = run_options,
	.run = run_run,
};
