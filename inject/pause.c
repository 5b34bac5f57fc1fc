/* SPDX-License-Identifier: MIT */
/*
 * pause: the whole machine of the target stops for a while, its devices too,
 * but not its clock, as when its host is suspended or busy with something else.
 * When it goes on, its time-outs are over at once; polls were not counted.
 */
#include "inject/stage.h"

struct pause_config {
	uint64_t time_ns;
};

static const struct setting pause_settings[] = {
	{ "time", SETTING_DURATION, offsetof(struct pause_config, time_ns),
	  "3s", "how long nothing goes on", NULL, 1, STAGE_TIME_MAX_NS },
	{ 0 }
};

static void pause_apply(const void *config, struct chunk *c,
			struct chunk_run run, uint64_t draw,
			struct stage_out *out)
{
	const struct pause_config *pause = config;

	(void)draw;
	if (stage_ask(out, c, run, EVENT_PAUSE, pause->time_ns))
		stage_note(out, c, run, -1, -1, pause->time_ns);
}

const struct stage_type pause_stage = {
	.name = "pause",
	.help = "the target's machine stops, but not its clock",
	.tells = "the target's machine was paused for {time} before {place}",
	.records = true,
	.asks = EVENT_PAUSE,
	.config_size = sizeof(struct pause_config),
	.settings = pause_settings,
	.check_when = stage_check_asking,
	.apply = pause_apply,
};
