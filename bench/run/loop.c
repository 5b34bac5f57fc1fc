/* SPDX-License-Identifier: MIT */
#include "bench/run/loop.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

#include "bench/base/clock.h"
#include "bench/run/interrupt.h"

/* How often a waiting loop makes sure that the target still lives. */
#define ALIVE_NS (50 * NS_PER_MS)
/* From the end of its line to the end of a process. */
#define LAST_WORDS_NS (500 * NS_PER_MS)

/* Sleep until an fd of the link speaks, 'until' comes, or a signal. */
static void sleep_on(struct link *l, uint64_t until, uint64_t now)
{
	struct pollfd fds[LINK_FDS_MAX];
	unsigned count = link_fds(l, fds);
	uint64_t wait = until > now ? until - now : 0;
	struct timespec ts = { .tv_sec = (time_t)(wait / NS_PER_S),
			       .tv_nsec = (long)(wait % NS_PER_S) };

	/* A signal only makes the loop look around sooner. */
	(void)ppoll(fds, count, &ts, NULL);
}

static void wait_adaptive(struct link *l, uint64_t until, uint64_t now)
{
	if (!link_arm(l))
		sleep_on(l, until, now);
	link_disarm(l);
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
	bool spin = host->wait == LINK_WAIT_SPIN;
	uint64_t spin_ns = e->link->spin_ns;
	uint64_t moved_ns = clock_now_ns();
	uint64_t alive_ns = moved_ns + ALIVE_NS;

	while (!e->session->done) {
		uint64_t now = clock_now_ns();
		uint64_t next;
		bool moved;

		if (!engine_step(e, now, &next, &moved, err))
			return lost(target, err);
		if (moved)
			moved_ns = now;
		watch_look(w, now);
		if (now >= alive_ns || interrupt_seen()) {
			alive_ns = now + ALIVE_NS;
			if (interrupt_seen())
				return err_set(err, ERR_INTERRUPTED,
					       "interrupted");
			if (!target->ops->alive(target, err))
				return false;
		}
		if (moved || spin || now - moved_ns < spin_ns)
			continue;
		next = clock_earlier(next, watch_deadline(w));
		wait_adaptive(e->link, clock_earlier(next, alive_ns), now);
	}
	return true;
}

bool loop_sim(struct engine *e, struct watch *w, uint64_t *now, struct err *err)
{
	while (!e->session->done) {
		uint64_t next;
		bool moved;

		if (!engine_step(e, *now, &next, &moved, err))
			return false;
		watch_look(w, *now);
		if (e->session->done)
			break;
		if (interrupt_seen())
			return err_set(err, ERR_INTERRUPTED, "interrupted");
		if (moved)
			continue;
		next = clock_earlier(next, watch_deadline(w));
		if (next == CLOCK_NEVER)
			watch_stuck(w);
		else if (next > *now)
			*now = next;
		else
			return err_set(err, ERR_HOST,
				       "the simulation stands still at %llu ns",
				       (unsigned long long)*now);
	}
	return true;
}
