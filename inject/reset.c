/* SPDX-License-Identifier: MIT */
/*
 * reset: the target begins a new life in the midst of a packet. Towards it, the
 * rest of the packet meets the new life; from it, the rest was never sent.
 */
#include "inject/stage.h"

enum reset_pipe { PIPE_KEPT, PIPE_NEW };

struct reset_config {
	int pipe; /* enum reset_pipe */
};

static const struct setting reset_settings[] = {
	{ "pipe", SETTING_ENUM, offsetof(struct reset_config, pipe), "kept",
	  "whether the new life finds what was under way", "kept|new", 0, 0 },
	{ 0 }
};

static void reset_apply(const void *config, struct chunk *c,
			struct chunk_run run, uint64_t draw,
			struct stage_out *out)
{
	const struct reset_config *reset = config;
	struct chunk_run rest = { .at = run.at, .whole = run.whole };

	(void)draw;
	if (!stage_ask(out, c, run, EVENT_RESET, reset->pipe == PIPE_NEW))
		return;
	rest.len = (uint16_t)(c->len - run.at);
	stage_note(out, c, run, -1, -1, rest.len);
	if (c->address.dir == TO_DEBUGGER)
		chunk_drop(c, rest);
}

const struct stage_type reset_stage = {
	.name = "reset",
	.help = "the target begins a new life in mid-packet",
	.tells = "the target was reset before {place}",
	.records = true,
	.once = true,
	.asks = EVENT_RESET,
	.config_size = sizeof(struct reset_config),
	.settings = reset_settings,
	.check_when = stage_check_asking,
	.apply = reset_apply,
};
