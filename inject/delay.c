/* SPDX-License-Identifier: MIT */
/*
 * delay: bytes that arrive late, and all behind them with them. A packet is
 * given a latency: packets that came together are not late one by one. Bytes
 * are given a pause: the line stands still before each of them.
 */
#include "inject/stage.h"

#include "inject/draw.h"

struct delay_config {
	uint64_t time_ns;
	uint64_t min_ns, max_ns;
};

#define AT(member) offsetof(struct delay_config, member)

/* Ten minutes: the arithmetic of the queue rests on a limit. */
#define LIMIT_NS UINT64_C(600000000000)

static const struct setting delay_settings[] = {
	{ "time", SETTING_DURATION, AT(time_ns), "", "how late", NULL, 0,
	  LIMIT_NS },
	{ "min", SETTING_DURATION, AT(min_ns), "",
	  "how late at least, if it is drawn", NULL, 0, LIMIT_NS },
	{ "max", SETTING_DURATION, AT(max_ns), "",
	  "how late at most, if it is drawn", NULL, 0, LIMIT_NS },
	{ 0 }
};

static const char *delay_check(const void *config)
{
	const struct delay_config *delay = config;

	if (delay->time_ns && (delay->min_ns || delay->max_ns))
		return "'time' is fixed: it goes without 'min' and 'max'";
	if (delay->min_ns > delay->max_ns)
		return "'min' is larger than 'max'";
	return NULL;
}

static void delay_apply(const void *config, struct chunk *c,
			struct chunk_run run, uint64_t draw,
			struct stage_out *out)
{
	const struct delay_config *delay = config;
	uint64_t ns = delay->time_ns;

	if (delay->max_ns)
		ns = delay->min_ns +
		     draw_below(draw, delay->max_ns - delay->min_ns + 1);
	if (ns == 0)
		return;
	if (run.whole)
		c->delay_ns += ns;
	else if (!chunk_pause(c, run.at, ns))
		return;
	stage_note(out, c, run, -1, -1, ns);
}

const struct stage_type delay_stage = {
	.name = "delay",
	.help = "hold packets, or stand still before a byte",
	.tells = "{place} {was} delayed by {time}",
	.config_size = sizeof(struct delay_config),
	.settings = delay_settings,
	.check = delay_check,
	.apply = delay_apply,
};
