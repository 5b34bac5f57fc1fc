/* SPDX-License-Identifier: MIT */
#include "bench/link/ring.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/mem.h"
#include "bench/link/ivshmem.h"
#include "bench/ring/ring.h"

/* What overwritten memory holds. */
#define WRECKAGE 0xa5

struct ring_link {
	struct link base;
	struct ivshmem device;
	bool waits_for_room;
	struct ring_area *area;
	uint32_t size;       /* of each ring */
	uint32_t generation; /* of both */
	struct ring in, out;
};

/* --- the link ---------------------------------------------------------------
 */

static void ring_bell(struct ring_link *r, bool peer_sleeps)
{
	if (!peer_sleeps)
		return;
	r->base.counts.doorbells_out++;
	ivshmem_ring(&r->device);
}

static bool ring_step(struct link *l, uint64_t now, uint64_t *next,
		      struct err *err)
{
	struct ring_link *r = (struct ring_link *)l;

	(void)now;
	*next = UINT64_MAX;
	if (r->device.gone)
		return err_set(err, ERR_GUEST, "the guest has gone");
	if (!ring_look_as_reader(&r->in))
		return err_set(err, ERR_GUEST,
			       "the guest wrote nonsense into the ring: head "
			       "0x%x, but it must be in [0x%x, 0x%x]",
			       r->in.bad, r->in.head, r->in.tail + r->in.size);
	if (!ring_look_as_writer(&r->out))
		return err_set(err, ERR_GUEST,
			       "the guest wrote nonsense into the ring: tail "
			       "0x%x, but it must be in [0x%x, 0x%x]",
			       r->out.bad, r->out.tail, r->out.head);
	return true;
}

static unsigned ring_link_peek(struct link *l, struct kd_span in[2])
{
	return ring_peek(&((struct ring_link *)l)->in, in);
}

static void ring_link_consume(struct link *l, size_t len)
{
	struct ring_link *r = (struct ring_link *)l;

	l->counts.bytes_in += len;
	ring_bell(r, ring_consume(&r->in, (uint32_t)len));
}

static unsigned ring_link_reserve(struct link *l, struct kd_room out[2])
{
	struct ring_link *r = (struct ring_link *)l;

	r->waits_for_room = !ring_free(&r->out);
	return ring_reserve(&r->out, out);
}

static void ring_link_commit(struct link *l, size_t len)
{
	struct ring_link *r = (struct ring_link *)l;

	l->counts.bytes_out += len;
	ring_bell(r, ring_commit(&r->out, (uint32_t)len));
}

/*
 * Only what is new since the last step is work: bytes that the loop has left
 * lying on purpose must not keep it awake.
 */
static bool ring_arm(struct link *l)
{
	struct ring_link *r = (struct ring_link *)l;
	uint32_t head = r->in.head;
	uint32_t tail = r->out.tail;

	(void)ring_arm_reader(&r->in);
	if (r->waits_for_room)
		(void)ring_arm_writer(&r->out);
	return r->in.broken || r->in.head != head || r->out.broken ||
	       r->out.tail != tail;
}

static unsigned ring_fds(struct link *l, struct pollfd fds[LINK_FDS_MAX])
{
	return ivshmem_fds(&((struct ring_link *)l)->device, fds);
}

static void ring_disarm(struct link *l)
{
	struct ring_link *r = (struct ring_link *)l;

	ring_disarm_reader(&r->in);
	if (r->waits_for_room)
		ring_disarm_writer(&r->out);
	l->counts.doorbells_in += ivshmem_hear(&r->device);
}

/* Two empty rings, and our ends at their start. */
static void format(struct ring_link *r)
{
	ring_format(r->area, r->size, ++r->generation);
	ring_init(&r->in, r->area, r->size, RING_TO_HOST);
	ring_init(&r->out, r->area, r->size, RING_TO_GUEST);
	r->waits_for_room = false;
}

static bool ring_renew(struct link *l, int *guest_fd, struct err *err)
{
	(void)err;
	format((struct ring_link *)l);
	*guest_fd = -1;
	return true;
}

static void ring_spoil(struct link *l, enum link_spoil what)
{
	struct ring_link *r = (struct ring_link *)l;
	struct ring_shared *in = r->in.shared, *out = r->out.shared;

	switch (what) {
	case LINK_EPOCH_PEER: in->head.value = out->tail.value = 0; break;
	case LINK_EPOCH_OURS: in->tail.value = out->head.value = 0; break;
	case LINK_SPOIL_MEMORY:
		memset(r->area, WRECKAGE, RING_DATA_OFFSET + 2 * r->size);
		break;
	}
	/* Whoever sleeps over it is to see it. */
	ring_bell(r, true);
}

static void ring_free_link(struct link *l)
{
	ivshmem_release(&((struct ring_link *)l)->device);
	free(l);
}

static const struct link_ops ring_ops = {
	.kind = "ivshmem",
	.step = ring_step,
	.peek = ring_link_peek,
	.consume = ring_link_consume,
	.reserve = ring_link_reserve,
	.commit = ring_link_commit,
	.arm = ring_arm,
	.disarm = ring_disarm,
	.fds = ring_fds,
	.renew = ring_renew,
	.spoil = ring_spoil,
	.free = ring_free_link,
};

/* Everything but the peer; *peer_fd is the end that tells of its life. */
static struct ring_link *open_rings(uint64_t size, enum link_framing framing,
				    int *peer_fd, struct err *err)
{
	struct ring_link *r;

	if (!ring_size_valid(size)) {
		err_set(err, ERR_CONFIG,
			"a ring of %llu bytes: not a power of two between %d "
			"and %u",
			(unsigned long long)size, RING_SIZE_MIN, RING_SIZE_MAX);
		return NULL;
	}
	r = mem_alloc(sizeof(*r));
	r->base.ops = &ring_ops;
	r->base.framing = framing;
	r->base.counts.lost_credit_bytes = UINT64_MAX;
	if (!ivshmem_open(&r->device, ring_memory_size((uint32_t)size), peer_fd,
			  err)) {
		ring_free_link(&r->base);
		return NULL;
	}
	r->area = (struct ring_area *)((char *)r->device.memory +
				       RING_AREA_OFFSET);
	r->size = (uint32_t)size;
	format(r);
	return r;
}

bool ring_link_open(struct link **link, uint64_t size,
		    enum link_framing framing, int *guest_fd, struct err *err)
{
	struct ring_link *r = open_rings(size, framing, guest_fd, err);

	if (!r)
		return false;
	if (!ivshmem_serve(&r->device, err)) {
		close(*guest_fd);
		ring_free_link(&r->base);
		return false;
	}
	*link = &r->base;
	return true;
}

static void tell(const struct ring_link *r, struct ring_peer *peer)
{
	peer->area = r->area;
	peer->len = r->device.memory_size;
	peer->bell_in = r->device.bell_out;
	peer->bell_out = r->device.bell_in;
}

bool ring_link_open_process(struct link **link, uint64_t size,
			    enum link_framing framing, struct ring_peer *peer,
			    struct err *err)
{
	struct ring_link *r = open_rings(size, framing, &peer->life_fd, err);

	if (!r)
		return false;
	tell(r, peer);
	*link = &r->base;
	return true;
}

bool ring_link_next_process(struct link *link, struct ring_peer *peer,
			    struct err *err)
{
	struct ring_link *r = (struct ring_link *)link;

	tell(r, peer);
	return ivshmem_next_peer(&r->device, &peer->life_fd, err);
}
