/* SPDX-License-Identifier: MIT */
/* Ctrl-C and SIGTERM: stop cleanly, keep what was measured. */
#ifndef RUN_INTERRUPT_H
#define RUN_INTERRUPT_H

#include <stdbool.h>

/* Catch SIGINT, SIGTERM and SIGHUP; a second one ends the program at once. */
void interrupt_catch(void);

/* Has one come? */
bool interrupt_seen(void);

#endif
