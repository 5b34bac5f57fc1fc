/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as manipulate requests to a stopped target in front of the
 * simulated machine. Each must leave it in a state that it knows, with no more
 * to say than a packet holds; what it says is acknowledged, and the next one
 * comes.
 *
 * Input: records of two bytes length and that many bytes of payload.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/kd/sum.h"
#include "bench/launch/sim_machine.h"

#define REGION 8192

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct kd_target_profile profile = {
	.byte_timeout_ns = 1000,
	.retries_first = 5,
	.retries = 20,
	.read_max = 3944,
};

static struct sim_machine machine;
static struct kd_target target;

/* Everything it has to say; it must come to an end. */
static void listen(void)
{
	uint8_t out[KD_PACKET_MAX];
	size_t total = 0;
	size_t n;

	while ((n = kd_target_output(&target, &sim_machine_ops, &machine,
				     (struct kd_room){ out, sizeof(out) }, 0)))
		total += n;
	if (total > KD_QUEUE_MAX * KD_PACKET_MAX)
		abort();
}

static void hear(const uint8_t *bytes, size_t len)
{
	size_t at = 0;

	while (at < len && target.state != KD_TARGET_RUNNING) {
		listen();
		at += kd_target_input(&target, &sim_machine_ops, &machine,
				      (struct kd_span){ bytes + at, len - at },
				      0);
	}
	listen();
}

static void acknowledge(void)
{
	const struct kd_header h = { .leader = KD_LEADER_CONTROL,
				     .type = KD_ACKNOWLEDGE,
				     .id = target.x.next_id & ~KD_ID_SYNC };
	uint8_t bytes[KD_HEADER_SIZE];

	kd_store_header(bytes, &h);
	hear(bytes, sizeof(bytes));
}

static void ask(const uint8_t *payload, uint16_t len)
{
	const struct kd_header h = { .leader = KD_LEADER_DATA,
				     .type = KD_STATE_MANIPULATE,
				     .len = len,
				     .id = target.x.expected_id,
				     .checksum = kd_sum(payload, len) };
	uint8_t wire[KD_PACKET_MAX];

	hear(wire, kd_packet_write(&h, payload, 0,
				   (struct kd_room){ wire, sizeof(wire) }));
	if (target.state == KD_TARGET_SENDING)
		acknowledge();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t payload[KD_PAYLOAD_MAX];

	sim_machine_init(&machine, 1, REGION, REGION);
	kd_target_init(&target, &profile);
	while (size >= 2) {
		uint16_t len = kd_load16(data) % (KD_PAYLOAD_MAX + 1);

		data += 2;
		size -= 2;
		if (len > size)
			len = (uint16_t)size;
		memset(payload, 0, KD_MANIPULATE_SIZE);
		memcpy(payload, data, len);
		data += len;
		size -= len;
		if (target.state == KD_TARGET_RUNNING) {
			sim_machine_break(&machine, &target, 0);
			listen();
			acknowledge();
		}
		ask(payload,
		    len < KD_MANIPULATE_SIZE ? KD_MANIPULATE_SIZE : len);
		if (target.state != KD_TARGET_RUNNING &&
		    target.state != KD_TARGET_STOPPED)
			abort();
	}
	sim_machine_release(&machine);
	return 0;
}
