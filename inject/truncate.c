/* SPDX-License-Identifier: MIT */
/*
 * truncate: packets that end too early. What is left is drawn, unless 'keep'
 * says so; from 'field' or 'offset' on, it is what comes before.
 */
#include "inject/stage.h"

#include "inject/draw.h"

struct truncate_config {
	uint64_t keep;
};

static const struct setting truncate_settings[] = {
	{ "keep", SETTING_COUNT, offsetof(struct truncate_config, keep),
	  "drawn", "how many bytes are left", "drawn", 0, KD_PACKET_MAX },
	{ 0 }
};

static const char *truncate_check_when(const void *config,
				       const struct when *when)
{
	const struct truncate_config *truncate = config;

	if (when->per == PER_BYTE)
		return "this fault takes packets: it has no 'per: byte'";
	if (when_aims(when) && truncate->keep != UINT64_MAX)
		return "'field' or 'offset' says where the packet ends: they "
		       "go without 'keep'";
	return NULL;
}

/* Of a packet that was not damaged before, at least one byte is lost. */
static unsigned end_of(const struct truncate_config *truncate,
		       struct chunk_run run, uint64_t draw)
{
	if (!run.whole)
		return run.at;
	if (truncate->keep != UINT64_MAX)
		return (unsigned)truncate->keep;
	return (unsigned)draw_below(draw, run.len);
}

static void truncate_apply(const void *config, struct chunk *c,
			   struct chunk_run run, uint64_t draw,
			   struct stage_out *out)
{
	unsigned at = end_of(config, run, draw);
	struct chunk_run tail = { .at = (uint16_t)at };

	if (at >= c->len)
		return;
	tail.len = (uint16_t)(c->len - at);
	stage_note(out, c, tail, -1, -1, tail.len);
	chunk_drop(c, tail);
}

const struct stage_type truncate_stage = {
	.name = "truncate",
	.help = "lose the end of a packet",
	.tells = "{place} {was} cut off",
	.config_size = sizeof(struct truncate_config),
	.settings = truncate_settings,
	.check_when = truncate_check_when,
	.apply = truncate_apply,
};
