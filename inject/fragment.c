/* SPDX-License-Identifier: MIT */
/*
 * fragment: a packet that was written at once and arrives in pieces: its header
 * alone, or a few bytes at a time.
 */
#include "inject/stage.h"

struct fragment_config {
	uint64_t size;
	uint64_t pause_ns;
};

#define AT(member) offsetof(struct fragment_config, member)

static const struct setting fragment_settings[] = {
	{ "size", SETTING_SIZE, AT(size), "",
	  "of a piece; 0: the header is one, and the rest", NULL, 0,
	  KD_PACKET_MAX },
	{ "pause", SETTING_DURATION, AT(pause_ns), NULL, "between the pieces",
	  NULL, 1, UINT64_C(600000000000) },
	{ 0 }
};

static void fragment_apply(const void *config, struct chunk *c,
			   struct chunk_run run, uint64_t draw,
			   struct stage_out *out)
{
	const struct fragment_config *fragment = config;
	unsigned at = fragment->size ? (unsigned)fragment->size
				     : KD_HEADER_SIZE;
	bool cut = false;

	(void)draw;
	for (; at < c->len && chunk_pause(c, at, fragment->pause_ns);
	     at += (unsigned)fragment->size) {
		cut = true;
		if (!fragment->size)
			break;
	}
	if (cut)
		stage_note(out, c, run, -1, -1, fragment->pause_ns);
}

const struct stage_type fragment_stage = {
	.name = "fragment",
	.help = "let packets arrive in pieces",
	.tells = "{place} came in pieces, {time} apart",
	.whole = true,
	.config_size = sizeof(struct fragment_config),
	.settings = fragment_settings,
	.apply = fragment_apply,
};
