/* SPDX-License-Identifier: MIT */
/*
 * virtio-serial (1af4:1043), port 1: one queue of buffers each way, and two
 * more on which device and driver agree that the port exists and is open
 * (VIRTIO 1.0, section 5.3).
 */
#include "bench/guest/line.h"

#include "bench/guest/contract.h"
#include "bench/guest/counters.h"
#include "bench/guest/panic.h"
#include "bench/guest/ticks.h"
#include "bench/guest/virtio_device.h"
#include "bench/guest/wait.h"

#define PRODUCT 0x1043
#define FEATURE_MULTIPORT 2
#define PORT 1 /* port 0 is kept for a console */

#define QUEUE_CONTROL_IN 2
#define QUEUE_CONTROL_OUT 3
#define QUEUE_IN 4
#define QUEUE_OUT 5

enum { DEVICE_READY = 0, PORT_ADD = 1, PORT_READY = 3, PORT_OPEN = 6 };

#define ANSWER_NS UINT64_C(1000000000)
#define DRAIN_NS UINT64_C(1000000000)

/* A message of the control queues. */
struct control {
	uint32_t port;
	uint16_t event;
	uint16_t value;
};

/* Buffers and what of them the device does not have. */
struct way {
	struct virtio_queue queue;
	uint8_t (*bytes)[GUEST_VIRTIO_BUFFER_MAX];
	unsigned count; /* of those in 'ours' */
	uint16_t ours[GUEST_VIRTIO_BUFFERS];
};

static uint8_t in_bytes[GUEST_VIRTIO_BUFFERS][GUEST_VIRTIO_BUFFER_MAX];
static uint8_t out_bytes[GUEST_VIRTIO_BUFFERS][GUEST_VIRTIO_BUFFER_MAX];
static struct way in = { .bytes = in_bytes };
static struct way out = { .bytes = out_bytes };
static unsigned buffers;
static uint32_t buffer_len;
static unsigned batch; /* buffers that are given back at once */

static struct kd_span arrived; /* of the buffer being consumed */
static uint16_t arrived_id;

/* --- bytes ---------------------------------------------------------------- */

/*
 * Half of the buffers are given back at once. The device is only kicked if it
 * has run out of them.
 */
static void give_back(uint16_t id)
{
	in.ours[in.count++] = id;
	if (in.count < batch)
		return;
	while (in.count) {
		id = in.ours[--in.count];
		vring_offer(&in.queue.ring, id, (uint64_t)in.bytes[id],
			    buffer_len, true);
	}
	virtio_publish(&in.queue);
}

static unsigned peek(struct kd_span spans[2])
{
	uint32_t len;

	while (!arrived.len && virtio_used(&in.queue, &arrived_id, &len)) {
		arrived = (struct kd_span){ in.bytes[arrived_id], len };
		if (!len)
			give_back(arrived_id);
	}
	if (!arrived.len) {
		counters[KDBB_POLLS]++;
		return 0;
	}
	spans[0] = arrived;
	return 1;
}

static void consume(size_t len)
{
	if (!len)
		return;
	counters[KDBB_BYTES_IN] += len;
	arrived.at += len;
	arrived.len -= len;
	if (!arrived.len)
		give_back(arrived_id);
}

/* Take back what the device has sent. */
static void reclaim(void)
{
	uint16_t id;
	uint32_t len;

	while (virtio_used(&out.queue, &id, &len))
		out.ours[out.count++] = id;
}

/* Two buffers, so that a packet that needs both leaves with one kick. */
static unsigned reserve(struct kd_room rooms[2])
{
	unsigned n = 0;

	reclaim();
	for (; n < 2 && n < out.count; n++)
		rooms[n] = (struct kd_room){
			out.bytes[out.ours[out.count - 1 - n]], buffer_len
		};
	if (!n)
		counters[KDBB_POLLS]++;
	return n;
}

static void commit(size_t len)
{
	counters[KDBB_BYTES_OUT] += len;
	while (len) {
		uint16_t id = out.ours[--out.count];
		uint32_t part = len < buffer_len ? (uint32_t)len : buffer_len;

		vring_offer(&out.queue.ring, id, (uint64_t)out.bytes[id], part,
			    false);
		len -= part;
	}
	virtio_publish(&out.queue);
}

/* --- waiting -------------------------------------------------------------- */

static void wait(bool for_room, uint64_t deadline_ns)
{
	struct vring *ring = for_room ? &out.queue.ring : &in.queue.ring;

	if (!vring_arm(ring))
		wait_halt_until(deadline_ns);
	vring_disarm(ring);
}

static void drain(void)
{
	uint64_t end = ticks_now_ns() + DRAIN_NS;

	do
		reclaim();
	while (out.count < buffers && ticks_now_ns() < end);
}

/* --- start ---------------------------------------------------------------- */

static struct virtio_queue control_in, control_out;

/* Say something and wait until it is heard. */
static void say(uint32_t port, uint16_t event, uint16_t value)
{
	static struct control message;
	uint64_t end = ticks_now_ns() + ANSWER_NS;
	uint16_t id;
	uint32_t len;

	message = (struct control){ port, event, value };
	vring_offer(&control_out.ring, 0, (uint64_t)&message, sizeof(message),
		    false);
	virtio_publish(&control_out);
	while (!virtio_used(&control_out, &id, &len)) {
		if (ticks_now_ns() > end)
			panic_number("virtio-serial does not hear", event);
	}
}

/* Wait for this message; others may come before it. */
static void await(const struct control *messages, uint32_t port, uint16_t event)
{
	uint64_t end = ticks_now_ns() + ANSWER_NS;

	while (ticks_now_ns() < end) {
		struct control heard;
		uint16_t id;
		uint32_t len;

		if (!virtio_used(&control_in, &id, &len))
			continue;
		if (len < sizeof(heard))
			panic_number("a virtio-serial message of size", len);
		heard = messages[id];
		if (heard.port == port && heard.event == event)
			return;
	}
	panic_number("virtio-serial does not say", event);
}

/* Nothing that it says later is of interest: no more buffers for that. */
static void shake_hands(void)
{
	static struct control messages[VRING_SIZE];

	for (uint16_t i = 0; i < VRING_SIZE; i++)
		vring_offer(&control_in.ring, i, (uint64_t)&messages[i],
			    sizeof(messages[i]), true);
	virtio_publish(&control_in);
	say(0, DEVICE_READY, 1);
	await(messages, PORT, PORT_ADD);
	say(PORT, PORT_READY, 1);
	say(PORT, PORT_OPEN, 1);
}

static void set_up_queues(const struct virtio *d)
{
	static struct vring_shared shared[4];

	virtio_queue_init(&control_in, d, QUEUE_CONTROL_IN, &shared[0]);
	virtio_queue_init(&control_out, d, QUEUE_CONTROL_OUT, &shared[1]);
	virtio_queue_init(&in.queue, d, QUEUE_IN, &shared[2]);
	virtio_queue_init(&out.queue, d, QUEUE_OUT, &shared[3]);
}

const struct line *virtio_open(const struct params *p)
{
	static const struct line line = {
		.peek = peek,
		.consume = consume,
		.reserve = reserve,
		.commit = commit,
		.wait = wait,
		.drain = drain,
	};
	struct virtio d;

	buffers = (unsigned)p->buffers;
	buffer_len = (uint32_t)p->buffer;
	virtio_find(&d, PRODUCT, FEATURE_MULTIPORT);
	set_up_queues(&d);
	virtio_start(&d);
	shake_hands();
	batch = 1;
	for (unsigned i = 0; i < buffers; i++) {
		out.ours[out.count++] = (uint16_t)i;
		give_back((uint16_t)i);
	}
	batch = (buffers + 1) / 2;
	return &line;
}
