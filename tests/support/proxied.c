/* SPDX-License-Identifier: MIT */
#include "tests/support/proxied.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bench/kd/sum.h"
#include "tests/support/faults.h"

struct proxied proxied;

void proxied_begin(bool keep)
{
	const struct kd_proxy_profile profile = {
		.timeout_ns = WAIT,
		.tries = 3,
		.keep = keep,
	};

	kd_proxy_init(&proxied.p, &profile);
	proxied.now = 0;
}

static void note_packet(const struct kd_parser *rx)
{
	size_t at = strlen(proxied.said);

	assert_true(at < sizeof(proxied.said) - 1);
	proxied.ids[at] = rx->header.id;
	proxied.said[at + 1] = 0;
	proxied.said[at] = rx->header.type == KD_ACKNOWLEDGE ? 'A'
			   : rx->header.type == KD_RESEND    ? 'N'
							     : 'Z';
	if (rx->header.leader == KD_LEADER_CONTROL)
		return;
	proxied.said[at] = 'D';
	proxied.last_type = rx->header.type;
	proxied.last_len = rx->header.len;
	memcpy(proxied.last, rx->payload, proxied.last_len);
	assert_int_equal(rx->sum, rx->header.checksum);
	assert_int_equal(rx->trailer, KD_TRAILER_BYTE);
}

/* What the parser makes of these bytes, as letters. */
static void read_out(struct kd_parser *rx, struct kd_span in)
{
	enum kd_parse event;
	size_t used;

	do {
		event = kd_parser_next(rx, in, &used);
		in = (struct kd_span){ in.at + used, in.len - used };
		if (event == KD_PARSE_HEADER &&
		    rx->header.leader == KD_LEADER_DATA)
			kd_parser_take(rx);
		else if (rx->records && event == KD_PARSE_HEADER)
			strcat(proxied.told, "Z");
		else if (rx->records && event == KD_PARSE_TRAILER)
			strcat(proxied.told, "D");
		else if (event == KD_PARSE_BREAKIN)
			strcat(proxied.told, "B");
		else if (event == KD_PARSE_HEADER || event == KD_PARSE_TRAILER)
			note_packet(rx);
	} while (event != KD_PARSE_MORE || in.len);
}

/* Let it say all it has to say, to both sides. */
void proxied_listen(void)
{
	static struct kd_parser debugger, target;
	uint8_t bytes[64];
	size_t n;

	proxied.said[0] = proxied.told[0] = 0;
	kd_parser_init(&debugger, false);
	kd_parser_init_records(&target);
	while ((n = kd_proxy_to_debugger(
			&proxied.p, (struct kd_room){ bytes, sizeof(bytes) },
			proxied.now)))
		read_out(&debugger, (struct kd_span){ bytes, n });
	while ((n = kd_proxy_to_target(
			&proxied.p, (struct kd_room){ bytes, sizeof(bytes) })))
		read_out(&target, (struct kd_span){ bytes, n });
}

/* The target sends a record with 'len' bytes of payload, the first word 'kind'.
 */
size_t proxied_record(uint16_t type, uint32_t kind, uint16_t len)
{
	static uint8_t bytes[KD_RECORD_SIZE + KD_PAYLOAD_MAX];
	const struct kd_span in = { bytes, KD_RECORD_SIZE + (size_t)len };

	memset(bytes, (int)len, sizeof(bytes));
	kd_record_store(bytes, KD_RECORD_DATA, type, len);
	kd_store32(bytes + KD_RECORD_SIZE, kind);
	return kd_proxy_from_target(&proxied.p, in, proxied.now);
}

void proxied_stop(void)
{
	assert_int_equal(proxied_record(KD_STATE_CHANGE64, KD_STATE_EXCEPTION,
					KD_STATE_SIZE),
			 KD_RECORD_SIZE + KD_STATE_SIZE);
}

void proxied_answer_reset(void)
{
	uint8_t bytes[KD_RECORD_SIZE];

	kd_record_store(bytes, KD_RECORD_RESET, 0, 0);
	assert_int_equal(
		kd_proxy_from_target(&proxied.p,
				     (struct kd_span){ bytes, sizeof(bytes) },
				     proxied.now),
		sizeof(bytes));
}

/* The debugger sends bytes, one by one as all chunkings must do. */
void proxied_hear(const uint8_t *bytes, size_t len)
{
	char all[sizeof(proxied.said)] = "", records[sizeof(proxied.told)] = "";

	for (size_t i = 0; i < len; i++) {
		assert_int_equal(
			kd_proxy_from_debugger(&proxied.p,
					       (struct kd_span){ bytes + i, 1 },
					       proxied.now),
			1);
		proxied_listen();
		strcat(all, proxied.said);
		strcat(records, proxied.told);
	}
	strcpy(proxied.said, all);
	strcpy(proxied.told, records);
}

void proxied_control(uint16_t type, uint32_t id)
{
	uint8_t bytes[KD_HEADER_SIZE];

	proxied_hear(bytes, packet_control(bytes, type, id));
}

size_t proxied_request(uint8_t *to, uint32_t api, uint32_t id)
{
	size_t len =
		packet_data(to, KD_STATE_MANIPULATE, id, KD_MANIPULATE_SIZE, 0);

	kd_store32(to + KD_HEADER_SIZE, api);
	kd_store32(to + 12, kd_sum(to + KD_HEADER_SIZE, KD_MANIPULATE_SIZE));
	return len;
}

void proxied_ask(uint32_t api, uint32_t id)
{
	uint8_t bytes[128];

	proxied_hear(bytes, proxied_request(bytes, api, id));
}

void proxied_print(void)
{
	assert_int_equal(proxied_record(KD_DEBUG_IO, KD_PRINT_STRING, 40),
			 KD_RECORD_SIZE + 40);
}

/* Connected, stopped, the state change acknowledged. */
void proxied_attach(bool keep)
{
	proxied_begin(keep);
	kd_proxy_connect(&proxied.p, proxied.now);
	proxied_stop();
	proxied_listen();
	assert_string_equal(proxied.said, "D");
	assert_int_equal(proxied.ids[0], KD_ID_INITIAL | KD_ID_SYNC);
	proxied_control(KD_ACKNOWLEDGE, KD_ID_INITIAL);
	assert_string_equal(proxied.said, "");
}
