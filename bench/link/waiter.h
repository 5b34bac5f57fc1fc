/* SPDX-License-Identifier: MIT */
/*
 * When a loop around a link stops looking and goes to sleep. Adaptive waiting
 * learns: two ends that both spin for less time than the other one takes to
 * wake up would put each other to sleep at every turn, for ever. So a sleep
 * that ended soon makes the next spin twice as long, up to WAITER_GROWTH times
 * the setting, and a long one makes it what was set.
 */
#ifndef LINK_WAITER_H
#define LINK_WAITER_H

#include "bench/link/link.h"

#define WAITER_GROWTH 8

struct waiter {
	uint64_t set_ns;   /* how long to spin, as was set */
	uint64_t spin_ns;  /* as was learned */
	uint64_t moved_ns; /* when something moved last */
	bool woken;        /* the last sleep was ended by the link */
};

/* For a loop over 'l' that waits as 'wait' (enum link_wait) says. */
static inline void waiter_init(struct waiter *w, const struct link *l, int wait,
			       uint64_t now)
{
	*w = (struct waiter){ .set_ns = l->spin_ns, .moved_ns = now };
	if (wait == LINK_WAIT_SPIN)
		w->set_ns = UINT64_MAX;
	else if (wait == LINK_WAIT_BLOCK)
		w->set_ns = 0;
	w->spin_ns = w->set_ns;
}

/* A turn of the loop is over at 'now': is it time to arm, and to sleep? */
static inline bool waiter_sleeps(struct waiter *w, bool moved, uint64_t now)
{
	uint64_t waited = now - w->moved_ns;

	if (!moved)
		return waited >= w->spin_ns;
	if (w->woken) {
		bool soon = waited / WAITER_GROWTH < w->set_ns;
		bool short_of = w->spin_ns / WAITER_GROWTH < w->set_ns;

		w->woken = false;
		if (!soon)
			w->spin_ns = w->set_ns;
		else if (short_of)
			w->spin_ns *= 2;
	}
	w->moved_ns = now;
	return false;
}

/* It slept; 'woken' if the link, and not the time, has ended that. */
static inline void waiter_slept(struct waiter *w, bool woken)
{
	w->woken = woken;
}

#endif
