/* SPDX-License-Identifier: MIT */
/*
 * Any bytes on the line of a whole simulated guest, in virtual time: workloads,
 * stops, prompts and files included. Nothing may crash, and time must pass.
 *
 * The first byte chooses what it works on; the rest comes over the line.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/kd/sum.h"
#include "bench/launch/sim.h"

#define STEPS_MAX 2000
#define PAUSE_NS 2000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct kd_target_profile profile = {
	.byte_timeout_ns = 1000,
	.retries_first = 5,
	.retries = 20,
	.read_max = 3944,
};
static const struct transport_config transport = {
	.kind = TRANSPORT_SIM,
	.sim = { .capacity = 65536 },
};
static const struct guest_config guest = { .pattern_size = 8192,
					   .scratch_size = 8192 };

/* What is said before the fuzzer's bytes: an order, and that it may run. */
struct preamble {
	uint8_t bytes[512];
	size_t len;
};

static void say_ack(struct preamble *p, uint32_t id)
{
	const struct kd_header h = { .leader = KD_LEADER_CONTROL,
				     .type = KD_ACKNOWLEDGE,
				     .id = id };

	kd_store_header(p->bytes + p->len, &h);
	p->len += KD_HEADER_SIZE;
}

static void say(struct preamble *p, uint32_t id, const struct kd_manipulate *m,
		const uint8_t *data, uint16_t len)
{
	uint8_t payload[128] = { 0 };
	struct kd_header h = { .leader = KD_LEADER_DATA,
			       .type = KD_STATE_MANIPULATE,
			       .len = (uint16_t)(KD_MANIPULATE_SIZE + len),
			       .id = id };
	struct kd_room room = { p->bytes + p->len, sizeof(p->bytes) - p->len };

	kd_manipulate_store(m, payload);
	if (len)
		memcpy(payload + KD_MANIPULATE_SIZE, data, len);
	h.checksum = kd_sum(payload, h.len);
	p->len += kd_packet_write(&h, payload, 0, room);
}

static void order(struct preamble *p, struct launched *t, uint8_t workload)
{
	struct kd_manipulate m = { .api = KD_API_WRITE_VIRTUAL };
	uint8_t mail[KDBB_MAIL_DONE] = { 0 };
	uint8_t mailbox[8];

	if (!t->ops->peek(t, SIM_BLOCKS + KDBB_MAILBOX, mailbox, 8))
		abort();
	kd_store64(mail + KDBB_MAIL_COMMAND, workload % 12);
	kd_store64(mail + KDBB_MAIL_SEQUENCE, 1);
	kd_store64(mail + KDBB_MAIL_ARG0, 1 + workload / 12);
	kd_store64(mail + KDBB_MAIL_ARG1, 100);
	m.u.memory.address = kd_load64(mailbox);
	say_ack(p, KD_ID_INITIAL);
	say(p, KD_ID_INITIAL, &m, mail, sizeof(mail));
	say_ack(p, KD_ID_INITIAL ^ 1);
	m = (struct kd_manipulate){ .api = KD_API_CONTINUE,
				    .u.resume = { .status = KD_CONTINUE } };
	say(p, KD_ID_INITIAL ^ 1, &m, NULL, 0);
}

/* Let it do what is due until it waits for us or for later. */
static bool step(struct launched *t, uint64_t *now)
{
	struct err err = { 0 };
	struct kd_span in[2];
	uint64_t next;

	if (!link_step(t->link, *now, &next, &err))
		return false;
	while (link_peek(t->link, in))
		link_consume(t->link, in[0].len);
	if (next <= *now)
		next = *now + 1;
	*now = next - *now < PAUSE_NS ? next : *now + PAUSE_NS;
	return true;
}

/* Put bytes on the line as it takes them. False: the guest is gone. */
static bool feed(struct launched *t, const uint8_t *bytes, size_t len,
		 uint64_t *now)
{
	unsigned steps = 0;

	while (len && steps++ < STEPS_MAX) {
		struct kd_room out[2];
		size_t n = len < 64 ? len : 64;

		if (!step(t, now))
			return false;
		if (!link_reserve(t->link, out))
			continue;
		if (n > out[0].len)
			n = out[0].len;
		memcpy(out[0].at, bytes, n);
		link_commit(t->link, n);
		bytes += n;
		len -= n;
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct launch_config config = { .transport = &transport,
					      .guest = &guest,
					      .target = &profile };
	struct preamble p = { .len = 0 };
	struct err err = { 0 };
	struct launched *t;
	uint64_t now = 0;
	bool alive;

	if (!size)
		return 0;
	if (!sim_start(&t, &config, &err))
		abort();
	order(&p, t, data[0]);
	alive = feed(t, p.bytes, p.len, &now) &&
		feed(t, data + 1, size - 1, &now);
	for (unsigned i = 0; i < 100 && alive; i++)
		alive = step(t, &now);
	t->ops->stop(t);
	return 0;
}
