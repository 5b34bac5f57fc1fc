/* SPDX-License-Identifier: MIT */
/*
 * Why nobody noticed: by what a damaged packet passed as a good one. KD's
 * checksum is a plain sum of the payload; type, length and id are not in it,
 * and control packets have none.
 */
#ifndef EXPLORE_UNSEEN_H
#define EXPLORE_UNSEEN_H

#include "bench/explore/recording.h"

enum unseen {
	UNSEEN_SUM,     /* another payload with the same sum (F21) */
	UNSEEN_FOREIGN, /* a whole packet that nobody sent in this life (F42) */
	UNSEEN_HEADER,  /* type or id damaged, the payload as it was (F13, F14)
			 */
	UNSEEN_CONTROL, /* an ACK, RESEND or RESET that nobody sent (F19, F20)
			 */
	UNSEEN_BREAKIN, /* a 62 that nobody sent (F27) */
	UNSEEN_TWICE,   /* sound, but delivered more often than it was sent */
	UNSEEN_NOTHING, /* all that arrived whole was sent so */
	UNSEEN_COUNT
};
extern const char *const unseen_names[UNSEEN_COUNT];

/* The first of these that befell the session whose trace this is. */
enum unseen unseen_of(const struct trace *t);

#endif
