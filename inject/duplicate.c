/* SPDX-License-Identifier: MIT */
/* duplicate: bytes that arrive twice; per packet, packets. */
#include "inject/stage.h"

static const struct setting duplicate_settings[] = { { 0 } };

/* Each byte behind itself; a whole packet behind itself, if it fits. */
static void duplicate_apply(const void *config, struct chunk *c,
			    struct chunk_run run, uint64_t draw,
			    struct stage_out *out)
{
	(void)config;
	(void)draw;
	if (c->len + run.len > CHUNK_MAX)
		return;
	stage_note(out, c, run, run.len == 1 ? c->bytes[run.at] : -1, -1,
		   run.len);
	for (unsigned i = 0; i < run.len; i++)
		if (!chunk_insert(c, run.at + run.len + i,
				  c->bytes[run.at + i]))
			return;
}

const struct stage_type duplicate_stage = {
	.name = "duplicate",
	.help = "deliver bytes, or whole packets, twice",
	.tells = "{place} {was} delivered twice",
	.per_byte = true,
	.settings = duplicate_settings,
	.apply = duplicate_apply,
};
