/* SPDX-License-Identifier: MIT */
#include "bench/link/byteport.h"

#include <stdlib.h>
#include <unistd.h>

#include "bench/base/mem.h"
#include "bench/link/buffer.h"
#include "bench/link/ivshmem.h"
#include "bench/ring/slot.h"

/*
 * Bytes that may wait here. To the guest few: they move one at a time, and a
 * debugger's time-outs run meanwhile. From it as many as KD ever has under way.
 */
#define SEND_MAX 64
#define RECEIVE_MAX 4096

struct byteport_link {
	struct link base;
	struct ivshmem device;
	bool stale; /* committed to since the last step */
	struct slot_area *area;
	struct slot in, out;
	struct link_buffer arrived, leaving;
};

static bool can_receive(const struct byteport_link *b)
{
	return slot_filled(&b->in) && b->arrived.len < RECEIVE_MAX;
}

static bool can_send(const struct byteport_link *b)
{
	return slot_free(&b->out) && b->leaving.len;
}

static void receive(struct byteport_link *b)
{
	bool wake; /* a guest waits for room by looking */

	if (!can_receive(b))
		return;
	(void)link_buffer_room(&b->arrived, 1);
	*link_buffer_end(&b->arrived) = slot_take(&b->in, &wake);
	b->arrived.len++;
	b->base.counts.bytes_in++;
}

static void transmit(struct byteport_link *b)
{
	if (!can_send(b))
		return;
	slot_put(&b->out, *link_buffer_start(&b->leaving));
	link_buffer_drop(&b->leaving, 1);
	b->base.counts.bytes_out++;
}

static bool byteport_step(struct link *l, uint64_t now, uint64_t *next,
			  struct err *err)
{
	struct byteport_link *b = (struct byteport_link *)l;

	(void)now;
	*next = UINT64_MAX;
	b->stale = false;
	if (!slot_look_as_reader(&b->in))
		return err_set(err, ERR_GUEST,
			       "the guest wrote nonsense into the slot: 0x%x "
			       "after 0x%x",
			       b->in.bad, b->in.word);
	if (!slot_look_as_writer(&b->out))
		return err_set(
			err, ERR_GUEST,
			"the guest wrote nonsense into the slot: it took "
			"0x%x, but there was 0x%x",
			b->out.bad, b->out.word);
	/* Its last byte may still lie there. */
	if (b->device.gone && !slot_filled(&b->in))
		return err_set(err, ERR_GUEST, "the guest has gone");
	receive(b);
	transmit(b);
	return true;
}

static unsigned byteport_peek(struct link *l, struct kd_span in[2])
{
	struct byteport_link *b = (struct byteport_link *)l;

	in[0] = (struct kd_span){ link_buffer_start(&b->arrived),
				  b->arrived.len };
	return b->arrived.len ? 1 : 0;
}

static void byteport_consume(struct link *l, size_t len)
{
	link_buffer_drop(&((struct byteport_link *)l)->arrived, len);
}

static unsigned byteport_reserve(struct link *l, struct kd_room out[2])
{
	struct byteport_link *b = (struct byteport_link *)l;
	size_t room = SEND_MAX - b->leaving.len;

	(void)link_buffer_room(&b->leaving, room);
	out[0] = (struct kd_room){ link_buffer_end(&b->leaving), room };
	return room ? 1 : 0;
}

static void byteport_commit(struct link *l, size_t len)
{
	struct byteport_link *b = (struct byteport_link *)l;

	b->leaving.len += len;
	b->stale = len != 0;
}

/*
 * A byte from the guest rings in any case. That it has taken one rings only if
 * we say that we sleep.
 */
static bool byteport_arm(struct link *l)
{
	struct byteport_link *b = (struct byteport_link *)l;

	if (b->stale || !slot_look_as_reader(&b->in) || can_receive(b))
		return true;
	return b->leaving.len && slot_arm_writer(&b->out);
}

static void byteport_disarm(struct link *l)
{
	struct byteport_link *b = (struct byteport_link *)l;

	if (b->leaving.len)
		slot_disarm_writer(&b->out);
	l->counts.doorbells_in += ivshmem_hear(&b->device);
}

static unsigned byteport_fds(struct link *l, struct pollfd fds[LINK_FDS_MAX])
{
	return ivshmem_fds(&((struct byteport_link *)l)->device, fds);
}

/* Two empty slots, our ends at their start, and nothing under way here. */
static void format(struct byteport_link *b)
{
	slot_format(b->area);
	slot_init(&b->in, b->area, RING_TO_HOST);
	slot_init(&b->out, b->area, RING_TO_GUEST);
	link_buffer_drop(&b->arrived, b->arrived.len);
	link_buffer_drop(&b->leaving, b->leaving.len);
}

static bool byteport_renew(struct link *l, int *guest_fd, struct err *err)
{
	(void)err;
	format((struct byteport_link *)l);
	*guest_fd = -1;
	return true;
}

static void byteport_free(struct link *l)
{
	ivshmem_release(&((struct byteport_link *)l)->device);
	free(l);
}

static const struct link_ops byteport_ops = {
	.kind = "byteport",
	.step = byteport_step,
	.peek = byteport_peek,
	.consume = byteport_consume,
	.reserve = byteport_reserve,
	.commit = byteport_commit,
	.arm = byteport_arm,
	.disarm = byteport_disarm,
	.fds = byteport_fds,
	.renew = byteport_renew,
	.free = byteport_free,
};

bool byteport_link_open(struct link **link, int *guest_fd, struct err *err)
{
	struct byteport_link *b = mem_alloc(sizeof(*b));

	b->base.ops = &byteport_ops;
	b->base.framing = LINK_STREAM;
	b->base.counts.lost_credit_bytes = UINT64_MAX;
	if (!ivshmem_open(&b->device, SLOT_MEMORY_SIZE, guest_fd, err)) {
		byteport_free(&b->base);
		return false;
	}
	if (!ivshmem_serve(&b->device, err)) {
		close(*guest_fd);
		byteport_free(&b->base);
		return false;
	}
	b->area = (struct slot_area *)((char *)b->device.memory +
				       RING_AREA_OFFSET);
	format(b);
	*link = &b->base;
	return true;
}
