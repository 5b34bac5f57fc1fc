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

const char *const verdict_help[VERDICT_COUNT] = {
	[VERDICT_COMPLETED] = "all steps done, nothing re-sent",
	[VERDICT_RECOVERED] = "done and verified, after at least one re-send, "
			      "RESEND, RESET or time-out",
	[VERDICT_GAVE_UP] = "an end stopped by its own rule, or a step failed",
	[VERDICT_HANG] = "one end waits without a timer",
	[VERDICT_LIVELOCK] = "the faults are over, both ends transmit, and "
			     "their state repeats",
	[VERDICT_CORRUPT] = "a step finished with wrong data",
	[VERDICT_LOST_TARGET] = "the target died or left the protocol",
	[VERDICT_SPURIOUS_STOP] = "the target stopped though nobody asked",
	[VERDICT_ERROR] = "kdbench or this machine failed: no finding about "
			  "the transport",
};
