/* SPDX-License-Identifier: MIT */
#include "bench/cli/cmd.h"
#include "bench/cli/plan_args.h"
#include "bench/explore/world.h"
#include "bench/cli/message.h"
static struct { struct plan_args plan; } opts;
static const struct option explore_options[] = { PLAN_ARGS_OPTIONS(opts.plan), { 0 } };
bool single_all(struct world *w, struct err *err);
static bool explore_run(int argc, char **argv, enum exit_code *code, struct err *err)
{
	struct plan plan; (void)code;
	if (!plan_args_load(&plan, &opts.plan, argc, argv, false, err)) return false;
	for (size_t i = 0; i < plan.scenarios[0].cell_count; i++) {
		const struct cell *c = &plan.scenarios[0].cells[i];
		struct world *w;
		if (c->transport.kind != TRANSPORT_SIM) continue;
		w = world_new(c, 1, err);
		if (!w || !single_all(w, err)) return false;
		world_free(w);
	}
	plan_release(&plan);
	return true;
}
const struct cmd explore_cmd = { .name = "explore", .operands = "SCENARIO", .help = "try every fault", .options = explore_options, .run = explore_run };
