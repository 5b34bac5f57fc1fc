/* SPDX-License-Identifier: MIT */
/*
 * line-break: the line is held low for longer than a character takes. The
 * receiver reads a 0, and is told. Not the break-in of KD, which is a byte.
 */
#include "inject/stage.h"

static const struct setting line_break_settings[] = { { 0 } };

static void line_break_apply(const void *config, struct chunk *c,
			     struct chunk_run run, uint64_t draw,
			     struct stage_out *out)
{
	(void)config;
	(void)draw;
	if (c->len == CHUNK_MAX || !chunk_error(c, run.at))
		return;
	stage_note(out, c, run, -1, 0, 1);
	(void)chunk_insert(c, run.at, 0);
}

const struct stage_type line_break_stage = {
	.name = "line-break",
	.help = "hold the line low: a byte 0, with the error bit",
	.tells = "the line was low before {place}",
	.settings = line_break_settings,
	.apply = line_break_apply,
};
