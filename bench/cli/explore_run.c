/* SPDX-License-Identifier: MIT */
#include "bench/cli/explore_run.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/cli/message.h"

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

/* The command that comes to this pair again, but for its schedule. */
static char *repeat_of(const struct exploring *x, const struct cell *c,
		       const struct profile *debugger,
		       const struct profile *target, double ratio)
{
	const struct plan_args *a = x->plan_args;
	char *text = mem_strdup("kdbench replay");

	append(&text, "", c->scenario->path);
	if (debugger)
		append(&text, "--debugger", debugger->name);
	if (target)
		append(&text, "--target", target->name);
	if (x->cells > 1)
		append(&text, "--only", c->id);
	if (a->config)
		append(&text, "--config", a->config);
	for (size_t i = 0; i < a->set.count; i++)
		append(&text, "--set", a->set.items[i]);
	if (ratio > 0) {
		char number[32];

		snprintf(number, sizeof(number), "%g", ratio);
		append(&text, "--ratio", number);
	}
	return text;
}

void explore_stretch(struct cell *c, double ratio)
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
		if (!o.acted && !x->missed.kind)
			(void)reference_missed(&s.reference, &x->args.schedule,
					       &x->missed);
		x->acted |= o.acted;
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

/* A name for files: letters, digits and '-'. */
static char *file_name(const struct exploring *x,
		       const struct explore_pair *pair)
{
	char *name = mem_printf("%s-%s-%s", pair->cell->scenario->name,
				pair->debugger, pair->target);

	for (char *at = name; *at; at++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", *at))
			*at = '-';
	if (x->cells > 1) {
		char *longer = mem_printf("%s-%.4s", name, pair->cell->id);

		free(name);
		name = longer;
	}
	return name;
}

/* Find the causes of what failed, and say and keep all of it. */
static bool tell(struct exploring *x, const struct explore_pair *pair,
		 struct world *w, const struct survey *s, struct err *err)
{
	char *name = file_name(x, pair);
	const struct explore_causes_input in = {
		.cell = pair->cell,
		.label = x->label,
		.name = name,
		.repeat = pair->repeat,
		.config = x->plan_args->config,
		.dir = x->output,
	};
	struct causes causes = { 0 };
	char *table = NULL;
	json_t *records = NULL;
	bool ok = true;

	if (x->args.causes)
		ok = causes_of_survey(&causes, s, w, x->args.causes, err) &&
		     explore_causes_tell(&in, w, s, &causes, &x->view.charts,
					 &table, &records, err);
	if (ok)
		explore_view_add(&x->view, pair, s, table, records);
	else
		json_decref(records);
	causes_release(&causes);
	free(table);
	free(name);
	return ok;
}

static bool explore(struct exploring *x, const struct explore_pair *pair,
		    struct err *err)
{
	struct survey_options o = x->args.survey;
	struct world *w = world_new(pair->cell, WORLD_SEED, err);
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
			ok = tell(x, pair, w, &s, err);
		}
		survey_release(&s);
	}
	world_free(w);
	wipe(x);
	return ok || spoilt(pair, err);
}

bool explore_run_pair(struct exploring *x, const struct cell *cell,
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
	char *repeat = repeat_of(x, cell, debugger, target, ratio);
	bool ok;

	if (debugger)
		profile_fill(debugger, debugger_settings, &c.debugger);
	if (target)
		profile_fill(target, target_settings, &c.target);
	explore_stretch(&c, ratio);
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
