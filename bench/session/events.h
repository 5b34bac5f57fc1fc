/* SPDX-License-Identifier: MIT */
/*
 * A list of things that the target does by itself (KDBB_EVENTS), from the
 * debugger's side: put it into the target's memory, give the order, and hold
 * what comes against what must come next. For steps; private to bench/session.
 *
 *	session_events_give()      then, at each reply,
 *	session_events_given()     until it is true: session_continue()
 *	session_events_print(),    at each of these: is it what comes next?
 *	_stop(), _file()
 *	session_events_over()      at a stop: is it the one behind the list?
 */
#ifndef SESSION_EVENTS_H
#define SESSION_EVENTS_H

#include "bench/session/steps.h"

/*
 * Have 'count' events done, at(s, 0) first, in a list that begins 'offset'
 * bytes into the scratch region. The target is stopped.
 */
void session_events_give(struct session *s, uint64_t count, uint64_t offset,
			 struct kd_event (*at)(const struct session *s,
					       uint64_t index));

/*
 * One of the requests for that was answered. True: that was the last, and once
 * the target runs it begins. False: there are more, or the session has ended.
 */
bool session_events_given(struct session *s);

/* What came: nothing new, what was to come next, or neither. */
enum session_came {
	SESSION_CAME_AGAIN, /* of the last one, after a resynchronisation */
	SESSION_CAME,       /* event number s->events.index */
	SESSION_CAME_WRONG, /* none: the session has ended, or, of a stop that
			       an old 62 has brought about, has gone on */
};

/*
 * A print, a stop or a wish for a file was reported: is it what comes next?
 * Events that a target may leave out if it believes that nobody is there are
 * passed over, and counted in s->events.lost.
 */
enum session_came session_events_print(struct session *s);
enum session_came session_events_stop(struct session *s);
enum session_came session_events_file(struct session *s);

/*
 * The target has stopped: have all events come, and is this the stop with which
 * an order ends? Events passed over count as lost.
 */
bool session_events_over(struct session *s);

/*
 * Answer the wish for a file that was reported last with this status. If it is
 * success, a file opens, and what is read of it is what the target expects.
 */
void session_events_answer(struct session *s, uint32_t status);

#endif
