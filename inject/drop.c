/* SPDX-License-Identifier: MIT */
/* drop: bytes that never arrive; per packet, packets. */
#include "inject/stage.h"

static const struct setting drop_settings[] = { { 0 } };

static void drop_apply(const void *config, struct chunk *c,
		       struct chunk_run run, uint64_t draw,
		       struct stage_out *out)
{
	(void)config;
	(void)draw;
	stage_note(out, c, run, run.len == 1 ? c->bytes[run.at] : -1, -1,
		   run.len);
	chunk_drop(c, run);
}

const struct stage_type drop_stage = {
	.name = "drop",
	.help = "lose bytes, or whole packets",
	.tells = "{place} {was} dropped",
	.per_byte = true,
	.records = true,
	.settings = drop_settings,
	.apply = drop_apply,
};
