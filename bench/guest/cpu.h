/* SPDX-License-Identifier: MIT */
/*
 * The second CPU, in guests that have one: it idles, and stands still while the
 * first one is stopped, so that a debugger can look at it.
 */
#ifndef GUEST_CPU_H
#define GUEST_CPU_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/guest/trap.h"

/* Start it if 'processors' is 2; a panic if there is none. */
void cpu_start(uint64_t processors);

/* How many there are. */
unsigned cpu_count(void);

/* Make it stand still, its registers in context.h; let it go on. */
void cpu_freeze(void);
void cpu_thaw(void);

/* Is this the frame of an exception or interrupt of the second CPU? */
bool cpu_is_second(const struct trap_frame *f);

/* On the second CPU: stand still in *f until the first one runs on. */
void cpu_freeze_second(struct trap_frame *f);

#endif
