/* SPDX-License-Identifier: MIT */
/*
 * Where does a row of points turn from good to bad? Halving, and then some
 * points beyond what was found, because a result need not turn only once. Pure:
 * marks go in, the next point to try comes out.
 */
#ifndef RUN_BISECT_H
#define RUN_BISECT_H

#include <stdbool.h>
#include <stddef.h>

enum bisect_mark {
	BISECT_UNTRIED,
	BISECT_GOOD,
	BISECT_BAD,
	BISECT_UNKNOWN, /* it could not be tried; it is passed over */
};

/* What is known so far, or in the end. */
enum bisect_state {
	BISECT_OPEN,     /* one of the ends was not tried */
	BISECT_CLIFF,    /* good at 'good', bad at 'bad' */
	BISECT_ALL_GOOD, /* nothing bad was found */
	BISECT_NO_GOOD,  /* the first point is bad already */
	BISECT_LOST,     /* an end could not be tried */
};

struct bisect {
	enum bisect_mark *marks; /* 'count' of them; the caller's */
	size_t count;            /* at least 2 */
	size_t probes;    /* that are still to be made beyond the bracket */
	bool on_bad_side; /* where the next probe belongs */
	bool probing;     /* the point given out last is a probe */
};

/* Begin: nothing is known of any point. */
void bisect_begin(struct bisect *b, enum bisect_mark *marks, size_t count,
		  size_t probes);

/*
 * The point to be tried next, 'count' if there is none: the ends first, then
 * the middle of the bracket, then probes. A bad probe on the good side is a
 * nearer cliff, and the bracket moves there. bisect_tell() must follow.
 */
size_t bisect_next(struct bisect *b);

/* What became of it; not BISECT_UNTRIED. */
void bisect_tell(struct bisect *b, size_t point, enum bisect_mark mark);

/*
 * The bracket of the cliff nearest to the first point: *bad is the first bad
 * point, *good the last good one before it. Both are set for BISECT_CLIFF only.
 */
enum bisect_state bisect_state(const struct bisect *b, size_t *good,
			       size_t *bad);

/*
 * A good point behind the first bad one: the result turns more than once.
 * 'count' if none was seen.
 */
size_t bisect_island(const struct bisect *b);

#endif
