/* SPDX-License-Identifier: MIT */
/* An order of the mailbox being carried out, for workload.c and order.c. */
#ifndef GUEST_ORDER_H
#define GUEST_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/guest/counters.h"

/* The mailbox as it was when the order was taken. */
struct order {
	uint64_t sequence;
	uint64_t args[3];
	uint64_t done; /* units, lines, notices, bytes */
	uint64_t start;
	uint64_t ticks; /* RESULT1; 0: all since 'start' */
};

/* Has the debugger left another order behind? Then this one is over. */
bool order_is_current(const struct order *o);

/*
 * Stop if the debugger asks to. False: it has left another order behind, which
 * ends this one.
 */
bool order_goes_on(const struct order *o);

static inline void order_unit_done(struct order *o)
{
	o->done++;
	counters[KDBB_WORK_UNITS]++;
}

/* So many units of spin work, without a look at the line. */
void order_work(uint64_t units);

/* The workloads of kdbb.h of these names; they return their RESULT0. */
uint64_t order_module_storm(struct order *o);
uint64_t order_file_transfer(struct order *o);
uint64_t order_step_loop(struct order *o);
uint64_t order_dive(struct order *o);
uint64_t order_prompt(struct order *o);
uint64_t order_wild(struct order *o);
uint64_t order_copy(struct order *o);
uint64_t order_raw(struct order *o);
uint64_t order_events(struct order *o);

#endif
