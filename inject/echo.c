/* SPDX-License-Identifier: MIT */
/*
 * echo: a terminal in between that nobody has made raw: what is sent comes back
 * as well as going on.
 */
#include "inject/stage.h"

static const struct setting echo_settings[] = { { 0 } };

static void echo_apply(const void *config, struct chunk *c,
		       struct chunk_run run, uint64_t draw,
		       struct stage_out *out)
{
	(void)config;
	(void)draw;
	if (stage_reflect(out, c->bytes + run.at, run.len))
		stage_note(out, c, run, run.len == 1 ? c->bytes[run.at] : -1,
			   -1, run.len);
}

const struct stage_type echo_stage = {
	.name = "echo",
	.help = "send what passes back as well",
	.tells = "{place} {was} echoed to its sender",
	.config_size = 0,
	.settings = echo_settings,
	.apply = echo_apply,
};
