/* SPDX-License-Identifier: MIT */
/* What became of a trial. */
#ifndef SESSION_VERDICT_H
#define SESSION_VERDICT_H

enum verdict {
	VERDICT_COMPLETED,     /* all steps done, nothing re-sent */
	VERDICT_RECOVERED,     /* done and verified, after a re-send, RESEND,
				  RESET or time-out */
	VERDICT_GAVE_UP,       /* an end stopped by its own rule, or a step
				  failed */
	VERDICT_HANG,          /* one end waits without a timer */
	VERDICT_LIVELOCK,      /* after the heal both ends transmit and the
				  state repeats */
	VERDICT_CORRUPT,       /* a step finished with wrong data */
	VERDICT_LOST_TARGET,   /* the guest died or left the protocol */
	VERDICT_SPURIOUS_STOP, /* the target stopped though nobody asked */
	VERDICT_ERROR,         /* harness or host: never a finding */
	VERDICT_COUNT
};

extern const char *const verdict_names[VERDICT_COUNT];

/* What each means, in a line. */
extern const char *const verdict_help[VERDICT_COUNT];

#endif
