/* SPDX-License-Identifier: MIT */
/* script: to be built. */
#include "bench/session/step_settings.h"
#include "bench/session/steps.h"

const struct setting step_script_settings[] = {
	STEP_WHOLE_COUNT,
	{ 0 },
};

static void op(struct session *s)
{
	session_end(s, VERDICT_ERROR, "step '%s' is not built", s->step->name);
}

const struct step_ops script_ops = {
	.op = op,
	.needs_stop = true,
	.needs_kdbb = session_always,
	.counts = true,
};
