/* SPDX-License-Identifier: MIT */
/* kdbench explore: every fault there can be, in virtual time. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/cli/cmd.h"
#include "bench/cli/explore_args.h"
#include "bench/cli/explore_view.h"
#include "bench/cli/message.h"
#include "bench/cli/plan_args.h"
#include "bench/run/interrupt.h"
#include "report/file.h"

static struct plan_args plan_args;

static struct explore_words words = {
	.workers = EXPLORE_NOT_GIVEN,
	.sessions = EXPLORE_NOT_GIVEN,
	.seed = EXPLORE_NOT_GIVEN,
};

static struct {
	const char *output;
	bool json, quiet;
} opts;

static const struct option explore_options[] = {
	{ "faults", 0, OPTION_TEXT, &words.faults, "SET",
	  "single (each byte), pairs (of packets), random or search" },
	{ "kinds", 0, OPTION_TEXT, &words.kinds, "LIST",
	  "of faults: drop, flip, insert, duplicate, delay (default: all)" },
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
	PLAN_ARGS_OPTIONS(plan_args),
	{ "output", 'o', OPTION_TEXT, &opts.output, "DIR",
	  "matrix, picture and records go there; absent or empty" },
	{ "json", 0, OPTION_FLAG, &opts.json, NULL,
	  "an object for each pair instead of the table" },
	{ "quiet", 'q', OPTION_FLAG, &opts.quiet, NULL,
	  "no progress, no notes" },
	{ 0 },
};

/* What is under way. */
struct exploring {
	struct explore_args args;
	struct explore_view view;
	enum exit_code code;
	bool terminal;
	uint64_t began_ns, drawn_ns;
	size_t pair, pair_count;
	char label[96];
};

/* --- progress ---------------------------------------------------------------
 */

#define WIDTH 78
#define DRAW_NS (200 * NS_PER_MS)

static void wipe(const struct exploring *x)
{
	if (x->terminal)
		fprintf(stderr, "\r%*s\r", WIDTH, "");
}

static void progress(void *env, uint64_t done, uint64_t of)
{
	struct exploring *x = env;
	uint64_t now = clock_now_ns();
	double part = of ? (double)done / (double)of : 0;
	double share = ((double)x->pair + part) / (double)x->pair_count;
	char line[160], left[48] = "";

	if (!x->terminal || now - x->drawn_ns < DRAW_NS)
		return;
	x->drawn_ns = now;
	if (share > 0.01)
		snprintf(left, sizeof(left), ", about %.0f s left",
			 (double)(now - x->began_ns) * 1e-9 * (1 - share) /
				 share);
	snprintf(line, sizeof(line), "[%zu/%zu%s] %s: %.0f%%", x->pair + 1,
		 x->pair_count, left, x->label, 100 * part);
	fprintf(stderr, "\r%-*.*s", WIDTH, WIDTH, line);
	fflush(stderr);
}

/* --- a pair -----------------------------------------------------------------
 */

/* A text as a shell takes it. */
static char *quoted(const char *text)
{
	if (strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			 "0123456789-_./=:,+@%") == strlen(text) &&
	    *text)
		return mem_strdup(text);
	return strchr(text, '\'') ? mem_printf("\"%s\"", text)
				  : mem_printf("'%s'", text);
}

static void append(char **text, const char *option, const char *value)
{
	char *word = quoted(value);
	char *longer = mem_printf("%s %s%s%s", *text, option,
				  *option ? " " : "", word);

	free(word);
	free(*text);
	*text = longer;
}

/* The command that comes to this pair again. */
static char *repeat_of(const struct cell *c, const struct profile *debugger,
		       const struct profile *target, double ratio)
{
	char *text = mem_strdup("kdbench explore");

	append(&text, "", c->scenario->path);
	append(&text, "--debugger", debugger ? debugger->name : "scenario");
	append(&text, "--target", target ? target->name : "scenario");
	if (plan_args.config)
		append(&text, "--config", plan_args.config);
	for (size_t i = 0; i < plan_args.set.count; i++)
		append(&text, "--set", plan_args.set.items[i]);
	if (ratio > 0) {
		char number[32];

		snprintf(number, sizeof(number), "%g", ratio);
		append(&text, "--ratios", number);
	}
	return text;
}

/* The debugger's time-outs in terms of the target's. */
static void stretch(struct cell *c, double ratio)
{
	uint64_t ns = (uint64_t)((double)c->target.byte_timeout_ns * ratio);

	if (ratio <= 0)
		return;
	c->debugger.ack_timeout_ns = ns;
	c->debugger.reply_timeout_ns = ns;
}

static void judge(struct exploring *x, const struct explore_pair *pair,
		  const struct survey *s)
{
	for (unsigned v = 0; v < VERDICT_COUNT; v++)
		if (x->args.expects && s->all.verdicts[v] &&
		    !(pair->expected >> v & 1))
			x->code = exit_code_worse(x->code, EXIT_NOT_MET);
}

static bool show_one(struct exploring *x, const struct explore_pair *pair,
		     struct world *w, struct err *err)
{
	struct survey s = { 0 };
	struct outcome o;
	bool ok = reference_run(&s.reference, w, err) &&
		  survey_again(&s, w, &x->args.schedule, &o, err);

	if (ok) {
		printf("%s against %s: %s%s, %u round%s, %.3f s\n",
		       pair->debugger, pair->target, verdict_names[o.verdict],
		       o.acted ? "" : " (nothing was done to the line)",
		       (unsigned)o.rounds, o.rounds == 1 ? "" : "s",
		       (double)o.ns * 1e-9);
		if (*world_detail(w)) {
			fputs("  ", stdout);
			message_text(stdout, world_detail(w));
			putchar('\n');
		}
		if (x->args.expects && !(pair->expected >> o.verdict & 1))
			x->code = exit_code_worse(x->code, EXIT_NOT_MET);
	}
	survey_release(&s);
	return ok;
}

/* A session that does not even work undamaged is no failure of ours. */
static bool spoilt(const struct explore_pair *pair, struct err *err)
{
	if (err->kind != ERR_CONFIG)
		return false;
	message_warn("%s against %s is left out: %s", pair->debugger,
		     pair->target, err->text);
	*err = (struct err){ 0 };
	return true;
}

static bool explore(struct exploring *x, const struct explore_pair *pair,
		    struct err *err)
{
	struct survey_options o = x->args.survey;
	struct world *w = world_new(pair->cell, 1, err);
	struct survey s = { 0 };
	bool ok;

	if (!w)
		return false;
	o.progress = progress;
	o.env = x;
	if (x->args.has_schedule) {
		ok = show_one(x, pair, w, err);
	} else {
		ok = survey_run(&s, w, &o, err);
		if (ok) {
			judge(x, pair, &s);
			explore_view_add(&x->view, pair, &s);
		}
		survey_release(&s);
	}
	world_free(w);
	wipe(x);
	return ok || spoilt(pair, err);
}

static bool explore_pair(struct exploring *x, const struct cell *cell,
			 const struct profile *debugger,
			 const struct profile *target, double ratio,
			 struct err *err)
{
	struct cell c = *cell;
	char name[64];
	struct explore_pair pair = {
		.cell = &c,
		.debugger = name,
		.target = target ? target->name : "scenario",
		.ratio = ratio,
		.expected = x->args.expects_own ? c.expected_verdicts
						: x->args.expected,
	};
	char *repeat = repeat_of(cell, debugger, target, ratio);
	bool ok;

	if (debugger)
		profile_fill(debugger, debugger_settings, &c.debugger);
	if (target)
		profile_fill(target, target_settings, &c.target);
	stretch(&c, ratio);
	snprintf(name, sizeof(name), "%s",
		 debugger ? debugger->name : "scenario");
	if (ratio > 0)
		snprintf(name + strlen(name), sizeof(name) - strlen(name),
			 " x%g", ratio);
	snprintf(x->label, sizeof(x->label), "%s against %s", name,
		 pair.target);
	pair.repeat = repeat;
	ok = explore(x, &pair, err);
	free(repeat);
	x->pair++;
	return ok;
}

static bool explore_cell(struct exploring *x, const struct cell *c,
			 struct err *err)
{
	const struct explore_args *a = &x->args;

	for (size_t t = 0; t < a->target_count; t++)
		for (size_t d = 0; d < a->debugger_count; d++)
			for (size_t r = 0; r < a->ratio_count; r++)
				if (!explore_pair(x, c, a->debuggers[d],
						  a->targets[t], a->ratios[r],
						  err))
					return false;
	return true;
}

/* --- the plan ---------------------------------------------------------------
 */

static bool has_sim(const struct plan *plan)
{
	for (size_t i = 0; i < plan->scenario_count; i++)
		for (size_t k = 0; k < plan->scenarios[i].cell_count; k++)
			if (plan->scenarios[i].cells[k].transport.kind ==
			    TRANSPORT_SIM)
				return true;
	return false;
}

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

/* Scenarios of other transports are explored over the simulator. */
static bool load(struct plan *plan, int argc, char **argv, struct err *err)
{
	if (!plan_args_load(plan, &plan_args, argc, argv, false, err))
		return false;
	if (has_sim(plan))
		return true;
	plan_release(plan);
	if (!opts.quiet)
		message_note("no cell has 'transport: sim': they are explored "
			     "as if all had");
	plan_args.extra[0].set = "transport=sim";
	plan_args.extra[0].written = "transport: sim";
	plan_args.elsewhere = true;
	return plan_args_load(plan, &plan_args, argc, argv, false, err);
}

static bool show(struct exploring *x, struct err *err)
{
	struct err warning = { 0 };

	if (x->args.has_schedule)
		return true;
	if (opts.json)
		explore_view_json(stdout, &x->view);
	else
		explore_view_print(stdout, &x->view);
	if (!opts.output || !x->view.pair_count)
		return true;
	if (!explore_view_write(&x->view, opts.output, &warning, err))
		return false;
	if (warning.kind && !opts.quiet)
		message_warn("no picture: %s", warning.text);
	return true;
}

static bool explore_run(int argc, char **argv, enum exit_code *code,
			struct err *err)
{
	struct exploring x = { .terminal = !opts.quiet &&
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
