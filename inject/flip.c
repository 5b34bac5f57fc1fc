/* SPDX-License-Identifier: MIT */
/*
 * flip: bits that arrive inverted, as on a noisy line. Of more bytes than one
 * it takes one, drawn.
 */
#include "inject/stage.h"

#include "bench/base/hash.h"
#include "inject/draw.h"

struct flip_config {
	uint64_t bits;
	uint64_t mask;
};

#define AT(member) offsetof(struct flip_config, member)

static const struct setting flip_settings[] = {
	{ "bits", SETTING_COUNT, AT(bits), "1",
	  "how many bits of the byte, drawn anew each time", NULL, 1, 8 },
	{ "mask", SETTING_COUNT, AT(mask), "",
	  "exactly these bits of the byte; 0: drawn", NULL, 0, 0xff },
	{ 0 }
};

static const char *flip_check(const void *config)
{
	const struct flip_config *flip = config;

	return flip->mask && flip->bits != 1
		       ? "'mask' says which bits: it goes without 'bits'"
		       : NULL;
}

/* Bit number 'index' of those that are clear in 'mask'. */
static uint8_t clear_bit(uint8_t mask, uint64_t index)
{
	uint8_t bit = 1;

	for (;; bit = (uint8_t)(bit << 1)) {
		if ((mask & bit) == 0 && index-- == 0)
			return bit;
	}
}

static uint8_t drawn_mask(uint64_t bits, uint64_t draw)
{
	uint8_t mask = 0;

	for (uint64_t i = 0; i < bits; i++)
		mask |= clear_bit(mask,
				  draw_below(hash_pattern(draw, i), 8 - i));
	return mask;
}

static void flip_apply(const void *config, struct chunk *c,
		       struct chunk_run run, uint64_t draw,
		       struct stage_out *out)
{
	const struct flip_config *flip = config;
	uint64_t which = draw_below(hash_pattern(draw, flip->bits), run.len);
	struct chunk_run one = { .at = (uint16_t)(run.at + which), .len = 1 };
	uint8_t before = c->bytes[one.at];
	uint8_t mask = flip->mask ? (uint8_t)flip->mask
				  : drawn_mask(flip->bits, draw);
	uint8_t after = before ^ mask;

	c->bytes[one.at] = after;
	stage_note(out, c, one, before, after, 1);
}

const struct stage_type flip_stage = {
	.name = "flip",
	.help = "invert bits of a byte",
	.tells = "{place} {was} changed from {before} to {after}",
	.per_byte = true,
	.config_size = sizeof(struct flip_config),
	.settings = flip_settings,
	.check = flip_check,
	.apply = flip_apply,
};
