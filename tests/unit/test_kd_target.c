/* SPDX-License-Identifier: MIT */
/*
 * The target's receiving rules against the catalogue of failures: what one
 * damaged byte makes it say. F-numbers are those of docs/protocol.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/kd/sum.h"
#include "bench/kd/target.h"

#define TIMEOUT UINT64_C(1000)
#define REQ_SIZE 73

static const struct kd_target_profile profile = {
	.byte_timeout_ns = TIMEOUT,
	.retries_first = 5,
	.retries = 20,
	.read_max = 3944,
};

/* A machine of 4 KiB at address 0, and what was asked of it. */
struct machine {
	struct kd_target t;
	uint64_t now;
	uint8_t memory[4096];
	unsigned resumed;
	char said[256]; /* A ack, N resend, Z reset, D data */
	uint32_t ids[64];
	uint32_t data_ids[64];
	unsigned data_count;
	uint16_t data_type;
	uint8_t data[KD_PAYLOAD_MAX];
	uint16_t data_len;
};

static uint32_t read_memory(void *env, bool physical, uint64_t address,
			    uint8_t *to, uint32_t len, uint32_t *sum)
{
	struct machine *m = env;

	(void)physical;
	if (address >= sizeof(m->memory))
		return 0;
	if (len > sizeof(m->memory) - address)
		len = (uint32_t)(sizeof(m->memory) - address);
	*sum += kd_copy_sum(to, m->memory + address, len);
	return len;
}

static uint32_t write_memory(void *env, bool physical, uint64_t address,
			     const uint8_t *from, uint32_t len)
{
	struct machine *m = env;

	(void)physical;
	if (address >= sizeof(m->memory))
		return 0;
	if (len > sizeof(m->memory) - address)
		len = (uint32_t)(sizeof(m->memory) - address);
	memcpy(m->memory + address, from, len);
	return len;
}

static void get_context(void *env, uint8_t *to)
{
	(void)env;
	memset(to, 0x11, KD_CONTEXT_SIZE);
}

static void set_context(void *env, const uint8_t *from, uint32_t len)
{
	struct machine *m = env;

	memcpy(m->memory, from, len < 8 ? len : 8);
}

static uint32_t read_control(void *env, uint64_t selector, uint8_t *to,
			     uint32_t len)
{
	(void)env;
	if (selector != 2)
		return 0;
	memset(to, 0x22, len);
	return len;
}

static void version(void *env, struct kd_manipulate *m)
{
	(void)env;
	m->u.version.minor = 1234;
}

static void resume(void *env, const struct kd_manipulate *m)
{
	(void)m;
	((struct machine *)env)->resumed++;
}

static void reboot(void *env)
{
	(void)env;
}

static const struct kd_target_ops machine_ops = {
	.read = read_memory,
	.write = write_memory,
	.get_context = get_context,
	.set_context = set_context,
	.read_control = read_control,
	.version = version,
	.resume = resume,
	.reboot = reboot,
};

static void note_packet(struct machine *m, const struct kd_parser *p)
{
	size_t at = strlen(m->said);

	m->ids[at] = p->header.id;
	if (p->header.leader == KD_LEADER_DATA) {
		m->said[at] = 'D';
		m->data_ids[m->data_count++ % 64] = p->header.id;
		m->data_type = p->header.type;
		m->data_len = p->header.len;
		memcpy(m->data, p->payload, p->header.len);
		assert_int_equal(p->sum, p->header.checksum);
		assert_int_equal(p->trailer, KD_TRAILER_BYTE);
		return;
	}
	m->said[at] = p->header.type == KD_ACKNOWLEDGE ? 'A'
		      : p->header.type == KD_RESEND    ? 'N'
						       : 'Z';
}

/* Let it say everything it has to say. */
static void listen(struct machine *m)
{
	static struct kd_parser p;
	uint8_t bytes[64];
	size_t n;

	kd_parser_init(&p, false);
	while ((n = kd_target_output(&m->t, &machine_ops, m,
				     (struct kd_room){ bytes, sizeof(bytes) },
				     m->now)) > 0) {
		enum kd_parse event;
		size_t at = 0, used;

		do {
			event = kd_parser_next(
				&p, (struct kd_span){ bytes + at, n - at },
				&used);
			at += used;
			if (event == KD_PARSE_HEADER &&
			    p.header.leader == KD_LEADER_DATA)
				kd_parser_take(&p);
			else if (event == KD_PARSE_HEADER ||
				 event == KD_PARSE_TRAILER)
				note_packet(m, &p);
		} while (event != KD_PARSE_MORE || at < n);
	}
}

static void hear(struct machine *m, const uint8_t *bytes, size_t len)
{
	size_t at = 0;

	while (at < len && m->t.state != KD_TARGET_RUNNING) {
		listen(m);
		at += kd_target_input(&m->t, &machine_ops, m,
				      (struct kd_span){ bytes + at, len - at },
				      m->now);
	}
	listen(m);
}

static void be_silent(struct machine *m)
{
	m->now += TIMEOUT;
	kd_target_time(&m->t, &machine_ops, m, m->now);
	listen(m);
}

static void control(struct machine *m, uint16_t type, uint32_t id)
{
	struct kd_header h = { .leader = KD_LEADER_CONTROL,
			       .type = type,
			       .id = id };
	uint8_t bytes[KD_HEADER_SIZE];

	kd_store_header(bytes, &h);
	hear(m, bytes, sizeof(bytes));
}

static void forget(struct machine *m)
{
	memset(m->said, 0, sizeof(m->said));
	m->data_count = 0;
}

static void power_up(struct machine *m)
{
	memset(m, 0, sizeof(*m));
	kd_target_init(&m->t, &profile);
}

/* Stopped, its state change taken: waiting for the first request. */
static void stop(struct machine *m)
{
	struct kd_exception e = { .code = KD_CODE_BREAKPOINT };

	power_up(m);
	kd_target_stop(&m->t, &e, m->now);
	listen(m);
	assert_string_equal(m->said, "D");
	assert_int_equal(m->ids[0], KD_ID_INITIAL | KD_ID_SYNC);
	control(m, KD_ACKNOWLEDGE, KD_ID_INITIAL);
	assert_int_equal(m->t.state, KD_TARGET_STOPPED);
	forget(m);
}

/* A request to read 16 bytes at 0x100. */
static size_t request(uint8_t *to, uint32_t id)
{
	struct kd_manipulate r = {
		.api = KD_API_READ_VIRTUAL,
		.u.memory = { .address = 0x100, .count = 16 },
	};
	uint8_t payload[KD_MANIPULATE_SIZE] = { 0 };
	struct kd_header h = { .leader = KD_LEADER_DATA,
			       .type = KD_STATE_MANIPULATE,
			       .len = KD_MANIPULATE_SIZE,
			       .id = id };

	kd_manipulate_store(&r, payload);
	h.checksum = kd_sum(payload, sizeof(payload));
	return kd_packet_write(&h, payload, 0, (struct kd_room){ to, 128 });
}

static size_t drop(uint8_t *bytes, size_t len, size_t at)
{
	memmove(bytes + at, bytes + at + 1, len - at - 1);
	return len - 1;
}

static void test_kd_target__serves_a_clean_request(void **state)
{
	static struct machine m;
	uint8_t req[128];

	(void)state;
	stop(&m);
	m.memory[0x100] = 0x5a;
	hear(&m, req, request(req, KD_ID_INITIAL));
	assert_string_equal(m.said, "AD");
	assert_int_equal(m.data_len, KD_MANIPULATE_SIZE + 16);
	assert_int_equal(m.data[KD_MANIPULATE_SIZE], 0x5a);
	assert_int_equal(m.data_ids[0], KD_ID_INITIAL ^ 1);
}

static void test_kd_target__answers_each_lost_byte_as_catalogued(void **state)
{
	static const struct {
		size_t from, to;
		const char *at_once, *after_timeout;
	} cases[] = {
		{ 0, 3, "", "" },    /* F01: silent */
		{ 16, 71, "", "N" }, /* F05: payload */
		{ 72, 72, "", "N" }, /* F05: the trailer */
	};
	static struct machine m;
	uint8_t req[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (size_t at = cases[i].from; at <= cases[i].to; at++) {
			size_t len = request(req, KD_ID_INITIAL);

			stop(&m);
			hear(&m, req, drop(req, len, at));
			assert_string_equal(m.said, cases[i].at_once);
			be_silent(&m);
			assert_string_equal(m.said, cases[i].after_timeout);
		}
	}
}

/* F04: one RESEND, at once or after one byte time-out. */
static void test_kd_target__asks_again_once_for_a_lost_header_byte(void **state)
{
	static struct machine m;
	uint8_t req[128];

	(void)state;
	for (size_t at = 4; at < 16; at++) {
		size_t len = request(req, KD_ID_INITIAL);

		stop(&m);
		hear(&m, req, drop(req, len, at));
		be_silent(&m);
		be_silent(&m);
		if (strcmp(m.said, "N") != 0)
			fail_msg("byte %zu: '%s'", at, m.said);
	}
}

/* F06: one byte lost, two packets lost. */
static void test_kd_target__loses_the_packet_behind_a_short_one(void **state)
{
	static struct machine m;
	uint8_t req[256];
	size_t len = request(req, KD_ID_INITIAL);

	(void)state;
	stop(&m);
	len = drop(req, len, 40);
	len += request(req + len, KD_ID_INITIAL);
	hear(&m, req, len);
	be_silent(&m);
	assert_string_equal(m.said, "N");
}

static void test_kd_target__answers_each_flipped_field_as_catalogued(
	void **state)
{
	static const struct {
		const char *what;
		size_t at;
		uint8_t mask;
		const char *said;
	} cases[] = {
		{ "F11: leader", 1, 0x01, "" },
		{ "F12: payload", 30, 0x10, "N" },
		{ "F12: checksum", 12, 0x01, "N" },
		{ "F13: type", 4, 0x01, "A" },
		{ "F14: id, sequence bit", 8, 0x01, "A" },
		{ "F15: id, SYNC", 9, 0x08, "N" },
		{ "F18: length minus eight", 6, 0x08, "N" },
		{ "length over 4000", 7, 0x80, "N" },
	};
	static struct machine m;
	uint8_t req[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t len = request(req, KD_ID_INITIAL);

		stop(&m);
		req[cases[i].at] ^= cases[i].mask;
		hear(&m, req, len);
		if (strcmp(m.said, cases[i].said) != 0)
			fail_msg("%s: '%s', not '%s'", cases[i].what, m.said,
				 cases[i].said);
		assert_int_equal(m.data_count, 0);
		/* The same id again is what gets through in every case. */
		be_silent(&m);
		forget(&m);
		len = request(req, KD_ID_INITIAL);
		hear(&m, req, len);
		assert_string_equal(m.said, "AD");
	}
}

/* F22, F25: new data while it waits for an ACK is an ACK, and RESEND. */
static void test_kd_target__takes_new_data_for_an_implied_ack(void **state)
{
	static struct machine m;
	uint8_t req[128];

	(void)state;
	stop(&m);
	hear(&m, req, request(req, KD_ID_INITIAL));
	forget(&m);
	hear(&m, req, request(req, KD_ID_INITIAL ^ 1));
	assert_string_equal(m.said, "N");
	assert_int_equal(m.t.state, KD_TARGET_STOPPED);
	be_silent(&m);
	forget(&m);
	hear(&m, req, request(req, KD_ID_INITIAL ^ 1));
	assert_string_equal(m.said, "AD");
}

/* A duplicate is acknowledged and not served again. */
static void test_kd_target__acknowledges_a_duplicate_only(void **state)
{
	static struct machine m;
	uint8_t req[128];

	(void)state;
	stop(&m);
	hear(&m, req, request(req, KD_ID_INITIAL));
	control(&m, KD_ACKNOWLEDGE, KD_ID_INITIAL ^ 1);
	forget(&m);
	hear(&m, req, request(req, KD_ID_INITIAL));
	assert_string_equal(m.said, "A");
	assert_int_equal(m.t.state, KD_TARGET_STOPPED);
}

static void test_kd_target__answers_reset_with_reset_and_the_stop(void **state)
{
	static struct machine m;

	(void)state;
	stop(&m);
	control(&m, KD_RESET, 0);
	assert_string_equal(m.said, "ZD");
	assert_int_equal(m.data_type, KD_STATE_CHANGE64);
	assert_int_equal(m.data_ids[0], KD_ID_INITIAL);
}

/* F30: in the middle of a reply it is the reply that comes again. */
static void test_kd_target__repeats_the_reply_after_reset(void **state)
{
	static struct machine m;
	uint8_t req[128];

	(void)state;
	stop(&m);
	hear(&m, req, request(req, KD_ID_INITIAL));
	forget(&m);
	control(&m, KD_RESET, 0);
	assert_string_equal(m.said, "ZD");
	assert_int_equal(m.data_type, KD_STATE_MANIPULATE);
	assert_int_equal(m.data_ids[0], KD_ID_INITIAL);
}

/* F26: a stray RESEND, six bytes of it, brings the state change again. */
static void test_kd_target__repeats_the_stop_on_a_stray_resend(void **state)
{
	static const uint8_t resend[] = { 0x69, 0x69, 0x69, 0x69, 5, 0 };
	static struct machine m;

	(void)state;
	stop(&m);
	hear(&m, resend, sizeof(resend));
	assert_string_equal(m.said, "D");
	assert_int_equal(m.data_type, KD_STATE_CHANGE64);
	assert_int_equal(m.data_ids[0], KD_ID_INITIAL ^ 1);
}

/* F27: a 62 to a stopped target: the stop again, and one more after Continue.
 */
static void test_kd_target__remembers_a_break_in_while_stopped(void **state)
{
	static const uint8_t breakin = KD_BREAKIN_BYTE;
	static struct machine m;
	size_t used;

	(void)state;
	stop(&m);
	hear(&m, &breakin, 1);
	assert_string_equal(m.said, "");
	be_silent(&m);
	assert_string_equal(m.said, "D");
	assert_true(m.t.breakin_pending);
	m.t.state = KD_TARGET_RUNNING;
	assert_true(kd_target_poll(&m.t, (struct kd_span){ NULL, 0 }, &used));
	assert_false(kd_target_poll(&m.t, (struct kd_span){ NULL, 0 }, &used));
}

/* F28, F29: a leader keeps a 62 before it alive, garbage forgets it. */
static void test_kd_target__forgets_a_break_in_before_garbage(void **state)
{
	static struct machine m;
	uint8_t bytes[160] = { KD_BREAKIN_BYTE };

	(void)state;
	stop(&m);
	hear(&m, bytes, 1 + request(bytes + 1, KD_ID_INITIAL));
	assert_string_equal(m.said, "AD");
	assert_true(m.t.breakin_pending);
	stop(&m);
	bytes[1] = 0x41;
	hear(&m, bytes, 2);
	be_silent(&m);
	assert_string_equal(m.said, "");
	assert_false(m.t.breakin_pending);
}

/* F31: a running target eats one byte a poll. */
static void test_kd_target__eats_what_it_is_sent_while_running(void **state)
{
	static const uint8_t reset[16] = { 0x69, 0x69, 0x69, 0x69, 6 };
	static const uint8_t breakin = KD_BREAKIN_BYTE;
	static struct machine m;
	size_t used;

	(void)state;
	power_up(&m);
	for (size_t i = 0; i < sizeof(reset); i++) {
		struct kd_span rest = { reset + i, sizeof(reset) - i };

		assert_false(kd_target_poll(&m.t, rest, &used));
		assert_int_equal(used, 1);
	}
	assert_true(
		kd_target_poll(&m.t, (struct kd_span){ &breakin, 1 }, &used));
}

/* F35: five sends, then nobody is there; SYNC on the next life. */
static void test_kd_target__gives_up_prints_but_never_stops(void **state)
{
	static struct machine m;
	struct kd_exception e = { .code = KD_CODE_BREAKPOINT };

	(void)state;
	power_up(&m);
	assert_true(kd_target_print(&m.t, (const uint8_t *)"hello", 5, 0));
	listen(&m);
	for (unsigned i = 0; i < 10; i++)
		be_silent(&m);
	assert_string_equal(m.said, "DDDDD");
	assert_int_equal(m.t.state, KD_TARGET_RUNNING);
	assert_false(kd_target_print(&m.t, (const uint8_t *)"hello", 5, 0));
	forget(&m);
	kd_target_stop(&m.t, &e, m.now);
	listen(&m);
	for (unsigned i = 0; i < 49; i++)
		be_silent(&m);
	assert_int_equal(m.data_count, 50);
	assert_int_equal(m.ids[49], KD_ID_INITIAL | KD_ID_SYNC);
	/* Someone speaks: prints are worth trying again, 20 times now. */
	control(&m, KD_ACKNOWLEDGE, KD_ID_INITIAL);
	m.t.state = KD_TARGET_RUNNING;
	forget(&m);
	assert_true(kd_target_print(&m.t, (const uint8_t *)"hello", 5, m.now));
	listen(&m);
	for (unsigned i = 0; i < 40; i++)
		be_silent(&m);
	assert_int_equal(m.data_count, 20);
}

static void ask(struct machine *m, const struct kd_manipulate *r,
		const void *data, uint32_t len)
{
	uint8_t payload[KD_PAYLOAD_MAX] = { 0 };
	uint8_t wire[KD_PACKET_MAX];
	struct kd_header h = { .leader = KD_LEADER_DATA,
			       .type = KD_STATE_MANIPULATE,
			       .len = (uint16_t)(KD_MANIPULATE_SIZE + len),
			       .id = m->t.x.expected_id };

	kd_manipulate_store(r, payload);
	if (len)
		memcpy(payload + KD_MANIPULATE_SIZE, data, len);
	h.checksum = kd_sum(payload, h.len);
	forget(m);
	hear(m, wire,
	     kd_packet_write(&h, payload, 0,
			     (struct kd_room){ wire, sizeof(wire) }));
}

static struct kd_manipulate answer(struct machine *m)
{
	struct kd_manipulate r;

	assert_string_equal(m->said, "AD");
	kd_manipulate_load(&r, m->data);
	control(m, KD_ACKNOWLEDGE, m->data_ids[0]);
	return r;
}

static void test_kd_target__reads_what_there_is(void **state)
{
	static const struct {
		uint64_t address;
		uint32_t count, actual;
		bool ok;
	} cases[] = {
		{ 0x10, 16, 16, true },
		{ 0, 5000, 3944, true }, /* clipped, and a success */
		{ 4090, 16, 6, false },  /* partial: failure with data */
		{ 1 << 20, 4, 0, false },
		{ UINT64_MAX - 1, UINT32_MAX, 0, false },
	};
	static struct machine m;

	(void)state;
	stop(&m);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct kd_manipulate r = {
			.api = KD_API_READ_VIRTUAL,
			.u.memory = { .address = cases[i].address,
				      .count = cases[i].count },
		};

		ask(&m, &r, NULL, 0);
		r = answer(&m);
		assert_int_equal(r.u.memory.actual, cases[i].actual);
		assert_int_equal(m.data_len,
				 KD_MANIPULATE_SIZE + cases[i].actual);
		assert_int_equal(kd_status_ok(r.status), cases[i].ok);
	}
}

static void test_kd_target__sets_and_clears_breakpoints(void **state)
{
	static struct machine m;
	struct kd_manipulate r = {
		.api = KD_API_WRITE_BREAKPOINT,
		.u.write_breakpoint = { .address = 0x80 },
	};

	(void)state;
	stop(&m);
	m.memory[0x80] = 0x90;
	ask(&m, &r, NULL, 0);
	r = answer(&m);
	assert_true(kd_status_ok(r.status));
	assert_int_equal(m.memory[0x80], 0xcc);
	assert_true(kd_target_owns_breakpoint(&m.t, 0x80));
	r = (struct kd_manipulate){
		.api = KD_API_RESTORE_BREAKPOINT,
		.u.restore_breakpoint = { .handle =
						  r.u.write_breakpoint.handle },
	};
	ask(&m, &r, NULL, 0);
	assert_true(kd_status_ok(answer(&m).status));
	assert_int_equal(m.memory[0x80], 0x90);
	for (uint32_t handle = 0; handle < 40; handle++) {
		r.u.restore_breakpoint.handle = handle;
		ask(&m, &r, NULL, 0);
		assert_false(kd_status_ok(answer(&m).status));
	}
}

static void test_kd_target__refuses_what_it_does_not_know(void **state)
{
	static struct machine m;
	struct kd_manipulate r = { .api = 0x3199 };

	(void)state;
	stop(&m);
	ask(&m, &r, NULL, 0);
	assert_int_equal(answer(&m).status, KD_STATUS_UNSUCCESSFUL);
	/* SetContext is refused until a GetContext was done (3.4). */
	r = (struct kd_manipulate){ .api = KD_API_SET_CONTEXT };
	ask(&m, &r, "12345678", 8);
	assert_false(kd_status_ok(answer(&m).status));
	r.api = KD_API_GET_CONTEXT;
	ask(&m, &r, NULL, 0);
	assert_true(kd_status_ok(answer(&m).status));
	r.api = KD_API_SET_CONTEXT;
	ask(&m, &r, "12345678", 8);
	assert_true(kd_status_ok(answer(&m).status));
	assert_memory_equal(m.memory, "12345678", 8);
}

static void test_kd_target__runs_on_without_a_reply(void **state)
{
	static struct machine m;
	struct kd_manipulate r = { .api = KD_API_CONTINUE2,
				   .u.resume = { .status = KD_CONTINUE } };

	(void)state;
	stop(&m);
	ask(&m, &r, NULL, 0);
	assert_string_equal(m.said, "A");
	assert_int_equal(m.resumed, 1);
	assert_int_equal(m.t.state, KD_TARGET_RUNNING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kd_target__serves_a_clean_request),
		cmocka_unit_test(
			test_kd_target__answers_each_lost_byte_as_catalogued),
		cmocka_unit_test(
			test_kd_target__asks_again_once_for_a_lost_header_byte),
		cmocka_unit_test(
			test_kd_target__loses_the_packet_behind_a_short_one),
		cmocka_unit_test(
			test_kd_target__answers_each_flipped_field_as_catalogued),
		cmocka_unit_test(
			test_kd_target__takes_new_data_for_an_implied_ack),
		cmocka_unit_test(test_kd_target__acknowledges_a_duplicate_only),
		cmocka_unit_test(
			test_kd_target__answers_reset_with_reset_and_the_stop),
		cmocka_unit_test(test_kd_target__repeats_the_reply_after_reset),
		cmocka_unit_test(
			test_kd_target__repeats_the_stop_on_a_stray_resend),
		cmocka_unit_test(
			test_kd_target__remembers_a_break_in_while_stopped),
		cmocka_unit_test(
			test_kd_target__forgets_a_break_in_before_garbage),
		cmocka_unit_test(
			test_kd_target__eats_what_it_is_sent_while_running),
		cmocka_unit_test(
			test_kd_target__gives_up_prints_but_never_stops),
		cmocka_unit_test(test_kd_target__reads_what_there_is),
		cmocka_unit_test(test_kd_target__sets_and_clears_breakpoints),
		cmocka_unit_test(test_kd_target__refuses_what_it_does_not_know),
		cmocka_unit_test(test_kd_target__runs_on_without_a_reply),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
