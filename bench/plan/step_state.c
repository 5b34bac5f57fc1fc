/* SPDX-License-Identifier: MIT */
#include "bench/plan/step_state.h"

#include <string.h>

enum state {
	ANY,     /* needs: nothing; leaves: as it was */
	UNKNOWN, /* before 'connect' */
	LEFT,    /* after 'disconnect' */
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
	[STEP_RESET] = { STOPPED, STOPPED },
	[STEP_RECONNECT] = { ANY, STOPPED },
	[STEP_DISCONNECT] = { ANY, LEFT },
	[STEP_READ_PHYSICAL] = { STOPPED, STOPPED },
	[STEP_WRITE_PHYSICAL] = { STOPPED, STOPPED },
	[STEP_DUMP] = { STOPPED, STOPPED },
	[STEP_SEARCH] = { STOPPED, STOPPED },
	[STEP_FILL] = { STOPPED, STOPPED },
	[STEP_SET_REGISTERS] = { STOPPED, STOPPED },
	[STEP_CONTROL_SPACE] = { STOPPED, STOPPED },
	[STEP_READ_MSR] = { STOPPED, STOPPED },
	[STEP_READ_PORT] = { STOPPED, STOPPED },
	[STEP_CLEAR_BREAKPOINT] = { STOPPED, STOPPED },
	[STEP_BREAKPOINT_LOOP] = { STOPPED, STOPPED },
	[STEP_HARDWARE_BREAKPOINT] = { STOPPED, STOPPED },
	[STEP_STEP_LOOP] = { STOPPED, STOPPED },
	[STEP_SWITCH_PROCESSOR] = { STOPPED, STOPPED },
	[STEP_EXPECT_STOP] = { RUNNING, STOPPED },
	[STEP_MODULE_STORM] = { STOPPED, STOPPED },
	[STEP_FILE_TRANSFER] = { STOPPED, STOPPED },
	[STEP_PROMPT] = { STOPPED, STOPPED },
	[STEP_WILD] = { STOPPED, STOPPED },
	[STEP_SWEEP] = { STOPPED, STOPPED },
	[STEP_CALIBRATE] = { STOPPED, STOPPED },
	[STEP_ATTACH] = { STOPPED, STOPPED },
	[STEP_CONDITIONAL] = { STOPPED, STOPPED },
	[STEP_STACK_WALK] = { STOPPED, STOPPED },
	[STEP_RELOAD] = { STOPPED, STOPPED },
	[STEP_PROCESS_LIST] = { STOPPED, STOPPED },
	[STEP_BOOT] = { STOPPED, STOPPED },
	[STEP_SCRIPT] = { STOPPED, STOPPED },
	[STEP_REPEAT] = { ANY, ANY }, /* its steps count */
};

/* A read can only be broken off while it is possible. */
static enum state needed(const struct step *step)
{
	if (step->kind == STEP_RECONNECT && step->how)
		return STOPPED;
	return states[step->kind].needs;
}

static bool refuse(const struct node *item, const struct step *step,
		   enum state state, struct err *err)
{
	const char *kind = step_types[step->kind].key;

	if (state == UNKNOWN) {
		err_at(err, item->where, "'%s' comes before 'connect'", kind);
		return err_hint(err, "begin the session with '- connect'");
	}
	if (state == LEFT) {
		err_at(err, item->where, "'%s' comes after 'disconnect'", kind);
		return err_hint(err, "put '- reconnect' before it");
	}
	if (needed(step) == RUNNING) {
		err_at(err, item->where, "'%s' needs a running target", kind);
		return err_hint(err, "put '- continue' before it");
	}
	err_at(err, item->where, "'%s' needs a stopped target", kind);
	return err_hint(err, "put '- break-in' before it");
}

static const struct node *nested(const struct node *item)
{
	return node_get(item->items[0], "steps");
}

/* Can this kind of step come while the target is in this state? */
static bool fits(const struct step *step, enum state state)
{
	enum step_kind kind = step->kind;
	enum state needs = needed(step);

	if (kind == STEP_CONNECT || kind == STEP_REPEAT)
		return true;
	if (state == UNKNOWN)
		return false;
	if (state == LEFT)
		return (kind == STEP_RECONNECT && needs == ANY) ||
		       kind == STEP_WAIT;
	return needs == ANY || needs == state;
}

static bool check(const struct node *list, const struct step *steps,
		  size_t count, enum state *state, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct step *step = &steps[i];

		if (!fits(step, *state))
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
