/* SPDX-License-Identifier: MIT */
/*
 * When an open loop is due, and the rates that a sweep goes through: pure
 * arithmetic on whole numbers, the same everywhere.
 */
#ifndef SESSION_SCHEDULE_H
#define SESSION_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes per second that anybody can ask for. */
#define SCHEDULE_RATE_MAX (UINT64_C(1) << 36)

/* A point of a sweep has as many operations, however long they take. */
#define SCHEDULE_OPS_MIN 4

/* Where a sweep ends that is to go on until the line is full. */
#define SCHEDULE_TO_MAX (UINT64_C(1) << 30)

/*
 * The instant at which 'bytes' have been asked for at 'rate' bytes a second
 * since 'start_ns', rounded up.
 */
uint64_t schedule_due(uint64_t start_ns, uint64_t bytes, uint64_t rate);

/*
 * How many requests of 'chunk' bytes it takes to ask at 'rate' for 'each_ns' or
 * a little longer.
 */
uint64_t schedule_ops(uint64_t each_ns, uint64_t rate, uint64_t chunk);

/*
 * 'count' rates from 'from' to 'to' bytes a second, each the same factor above
 * the one before; both ends are exact. 0 < from <= to <= SCHEDULE_RATE_MAX.
 */
void schedule_rates(uint64_t *rates, unsigned count, uint64_t from,
		    uint64_t to);

/* 'bytes' in 'ns', as bytes a second, rounded down; 0 if there was no time. */
uint64_t schedule_rate(uint64_t bytes, uint64_t ns);

/* Less than 90 % of what was asked for: more cannot be had. */
bool schedule_saturated(uint64_t offered, uint64_t achieved);

#endif
