/* SPDX-License-Identifier: MIT */
/*
 * hangup: the link ends in the midst of a packet, both ways. Either there is a
 * new pipe at once, and all that was under way is lost; or nothing passes any
 * more until the faults end.
 */
#include "inject/stage.h"

#include "inject/draw.h"

enum hangup_then { THEN_NEW_PIPE, THEN_SILENCE };

struct hangup_config {
	int then; /* enum hangup_then */
};

static const struct setting hangup_settings[] = {
	{ "then", SETTING_ENUM, offsetof(struct hangup_config, then),
	  "new-pipe", "what comes after it", "new-pipe|silence", 0, 0 },
	{ 0 }
};

static const char *hangup_check_when(const void *config,
				     const struct when *when)
{
	(void)config;
	return when->per == PER_BYTE
		       ? "this fault takes packets: it has no 'per: byte'"
		       : NULL;
}

static void hangup_apply(const void *config, struct chunk *c,
			 struct chunk_run run, uint64_t draw,
			 struct stage_out *out)
{
	const struct hangup_config *hangup = config;
	unsigned at = run.whole ? (unsigned)draw_below(draw, run.len) : run.at;
	struct chunk_run tail = { .at = (uint16_t)at };

	tail.len = (uint16_t)(c->len - at);
	stage_note(out, c, tail, -1, -1, tail.len);
	chunk_drop(c, tail);
	stage_hang_up(out, hangup->then == THEN_NEW_PIPE);
}

const struct stage_type hangup_stage = {
	.name = "hangup",
	.help = "end the link, with or without a new pipe",
	.tells = "the link hung up before {place}",
	.config_size = sizeof(struct hangup_config),
	.settings = hangup_settings,
	.check_when = hangup_check_when,
	.apply = hangup_apply,
};
