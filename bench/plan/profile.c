/* SPDX-License-Identifier: MIT */
#include "bench/plan/profile.h"

#include <string.h>

#include "bench/kd/debugger.h"
#include "bench/kd/target.h"

#define TARGET(field) offsetof(struct kd_target_profile, field)
#define DEBUGGER(field) offsetof(struct kd_debugger_profile, field)

/*
 * kdcom.dll counts polls of a port; how long they take depends on the machine.
 * Here they are times, short enough that a lost packet costs tenths of a
 * second. They run from the last byte seen, so slow lines do not need more.
 */
const struct setting target_settings[] = {
	{ "byte-timeout", SETTING_DURATION, TARGET(byte_timeout_ns), "100ms",
	  "silence after which the target's reader gives up on a packet", NULL,
	  1000, 0 },
	{ "retries-first", SETTING_COUNT, TARGET(retries_first), "5",
	  "sends of a droppable packet before the first ACK ever", NULL, 1,
	  1000000 },
	{ "retries", SETTING_COUNT, TARGET(retries), "20",
	  "sends of a droppable packet after it", NULL, 1, 1000000 },
	{ "read-max", SETTING_SIZE, TARGET(read_max), "3944",
	  "most bytes that one read returns", NULL, 1, 3944 },
	{ 0 },
};

const struct setting debugger_settings[] = {
	{ "byte-timeout", SETTING_DURATION, DEBUGGER(byte_timeout_ns), "50ms",
	  "silence inside a packet after which it asks for it again", NULL,
	  1000, 0 },
	{ "ack-timeout", SETTING_DURATION, DEBUGGER(ack_timeout_ns), "200ms",
	  "silence after a data packet until it is sent again", NULL, 1000, 0 },
	{ "retries", SETTING_COUNT, DEBUGGER(retries), "8",
	  "times a packet is sent again until the debugger resets", NULL, 0,
	  1000000 },
	{ "reply-timeout", SETTING_DURATION, DEBUGGER(reply_timeout_ns),
	  "200ms", "silence after an ACK until the request is sent again", NULL,
	  1000, 0 },
	{ "resends", SETTING_COUNT, DEBUGGER(resends), "16",
	  "RESENDs obeyed for one packet until the debugger resets", NULL, 0,
	  1000000 },
	{ "reset-timeout", SETTING_DURATION, DEBUGGER(reset_timeout_ns),
	  "200ms", "silence after a RESET until the next one", NULL, 1000, 0 },
	{ "resets", SETTING_COUNT, DEBUGGER(resets), "12",
	  "RESETs without an answer until the debugger gives up", NULL, 1,
	  1000000 },
	{ 0 },
};

const struct profile target_profiles[] = {
	{ .name = "ms",
	  .help = "kdcom.dll and the Windows kernel, time-outs in time" },
	{ 0 },
};

const struct profile debugger_profiles[] = {
	{ .name = "robust",
	  .help = "every wait has a timer and every timer an end" },
	{ 0 },
};

const char *profile_initial(const struct profile *profile,
			    const struct setting *row)
{
	for (size_t i = 0; profile->values[i].key; i++) {
		if (strcmp(profile->values[i].key, row->key) == 0)
			return profile->values[i].value;
	}
	return row->initial;
}
