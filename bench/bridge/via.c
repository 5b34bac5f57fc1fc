/* SPDX-License-Identifier: MIT */
#include "bench/bridge/via.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/bridge/bridge.h"
#include "bench/link/endpoint.h"
#include "bench/link/stream.h"
#include "bench/link/waiter.h"

#define CONNECT_NS (5 * NS_PER_S)

/* What may wait in the bridge because the target's link is full. */
#define AHEAD 64

struct via {
	struct bridge bridge;
	struct link *session; /* our end for the session */
	struct waiter waiter;
	int stop_fd; /* rings when it is time to go */
	atomic_bool stopping;
	pthread_t thread;
	struct err failure; /* of the thread; read after it has ended */
};

/* --- the thread ----------------------------------------------------------- */

static void *run(void *arg)
{
	struct via *v = arg;

	while (!atomic_load(&v->stopping)) {
		struct pollfd fds[1 + BRIDGE_FDS_MAX];
		uint64_t now = clock_now_ns();
		uint64_t next;
		bool moved;

		if (!bridge_step(&v->bridge, now, &next, &moved, &v->failure)) {
			/* The session learns it from the end of its line. */
			bridge_disconnect(&v->bridge, now);
			break;
		}
		if (!waiter_sleeps(&v->waiter, moved, now))
			continue;
		fds[0] = (struct pollfd){ .fd = v->stop_fd, .events = POLLIN };
		waiter_slept(&v->waiter,
			     bridge_wait(&v->bridge, fds, 1,
					 next > now ? next - now : 0));
	}
	return NULL;
}

/* --- both ends of a line -------------------------------------------------- */

static bool make_unix(int ends[2], struct err *err)
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0 ||
	       err_sys(err, ERR_HOST, "cannot create a socket pair");
}

/* A listener of ours, and one connection to it: its ends. */
static bool make_connected(int ends[2], const char *where, struct err *err)
{
	struct endpoint_listener l = { .fd = -1 };
	struct endpoint at, to;
	bool later;
	bool ok = endpoint_parse(&at, where, err) &&
		  endpoint_listen(&l, &at, err) &&
		  endpoint_parse(&to, l.where, err) &&
		  endpoint_connect(&to, CONNECT_NS, &ends[1], &later, err) &&
		  endpoint_accept(&l, &ends[0], err);

	if (ok && ends[0] < 0)
		ok = err_set(err, ERR_HOST, "nobody came to '%s'", l.where);
	endpoint_close(&l);
	return ok;
}

static bool make_line(int ends[2], enum transport_via how, struct err *err)
{
	ends[0] = ends[1] = -1;
	switch (how) {
	case VIA_UNIX: return make_unix(ends, err);
	case VIA_TCP: return make_connected(ends, "tcp:127.0.0.1:0", err);
	case VIA_PTY: return make_connected(ends, "pty", err);
	case VIA_NONE: break;
	}
	return err_set(err, ERR_HOST, "there is nothing to go through");
}

/*
 * Links over both ends; what is left of them on failure is closed. A UART and a
 * back door take their bytes so slowly that few of them may wait unseen: they
 * run against the debugger's time-outs. (TCP and terminals hide some anyway.)
 */
static bool open_links(struct via *v, const struct transport_config *t,
		       struct link **far, struct err *err)
{
	bool slow = t->kind == TRANSPORT_UART || t->kind == TRANSPORT_BYTEPORT;
	int ends[2];
	bool ok;

	*far = NULL;
	if (!make_line(ends, transport_via(t), err)) {
		for (unsigned i = 0; i < 2; i++) {
			if (ends[i] >= 0)
				close(ends[i]);
		}
		return false;
	}
	ok = stream_link_open_deep(far, ends[0], err);
	ok &= slow ? stream_link_open(&v->session, ends[1], err)
		   : stream_link_open_deep(&v->session, ends[1], err);
	if (ok && slow)
		stream_link_limit(*far, AHEAD);
	return ok;
}

/* --- from start to end ---------------------------------------------------- */

static void release(struct via *v)
{
	bridge_release(&v->bridge);
	link_free(v->session);
	if (v->stop_fd >= 0)
		close(v->stop_fd);
	free(v);
}

static bool set_up(struct via *v, const struct transport_config *t,
		   struct err *err)
{
	struct link *far;

	v->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (v->stop_fd < 0)
		return err_sys(err, ERR_HOST, "cannot create an eventfd");
	if (!open_links(v, t, &far, err)) {
		link_free(far);
		return false;
	}
	bridge_connect(&v->bridge, far, clock_now_ns());
	if (pthread_create(&v->thread, NULL, run, v))
		return err_set(err, ERR_HOST, "cannot start a thread");
	return true;
}

bool via_start(struct via **to, const struct transport_config *t,
	       struct link *target, const struct host_config *host,
	       struct err *err)
{
	static const struct chain_spec no_faults[2];
	const struct bridge_config config = {
		.target = target,
		/* A line keeps what is on it; a packet link has no line. */
		.keep = true,
		.ahead = AHEAD,
		.proxy = { .timeout_ns = NS_PER_S, .tries = 10 },
		.faults = no_faults,
	};
	struct via *v;

	*to = NULL;
	if (transport_via(t) == VIA_NONE)
		return true;
	v = mem_alloc(sizeof(*v));
	bridge_init(&v->bridge, &config, clock_now_ns());
	waiter_init(&v->waiter, target, host->wait, clock_now_ns());
	v->stop_fd = -1;
	if (!set_up(v, t, err)) {
		release(v);
		return false;
	}
	*to = v;
	return true;
}

struct link *via_link(struct via *v)
{
	return v->session;
}

void via_stop(struct via *v, struct err *err)
{
	const uint64_t one = 1;

	if (!v)
		return;
	atomic_store(&v->stopping, true);
	/* It fails only if the count would overflow: then it rings already. */
	(void)!write(v->stop_fd, &one, sizeof(one));
	(void)pthread_join(v->thread, NULL);
	if (err->kind == ERR_GUEST && v->failure.kind != ERR_NONE)
		*err = v->failure;
	release(v);
}
