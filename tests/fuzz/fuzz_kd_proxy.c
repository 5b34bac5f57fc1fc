/* SPDX-License-Identifier: MIT */
/*
 * Hostile at both ends: any bytes from the debugger and from the target, in any
 * order. Each chunk says in its first byte whose it is, and how long it is.
 */
#include <stdint.h>
#include <stdlib.h>

#include "bench/kd/proxy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Take out what it has to say; an end to that must come. */
static void drain(struct kd_proxy *p, uint64_t now)
{
	uint8_t bytes[64];
	struct kd_room room = { bytes, sizeof(bytes) };
	unsigned turns = 0;

	while (kd_proxy_to_debugger(p, room, now) |
	       kd_proxy_to_target(p, room)) {
		if (++turns > 10 * KD_PACKET_MAX / sizeof(bytes))
			abort();
	}
	if (p->x.len > KD_PAYLOAD_MAX || p->x.queue_len > KD_QUEUE_MAX)
		abort();
}

static void chunk(struct kd_proxy *p, uint8_t head, struct kd_span in,
		  uint64_t now)
{
	size_t used = head & 1 ? kd_proxy_from_target(p, in, now)
			       : kd_proxy_from_debugger(p, in, now);

	if (used > in.len)
		abort();
	if (head & 2)
		drain(p, now);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct kd_proxy p;
	const struct kd_proxy_profile profile = {
		.timeout_ns = 100,
		.tries = 3,
		.keep = size && data[0] & 1,
	};
	uint64_t now = 0;
	size_t at = 0;

	kd_proxy_init(&p, &profile);
	while (at < size) {
		uint8_t head = data[at++];
		size_t len = head >> 3;

		if (len > size - at)
			len = size - at;
		if ((head & 7) == 7)
			kd_proxy_disconnect(&p);
		else if ((head & 7) == 6 || !p.connected)
			kd_proxy_connect(&p, now);
		chunk(&p, head, (struct kd_span){ data + at, len }, now);
		at += len;
		now += head;
		kd_proxy_time(&p, now);
	}
	drain(&p, now);
	return 0;
}
