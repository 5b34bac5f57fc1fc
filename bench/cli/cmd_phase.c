/* SPDX-License-Identifier: MIT */
/* kdbench phase: where a target that counts polls loses its debugger. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/cli/cmd.h"
#include "bench/cli/message.h"
#include "bench/cli/phase_args.h"
#include "bench/cli/phase_view.h"
#include "bench/cli/plan_args.h"
#include "bench/run/interrupt.h"
#include "report/file.h"

static struct plan_args plan_args;

static struct phase_text words = {
	.polls = PHASE_NOT_GIVEN,
	.grid = PHASE_NOT_GIVEN,
	.workers = PHASE_NOT_GIVEN,
};

static struct {
	struct option_list runs;
	const char *output;
	bool json, quiet;
} opts;

static const struct option phase_cmd_options[] = {
	{ "debugger", 0, OPTION_TEXT, &words.debugger, "NAME",
	  "this profile (windbg), or 'scenario'" },
	{ "target", 0, OPTION_TEXT, &words.target, "NAME",
	  "this profile (ms), or 'scenario'" },
	{ "of", 0, OPTION_TEXT, &words.of, "WHAT",
	  "is late: delay, latency, gap, gaps or pause (default: delay)" },
	{ "polls", 0, OPTION_COUNT, &words.polls, "N",
	  "until the target gives up (default: target.byte-polls)" },
	{ "grid", 0, OPTION_COUNT, &words.grid, "N",
	  "points to a power of ten: 1, 2, 5 or 10 (default 5)" },
	{ "from-run", 0, OPTION_LIST, &opts.runs, "DIR",
	  "draw in what this run measured; may be repeated" },
	{ "workers", 0, OPTION_COUNT, &words.workers, "N",
	  "processes (default: one a processor)" },
	PLAN_ARGS_OPTIONS(plan_args),
	{ "output", 'o', OPTION_TEXT, &opts.output, "DIR",
	  "picture, table and record go there; absent or empty" },
	{ "json", 0, OPTION_FLAG, &opts.json, NULL,
	  "one object instead of the map" },
	{ "quiet", 'q', OPTION_FLAG, &opts.quiet, NULL,
	  "no progress, no notes" },
	{ 0 },
};

/* --- the cell ---------------------------------------------------------------
 */

static const struct cell *first_sim(const struct plan *plan, size_t *count)
{
	const struct cell *first = NULL;

	*count = 0;
	for (size_t i = 0; i < plan->scenario_count; i++)
		for (size_t k = 0; k < plan->scenarios[i].cell_count; k++) {
			const struct cell *c = &plan->scenarios[i].cells[k];

			if (c->transport.kind != TRANSPORT_SIM ||
			    c->skip_reason)
				continue;
			first = first ? first : c;
			++*count;
		}
	return first;
}

/* A scenario of other transports is simulated as if on 'sim'. */
static bool load(struct plan *plan, int argc, char **argv,
		 const struct cell **cell, struct err *err)
{
	size_t count;
	bool moved;

	if (!plan_args_load_sim(plan, &plan_args, argc, argv, &moved, err))
		return false;
	if (moved && !opts.quiet)
		message_note("no cell has 'transport: sim': they are simulated "
			     "as if all had");
	*cell = first_sim(plan, &count);
	if (!*cell)
		return err_set(err, ERR_CONFIG, "there is no cell to simulate");
	if (count > 1 && !opts.quiet)
		message_note("of %zu cells only the first is simulated: %s",
			     count, (*cell)->label);
	if (((*cell)->faults[0].count || (*cell)->faults[1].count) &&
	    !opts.quiet)
		message_note("%s: the scenario's own faults are left out",
			     (*cell)->scenario->name);
	return true;
}

static const char *profile_name(const struct profile *p)
{
	return p ? p->name : "scenario";
}

/* More exchanges than that in all are minutes, or worse. */
#define PATIENCE UINT64_C(2000000)

/* Say how much there is to do, before it begins. */
static bool foretell(const struct cell *c, const struct phase_options *o,
		     struct err *err)
{
	uint64_t sessions;
	uint32_t exchanges;

	if (opts.quiet)
		return true;
	if (!phase_foresee(c, o, &sessions, &exchanges, err))
		return false;
	message_note("%" PRIu64 " sessions of %" PRIu32
		     " exchanges are to be simulated",
		     sessions, exchanges);
	if (sessions > PATIENCE / (exchanges ? exchanges : 1))
		message_warn("that may take long: a shorter session or a "
			     "coarser --grid (1, 2) takes less");
	return true;
}

/* --- progress ---------------------------------------------------------------
 */

static void progress(void *env, uint64_t done, uint64_t of)
{
	uint64_t *drawn = env;
	uint64_t now = clock_now_ns();

	if (now - *drawn < 200 * NS_PER_MS)
		return;
	*drawn = now;
	fprintf(stderr, "\rphase: %llu of %llu points ",
		(unsigned long long)done, (unsigned long long)of);
	fflush(stderr);
}

/* --- runs -------------------------------------------------------------------
 */

static bool add_run(struct phase_marks *marks, const char *dir,
		    const struct phase_args *args, uint64_t polls, char **about,
		    struct err *err)
{
	char *path = mem_printf("%s/" RESULTS_FILE, dir);
	struct results results = { 0 };
	bool ok = results_read(&results, path, err);

	if (ok) {
		const char *cpu = results.run.host.cpu;
		const char *qemu = results.run.qemu_version;
		char *longer;

		phase_marks_add(marks, &results, profile_name(args->debugger),
				profile_name(args->target), polls);
		cpu = cpu ? cpu : "?";
		qemu = qemu ? qemu : "?";
		longer = mem_printf("%s%s%.60s, QEMU %.*s", *about,
				    **about ? "; " : "measured on ", cpu,
				    (int)strcspn(qemu, " "), qemu);
		if (!strstr(*about, cpu)) {
			free(*about);
			*about = longer;
		} else {
			free(longer);
		}
	}
	results_release(&results);
	free(path);
	return ok;
}

static bool add_runs(struct phase_marks *marks, const struct phase_args *args,
		     uint64_t polls, char **about, struct err *err)
{
	for (size_t i = 0; i < opts.runs.count; i++)
		if (!add_run(marks, opts.runs.items[i], args, polls, about,
			     err))
			return false;
	return true;
}

/* --- all --------------------------------------------------------------------
 */

static bool show(const struct phase_view *v, struct err *err)
{
	struct err warning = { 0 };

	if (opts.json)
		phase_view_json(stdout, v);
	else
		phase_view_print(stdout, v);
	if (!opts.output)
		return true;
	if (!phase_view_write(v, opts.output, &warning, err))
		return false;
	if (warning.kind && !opts.quiet)
		message_warn("no picture: %s", warning.text);
	return true;
}

static bool simulate(struct phase_args *args, const struct cell *cell,
		     struct err *err)
{
	struct cell c = *cell;
	struct phase phase = { 0 };
	struct phase_marks marks = { 0 };
	char *about = mem_strdup("");
	uint64_t drawn = 0;
	bool terminal = !opts.quiet && isatty(STDERR_FILENO);
	bool ok;

	if (args->debugger)
		profile_fill(args->debugger, debugger_settings, &c.debugger);
	if (args->target)
		profile_fill(args->target, target_settings, &c.target);
	if (!args->options.polls)
		args->options.polls = c.target.byte_polls;
	if (terminal) {
		args->options.progress = progress;
		args->options.env = &drawn;
	}
	ok = add_runs(&marks, args, args->options.polls, &about, err) &&
	     foretell(&c, &args->options, err) &&
	     phase_run(&phase, &c, &args->options, err);
	if (terminal)
		fprintf(stderr, "\r%*s\r", 60, "");
	if (ok) {
		const struct phase_view view = {
			.phase = &phase,
			.scenario = c.scenario->name,
			.debugger = profile_name(args->debugger),
			.target = profile_name(args->target),
			.marks = &marks,
			.runs = about,
		};

		phase_marks_judge(&marks, &phase);
		ok = show(&view, err);
	}
	phase_release(&phase);
	free(about);
	return ok;
}

static bool phase_cmd_run(int argc, char **argv, enum exit_code *code,
			  struct err *err)
{
	struct phase_args args;
	struct plan plan = { 0 };
	const struct cell *cell;
	bool ok;

	(void)code;
	if (!phase_args_read(&args, &words, err))
		return false;
	if (opts.output && !file_directory(opts.output, err))
		return false;
	ok = load(&plan, argc, argv, &cell, err);
	if (ok) {
		interrupt_catch();
		ok = simulate(&args, cell, err);
	}
	plan_release(&plan);
	return ok;
}

const struct cmd phase_cmd = {
	.name = "phase",
	.operands = "SCENARIO",
	.help = "draw which delays a target that counts polls survives",
	.options = phase_cmd_options,
	.run = phase_cmd_run,
};
