/* SPDX-License-Identifier: MIT */
/*
 * ring-epoch: one end of the rings begins to count anew while the other goes on
 * where it was: a driver that was loaded again, or a host that was started
 * again, over memory that stayed.
 */
#include "inject/stage.h"

struct ring_epoch_config {
	int of; /* enum event_side */
};

static const struct setting ring_epoch_settings[] = {
	{ "of", SETTING_ENUM, offsetof(struct ring_epoch_config, of), "target",
	  "whose indices in shared memory become 0", "target|debugger", 0, 0 },
	{ 0 }
};

static void ring_epoch_apply(const void *config, struct chunk *c,
			     struct chunk_run run, uint64_t draw,
			     struct stage_out *out)
{
	const struct ring_epoch_config *epoch = config;

	(void)draw;
	if (stage_ask(out, c, run, EVENT_EPOCH, (uint64_t)epoch->of))
		stage_note(out, c, run, -1, -1, (uint64_t)epoch->of);
}

const struct stage_type ring_epoch_stage = {
	.name = "ring-epoch",
	.help = "one end zeroes its ring indices, the other does not",
	.tells = "the {side} began to count its rings anew before {place}",
	.records = true,
	.once = true,
	.asks = EVENT_EPOCH,
	.config_size = sizeof(struct ring_epoch_config),
	.settings = ring_epoch_settings,
	.check_when = stage_check_asking,
	.apply = ring_epoch_apply,
};
