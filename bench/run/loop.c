/* SPDX-License-Identifier: MIT */
#include "bench/run/loop.h"

#include <errno.h>
#include <poll.h>
#include <sys/prctl.h>
#include <time.h>

#include "bench/base/clock.h"
#include "bench/link/waiter.h"
#include "bench/run/interrupt.h"

/* How often a waiting loop makes sure that the target still lives. */
#define ALIVE_NS (50 * NS_PER_MS)
/* How late a timer of ours may be; the kernel's default is 50 us. */
#define SLACK_NS 1UL
/* From the end of its line to the end of a process. */
#define LAST_WORDS_NS (500 * NS_PER_MS)

/* Sleep until an fd of the link speaks (true), 'until' comes, or a signal. */
static bool sleep_on(struct link *l, uint64_t until, uint64_t now)
{
	struct pollfd fds[LINK_FDS_MAX];
	unsigned count = link_fds(l, fds);
	uint64_t wait = until > now ? until - now : 0;
	struct timespec ts = { .tv_sec = (time_t)(wait / NS_PER_S),
			       .tv_nsec = (long)(wait % NS_PER_S) };

	/* A signal only makes the loop look around sooner. */
	return ppoll(fds, count, &ts, NULL) > 0;
}

/* True: the link has ended it. */
static bool arm_and_sleep(struct link *l, uint64_t until, uint64_t now)
{
	bool woken = link_arm(l) || sleep_on(l, until, now);

	link_disarm(l);
	return woken;
}

/*
 * The line broke. It ends a moment before the process at its other end, which
 * tells better why.
 */
static bool lost(struct launched *target, struct err *err)
{
	uint64_t end = clock_now_ns() + LAST_WORDS_NS;
	struct err why = { 0 };

	if (err->kind != ERR_GUEST || !target->pid)
		return false;
	while (target->ops->alive(target, &why) && clock_now_ns() < end)
		clock_sleep_until(clock_now_ns() + NS_PER_MS);
	if (why.kind)
		*err = why;
	return false;
}

bool loop_real(struct engine *e, struct watch *w, struct launched *target,
	       const struct host_config *host, struct err *err)
{
	uint64_t now = clock_now_ns();
	uint64_t alive_ns = now + ALIVE_NS;
	struct waiter waiter;
	bool moved = false;

	prctl(PR_SET_TIMERSLACK, SLACK_NS);
	waiter_init(&waiter, e->link, host->wait, now);
	while (!e->session->done) {
		uint64_t before = now;
		uint64_t next;

		now = clock_now_ns();
		if (moved)
			e->busy_ns += now - before;
		if (!engine_step(e, now, &next, &moved, err))
			return lost(target, err);
		watch_look(w, now);
		if (now >= alive_ns || interrupt_seen()) {
			alive_ns = now + ALIVE_NS;
			if (interrupt_seen())
				return err_set(err, ERR_INTERRUPTED,
					       "interrupted");
			if (!target->ops->alive(target, err))
				return false;
		}
		if (!waiter_sleeps(&waiter, moved, now))
			continue;
		next = clock_earlier(next, watch_deadline(w));
		waiter_slept(&waiter,
			     arm_and_sleep(e->link,
					   clock_earlier(next, alive_ns), now));
	}
	return true;
}

bool loop_sim_turn(struct engine *e, struct watch *w, uint64_t *now,
		   struct err *err)
{
	uint64_t next;
	bool moved;

	if (!engine_step(e, *now, &next, &moved, err))
		return false;
	watch_look(w, *now);
	if (e->session->done || moved)
		return true;
	next = clock_earlier(next, watch_deadline(w));
	if (next == CLOCK_NEVER)
		watch_stuck(w);
	else if (next > *now)
		*now = next;
	else
		return err_set(err, ERR_HOST,
			       "the simulation stands still at %llu ns",
			       (unsigned long long)*now);
	return true;
}

bool loop_sim(struct engine *e, struct watch *w, uint64_t *now, struct err *err)
{
	while (!e->session->done) {
		if (!loop_sim_turn(e, w, now, err))
			return false;
		if (interrupt_seen() && !e->session->done)
			return err_set(err, ERR_INTERRUPTED, "interrupted");
	}
	return true;
}
