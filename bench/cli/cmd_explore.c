/* SPDX-License-Identifier: MIT */
/* kdbench explore: every fault there can be, in virtual time. */
#include <inttypes.h>
#include <stdio.h>

#include "bench/cli/cmd.h"
#include "bench/cli/message.h"
#include "bench/cli/plan_args.h"
#include "bench/explore/pool.h"
#include "bench/explore/survey.h"
#include "bench/plan/profile.h"

static struct {
	struct plan_args plan;
	uint64_t workers;
} opts;

static const struct option explore_options[] = {
	PLAN_ARGS_OPTIONS(opts.plan),
	{ 0 },
};

static void print_counts(const char *name, const struct survey_counts *c)
{
	printf("    %-10s %9" PRIu64, name, c->schedules);
	for (unsigned v = 0; v < VERDICT_COUNT; v++)
		if (v != VERDICT_ERROR)
			printf(" %8" PRIu64, c->verdicts[v]);
	printf(" %6u\n", (unsigned)c->worst_rounds);
}

static void print_survey(const char *debugger, const char *target,
			 const struct survey *s)
{
	printf("  %s against %s: %zu exchanges, %.0f sessions/s\n", debugger,
	       target, s->reference.exchanges,
	       (double)s->space.count * 1e9 / (double)s->wall_ns);
	for (unsigned k = 0; k < ACT_KIND_COUNT; k++)
		print_counts(act_kind_names[k], &s->kinds[k]);
	print_counts("all", &s->all);
}

static bool explore_pair(const struct cell *cell,
			 const struct profile *debugger,
			 const struct profile *target, struct err *err)
{
	struct cell c = *cell;
	struct world *w;
	struct survey s;
	bool ok;

	profile_fill(debugger, debugger_settings, &c.debugger);
	profile_fill(target, target_settings, &c.target);
	w = world_new(&c, 1, err);
	ok = w &&
	     survey_run(&s, w, ACT_KINDS_ALL, pool_processors(), NULL, err);
	if (ok)
		print_survey(debugger->name, target->name, &s);
	if (w)
		survey_release(&s);
	world_free(w);
	return ok;
}

static bool explore_run(int argc, char **argv, enum exit_code *code,
			struct err *err)
{
	struct plan plan;

	(void)code;
	if (!plan_args_load(&plan, &opts.plan, argc, argv, false, err))
		return false;
	for (size_t i = 0; i < plan.scenarios[0].cell_count; i++) {
		const struct cell *c = &plan.scenarios[0].cells[i];

		if (c->transport.kind != TRANSPORT_SIM)
			continue;
		for (const struct profile *t = target_profiles; t->name; t++)
			for (const struct profile *d = debugger_profiles;
			     d->name; d++)
				if (!explore_pair(c, d, t, err)) {
					printf("  %s/%s: %s\n", d->name,
					       t->name, err->text);
					*err = (struct err){ 0 };
				}
	}
	plan_release(&plan);
	return true;
}

const struct cmd explore_cmd = {
	.name = "explore",
	.operands = "SCENARIO",
	.help = "try every fault in virtual time",
	.options = explore_options,
	.run = explore_run,
};
