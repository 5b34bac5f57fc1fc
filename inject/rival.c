/* SPDX-License-Identifier: MIT */
/*
 * rival: a second debugger on the same pipe, from here on. What it is and does
 * is the business of who owns the ends (bench/run/rival.c).
 */
#include "inject/rival.h"

#include "inject/stage.h"

#define AT(member) offsetof(struct rival_config, member)

static const struct setting rival_settings[] = {
	{ "profile", SETTING_ENUM, AT(profile), "windbg", "by whose rules",
	  "same|robust|windbg|radare2|naive", 0, 0 },
	{ "does", SETTING_ENUM, AT(does), "attach",
	  "what it comes with: RESET, or an open ear", "attach|listen", 0, 0 },
	{ "reads", SETTING_ENUM, AT(reads), "one",
	  "who gets what the target says: one of both, or both", "one|both", 0,
	  0 },
	{ "mix", SETTING_ENUM, AT(mix), "packet",
	  "what takes turns on the line, both ways", "packet|byte", 0, 0 },
	{ "asks", SETTING_COUNT, AT(asks), "4",
	  "requests each time that it gets to a prompt", NULL, 0, 255 },
	{ "time", SETTING_DURATION, AT(time_ns), "0",
	  "how long it stays; 0: until the faults end", NULL, 0,
	  STAGE_TIME_MAX_NS },
	{ 0 }
};

static void rival_apply(const void *config, struct chunk *c,
			struct chunk_run run, uint64_t draw,
			struct stage_out *out)
{
	const struct rival_config *rival = config;

	(void)draw;
	if (stage_ask(out, c, run, EVENT_RIVAL, rival_amount(rival)))
		stage_note(out, c, run, -1, -1, rival_amount(rival));
}

const struct stage_type rival_stage = {
	.name = "rival",
	.help = "let a second debugger come to the same pipe",
	.tells = "a second debugger came before {place}",
	.records = true,
	.whole = true,
	.once = true,
	.asks = EVENT_RIVAL,
	.config_size = sizeof(struct rival_config),
	.settings = rival_settings,
	.apply = rival_apply,
};
