/* SPDX-License-Identifier: MIT */
/*
 * steal: another reader of the same line takes bytes: firmware, a boot loader,
 * the serial driver of the system that is debugged. What it reads at once is
 * bytes in a row.
 */
#include "inject/stage.h"

#include "bench/base/hash.h"
#include "inject/draw.h"

struct steal_config {
	uint64_t min, max;
};

#define AT(member) offsetof(struct steal_config, member)

static const struct setting steal_settings[] = {
	{ "min", SETTING_COUNT, AT(min), "1", "bytes in a row, at least", NULL,
	  1, KD_PACKET_MAX },
	{ "max", SETTING_COUNT, AT(max), "16",
	  "bytes in a row, at most: a FIFO full", NULL, 1, KD_PACKET_MAX },
	{ 0 }
};

static const char *steal_check(const void *config)
{
	const struct steal_config *steal = config;

	return steal->min > steal->max ? "'min' is larger than 'max'" : NULL;
}

static void steal_apply(const void *config, struct chunk *c,
			struct chunk_run run, uint64_t draw,
			struct stage_out *out)
{
	const struct steal_config *steal = config;
	uint64_t len = steal->min +
		       draw_below(draw, steal->max - steal->min + 1);
	struct chunk_run taken = { .at = run.at };

	if (run.whole) /* it looks when it likes */
		taken.at = (uint16_t)draw_below(hash_pattern(draw, 1), c->len);
	if (len > (uint64_t)(c->len - taken.at))
		len = c->len - taken.at;
	taken.len = (uint16_t)len;
	taken.whole = len == c->len;
	stage_note(out, c, taken, len == 1 ? c->bytes[taken.at] : -1, -1, len);
	chunk_drop(c, taken);
}

const struct stage_type steal_stage = {
	.name = "steal",
	.help = "let another reader take bytes in a row",
	.tells = "{place} {was} taken by another reader",
	.config_size = sizeof(struct steal_config),
	.settings = steal_settings,
	.check = steal_check,
	.apply = steal_apply,
};
