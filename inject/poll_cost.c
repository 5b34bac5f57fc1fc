/* SPDX-License-Identifier: MIT */
/*
 * poll-cost: from here on each poll of the target costs something else, as
 * after a migration or on a host that got busy. Time-outs that are counted in
 * polls become as much longer or shorter.
 */
#include "inject/stage.h"

struct poll_cost_config {
	uint64_t cost_ns;
};

static const struct setting poll_cost_settings[] = {
	{ "cost", SETTING_DURATION, offsetof(struct poll_cost_config, cost_ns),
	  NULL, "of one poll, from here on", NULL, 1, 1000000000 },
	{ 0 }
};

static void poll_cost_apply(const void *config, struct chunk *c,
			    struct chunk_run run, uint64_t draw,
			    struct stage_out *out)
{
	const struct poll_cost_config *to = config;

	(void)draw;
	if (stage_ask(out, c, run, EVENT_POLL_COST, to->cost_ns))
		stage_note(out, c, run, -1, -1, to->cost_ns);
}

const struct stage_type poll_cost_stage = {
	.name = "poll-cost",
	.help = "what one poll of the target costs, from here on",
	.tells = "a poll of the target cost {time} from before {place} on",
	.records = true,
	.once = true,
	.asks = EVENT_POLL_COST,
	.config_size = sizeof(struct poll_cost_config),
	.settings = poll_cost_settings,
	.check_when = stage_check_asking,
	.apply = poll_cost_apply,
};
