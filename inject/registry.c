/* SPDX-License-Identifier: MIT */
#include "inject/stage.h"

#include <string.h>

/* All faults there are: a new one is a file, which defines NAME_stage, and a
   line here. */
#define STAGES            \
	STAGE(drop)       \
	STAGE(flip)       \
	STAGE(set)        \
	STAGE(burst)      \
	STAGE(insert)     \
	STAGE(duplicate)  \
	STAGE(truncate)   \
	STAGE(reorder)    \
	STAGE(delay)      \
	STAGE(jitter)     \
	STAGE(stall)      \
	STAGE(throttle)   \
	STAGE(hangup)     \
	STAGE(stale)      \
	STAGE(foreign)    \
	STAGE(pipe)       \
	STAGE(steal)      \
	STAGE(echo)       \
	STAGE(transform)  \
	STAGE(coalesce)   \
	STAGE(fragment)   \
	STAGE(overrun)    \
	STAGE(framing)    \
	STAGE(line_break) \
	STAGE(freeze)     \
	STAGE(pause)      \
	STAGE(poll_cost)  \
	STAGE(snapshot)   \
	STAGE(revert)     \
	STAGE(reset)      \
	STAGE(ring_epoch) \
	STAGE(wreck)      \
	STAGE(restart)    \
	STAGE(rival)

#define STAGE(name) extern const struct stage_type name##_stage;
STAGES
#undef STAGE

#define STAGE(name) &name##_stage,
const struct stage_type *const stage_types[] = { STAGES NULL };
#undef STAGE

const struct stage_type *stage_find(const char *name)
{
	for (const struct stage_type *const *t = stage_types; *t; t++) {
		if (strcmp((*t)->name, name) == 0)
			return *t;
	}
	return NULL;
}

const char *stage_check(const struct stage_type *type, const void *config,
			const struct when *when)
{
	if (when->after_ns >= when->until_ns)
		return "'until' is not later than 'after'";
	if (type->whole && (when->per == PER_BYTE || when_aims(when)))
		return "this fault takes whole packets: it has no 'per: byte', "
		       "'field' or 'offset'";
	if (type->check_when && type->check_when(config, when))
		return type->check_when(config, when);
	return type->check ? type->check(config) : NULL;
}

bool stage_is_per_byte(const struct stage_type *type, const struct when *when)
{
	return when->per == PER_BYTE ||
	       (when->per == PER_DEFAULT && type->per_byte);
}

const char *stage_check_records(const struct stage_type *type,
				const struct when *when)
{
	if (!type->records)
		return "this fault damages bytes, and records "
		       "(transport.framing: packet) travel whole";
	if (stage_is_per_byte(type, when))
		return "records (transport.framing: packet) travel whole: "
		       "write 'per: packet'";
	if (when_aims(when))
		return "records (transport.framing: packet) have no 'field' "
		       "and no 'offset'";
	return NULL;
}
