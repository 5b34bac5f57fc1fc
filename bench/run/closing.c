/* SPDX-License-Identifier: MIT */
#include "bench/run/closing.h"

const struct step closing_steps[CLOSING_STEPS] = {
	{ .kind = STEP_BREAK_IN, .name = "closing break-in", .count = 1 },
	{ .kind = STEP_VERSION, .name = "closing version", .count = 1 },
};
