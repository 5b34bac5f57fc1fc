/* SPDX-License-Identifier: MIT */
/*
 * Named behaviours of the protocol's two halves, and the rows of their
 * settings. They live here because bench/kd is freestanding.
 */
#ifndef PLAN_PROFILE_H
#define PLAN_PROFILE_H

#include "bench/base/setting.h"
#include "bench/session/step.h"

/* Rows for struct kd_target_profile and struct kd_debugger_profile. */
extern const struct setting target_settings[];
extern const struct setting debugger_settings[];

/* A profile is the rows' defaults, except for what it lists. */
struct profile {
	const char *name;
	const char *help;
	struct {
		const char *key, *value, *source; /* who says so */
	} values[24];                             /* ends with a NULL key */
};

/* Both end with a NULL name; their order is that of the names below. */
extern const struct profile target_profiles[];
extern const struct profile debugger_profiles[];
#define TARGET_PROFILE_NAMES "ms|reactos"
#define DEBUGGER_PROFILE_NAMES "robust|windbg|radare2|naive"

/* Does the profile list this row, and so differ from its default? */
bool profile_lists(const struct profile *profile, const struct setting *row);

/* The default of a row under this profile, as one would write it. */
const char *profile_initial(const struct profile *profile,
			    const struct setting *row);

/*
 * Fill the struct of 'rows' as this profile has it, with nothing overridden.
 */
void profile_fill(const struct profile *profile, const struct setting *rows,
		  void *config);

/*
 * Read what target.poll-cost may be: what one read of a port takes, in ns, or
 * hw, kvm or tcg. 'name' and 'where' are for messages.
 */
#define POLL_COST_MEASURED UINT64_C(0) /* the guest counts, not the plan */

bool poll_cost_read(uint64_t *cost_ns, const char *text, const char *name,
		    struct err_where where, struct err *err);

/*
 * Read what debugger.think may be: none, windbg, or {ack: 1ms, gap: 2ms}, where
 * a key left out is 0. 'name' and 'where' are for messages.
 */
bool think_read(struct think *think, const char *text, const char *name,
		struct err_where where, struct arena *arena, struct err *err);

/* Its canonical text. */
const char *think_write(const struct think *think, struct arena *arena);

#endif
