/* SPDX-License-Identifier: MIT */
/*
 * What it costs to pass the same conversation on: not at all, through a fault
 * chain in the same thread, through the pump of 'kdbench bridge' on a thread of
 * its own, through socat. Both ends, the sizes and the waiting are the same
 * each time: both block. No guest takes part.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/bridge/via.h"
#include "bench/launch/proc.h"
#include "bench/limit/talk.h"
#include "bench/limit/rungs.h"
#include "bench/link/stream.h"
#include "bench/result/stats.h"

#define WARM_UP 200
#define GRACE_NS (200 * NS_PER_MS)

/* Everything between the two ends, and they. */
struct relay {
	const struct limit_setup *setup;
	struct asker asker;
	struct answerer answerer;
	struct link *near; /* of the asker, unless it is the bridge's */
	struct link *far;  /* the bridge's, to the answerer */
	struct via *via;
	struct chain chains[2];
	struct proc socat;
	int words; /* what socat says */
	double *trips;
};

static bool make_pair(int ends[2], struct err *err)
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0 ||
	       err_sys(err, ERR_HOST, "cannot create a socket pair");
}

/* --- ways to connect them ---------------------------------------------------
 */

/* The asker's end and the answerer's, of one line or of two. */
static bool take_ends(struct relay *r, int near, int far, struct err *err)
{
	bool ok = answerer_start(&r->answerer, r->setup, far, err);

	ok &= stream_link_open_deep(&r->near, near, err);
	r->asker.link = r->near;
	return ok;
}

static bool connect_direct(struct relay *r, struct err *err)
{
	int ends[2];

	return make_pair(ends, err) && take_ends(r, ends[0], ends[1], err);
}

/* A stage that could do something, and never does. */
static bool connect_chain(struct relay *r, struct err *err)
{
	static uint64_t config[8];
	static struct stage_spec stage = {
		.when = { .copy = COPY_ANY,
			  .offset = OFFSET_ANY,
			  .until_ns = UINT64_MAX },
		.config = config,
		.label = "flip#1",
	};
	static const struct chain_spec spec = { &stage, 1, CHAIN_FLUSH_NS };

	stage.type = stage_find("flip");
	for (unsigned dir = 0; dir < 2; dir++)
		chain_init(&r->chains[dir], &spec, (enum fault_dir)dir, 1,
			   clock_now_ns(), NULL);
	r->asker.chains = r->chains;
	return connect_direct(r, err);
}

static bool connect_bridge(struct relay *r, struct err *err)
{
	static const struct transport_config transport = {
		.kind = TRANSPORT_IVSHMEM,
		.ivshmem = { .via = VIA_UNIX },
	};
	static const struct host_config host = { .wait = LINK_WAIT_ADAPTIVE };
	int ends[2];

	if (!make_pair(ends, err))
		return false;
	if (!stream_link_open_deep(&r->far, ends[0], err)) {
		close(ends[1]);
		return false;
	}
	if (!answerer_start(&r->answerer, r->setup, ends[1], err) ||
	    !via_start(&r->via, &transport, r->far, &host, err))
		return false;
	r->asker.link = via_link(r->via);
	return true;
}

static bool start_socat(struct relay *r, int one, int other, struct err *err)
{
	struct arena arena = { NULL };
	const char *const argv[] = {
		"socat",
		"-b65536", /* what is written at once is passed on at once */
		arena_printf(&arena, "FD:%d", one),
		arena_printf(&arena, "FD:%d", other),
		NULL,
	};
	const int keep[] = { one, other };
	bool ok = proc_start(&r->socat, argv, keep, 2, r->words, err);

	arena_release(&arena);
	return ok;
}

static bool connect_socat(struct relay *r, struct err *err)
{
	int near[2], far[2];
	bool ok;

	r->words = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (r->words < 0)
		return err_sys(err, ERR_HOST, "cannot open /dev/null");
	if (!make_pair(near, err))
		return false;
	if (!make_pair(far, err)) {
		close(near[0]);
		close(near[1]);
		return false;
	}
	ok = start_socat(r, near[1], far[0], err);
	close(near[1]);
	close(far[0]);
	return take_ends(r, near[0], far[1], err) && ok;
}

/* The near end first: whoever reads from it learns that it is over. */
static void disconnect(struct relay *r)
{
	struct err ignored = { 0 };

	via_stop(r->via, &ignored);
	link_free(r->near);
	link_free(r->far);
	proc_stop(&r->socat, GRACE_NS);
	answerer_join(&r->answerer);
	if (r->words >= 0)
		close(r->words);
	free(r->trips);
	free(r);
}

/* --- the measurement --------------------------------------------------------
 */

static bool converse(struct relay *r, struct limit_value *value,
		     struct err *err)
{
	const struct limit_setup *s = r->setup;
	uint64_t count = asker_trips(s), bytes = 0, start, before;

	for (unsigned i = 0; i < WARM_UP; i++) {
		if (!asker_trip(&r->asker, s, err))
			return false;
	}
	start = before = clock_now_ns();
	for (uint64_t i = 0; i < count; i++) {
		uint64_t now;

		bytes += asker_payload(s, r->asker.trips);
		if (!asker_trip(&r->asker, s, err))
			return false;
		now = clock_now_ns();
		r->trips[i] = (double)(now - before);
		before = now;
	}
	value->bytes_s = limit_rate(bytes, before - start);
	stats_sort(r->trips, count);
	value->p50_ns = stats_median(r->trips, count);
	return true;
}

static bool relay(const struct limit_setup *s, struct limit_value *value,
		  bool (*connect)(struct relay *r, struct err *err),
		  struct err *err)
{
	struct relay *r = mem_alloc(sizeof(*r));
	bool ok;

	r->setup = s;
	r->words = r->answerer.fd = -1;
	r->trips = mem_array(asker_trips(s), sizeof(*r->trips));
	ok = connect(r, err) && converse(r, value, err);
	disconnect(r);
	return ok;
}

bool relay_direct(const struct limit_setup *s, struct limit_value *value,
		  struct err *err)
{
	return relay(s, value, connect_direct, err);
}

bool relay_chain(const struct limit_setup *s, struct limit_value *value,
		 struct err *err)
{
	return relay(s, value, connect_chain, err);
}

bool relay_bridge(const struct limit_setup *s, struct limit_value *value,
		  struct err *err)
{
	return relay(s, value, connect_bridge, err);
}

bool relay_socat_possible(char why[LIMIT_WHY_MAX])
{
	return limit_program("socat", "socat", why);
}

bool relay_socat(const struct limit_setup *s, struct limit_value *value,
		 struct err *err)
{
	return relay(s, value, connect_socat, err);
}
