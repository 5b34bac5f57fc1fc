/* SPDX-License-Identifier: MIT */
/*
 * delay: bytes that arrive late, and all behind them with them. A packet is
 * given a latency: packets that came together are not late one by one. Bytes
 * are given a pause: the line stands still before each of them.
 */
#include "inject/stage.h"

#include "inject/draw.h"
#include "inject/normal.h"

struct delay_config {
	uint64_t time_ns;
	uint64_t min_ns, max_ns;
	uint64_t mean_ns, deviation_ns;
};

#define AT(member) offsetof(struct delay_config, member)

static const struct setting delay_settings[] = {
	{ "time", SETTING_DURATION, AT(time_ns), "", "how late", NULL, 0,
	  STAGE_TIME_MAX_NS },
	{ "min", SETTING_DURATION, AT(min_ns), "",
	  "how late at least, if it is drawn evenly", NULL, 0,
	  STAGE_TIME_MAX_NS },
	{ "max", SETTING_DURATION, AT(max_ns), "",
	  "how late at most, if it is drawn evenly", NULL, 0,
	  STAGE_TIME_MAX_NS },
	{ "mean", SETTING_DURATION, AT(mean_ns), "",
	  "how late on average, if it is normally distributed", NULL, 0,
	  STAGE_TIME_MAX_NS },
	{ "deviation", SETTING_DURATION, AT(deviation_ns), "",
	  "... and the standard deviation; never earlier than at once", NULL, 0,
	  STAGE_TIME_MAX_NS },
	{ 0 }
};

static const char *delay_check(const void *config)
{
	const struct delay_config *delay = config;
	bool even = delay->min_ns || delay->max_ns;
	bool normal = delay->mean_ns || delay->deviation_ns;

	if (delay->time_ns && even)
		return "'time' is fixed: it goes without 'min' and 'max'";
	if (delay->time_ns && normal)
		return "'time' is fixed: it goes without 'mean' and "
		       "'deviation'";
	if (even && normal)
		return "'min' and 'max' are drawn evenly, 'mean' and "
		       "'deviation' are not: write either";
	if (delay->min_ns > delay->max_ns)
		return "'min' is larger than 'max'";
	return NULL;
}

static uint64_t drawn(const struct delay_config *delay, uint64_t draw)
{
	if (delay->max_ns)
		return delay->min_ns +
		       draw_below(draw, delay->max_ns - delay->min_ns + 1);
	if (delay->mean_ns || delay->deviation_ns)
		return normal_draw(draw, delay->mean_ns, delay->deviation_ns);
	return delay->time_ns;
}

static void delay_apply(const void *config, struct chunk *c,
			struct chunk_run run, uint64_t draw,
			struct stage_out *out)
{
	uint64_t ns = drawn(config, draw);

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
	.records = true,
	.config_size = sizeof(struct delay_config),
	.settings = delay_settings,
	.check = delay_check,
	.apply = delay_apply,
};
