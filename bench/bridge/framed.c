/* SPDX-License-Identifier: MIT */
#include "bench/bridge/framed.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"

/* A packet of KD each way: more would only wait here instead of there. */
#define BUFFER_SIZE 4096

struct framed_link {
	struct link base;
	struct link *packets;
	bool stale; /* touched since the last step */
	struct kd_proxy proxy;
	size_t in_from, in_len, out_len; /* to the debugger; from him */
	uint8_t in[BUFFER_SIZE], out[BUFFER_SIZE];
};

/* Between the proxy and the target; true if anything moved. */
static bool move_records(struct framed_link *f, uint64_t now)
{
	struct kd_span in[2];
	struct kd_room out[2];
	size_t n = 0;
	bool moved = false;

	if (link_peek(f->packets, in)) {
		n = kd_proxy_from_target(&f->proxy, in[0], now);
		link_consume(f->packets, n);
		moved = n != 0;
	}
	if (link_reserve(f->packets, out)) {
		n = kd_proxy_to_target(&f->proxy, out[0]);
		if (n)
			link_commit(f->packets, n);
		moved |= n != 0;
	}
	return moved;
}

/* Between the proxy and the buffers of the serial end. */
static bool move_stream(struct framed_link *f, uint64_t now)
{
	size_t n = kd_proxy_from_debugger(
		&f->proxy, (struct kd_span){ f->out, f->out_len }, now);
	bool moved = n != 0;

	f->out_len -= n;
	memmove(f->out, f->out + n, f->out_len);
	f->base.counts.bytes_out += n;
	if (f->in_len)
		return moved;
	f->in_from = 0;
	f->in_len = kd_proxy_to_debugger(
		&f->proxy, (struct kd_room){ f->in, BUFFER_SIZE }, now);
	f->base.counts.bytes_in += f->in_len;
	return moved || f->in_len;
}

static bool framed_step(struct link *l, uint64_t now, uint64_t *next,
			struct err *err)
{
	struct framed_link *f = (struct framed_link *)l;
	bool moved = true;

	f->stale = false;
	while (moved) {
		if (!link_step(f->packets, now, next, err))
			return false;
		kd_proxy_time(&f->proxy, now);
		moved = move_stream(f, now);
		moved |= move_records(f, now);
	}
	*next = clock_earlier(*next, kd_proxy_deadline(&f->proxy));
	return true;
}

static unsigned framed_peek(struct link *l, struct kd_span in[2])
{
	struct framed_link *f = (struct framed_link *)l;

	in[0] = (struct kd_span){ f->in + f->in_from, f->in_len };
	return f->in_len ? 1 : 0;
}

static void framed_consume(struct link *l, size_t len)
{
	struct framed_link *f = (struct framed_link *)l;

	f->in_from += len;
	f->in_len -= len;
	f->stale |= len != 0;
}

static unsigned framed_reserve(struct link *l, struct kd_room out[2])
{
	struct framed_link *f = (struct framed_link *)l;

	out[0] = (struct kd_room){ f->out + f->out_len,
				   BUFFER_SIZE - f->out_len };
	return out[0].len ? 1 : 0;
}

static void framed_commit(struct link *l, size_t len)
{
	struct framed_link *f = (struct framed_link *)l;

	f->out_len += len;
	f->stale |= len != 0;
}

/* A step not yet taken is work: it hands on what was committed. */
static bool framed_arm(struct link *l)
{
	struct framed_link *f = (struct framed_link *)l;

	return link_arm(f->packets) || f->stale;
}

static void framed_disarm(struct link *l)
{
	link_disarm(((struct framed_link *)l)->packets);
}

static unsigned framed_fds(struct link *l, struct pollfd fds[LINK_FDS_MAX])
{
	return link_fds(((struct framed_link *)l)->packets, fds);
}

static void framed_free(struct link *l)
{
	free(l);
}

static const struct link_ops framed_ops = {
	.kind = "framed",
	.step = framed_step,
	.peek = framed_peek,
	.consume = framed_consume,
	.reserve = framed_reserve,
	.commit = framed_commit,
	.arm = framed_arm,
	.disarm = framed_disarm,
	.fds = framed_fds,
	.free = framed_free,
};

struct link *framed_link_new(struct link *packets,
			     const struct kd_proxy_profile *profile)
{
	struct framed_link *f = mem_alloc(sizeof(*f));

	f->base.ops = &framed_ops;
	f->base.framing = LINK_STREAM;
	f->base.spin_ns = packets->spin_ns;
	f->base.counts.doorbells_in = UINT64_MAX;
	f->base.counts.doorbells_out = UINT64_MAX;
	f->base.counts.lost_credit_bytes = UINT64_MAX;
	f->packets = packets;
	kd_proxy_init(&f->proxy, profile);
	return &f->base;
}

void framed_link_connect(struct link *l, uint64_t now)
{
	struct framed_link *f = (struct framed_link *)l;

	kd_proxy_connect(&f->proxy, now);
	f->stale = true;
}

void framed_link_disconnect(struct link *l)
{
	struct framed_link *f = (struct framed_link *)l;

	kd_proxy_disconnect(&f->proxy);
	f->in_len = f->out_len = 0;
	f->stale = true;
}

void framed_link_farewell(struct link *l, uint64_t now)
{
	struct framed_link *f = (struct framed_link *)l;

	kd_proxy_farewell(&f->proxy, now);
	(void)move_stream(f, now);
}

const struct kd_proxy *framed_link_proxy(const struct link *l)
{
	return &((const struct framed_link *)l)->proxy;
}
