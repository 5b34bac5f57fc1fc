/* SPDX-License-Identifier: MIT */
/*
 * How the guest waits when a look at its line found nothing: one policy for all
 * lines. A line that can wake a halted machine says so by having a wait(); any
 * other is looked at again and again, as kdcom does it.
 */
#ifndef GUEST_WAIT_H
#define GUEST_WAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/guest/line.h"
#include "bench/guest/params.h"

/* Wait as 'idle', 'spin-ns' and 'sleep-ns' of 'p' say. */
void wait_init(const struct params *p);

/*
 * A look at 'line' found nothing (or, if 'for_room', no room): pass the time
 * until it is worth looking again, at most until 'deadline_ns' (TICKS_NEVER:
 * there is none). Interrupts must be off. Returns early as it likes.
 */
void wait_fruitless(const struct line *line, bool for_room,
		    uint64_t deadline_ns);

/*
 * The same where looks are counted instead of time: it may pass time that each
 * look costs, but sleeps through none of them.
 */
void wait_counted(void);

/* A look found something: the next fruitless one is the first of its kind. */
void wait_fruitful(void);

/*
 * Halt until an interrupt comes, or until 'deadline_ns' (TICKS_NEVER: however
 * long it takes). Interrupts must be off, and are so afterwards.
 */
void wait_halt_until(uint64_t deadline_ns);

#endif
