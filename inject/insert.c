/* SPDX-License-Identifier: MIT */
/* insert: bytes that nobody sent, in front of one that somebody did. */
#include "inject/stage.h"

#include "bench/base/hash.h"

struct insert_config {
	uint64_t byte;
	uint64_t count;
};

#define AT(member) offsetof(struct insert_config, member)

static const struct setting insert_settings[] = {
	{ "byte", SETTING_COUNT, AT(byte), "drawn",
	  "its value, for example 0x62", "drawn", 0, 0xff },
	{ "count", SETTING_COUNT, AT(count), "1", "how many in a row", NULL, 1,
	  256 },
	{ 0 }
};

static void insert_apply(const void *config, struct chunk *c,
			 struct chunk_run run, uint64_t draw,
			 struct stage_out *out)
{
	const struct insert_config *insert = config;
	uint16_t at = run.at;

	for (uint64_t i = 0; i < insert->count; i++, at++) {
		struct chunk_run before = { .at = at, .len = 1 };
		uint64_t byte = insert->byte;

		if (byte > 0xff) /* drawn */
			byte = hash_pattern(draw, i) >> 56;
		if (!chunk_insert(c, at, (uint8_t)byte))
			return;
		stage_note(out, c, before, -1, (int)byte, 1);
	}
}

const struct stage_type insert_stage = {
	.name = "insert",
	.help = "add bytes that nobody sent",
	.tells = "{after} was inserted before {place}",
	.per_byte = true,
	.config_size = sizeof(struct insert_config),
	.settings = insert_settings,
	.apply = insert_apply,
};
