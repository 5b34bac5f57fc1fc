/* SPDX-License-Identifier: MIT */
/*
 * wreck: memory that the target needs is overwritten behind its back, as by the
 * driver under test. What is left to debug?
 */
#include "inject/stage.h"

struct wreck_config {
	int what; /* enum event_wreck */
};

static const struct setting wreck_settings[] = {
	{ "what", SETTING_ENUM, offsetof(struct wreck_config, what), NULL,
	  "what is overwritten", "idt|stub|page-tables|ring-memory|cli-hlt", 0,
	  0 },
	{ 0 }
};

static void wreck_apply(const void *config, struct chunk *c,
			struct chunk_run run, uint64_t draw,
			struct stage_out *out)
{
	const struct wreck_config *wreck = config;

	(void)draw;
	if (stage_ask(out, c, run, EVENT_WRECK, (uint64_t)wreck->what))
		stage_note(out, c, run, -1, -1, (uint64_t)wreck->what);
}

const struct stage_type wreck_stage = {
	.name = "wreck",
	.help = "overwrite what the target needs to live",
	.tells = "the target lost {lost} before {place}",
	.records = true,
	.once = true,
	.asks = EVENT_WRECK,
	.config_size = sizeof(struct wreck_config),
	.settings = wreck_settings,
	.check_when = stage_check_asking,
	.apply = wreck_apply,
};
