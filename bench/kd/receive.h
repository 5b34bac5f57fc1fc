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

/* ACK, after a thought if it thinks. */
void kd_debugger_ack(struct kd_debugger *d, uint32_t id, uint64_t now);

/* So many packets in a row may be broken. */
#define KD_BROKEN_MAX 3

/*
 * Nothing but broken packets: a payload may hold what looks like a leader, each
 * RESEND fetches a copy, and each copy is then read from its middle on. Only
 * silence ends that.
 */
static inline bool kd_debugger_garbled(const struct kd_debugger *d)
{
	return d->broken >= KD_BROKEN_MAX && !d->profile.busy_line;
}

/* RESEND, unless it must wait for silence, and hunt on. */
void kd_debugger_resend_please(struct kd_debugger *d, uint64_t now);

/*
 * The packet in x.rx is whole and its sum is right. Is it new? It is
 * acknowledged in any case, unless it is to be asked for again. SYNC in its id
 * means that the target has started over, and so do both of our counters; an
 * identical packet right behind it is only a copy (accept.c).
 */
bool kd_debugger_accept(struct kd_debugger *d, uint64_t now);

/* Is this the packet taken last, or asked for, over again? */
bool kd_debugger_same_as_last(const struct kd_debugger *d);
void kd_debugger_remember(struct kd_debugger *d);

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

/* --- what an ACK does not prove: doubt.c -----------------------------------
 */

/* The open request on its way, behind a question if the ids are in doubt. */
void kd_debugger_post_open(struct kd_debugger *d, uint64_t now);

/*
 * The line says that the target begins its ids anew. If it does not, is ours
 * wrong from now on?
 */
static inline void kd_debugger_restarts(struct kd_debugger *d)
{
	d->unsure |= d->x.next_id != KD_ID_INITIAL ||
		     d->state == KD_DEBUGGER_SENT;
}

/*
 * It was refused. A target that has told of its stop again takes no context
 * before it has told its own: true if it is asked for that, and then again.
 */
bool kd_debugger_context_first(struct kd_debugger *d, uint64_t now);

/* Both ends start over: a question of its own is forgotten. */
void kd_debugger_drop_question(struct kd_debugger *d);

/* The question of its own was answered. */
void kd_debugger_on_answer(struct kd_debugger *d, uint64_t now);

/* An ACK is all that says that the target went on: watch for a sign of it. */
void kd_debugger_acked_only(struct kd_debugger *d);

/* Something was wrong on the line: if the target runs, look whether it does. */
void kd_debugger_unproven(struct kd_debugger *d);

/* How long to wait for a sign, and what to do then: RESEND. */
uint64_t kd_debugger_probe_wait(const struct kd_debugger *d);
void kd_debugger_probe(struct kd_debugger *d, uint64_t now);

/*
 * A RESET came while the target was stopped, and now a state change: is it that
 * of the same stop? Then all is as it was.
 */
bool kd_debugger_stands(struct kd_debugger *d);

/*
 * The state change in x.rx is that of the last stop again. True: it may be no
 * new one, and is not to be reported now.
 */
bool kd_debugger_doubts_stop(struct kd_debugger *d, uint64_t now);

/*
 * The question in x.rx is that of the target's which was answered last. True:
 * the answer was not taken, and is sent again.
 */
bool kd_debugger_not_taken(struct kd_debugger *d, uint64_t now);

/*
 * The packet in x.rx is sound but of a type that no target sends, or that its
 * payload is not of: true the first time, it is to be asked for again.
 */
bool kd_debugger_puzzled(struct kd_debugger *d);

/* Is a request open that has a reply? */
static inline bool kd_debugger_owes_reply(const struct kd_debugger *d)
{
	return d->request_open && kd_api_has_reply(d->api);
}

/* Is anything open that must be sent anew once synchronised? */
static inline bool kd_debugger_open(const struct kd_debugger *d)
{
	return d->request_open || d->answering;
}

#endif
