/* SPDX-License-Identifier: MIT */
/*
 * reorder: packets that others overtake. It waits beside the line until as many
 * as asked for have passed, and no longer than 'wait': in a protocol that stops
 * and waits, none might come. One at a time waits; another is not held.
 */
#include "inject/stage.h"

struct reorder_config {
	uint64_t behind;
	uint64_t wait_ns;
};

#define AT(member) offsetof(struct reorder_config, member)

static const struct setting reorder_settings[] = {
	{ "behind", SETTING_COUNT, AT(behind), "1", "how many packets pass it",
	  NULL, 1, 1000 },
	{ "wait", SETTING_DURATION, AT(wait_ns), "100ms",
	  "... but it goes after this time", NULL, 1, STAGE_TIME_MAX_NS },
	{ 0 }
};

static void reorder_apply(const void *config, struct chunk *c,
			  struct chunk_run run, uint64_t draw,
			  struct stage_out *out)
{
	const struct reorder_config *reorder = config;

	(void)draw;
	if (c->behind || stage_holds(out))
		return;
	c->behind = (uint32_t)reorder->behind;
	c->wait_ns = reorder->wait_ns;
	stage_note(out, c, run, -1, -1, reorder->behind);
}

const struct stage_type reorder_stage = {
	.name = "reorder",
	.help = "let packets be overtaken by those behind them",
	.tells = "{place} {was} held back behind the next {count}",
	.whole = true,
	.records = true,
	.config_size = sizeof(struct reorder_config),
	.settings = reorder_settings,
	.apply = reorder_apply,
};
