/* SPDX-License-Identifier: MIT */
/*
 * One direction of a serial line: when each byte has passed it. Ten bits a
 * byte, deadlines counted from when the line became busy, so that an error of
 * one wake-up never adds to the next. Pure.
 *
 * A late wake-up is made up for: the bytes that were ready meanwhile have
 * passed. A line that was silent is not: after PACE_QUIET_NS with nothing to
 * send it is idle, and the next byte takes its full time.
 */
#ifndef LINK_PACE_H
#define LINK_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Silence that QEMU may need to hand on bytes which the guest has ready. */
#define PACE_QUIET_NS UINT64_C(200000)

/* How much lateness of ours is made up for, in time of the line. */
#define PACE_LATE_NS UINT64_C(10000000)

struct pace {
	uint64_t baud; /* bits per second; 0: no pacing */
	bool busy;
	bool dry;           /* when last looked at, nothing was left to send */
	uint64_t dry_since; /* when that was */
	uint64_t anchor_ns; /* when the line became busy */
	uint64_t done;      /* byte times that are used up since */
	uint64_t lost;      /* of them without a byte, though it was not idle */
};

/*
 * Look at the line at 'now' with 'ready' bytes to be sent: how many of them
 * have passed it since the last look? They count as sent.
 */
size_t pace_pass(struct pace *p, uint64_t now, size_t ready);

/* The far end refused 'len' bytes that should have passed: time is lost. */
void pace_refused(struct pace *p, size_t len);

/* When the next byte will have passed; UINT64_MAX if none is ready. */
uint64_t pace_next_ns(const struct pace *p);

/* Bytes that take 'ns' at this rate, rounded down. */
uint64_t pace_bytes(uint64_t baud, uint64_t ns);

#endif
