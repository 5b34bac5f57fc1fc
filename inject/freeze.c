/* SPDX-License-Identifier: MIT */
/*
 * freeze: an end of the line stands still for a while. The target goes on as if
 * no time had passed: its processor and its clock stop, as when a monitor says
 * 'stop', so that its polls stop counting too. The debugger is descheduled: its
 * clock goes on, but it looks at nothing, neither at the line nor at the clock.
 */
#include "inject/stage.h"

struct freeze_config {
	uint64_t time_ns;
	int who; /* enum event_side */
};

static const struct setting freeze_settings[] = {
	{ "time", SETTING_DURATION, offsetof(struct freeze_config, time_ns),
	  "100ms", "how long it stands still", NULL, 1, STAGE_TIME_MAX_NS },
	{ "who", SETTING_ENUM, offsetof(struct freeze_config, who), "target",
	  "who stands still", "target|debugger", 0, 0 },
	{ 0 }
};

static void freeze_apply(const void *config, struct chunk *c,
			 struct chunk_run run, uint64_t draw,
			 struct stage_out *out)
{
	const struct freeze_config *freeze = config;

	enum chain_event_kind kind =
		freeze->who == SIDE_DEBUGGER ? EVENT_ABSENCE : EVENT_FREEZE;

	(void)draw;
	if (stage_ask(out, c, run, kind, freeze->time_ns))
		stage_note(out, c, run, -1, freeze->who, freeze->time_ns);
}

const struct stage_type freeze_stage = {
	.name = "freeze",
	.help = "an end stands still, and its clock too",
	.tells = "the {who} was frozen for {time} before {place}",
	.records = true,
	.asks = EVENT_FREEZE,
	.config_size = sizeof(struct freeze_config),
	.settings = freeze_settings,
	.check_when = stage_check_asking,
	.apply = freeze_apply,
};
