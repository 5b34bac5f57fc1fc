/* SPDX-License-Identifier: MIT */
#include "tests/support/desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bench/kd/sum.h"
#include "bench/plan/profile.h"

void desk_be(struct desk *k, const char *name)
{
	struct kd_debugger_profile rules = { 0 };
	const struct profile *p = debugger_profiles;

	while (p->name && strcmp(p->name, name) != 0)
		p++;
	assert_non_null(p->name);
	profile_fill(p, debugger_settings, &rules);
	memset(k, 0, sizeof(*k));
	k->now = DESK_MS;
	kd_debugger_init(&k->d, &rules);
}

void desk_forget(struct desk *k)
{
	memset(k->said, 0, sizeof(k->said));
	k->event = KD_DEBUGGER_NOTHING;
}

static void say(struct desk *k, char letter, uint32_t id)
{
	size_t at = strlen(k->said);

	assert_true(at + 1 < sizeof(k->said));
	k->said[at] = letter;
	k->ids[at] = id;
}

static void note(struct desk *k, struct kd_parser *p, enum kd_parse event)
{
	if (event == KD_PARSE_BREAKIN) {
		say(k, 'b', 0);
	} else if (event == KD_PARSE_HEADER &&
		   p->header.leader == KD_LEADER_DATA) {
		kd_parser_take(p);
	} else if (event == KD_PARSE_HEADER) {
		say(k,
		    p->header.type == KD_ACKNOWLEDGE ? 'A'
		    : p->header.type == KD_RESEND    ? 'N'
						     : 'Z',
		    p->header.id);
	} else if (event == KD_PARSE_TRAILER) {
		say(k, 'D', p->header.id);
		k->type = p->header.type;
		k->data_len = p->header.len;
		memcpy(k->data, p->payload, p->header.len);
	}
}

void desk_listen(struct desk *k)
{
	static uint8_t out[2 * KD_PACKET_MAX];
	struct kd_room room = { out, sizeof(out) };
	size_t len = kd_debugger_output(&k->d, room, k->now);
	struct kd_parser p;
	size_t at = 0;

	kd_parser_init(&p, false);
	while (at < len) {
		size_t used;
		struct kd_span in = { out + at, len - at };
		enum kd_parse event = kd_parser_next(&p, in, &used);

		at += used;
		note(k, &p, event);
		if (event == KD_PARSE_PAYLOAD) /* the trailer may be last */
			continue;
	}
}

enum kd_debugger_event desk_take(struct desk *k, const uint8_t *bytes,
				 size_t len)
{
	size_t at = 0;

	k->event = KD_DEBUGGER_NOTHING;
	while (at < len && k->d.state != KD_DEBUGGER_GAVE_UP) {
		struct kd_span in = { bytes + at, len - at };
		size_t used;
		enum kd_debugger_event event =
			kd_debugger_input(&k->d, in, k->now, &used);

		if (event != KD_DEBUGGER_NOTHING)
			k->event = event;
		at += used;
		desk_listen(k);
	}
	desk_listen(k);
	return k->event;
}

enum kd_debugger_event desk_control(struct desk *k, uint16_t type, uint32_t id)
{
	const struct kd_header h = { .leader = KD_LEADER_CONTROL,
				     .type = type,
				     .id = id };
	uint8_t bytes[KD_HEADER_SIZE];

	kd_store_header(bytes, &h);
	return desk_take(k, bytes, sizeof(bytes));
}

size_t desk_packet(uint8_t *to, uint16_t type, uint32_t id,
		   const uint8_t *payload, uint16_t len)
{
	const struct kd_header h = { .leader = KD_LEADER_DATA,
				     .type = type,
				     .len = len,
				     .id = id,
				     .checksum = kd_sum(payload, len) };

	return kd_packet_write(&h, payload, 0,
			       (struct kd_room){ to, KD_PACKET_MAX });
}

enum kd_debugger_event desk_data(struct desk *k, uint16_t type, uint32_t id,
				 const uint8_t *payload, uint16_t len)
{
	static uint8_t bytes[KD_PACKET_MAX];

	return desk_take(k, bytes, desk_packet(bytes, type, id, payload, len));
}

enum kd_debugger_event desk_stop(struct desk *k, uint32_t id)
{
	const struct kd_exception e = { .code = KD_CODE_BREAKPOINT };
	uint8_t payload[KD_STATE_SIZE] = { 0 };

	kd_exception_store(&e, payload);
	return desk_data(k, KD_STATE_CHANGE64, id, payload, sizeof(payload));
}

enum kd_debugger_event desk_print(struct desk *k, uint32_t id)
{
	uint8_t payload[KD_DEBUG_IO_SIZE + 5] = { 0 };

	kd_print_store(payload, 0, 5);
	memcpy(payload + KD_DEBUG_IO_SIZE, "hello", 5);
	return desk_data(k, KD_DEBUG_IO, id, payload, sizeof(payload));
}

enum kd_debugger_event desk_version(struct desk *k, uint32_t id)
{
	const struct kd_manipulate m = { .api = KD_API_GET_VERSION };
	uint8_t payload[KD_MANIPULATE_SIZE] = { 0 };

	kd_manipulate_store(&m, payload);
	return desk_data(k, KD_STATE_MANIPULATE, id, payload, sizeof(payload));
}

void desk_ask(struct desk *k)
{
	const struct kd_manipulate m = { .api = KD_API_GET_VERSION };

	kd_debugger_request(&k->d, &m, NULL, 0, k->now);
	desk_listen(k);
}

void desk_continue(struct desk *k)
{
	const struct kd_manipulate m = { .api = KD_API_CONTINUE2 };

	kd_debugger_request(&k->d, &m, NULL, 0, k->now);
	desk_listen(k);
}

void desk_wait(struct desk *k, uint64_t ns)
{
	uint64_t end = k->now + ns;
	uint64_t at;

	desk_listen(k);
	while ((at = kd_debugger_deadline(&k->d)) <= end) {
		enum kd_debugger_event event;

		k->now = at > k->now ? at : k->now;
		event = kd_debugger_time(&k->d, k->now);
		if (event != KD_DEBUGGER_NOTHING)
			k->event = event;
		desk_listen(k);
	}
	k->now = end;
}

void desk_sit(struct desk *k, const char *name)
{
	desk_be(k, name);
	kd_debugger_connect(&k->d, k->now);
	desk_listen(k);
	desk_control(k, KD_RESET, 0);
	assert_int_equal(desk_stop(k, KD_ID_INITIAL), KD_DEBUGGER_STOP);
	assert_int_equal(k->d.state, KD_DEBUGGER_READY);
	desk_forget(k);
}
