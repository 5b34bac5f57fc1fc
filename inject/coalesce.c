/* SPDX-License-Identifier: MIT */
/*
 * coalesce: somebody waits whether more is coming, and then sends it all at
 * once: the latency timer of a USB adapter; with 'first: passes', Nagle's
 * algorithm on one end of a TCP connection and delayed ACKs on the other.
 */
#include "inject/stage.h"

struct coalesce_config {
	uint64_t time_ns;
	int first;
};

enum { FIRST_WAITS, FIRST_PASSES };

#define AT(member) offsetof(struct coalesce_config, member)

static const struct setting coalesce_settings[] = {
	{ "time", SETTING_DURATION, AT(time_ns), "40ms",
	  "how long it collects, from the first packet on", NULL, 1,
	  UINT64_C(600000000000) },
	{ "first", SETTING_ENUM, AT(first), "waits",
	  "whether that packet waits as well", "waits|passes", 0, 0 },
	{ 0 }
};

/* state[0]: until when it collects. */
static void coalesce_apply(const void *config, struct chunk *c,
			   struct chunk_run run, uint64_t draw,
			   struct stage_out *out)
{
	const struct coalesce_config *coalesce = config;
	uint64_t *until = stage_state(out);
	uint64_t now = c->arrived_ns + c->delay_ns;

	(void)draw;
	if (now >= *until) {
		*until = now + coalesce->time_ns;
		if (coalesce->first == FIRST_PASSES)
			return;
	}
	stage_note(out, c, run, -1, -1, *until - now);
	c->delay_ns += *until - now;
}

static uint64_t coalesce_digest(const uint64_t *state, uint64_t now)
{
	return state[0] > now ? state[0] - now : 0;
}

const struct stage_type coalesce_stage = {
	.name = "coalesce",
	.help = "collect packets, then let them through at once",
	.tells = "{place} waited {time} to be sent with others",
	.whole = true,
	.config_size = sizeof(struct coalesce_config),
	.settings = coalesce_settings,
	.digest = coalesce_digest,
	.apply = coalesce_apply,
};
