/* SPDX-License-Identifier: MIT */
/*
 * jitter: bytes that come unevenly. At a few places of a packet, drawn, the
 * line stands still for a while, drawn too: what a busy host, a hypervisor or a
 * relay in between does to a packet that was sent in one piece.
 */
#include "inject/stage.h"

#include "inject/draw.h"

struct jitter_config {
	uint64_t max_ns;
	uint64_t pieces;
};

#define AT(member) offsetof(struct jitter_config, member)
#define PIECES_MAX 64

static const struct setting jitter_settings[] = {
	{ "max", SETTING_DURATION, AT(max_ns), NULL,
	  "how long a pause may be: each is drawn evenly up to it", NULL, 1,
	  STAGE_TIME_MAX_NS },
	{ "pieces", SETTING_COUNT, AT(pieces), "4",
	  "into how many pieces a packet falls at most", NULL, 1, PIECES_MAX },
	{ 0 }
};

/* The places, ascending, so that the log is in the order of the line. */
static unsigned draw_places(uint64_t draw, struct chunk_run run,
			    uint64_t pieces, uint16_t place[PIECES_MAX])
{
	unsigned count = 0;

	for (uint64_t i = 0; i < pieces; i++) {
		uint64_t off = draw_below(draw_more(draw, 2 * i), run.len);
		uint16_t at = (uint16_t)(run.at + off);
		unsigned j = count++;

		for (; j && place[j - 1] > at; j--)
			place[j] = place[j - 1];
		place[j] = at;
	}
	return count;
}

static void jitter_apply(const void *config, struct chunk *c,
			 struct chunk_run run, uint64_t draw,
			 struct stage_out *out)
{
	const struct jitter_config *jitter = config;
	uint16_t place[PIECES_MAX] = { 0 };
	unsigned count = draw_places(draw, run, jitter->pieces, place);

	for (unsigned i = 0; i < count; i++) {
		struct chunk_run one = { .at = place[i], .len = 1 };
		uint64_t ns = draw_below(draw_more(draw, 2 * i + 1),
					 jitter->max_ns + 1);

		if ((i && place[i] == place[i - 1]) || ns == 0)
			continue;
		if (!chunk_pause(c, one.at, ns))
			return;
		stage_note(out, c, one, -1, -1, ns);
	}
}

const struct stage_type jitter_stage = {
	.name = "jitter",
	.help = "let packets come in pieces, with drawn pauses between them",
	.tells = "{place} {was} late by {time}",
	.records = true,
	.config_size = sizeof(struct jitter_config),
	.settings = jitter_settings,
	.apply = jitter_apply,
};
