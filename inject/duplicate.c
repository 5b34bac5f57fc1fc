/* SPDX-License-Identifier: MIT */
/* duplicate: bytes that arrive more than once; per packet, packets. */
#include "inject/stage.h"

struct duplicate_config {
	uint64_t count;
};

static const struct setting duplicate_settings[] = {
	{ "count", SETTING_COUNT, offsetof(struct duplicate_config, count), "1",
	  "how often more than once", NULL, 1, 256 },
	{ 0 }
};

/* Each time the whole run behind itself, if it fits. */
static void duplicate_apply(const void *config, struct chunk *c,
			    struct chunk_run run, uint64_t draw,
			    struct stage_out *out)
{
	const struct duplicate_config *duplicate = config;
	unsigned end = run.at + run.len;
	uint64_t room = (CHUNK_MAX - (unsigned)c->len) / run.len;
	uint64_t times = duplicate->count < room ? duplicate->count : room;

	(void)draw;
	if (times == 0)
		return;
	stage_note(out, c, run, run.len == 1 ? c->bytes[run.at] : -1, -1,
		   times + 1);
	for (unsigned i = 0; i < times * run.len; i++)
		if (!chunk_insert(c, end + i, c->bytes[run.at + i]))
			return;
}

const struct stage_type duplicate_stage = {
	.name = "duplicate",
	.help = "deliver bytes, or whole packets, more than once",
	.tells = "{place} {was} delivered {count} times",
	.per_byte = true,
	.records = true,
	.config_size = sizeof(struct duplicate_config),
	.settings = duplicate_settings,
	.apply = duplicate_apply,
};
