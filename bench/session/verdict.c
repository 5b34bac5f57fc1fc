/* SPDX-License-Identifier: MIT */
#include "bench/session/verdict.h"

const char *const verdict_names[VERDICT_COUNT] = {
	[VERDICT_COMPLETED] = "completed",
	[VERDICT_RECOVERED] = "recovered",
	[VERDICT_GAVE_UP] = "gave-up",
	[VERDICT_HANG] = "hang",
	[VERDICT_LIVELOCK] = "livelock",
	[VERDICT_CORRUPT] = "corrupt",
	[VERDICT_LOST_TARGET] = "lost-target",
	[VERDICT_SPURIOUS_STOP] = "spurious-stop",
	[VERDICT_ERROR] = "error",
};
