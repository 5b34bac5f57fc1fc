/* SPDX-License-Identifier: MIT */
/*
 * throttle: a slower line. Each byte of a packet takes its time, and what comes
 * behind waits for the last of them. Of two throttles the slower one counts.
 */
#include "inject/stage.h"

struct throttle_config {
	uint64_t rate_bytes_s;
};

#define PS_PER_S UINT64_C(1000000000000)

static const struct setting throttle_settings[] = {
	{ "rate", SETTING_RATE, offsetof(struct throttle_config, rate_bytes_s),
	  NULL, "bytes per second", NULL, 0, 0 },
	{ 0 }
};

static void throttle_apply(const void *config, struct chunk *c,
			   struct chunk_run run, uint64_t draw,
			   struct stage_out *out)
{
	const struct throttle_config *throttle = config;
	uint64_t byte_ps;

	(void)draw;
	if (throttle->rate_bytes_s == 0) /* unlimited */
		return;
	byte_ps = PS_PER_S / throttle->rate_bytes_s;
	if (byte_ps > c->byte_ps)
		c->byte_ps = byte_ps;
	stage_note(out, c, run, -1, -1, throttle->rate_bytes_s);
}

const struct stage_type throttle_stage = {
	.name = "throttle",
	.help = "let the bytes of packets through at a rate",
	.tells = "{place} {was} slowed to {rate}",
	.whole = true,
	.records = true,
	.config_size = sizeof(struct throttle_config),
	.settings = throttle_settings,
	.apply = throttle_apply,
};
