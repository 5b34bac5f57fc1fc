/* SPDX-License-Identifier: MIT */
#include "bench/bridge/serve.h"

#include <string.h>

#include "bench/base/clock.h"
#include "bench/link/stream.h"

#define LOOK_NS (250 * NS_PER_MS)
#define ALIVE_NS (50 * NS_PER_MS)
/* Of a pseudo terminal that is opened nobody tells. */
#define ACCEPT_NS (50 * NS_PER_MS)

/* When the loop does what it does from time to time. */
struct rounds {
	uint64_t look_ns, alive_ns, accept_ns;
	bool connected;
};

uint64_t serve_now(const struct serve *s)
{
	return clock_now_ns() - s->zero_ns;
}

static bool has_spoken(struct serve *s)
{
	struct kd_span in[2];

	if (!s->spoken)
		s->spoken = s->target->link->counts.bytes_in ||
			    link_peek(s->target->link, in);
	return s->spoken;
}

static bool check_target(struct serve *s, struct err *err)
{
	uint64_t patience = s->boot_timeout_ns;

	if (!s->target->ops->alive(s->target, err))
		return false;
	if (has_spoken(s) || s->target->virtual_time || s->target->foreign ||
	    patience == CLOCK_NEVER ||
	    clock_now_ns() - s->target->started_ns < patience)
		return true;
	err_set(err, ERR_GUEST,
		"the guest sent nothing within %llu ms of its start",
		(unsigned long long)(patience / NS_PER_MS));
	return err_hint(err, "raise guest.boot-timeout, or run 'kdbench "
			     "doctor'");
}

/* Its link has failed: why the target ended is the better answer. */
static bool lost(struct serve *s, struct err *err)
{
	struct err why = { 0 };

	has_spoken(s);
	if (!s->target->ops->alive(s->target, &why))
		*err = why;
	bridge_farewell(&s->bridge, serve_now(s));
	return false;
}

static bool admit(struct serve *s, struct err *err)
{
	struct err unusable = { 0 };
	struct link *link;
	int fd;

	if (!endpoint_accept(s->listener, &fd, err))
		return false;
	if (fd < 0)
		return true;
	/* A connection that cannot be used is not the end of the world. */
	if (stream_link_open_deep(&link, fd, &unusable))
		bridge_connect(&s->bridge, link, serve_now(s));
	return true;
}

/* What is due at 'now' besides bytes. */
static bool make_rounds(struct serve *s, struct rounds *r, uint64_t now,
			bool knocks, struct err *err)
{
	bool there = s->bridge.debugger != NULL;

	if (!there && (knocks || now >= r->accept_ns)) {
		if (!admit(s, err))
			return false;
		r->accept_ns = now + ACCEPT_NS;
		there = s->bridge.debugger != NULL;
	}
	if (there != r->connected)
		s->hooks.change(s->hooks.env, there);
	r->connected = there;
	if (now >= r->alive_ns) {
		r->alive_ns = now + ALIVE_NS;
		if (!check_target(s, err))
			return lost(s, err);
	}
	if (now >= r->look_ns) {
		r->look_ns = now + LOOK_NS;
		s->hooks.look(s->hooks.env);
	}
	return true;
}

/*
 * Where to hear somebody come: one debugger at a time, others wait. A pseudo
 * terminal without a user says nothing but that it has none.
 */
static int door(const struct serve *s)
{
	return s->bridge.debugger || s->listener->kind == ENDPOINT_PTY
		       ? -1
		       : s->listener->fd;
}

bool serve_run(struct serve *s, struct err *err)
{
	struct rounds r = { 0 };
	bool knocks = true;

	while (!s->hooks.over(s->hooks.env)) {
		struct pollfd fds[1 + BRIDGE_FDS_MAX];
		uint64_t now = serve_now(s);
		uint64_t next;
		bool moved;

		if (!bridge_step(&s->bridge, now, &next, &moved, err))
			return lost(s, err);
		if (!make_rounds(s, &r, now, knocks, err))
			return false;
		knocks = false;
		if (!waiter_sleeps(&s->waiter, moved, now))
			continue;
		next = clock_earlier(next,
				     clock_earlier(r.look_ns, r.alive_ns));
		if (!s->bridge.debugger)
			next = clock_earlier(next, r.accept_ns);
		fds[0] = (struct pollfd){ .fd = door(s), .events = POLLIN };
		waiter_slept(&s->waiter,
			     bridge_wait(&s->bridge, fds, 1,
					 next > now ? next - now : 0));
		knocks = fds[0].revents != 0;
	}
	return true;
}
