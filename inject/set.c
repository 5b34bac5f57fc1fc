/* SPDX-License-Identifier: MIT */
/*
 * set: bytes that arrive with a value of your choice. Per packet it writes a
 * number, the lowest byte first, as the protocol does: "the length says 5000".
 */
#include "inject/stage.h"

struct set_config {
	uint64_t value;
};

static const struct setting set_settings[] = {
	{ "value", SETTING_COUNT, offsetof(struct set_config, value), NULL,
	  "the byte; per packet a number, lowest byte first", NULL, 0,
	  UINT32_MAX },
	{ 0 }
};

static const char *set_check_when(const void *config, const struct when *when)
{
	const struct set_config *set = config;
	bool bytes = when->per != PER_PACKET;

	if (bytes && set->value > 0xff)
		return "a byte is at most 255; write 'per: packet' to set a "
		       "'field' to a number";
	if (!bytes && !when_aims(when))
		return "per packet it needs a 'field' or an 'offset'";
	return NULL;
}

static void set_apply(const void *config, struct chunk *c, struct chunk_run run,
		      uint64_t draw, struct stage_out *out)
{
	const struct set_config *set = config;
	uint64_t value = set->value;

	(void)draw;
	for (unsigned i = 0; i < run.len; i++, value >>= 8) {
		struct chunk_run one = { .at = (uint16_t)(run.at + i),
					 .len = 1 };
		uint8_t before = c->bytes[one.at];

		if (before == (uint8_t)value) /* nothing happens */
			continue;
		c->bytes[one.at] = (uint8_t)value;
		stage_note(out, c, one, before, (uint8_t)value, 1);
	}
}

const struct stage_type set_stage = {
	.name = "set",
	.help = "give a byte, or a field, a value",
	.tells = "{place} {was} set from {before} to {after}",
	.per_byte = true,
	.config_size = sizeof(struct set_config),
	.settings = set_settings,
	.check_when = set_check_when,
	.apply = set_apply,
};
