/* SPDX-License-Identifier: MIT */
#include "tests/support/peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bench/kd/sum.h"

static const struct kd_debugger_profile profile = {
	.byte_timeout_ns = 500,
	.ack_timeout_ns = 2000,
	.retries = 3,
	.reply_timeout_ns = 2000,
	.repeats = 1,
	.file_io = KD_FILE_SERVE,
	.resends = 16,
	.reset_timeout_ns = 2000,
	.resets = 12,
	.probe_after_ns = 5000,
};

static void note(struct peer *p, char letter)
{
	size_t at = strlen(p->said);

	assert_true(at + 1 < sizeof(p->said));
	p->said[at] = letter;
}

static void note_packet(struct peer *p, const struct kd_parser *rx)
{
	if (rx->header.leader == KD_LEADER_DATA) {
		note(p, 'D');
		assert_int_equal(rx->sum, rx->header.checksum);
		p->data_id = rx->header.id;
		p->data_type = rx->header.type;
		p->data_len = rx->header.len;
		memcpy(p->data, rx->payload, rx->header.len);
		return;
	}
	note(p, rx->header.type == KD_ACKNOWLEDGE ? 'A'
		: rx->header.type == KD_RESEND    ? 'N'
						  : 'Z');
	p->control_id = rx->header.id;
}

void peer_listen(struct peer *p)
{
	static struct kd_parser rx;
	uint8_t bytes[256];
	size_t n;

	kd_parser_init(&rx, false);
	while ((n = kd_debugger_output(&p->d,
				       (struct kd_room){ bytes, sizeof(bytes) },
				       p->now)) > 0) {
		enum kd_parse event;
		size_t at = 0, used;

		do {
			event = kd_parser_next(
				&rx, (struct kd_span){ bytes + at, n - at },
				&used);
			at += used;
			if (event == KD_PARSE_HEADER &&
			    rx.header.leader == KD_LEADER_DATA)
				kd_parser_take(&rx);
			else if (event == KD_PARSE_HEADER ||
				 event == KD_PARSE_TRAILER)
				note_packet(p, &rx);
			else if (event == KD_PARSE_BREAKIN)
				note(p, 'b');
		} while (event != KD_PARSE_MORE || at < n);
	}
}

enum kd_debugger_event peer_hear(struct peer *p, const uint8_t *bytes,
				 size_t len)
{
	enum kd_debugger_event first = KD_DEBUGGER_NOTHING;
	size_t at = 0, used;

	while (at < len && first == KD_DEBUGGER_NOTHING) {
		first = kd_debugger_input(
			&p->d, (struct kd_span){ bytes + at, len - at }, p->now,
			&used);
		at += used;
		peer_listen(p);
	}
	assert_int_equal(at, len);
	return first;
}

enum kd_debugger_event peer_data_id(struct peer *p, uint16_t type,
				    const uint8_t *payload, uint16_t len,
				    uint32_t id)
{
	struct kd_header h = { .leader = KD_LEADER_DATA,
			       .type = type,
			       .len = len,
			       .id = id,
			       .checksum = kd_sum(payload, len) };
	uint8_t wire[KD_PACKET_MAX];

	return peer_hear(
		p, wire,
		kd_packet_write(&h, payload, 0,
				(struct kd_room){ wire, sizeof(wire) }));
}

enum kd_debugger_event peer_data(struct peer *p, uint16_t type,
				 const uint8_t *payload, uint16_t len)
{
	uint32_t id = p->id;

	p->id ^= 1;
	return peer_data_id(p, type, payload, len, id);
}

enum kd_debugger_event peer_control(struct peer *p, uint16_t type, uint32_t id)
{
	struct kd_header h = { .leader = KD_LEADER_CONTROL,
			       .type = type,
			       .id = id };
	uint8_t wire[KD_HEADER_SIZE];

	if (type == KD_RESET)
		p->id = KD_ID_INITIAL;
	kd_store_header(wire, &h);
	return peer_hear(p, wire, sizeof(wire));
}

enum kd_debugger_event peer_ack(struct peer *p)
{
	return peer_control(p, KD_ACKNOWLEDGE, p->data_id);
}

enum kd_debugger_event peer_wait(struct peer *p)
{
	enum kd_debugger_event event;
	uint64_t next = kd_debugger_deadline(&p->d);

	assert_true(next != KD_NEVER);
	if (next > p->now)
		p->now = next;
	event = kd_debugger_time(&p->d, p->now);
	peer_listen(p);
	return event;
}

void assert_said(struct peer *p, const char *letters)
{
	assert_string_equal(p->said, letters);
	memset(p->said, 0, sizeof(p->said));
}

void peer_start(struct peer *p)
{
	const struct kd_exception e = { .code = KD_CODE_BREAKPOINT,
					.processors = 1 };
	uint8_t state[KD_STATE_SIZE];

	memset(p, 0, sizeof(*p));
	kd_debugger_init(&p->d, &profile);
	kd_debugger_connect(&p->d, p->now);
	peer_listen(p);
	assert_said(p, "Z");
	assert_int_equal(peer_control(p, KD_RESET, 0), KD_DEBUGGER_NOTHING);
	kd_exception_store(&e, state);
	assert_int_equal(peer_data(p, KD_STATE_CHANGE64, state, sizeof(state)),
			 KD_DEBUGGER_STOP);
	assert_said(p, "A");
}

void peer_run(struct peer *p)
{
	const struct kd_manipulate m = { .api = KD_API_CONTINUE2 };

	kd_debugger_request(&p->d, &m, NULL, 0, p->now);
	peer_listen(p);
	assert_int_equal(peer_ack(p), KD_DEBUGGER_DONE);
	assert_said(p, "D");
}
