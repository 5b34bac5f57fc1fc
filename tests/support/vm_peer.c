/* SPDX-License-Identifier: MIT */
#include "tests/support/vm_peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "bench/base/clock.h"
#include "bench/kd/sum.h"

static void send_bytes(struct vm_peer *p, const uint8_t *bytes, size_t len)
{
	uint64_t end = clock_now_ns() + VM_PATIENCE_NS;
	struct link *link = p->vm->launched->link;
	struct kd_room out[2];
	uint64_t next;

	while (len) {
		size_t n;

		assert_true(clock_now_ns() < end);
		assert_true(
			link_step(link, clock_now_ns(), &next, &p->vm->err));
		if (!link_reserve(link, out))
			continue;
		n = len < out[0].len ? len : out[0].len;
		memcpy(out[0].at, bytes, n);
		link_commit(link, n);
		bytes += n;
		len -= n;
	}
	assert_true(link_step(link, clock_now_ns(), &next, &p->vm->err));
}

/* Until something has been parsed. */
static enum kd_parse hear_event(struct vm_peer *p)
{
	uint64_t end = clock_now_ns() + VM_PATIENCE_NS;
	struct link *link = p->vm->launched->link;
	enum kd_parse event = KD_PARSE_MORE;
	struct kd_span in[2];
	uint64_t next;

	while (event == KD_PARSE_MORE) {
		size_t used;

		if (clock_now_ns() >= end)
			fail_msg("nothing is heard");
		assert_true(
			link_step(link, clock_now_ns(), &next, &p->vm->err));
		if (!link_peek(link, in))
			continue;
		event = kd_parser_next(&p->rx, in[0], &used);
		link_consume(link, used);
	}
	return event;
}

/* Until a packet is whole; true: it holds data. */
static bool hear_packet(struct vm_peer *p)
{
	for (;;) {
		enum kd_parse event = hear_event(p);
		bool data = p->rx.header.leader == KD_LEADER_DATA;

		if (event == KD_PARSE_TRAILER)
			return true;
		if (event != KD_PARSE_HEADER)
			continue;
		if (!data)
			return false;
		assert_true(kd_parser_take(&p->rx));
	}
}

void vm_peer_take_over(struct vm_peer *p, struct vm *vm)
{
	*p = (struct vm_peer){ .vm = vm,
			       .next_id = vm->d.x.next_id,
			       .last_id = vm->d.x.expected_id ^ 1 };
	kd_parser_init(&p->rx, false);
}

static void acknowledge(struct vm_peer *p)
{
	const struct kd_header h = { .leader = KD_LEADER_CONTROL,
				     .type = KD_ACKNOWLEDGE,
				     .id = p->rx.header.id };
	uint8_t bytes[KD_HEADER_SIZE];

	kd_store_header(bytes, &h);
	send_bytes(p, bytes, sizeof(bytes));
}

void vm_peer_hear(struct vm_peer *p)
{
	for (;;) {
		if (!hear_packet(p))
			continue;
		acknowledge(p);
		if (p->rx.header.id == p->last_id)
			continue;
		p->last_id = p->rx.header.id;
		assert_int_equal(p->rx.sum, p->rx.header.checksum);
		return;
	}
}

void vm_peer_say(struct vm_peer *p, uint16_t type, const uint8_t *payload,
		 uint16_t len)
{
	const struct kd_header h = { .leader = KD_LEADER_DATA,
				     .type = type,
				     .len = len,
				     .id = p->next_id,
				     .checksum = kd_sum(payload, len) };
	uint8_t wire[KD_PACKET_MAX];

	send_bytes(p, wire,
		   kd_packet_write(&h, payload, 0,
				   (struct kd_room){ wire, sizeof(wire) }));
	assert_false(hear_packet(p));
	assert_int_equal(p->rx.header.type, KD_ACKNOWLEDGE);
	assert_int_equal(p->rx.header.id, p->next_id);
	p->next_id ^= 1;
}
