/* SPDX-License-Identifier: MIT */
/*
 * freeze: an end of the line stands still for a while and goes on as if no time
 * had passed. The target: its processor and its clock stop, as when a monitor
 * says 'stop', so that its polls stop counting too.
 */
#include "inject/stage.h"

struct freeze_config {
	uint64_t time_ns;
};

static const struct setting freeze_settings[] = {
	{ "time", SETTING_DURATION, offsetof(struct freeze_config, time_ns),
	  "100ms", "how long it stands still", NULL, 1, STAGE_TIME_MAX_NS },
	{ 0 }
};

static void freeze_apply(const void *config, struct chunk *c,
			 struct chunk_run run, uint64_t draw,
			 struct stage_out *out)
{
	const struct freeze_config *freeze = config;

	(void)draw;
	if (stage_ask(out, c, run, EVENT_FREEZE, freeze->time_ns))
		stage_note(out, c, run, -1, -1, freeze->time_ns);
}

const struct stage_type freeze_stage = {
	.name = "freeze",
	.help = "an end stands still, and its clock too",
	.tells = "the target was frozen for {time} before {place}",
	.records = true,
	.asks = EVENT_FREEZE,
	.config_size = sizeof(struct freeze_config),
	.settings = freeze_settings,
	.check_when = stage_check_asking,
	.apply = freeze_apply,
};
