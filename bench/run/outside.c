/* SPDX-License-Identifier: MIT */
#include "bench/run/outside.h"

static const enum launch_event events[] = {
	[SESSION_RESET] = LAUNCH_RESET,
	[SESSION_RESET_NEW_PIPE] = LAUNCH_RESET_NEW_PIPE,
	[SESSION_NEW_PIPE] = LAUNCH_NEW_PIPE,
};

const char *outside_spared(const struct launched *target,
			   enum session_outside what)
{
	if (!target->ops->spared)
		return "the target is somebody else's";
	return target->ops->spared(target, events[what], 0);
}

bool outside_let(struct engine *e, struct launched *target,
		 enum launch_event what, uint64_t amount, uint64_t *now,
		 struct err *err)
{
	if (!target->ops->happen(target, what, amount, now, err))
		return false;
	if (what != LAUNCH_RESET_NEW_PIPE && what != LAUNCH_NEW_PIPE)
		return true;
	e->held_len = 0;
	chain_empty_out(&e->chains[TO_TARGET]);
	chain_empty_out(&e->chains[TO_DEBUGGER]);
	return true;
}

bool outside_happen(struct engine *e, struct launched *target,
		    enum session_outside what, uint64_t *now, struct err *err)
{
	return outside_let(e, target, events[what], 0, now, err);
}
