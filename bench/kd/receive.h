/* SPDX-License-Identifier: MIT */
/* What the halves of debugger.c tell each other. Private to bench/kd. */
#ifndef KD_RECEIVE_H
#define KD_RECEIVE_H

#include "bench/kd/debugger.h"

/* Start over: RESET; an open request is sent anew afterwards. */
void kd_debugger_resync(struct kd_debugger *d, uint64_t now);

/* Put the open request on its way under the next id. */
void kd_debugger_post(struct kd_debugger *d, uint64_t now);

/* Send the open request again under the id it had. */
void kd_debugger_repeat(struct kd_debugger *d, uint64_t now);

/* RESET, under the id that the profile wants. */
void kd_debugger_send_reset(struct kd_debugger *d);

/* The packet in x.rx is whole, good and new: act on it. */
enum kd_debugger_event kd_debugger_deliver(struct kd_debugger *d, uint64_t now);

/* Stop for good; 'reason' is static text. Returns KD_DEBUGGER_LOST. */
enum kd_debugger_event kd_debugger_give_up(struct kd_debugger *d,
					   const char *reason);

/* A request without a reply has been taken. Returns KD_DEBUGGER_DONE. */
enum kd_debugger_event kd_debugger_done(struct kd_debugger *d);

/*
 * What the target asks on its own, its packet being complete: note it, and
 * return what to report now (answer.c).
 */
enum kd_debugger_event kd_debugger_on_debug_io(struct kd_debugger *d,
					       uint64_t now);
enum kd_debugger_event kd_debugger_on_file_io(struct kd_debugger *d,
					      uint64_t now);
enum kd_debugger_event kd_debugger_on_trace_io(struct kd_debugger *d);

/*
 * The answer on its way was taken. 'acked': by an ACK, or by what implies one;
 * if not, both ends have started over since.
 */
void kd_debugger_answered(struct kd_debugger *d, bool acked);

/* The first sign since the owner asked that the target has begun anew. */
static inline void kd_debugger_begun(struct kd_debugger *d, uint64_t now)
{
	if (d->begun_ns == KD_NEVER)
		d->begun_ns = now;
}

/* Is anything open that must be sent anew once synchronised? */
static inline bool kd_debugger_open(const struct kd_debugger *d)
{
	return d->request_open || d->answering;
}

#endif
