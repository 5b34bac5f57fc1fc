/* SPDX-License-Identifier: MIT */
/*
 * restart: the debugger is killed in the midst of a packet, of which the rest
 * is never sent, or never read; after a while another one begins, that knows
 * nothing of it.
 */
#include "inject/stage.h"

#include "inject/draw.h"
#include "inject/restart.h"

#define AT(member) offsetof(struct restart_config, member)

static const struct setting restart_settings[] = {
	{ "time", SETTING_DURATION, AT(time_ns), "1s",
	  "how long nobody is there", NULL, 0, STAGE_TIME_MAX_NS },
	{ "pipe", SETTING_ENUM, AT(pipe), "same",
	  "what the new one finds: all that was in the pipe, nothing of what "
	  "was said meanwhile, a new one",
	  "same|lost|new", 0, 0 },
	{ 0 }
};

static void restart_apply(const void *config, struct chunk *c,
			  struct chunk_run run, uint64_t draw,
			  struct stage_out *out)
{
	const struct restart_config *restart = config;
	struct chunk_run rest = { .at = run.at };

	if (run.whole && !stage_records(out))
		rest.at = (uint16_t)draw_below(draw, run.len);
	rest.len = (uint16_t)(c->len - rest.at);
	rest.whole = rest.at == 0;
	if (stage_ask(out, c, rest, EVENT_RESTART, restart_amount(restart)))
		stage_note(out, c, rest, -1, restart->pipe, restart->time_ns);
}

const struct stage_type restart_stage = {
	.name = "restart",
	.help = "kill the debugger in mid-packet, and start another",
	.tells = "the debugger was killed before {place}, and another one "
		 "started {time} later",
	.records = true,
	.once = true,
	.asks = EVENT_RESTART,
	.config_size = sizeof(struct restart_config),
	.settings = restart_settings,
	.check_when = stage_check_asking,
	.apply = restart_apply,
};
