/* SPDX-License-Identifier: MIT */
/*
 * overrun: a receiver that looks away. Its FIFO takes what fits, what comes
 * then is lost, and when it looks again the status says so, in front of what is
 * in the FIFO. A model: QEMU never sends more than fits.
 */
#include "inject/stage.h"

struct overrun_config {
	uint64_t fifo;
	uint64_t late;
};

#define AT(member) offsetof(struct overrun_config, member)

static const struct setting overrun_settings[] = {
	{ "fifo", SETTING_COUNT, AT(fifo), "16", "characters that it holds",
	  NULL, 1, 256 },
	{ "late", SETTING_COUNT, AT(late), "1",
	  "characters too late that it is served", NULL, 1, 4096 },
	{ 0 }
};

static void overrun_apply(const void *config, struct chunk *c,
			  struct chunk_run run, uint64_t draw,
			  struct stage_out *out)
{
	const struct overrun_config *overrun = config;
	uint64_t at = run.at + overrun->fifo;
	struct chunk_run lost = { .at = (uint16_t)at,
				  .len = (uint16_t)overrun->late };

	(void)draw;
	if (at >= c->len)
		return;
	if (lost.len > c->len - at)
		lost.len = (uint16_t)(c->len - at);
	stage_note(out, c, lost, lost.len == 1 ? c->bytes[at] : -1, -1,
		   lost.len);
	(void)chunk_error(c, run.at);
	chunk_drop(c, lost);
}

const struct stage_type overrun_stage = {
	.name = "overrun",
	.help = "lose bytes behind a full receive FIFO, with the error bit",
	.tells = "{place} {was} lost behind a full FIFO",
	.config_size = sizeof(struct overrun_config),
	.settings = overrun_settings,
	.apply = overrun_apply,
};
