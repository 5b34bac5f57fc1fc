/* SPDX-License-Identifier: MIT */
/* kdbench explore: every fault there can be, in virtual time. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/cli/cmd.h"
#include "bench/cli/explore_run.h"
#include "bench/cli/message.h"
#include "bench/run/interrupt.h"
#include "report/file.h"

static struct plan_args plan_args;

static struct explore_words words = {
	.workers = EXPLORE_NOT_GIVEN,
	.sessions = EXPLORE_NOT_GIVEN,
	.seed = EXPLORE_NOT_GIVEN,
	.causes = EXPLORE_NOT_GIVEN,
};

static struct {
	const char *output;
	uint64_t charts;
	bool json, quiet;
} opts = { .charts = 3 };

static const struct option explore_options[] = {
	{ "faults", 0, OPTION_TEXT, &words.faults, "SET",
	  "single (each byte), pairs (of packets), random or search" },
	{ "kinds", 0, OPTION_TEXT, &words.kinds, "LIST",
	  "of faults, or 'all' (default: the commonest; see docs)" },
	{ "debugger", 0, OPTION_TEXT, &words.debugger, "NAMES",
	  "these profiles, or 'scenario' (default: all there are)" },
	{ "target", 0, OPTION_TEXT, &words.target, "NAMES", "the same" },
	{ "ratios", 0, OPTION_TEXT, &words.ratios, "LIST",
	  "the debugger's time-outs as multiples of the target's, in turn" },
	{ "expect", 0, OPTION_TEXT, &words.expect, "ENDS",
	  "survive, scenario, or verdicts; another one found is status 1" },
	{ "schedule", 0, OPTION_TEXT, &words.schedule, "TEXT",
	  "only this one, as it was printed" },
	{ "workers", 0, OPTION_COUNT, &words.workers, "N",
	  "processes (default: one a processor)" },
	{ "sessions", 0, OPTION_COUNT, &words.sessions, "N",
	  "of random and search, for each pair (default 100000)" },
	{ "seed", 0, OPTION_COUNT, &words.seed, "N",
	  "what random and search draw from (default 1)" },
	{ "causes", 0, OPTION_COUNT, &words.causes, "N",
	  "ways of failing that are shrunk, for each pair (default 256)" },
	{ "charts", 0, OPTION_COUNT, &opts.charts, "N",
	  "message charts shown, of causes of different ends (default 3)" },
	PLAN_ARGS_OPTIONS(plan_args),
	{ "output", 'o', OPTION_TEXT, &opts.output, "DIR",
	  "page, scenarios and charts go there; absent or empty" },
	{ "json", 0, OPTION_FLAG, &opts.json, NULL,
	  "an object for each pair instead of the table" },
	{ "quiet", 'q', OPTION_FLAG, &opts.quiet, NULL,
	  "no progress, no notes" },
	{ 0 },
};

static bool explore_cell(struct exploring *x, const struct cell *c,
			 struct err *err)
{
	const struct explore_args *a = &x->args;

	for (size_t t = 0; t < a->target_count; t++)
		for (size_t d = 0; d < a->debugger_count; d++)
			for (size_t r = 0; r < a->ratio_count; r++)
				if (!explore_run_pair(x, c, a->debuggers[d],
						      a->targets[t],
						      a->ratios[r], err))
					return false;
	return true;
}

/* --- the plan ---------------------------------------------------------------
 */

/* Is this cell's session that of an earlier one, but for what is replaced? */
static bool same_session(const struct cell *a, const struct cell *b)
{
	if (a->param_count != b->param_count)
		return false;
	for (size_t i = 0; i < a->param_count; i++) {
		const char *key = a->params[i].key;

		if (strcmp(key, b->params[i].key) != 0)
			return false;
		if (strncmp(key, "debugger.", 9) != 0 &&
		    strncmp(key, "target.", 7) != 0 &&
		    strcmp(a->params[i].value, b->params[i].value) != 0)
			return false;
	}
	return true;
}

static bool is_explored(const struct exploring *x, const struct scenario *s,
			size_t k)
{
	bool own = x->args.debuggers[0] == NULL || x->args.targets[0] == NULL;

	if (s->cells[k].transport.kind != TRANSPORT_SIM ||
	    s->cells[k].skip_reason)
		return false;
	for (size_t i = 0; i < k; i++)
		if (!own && s->cells[i].transport.kind == TRANSPORT_SIM &&
		    same_session(&s->cells[i], &s->cells[k]))
			return false;
	return true;
}

static void note_faults(const struct cell *c)
{
	if (c->faults[0].count || c->faults[1].count)
		message_note("%s: the scenario's own faults are left out",
			     c->scenario->name);
}

static bool explore_plan(struct exploring *x, const struct plan *plan,
			 struct err *err)
{
	size_t cells = 0;

	for (size_t i = 0; i < plan->scenario_count; i++)
		for (size_t k = 0; k < plan->scenarios[i].cell_count; k++)
			cells += is_explored(x, &plan->scenarios[i], k);
	x->cells = cells;
	x->pair_count = cells * x->args.debugger_count * x->args.target_count *
			x->args.ratio_count;
	for (size_t i = 0; i < plan->scenario_count; i++) {
		const struct scenario *s = &plan->scenarios[i];
		bool noted = opts.quiet;

		for (size_t k = 0; k < s->cell_count; k++) {
			if (!is_explored(x, s, k))
				continue;
			if (!noted)
				note_faults(&s->cells[k]);
			noted = true;
			if (!explore_cell(x, &s->cells[k], err))
				return false;
		}
	}
	return true;
}

static bool load(struct plan *plan, int argc, char **argv, struct err *err)
{
	bool moved;

	if (!plan_args_load_sim(plan, &plan_args, argc, argv, &moved, err))
		return false;
	if (moved && !opts.quiet)
		message_note("no cell has 'transport: sim': they are explored "
			     "as if all had");
	return true;
}

static bool show(struct exploring *x, struct err *err)
{
	struct err warning = { 0 };

	if (x->args.has_schedule)
		return true;
	if (opts.json)
		explore_view_json(stdout, &x->view);
	else
		explore_view_print(stdout, &x->view, opts.charts);
	if (!opts.output || !x->view.pair_count)
		return true;
	if (!explore_view_write(&x->view, opts.output, &warning, err))
		return false;
	if (warning.kind && !opts.quiet)
		message_warn("no picture: %s", warning.text);
	if (!opts.json && !opts.quiet) {
		fputs("\nreport: ", stdout);
		message_text(stdout, opts.output);
		puts("/index.html");
	}
	return true;
}

static bool explore_run(int argc, char **argv, enum exit_code *code,
			struct err *err)
{
	struct exploring x = { .plan_args = &plan_args,
			       .output = opts.output,
			       .terminal = !opts.quiet &&
					   isatty(STDERR_FILENO) };
	struct plan plan = { 0 };
	struct err shown = { 0 };
	bool ok;

	if (!explore_args_read(&x.args, &words, err))
		return false;
	if (opts.output && !file_directory(opts.output, err))
		return false;
	ok = load(&plan, argc, argv, err);
	if (ok) {
		interrupt_catch();
		x.began_ns = clock_now_ns();
		ok = explore_plan(&x, &plan, err);
		/* What was found so far is worth having. */
		if (ok || err->kind == ERR_INTERRUPTED)
			show(&x, &shown);
	}
	if (ok && shown.kind) {
		*err = shown;
		ok = false;
	}
	if (ok && x.missed.kind && !x.acted) {
		*err = x.missed;
		ok = false;
	}
	*code = x.code;
	explore_view_release(&x.view);
	plan_release(&plan);
	return ok;
}

const struct cmd explore_cmd = {
	.name = "explore",
	.operands = "SCENARIO...",
	.help = "try every fault there can be on a session, in virtual time",
	.options = explore_options,
	.run = explore_run,
};
