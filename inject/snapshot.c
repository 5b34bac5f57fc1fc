/* SPDX-License-Identifier: MIT */
/*
 * snapshot: what the target is now is put away, for 'revert' to go back to. By
 * itself it changes nothing.
 */
#include "inject/stage.h"

static const struct setting snapshot_settings[] = { { 0 } };

static void snapshot_apply(const void *config, struct chunk *c,
			   struct chunk_run run, uint64_t draw,
			   struct stage_out *out)
{
	(void)config;
	(void)draw;
	if (stage_ask(out, c, run, EVENT_SNAPSHOT, 0))
		stage_note(out, c, run, -1, -1, 0);
}

const struct stage_type snapshot_stage = {
	.name = "snapshot",
	.help = "put the target away, for revert to go back to",
	.tells = "a snapshot of the target was taken before {place}",
	.records = true,
	.once = true,
	.asks = EVENT_SNAPSHOT,
	.settings = snapshot_settings,
	.check_when = stage_check_asking,
	.apply = snapshot_apply,
};
