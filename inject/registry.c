/* SPDX-License-Identifier: MIT */
#include "inject/stage.h"

#include <string.h>

/* All faults there are: a new one is a file, which defines NAME_stage, and a
   line here. */
#define STAGES           \
	STAGE(drop)      \
	STAGE(flip)      \
	STAGE(insert)    \
	STAGE(duplicate) \
	STAGE(delay)     \
	STAGE(throttle)  \
	STAGE(stale)     \
	STAGE(foreign)   \
	STAGE(pipe)      \
	STAGE(steal)     \
	STAGE(echo)      \
	STAGE(transform) \
	STAGE(coalesce)  \
	STAGE(fragment)  \
	STAGE(overrun)   \
	STAGE(framing)   \
	STAGE(line_break)

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
	const char *wrong;

	if (when->after_ns >= when->until_ns)
		return "'until' is not later than 'after'";
	if (type->whole && (when->per == PER_BYTE || when_aims(when)))
		return "this fault takes whole packets: it has no 'per: byte', "
		       "'field' or 'offset'";
	wrong = type->check ? type->check(config) : NULL;
	return wrong || !type->fits ? wrong : type->fits(config, when);
}
