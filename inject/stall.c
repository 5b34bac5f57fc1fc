/* SPDX-License-Identifier: MIT */
/*
 * stall: the line falls silent in the midst of a packet, and goes on later with
 * the rest. Where, is drawn, unless 'field' or 'offset' says so.
 */
#include "inject/stage.h"

#include "inject/draw.h"

struct stall_config {
	uint64_t time_ns;
};

static const struct setting stall_settings[] = {
	{ "time", SETTING_DURATION, offsetof(struct stall_config, time_ns),
	  NULL, "how long nothing comes", NULL, 1, STAGE_TIME_MAX_NS },
	{ 0 }
};

static void stall_apply(const void *config, struct chunk *c,
			struct chunk_run run, uint64_t draw,
			struct stage_out *out)
{
	const struct stall_config *stall = config;
	struct chunk_run from = { .at = run.at, .len = 1 };

	/* In the midst of it: the first byte has come. */
	if (run.whole && run.len > 1)
		from.at = (uint16_t)(1 + draw_below(draw, run.len - 1u));
	if (!chunk_pause(c, from.at, stall->time_ns))
		return;
	stage_note(out, c, from, -1, -1, stall->time_ns);
}

const struct stage_type stall_stage = {
	.name = "stall",
	.help = "fall silent in the midst of a packet, and go on later",
	.tells = "the line stood still for {time} before {place}",
	.records = true,
	.config_size = sizeof(struct stall_config),
	.settings = stall_settings,
	.apply = stall_apply,
};
