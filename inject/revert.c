/* SPDX-License-Identifier: MIT */
/*
 * revert: a snapshot of the target is restored under a debugger that lives on,
 * so that the target's ids go back in time. It goes back to the last 'snapshot'
 * or, if the scenario has none, to the start of the session.
 */
#include "inject/stage.h"

static const struct setting revert_settings[] = { { 0 } };

static void revert_apply(const void *config, struct chunk *c,
			 struct chunk_run run, uint64_t draw,
			 struct stage_out *out)
{
	(void)config;
	(void)draw;
	if (stage_ask(out, c, run, EVENT_REVERT, 0))
		stage_note(out, c, run, -1, -1, 0);
}

const struct stage_type revert_stage = {
	.name = "revert",
	.help = "restore a snapshot of the target under the debugger",
	.tells = "the target went back to its snapshot before {place}",
	.records = true,
	.once = true,
	.asks = EVENT_REVERT,
	.settings = revert_settings,
	.check_when = stage_check_asking,
	.apply = revert_apply,
};
