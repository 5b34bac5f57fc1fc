/* SPDX-License-Identifier: MIT */
/*
 * framing: a character without a stop bit where one should be. The receiver is
 * told, and what it then reads is not what was sent.
 */
#include "inject/stage.h"

#include "inject/draw.h"

struct framing_config {
	uint64_t mask;
};

static const struct setting framing_settings[] = {
	{ "mask", SETTING_COUNT, offsetof(struct framing_config, mask), "drawn",
	  "bits of the byte that are read wrong", "drawn", 0, 0xff },
	{ 0 }
};

static void framing_apply(const void *config, struct chunk *c,
			  struct chunk_run run, uint64_t draw,
			  struct stage_out *out)
{
	const struct framing_config *framing = config;
	struct chunk_run one = {
		.at = (uint16_t)(run.at + draw_below(draw, run.len)),
		.len = 1,
	};
	uint8_t before = c->bytes[one.at];
	uint64_t mask = framing->mask;

	if (mask > 0xff)
		mask = 1 + draw_below(draw_act(draw, 1), 0xff);
	if (!chunk_error(c, one.at))
		return;
	c->bytes[one.at] = (uint8_t)(before ^ mask);
	stage_note(out, c, one, before, c->bytes[one.at], 1);
}

const struct stage_type framing_stage = {
	.name = "framing",
	.help = "garble a byte, with the error bit",
	.tells = "{place} lost its stop bit and was read as {after} for "
		 "{before}",
	.per_byte = true,
	.config_size = sizeof(struct framing_config),
	.settings = framing_settings,
	.apply = framing_apply,
};
