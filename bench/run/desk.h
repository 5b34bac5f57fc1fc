/* SPDX-License-Identifier: MIT */
/*
 * The debugger's side of the line, where it is not one debugger that always
 * listens: ours may be descheduled for a while, or be killed and another one
 * started, and somebody else's may have the same pipe open.
 */
#ifndef RUN_DESK_H
#define RUN_DESK_H

#include "bench/base/keeper.h"
#include "bench/run/engine.h"

/* Is an event of this kind about the debugger's side? */
bool desk_takes(const struct chain_event *event);

/*
 * Let it happen: it was met in direction 'dir', at 'now'. What cannot happen
 * here ends the session as an error that says why. ERR_HOST: the target is of
 * no more use.
 */
bool desk_happen(struct engine *e, const struct chain_event *event,
		 enum fault_dir dir, uint64_t now, struct err *err);

/* Ours neither hears nor says anything, and its timers do not run. */
static inline bool desk_is_away(const struct engine *e)
{
	return e->away.until_ns != 0;
}

/* What it said last has not all left: the rest waits until it is back. */
static inline bool desk_holds_back(const struct engine *e)
{
	return e->away.until_ns != 0 && e->away.sending;
}

/* What comes meanwhile is thrown away. */
static inline bool desk_loses(const struct engine *e)
{
	return e->away.until_ns != 0 && e->away.loses;
}

/* Who is to come back comes back, who is to go goes. True: something moved. */
bool desk_time(struct engine *e, uint64_t now);

/* Is there a second one? */
bool desk_is_shared(const struct engine *e);

/*
 * Bytes for whoever reads them: 'hear' is ours, which says how many it took, if
 * it is there. Returns how many are gone.
 */
size_t desk_hear(struct engine *e, struct kd_span in, uint64_t now,
		 size_t (*hear)(struct engine *e, struct kd_span in,
				uint64_t now));

/*
 * Put what the second one says behind what is on its way in the chain to the
 * target, if that is between two packets. True: something moved.
 */
bool desk_says(struct engine *e, uint64_t now);

/*
 * Do both put single bytes on the line, in turn? Then ours go one by one, and
 * before each the second one may: its byte, or nothing, as one span. 'ours':
 * ours has one to send. Once it is on the line, desk_said() takes it away.
 */
bool desk_mixes(const struct engine *e);
struct kd_span desk_byte(struct engine *e, bool ours, uint64_t now);
void desk_said(struct engine *e);

/* When desk_time() next matters, or CLOCK_NEVER. */
uint64_t desk_deadline(const struct engine *e);

/* The session is over, and all of this with it. */
void desk_clear(struct engine *e);

/* Put away or bring back what is no part of struct engine itself. */
void desk_keep(struct engine *e, struct keeper *k);

/* Add to hash 'h' who is there, times counted from 'now'. */
uint64_t desk_digest(const struct engine *e, uint64_t h, uint64_t now);

#endif
