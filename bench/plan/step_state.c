/* SPDX-License-Identifier: MIT */
#include "bench/plan/step_state.h"

#include <string.h>

enum state {
	ANY,     /* needs: nothing; leaves: as it was */
	UNKNOWN, /* before 'connect' */
	STOPPED,
	RUNNING,
};

/* How a step must find the target, and how it leaves it. */
static const struct {
	enum state needs, leaves;
} states[STEP_KIND_COUNT] = {
	[STEP_CONNECT] = { ANY, STOPPED },
	[STEP_BREAK_IN] = { ANY, STOPPED },
	[STEP_CONTINUE] = { STOPPED, RUNNING },
	[STEP_STEP] = { STOPPED, STOPPED },
	[STEP_WAIT] = { ANY, ANY },
	[STEP_VERSION] = { STOPPED, STOPPED },
	[STEP_REGISTERS] = { STOPPED, STOPPED },
	[STEP_READ_MEMORY] = { STOPPED, STOPPED },
	[STEP_WRITE_MEMORY] = { STOPPED, STOPPED },
	[STEP_BREAKPOINT] = { STOPPED, STOPPED },
	[STEP_PRINT_STORM] = { STOPPED, STOPPED },
	[STEP_IDLE] = { STOPPED, STOPPED },
	[STEP_REPEAT] = { ANY, ANY }, /* its steps count */
};

static bool refuse(const struct node *item, const struct step *step,
		   enum state state, struct err *err)
{
	const char *kind = step_types[step->kind].key;

	if (state == UNKNOWN) {
		err_at(err, item->where, "'%s' comes before 'connect'", kind);
		return err_hint(err, "begin the session with '- connect'");
	}
	err_at(err, item->where, "'%s' needs a stopped target", kind);
	return err_hint(err, "put '- break-in' before it");
}

static const struct node *nested(const struct node *item)
{
	return node_get(item->items[0], "steps");
}

static bool check(const struct node *list, const struct step *steps,
		  size_t count, enum state *state, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct step *step = &steps[i];
		enum state needs = states[step->kind].needs;

		if ((*state == UNKNOWN && step->kind != STEP_CONNECT &&
		     step->kind != STEP_REPEAT) ||
		    (needs == STOPPED && *state == RUNNING))
			return refuse(list->items[i], step, *state, err);
		if (states[step->kind].leaves != ANY)
			*state = states[step->kind].leaves;
		if (step->kind != STEP_REPEAT)
			continue;
		/* The second round begins as the first one ended. */
		for (int round = 0; round < (step->count > 1 ? 2 : 1); round++)
			if (!check(nested(list->items[i]), step->steps,
				   step->step_count, state, err))
				return false;
	}
	return true;
}

bool step_state_check(const struct node *list, const struct step *steps,
		      size_t count, struct err *err)
{
	enum state state = UNKNOWN;

	return check(list, steps, count, &state, err);
}
