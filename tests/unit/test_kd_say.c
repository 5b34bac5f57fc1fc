/* SPDX-License-Identifier: MIT */
/* What a target says and asks of its own accord. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/kd/sum.h"
#include "tests/support/machine.h"

static const struct kd_exception here = { .processors = 1, .pc = 0x1234 };

/* Give it a data packet under the id that it expects. */
static void answer(struct machine *m, uint16_t type, const uint8_t *payload,
		   uint16_t len)
{
	struct kd_header h = { .leader = KD_LEADER_DATA,
			       .type = type,
			       .len = len,
			       .id = m->t.x.expected_id,
			       .checksum = kd_sum(payload, len) };
	uint8_t wire[KD_PACKET_MAX];

	machine_forget(m);
	machine_hear(m, wire,
		     kd_packet_write(&h, payload, 0,
				     (struct kd_room){ wire, sizeof(wire) }));
}

/* What it says must be one packet of this type, which is acknowledged. */
static void take(struct machine *m, uint16_t type, uint16_t len)
{
	machine_listen(m);
	assert_string_equal(m->said, "D");
	assert_int_equal(m->data_type, type);
	assert_int_equal(m->data_len, len);
	machine_control(m, KD_ACKNOWLEDGE, m->data_ids[0] & ~KD_ID_SYNC);
	machine_forget(m);
}

static void test_kd_say__traces_and_runs_on(void **state)
{
	static struct machine m;
	static const uint8_t data[5] = "trace";
	struct kd_trace_io io;

	(void)state;
	machine_power_up(&m);
	assert_true(kd_target_trace(&m.t, data, 5, m.now));
	take(&m, KD_TRACE_IO, KD_TRACE_IO_SIZE + 5);
	assert_int_equal(m.t.state, KD_TARGET_RUNNING);
	kd_trace_io_load(&io, m.data);
	assert_int_equal(io.api, KD_PRINT_TRACE);
	assert_int_equal(io.len, 5);
	assert_memory_equal(m.data + KD_TRACE_IO_SIZE, data, 5);
}

static void test_kd_say__tells_of_modules_and_waits(void **state)
{
	static struct machine m;
	static const char path[] = "\\a\\b.sys";
	const struct kd_symbols s = { .path_len = sizeof(path),
				      .base = 0xabc000,
				      .size = 0x3000,
				      .unload = true };
	struct kd_manipulate go = { .api = KD_API_CONTINUE,
				    .u.resume = { .status = KD_CONTINUE } };
	struct kd_symbols told;

	(void)state;
	machine_power_up(&m);
	assert_true(kd_target_symbols(&m.t, &s, &here, path, m.now));
	take(&m, KD_STATE_CHANGE64, KD_STATE_SIZE + sizeof(path));
	assert_int_equal(m.t.state, KD_TARGET_STOPPED);
	assert_int_equal(kd_load32(m.data), KD_STATE_LOAD_SYMBOLS);
	kd_symbols_load(&told, m.data);
	assert_int_equal(told.base, 0xabc000);
	assert_int_equal(told.path_len, sizeof(path));
	assert_true(told.unload);
	assert_string_equal((char *)m.data + KD_STATE_SIZE, path);
	/* RESEND brings the notice again, path included. */
	machine_control(&m, KD_RESEND, 0);
	take(&m, KD_STATE_CHANGE64, KD_STATE_SIZE + sizeof(path));
	machine_ask(&m, &go, NULL, 0);
	assert_int_equal(m.t.state, KD_TARGET_RUNNING);
}

/* A longer path than fits is cut, and still ends. */
static void test_kd_say__cuts_a_path(void **state)
{
	static struct machine m;
	char path[2 * KD_STATE_DATA_MAX];
	const struct kd_symbols s = { .path_len = sizeof(path) };

	(void)state;
	memset(path, 'x', sizeof(path));
	machine_power_up(&m);
	assert_true(kd_target_symbols(&m.t, &s, &here, path, m.now));
	machine_listen(&m);
	assert_int_equal(m.data_len, KD_STATE_SIZE + KD_STATE_DATA_MAX);
	assert_int_equal(m.data[m.data_len - 1], 0);
	assert_int_equal(m.data[m.data_len - 2], 'x');
}

/* 2.6: nobody is there, and the machine runs on; 3031, 3330, 3430 only. */
static void test_kd_say__gives_up_what_may_be(void **state)
{
	static const struct kd_symbols s;
	static const struct kd_file_io file = { .api = KD_FILE_CREATE };
	struct kd_file_io got;
	struct kd_span data;

	(void)state;
	for (unsigned what = 0; what < 3; what++) {
		static struct machine m;

		machine_power_up(&m);
		if (what == 0)
			assert_true(kd_target_symbols(&m.t, &s, &here, NULL,
						      m.now));
		else if (what == 1)
			assert_true(kd_target_trace(&m.t, NULL, 0, m.now));
		else
			assert_true(
				kd_target_file(&m.t, &file, NULL, 0, m.now));
		for (unsigned i = 0; i < 5; i++) {
			assert_int_not_equal(m.t.state, KD_TARGET_RUNNING);
			machine_listen(&m);
			machine_be_silent(&m);
		}
		assert_int_equal(m.t.state, KD_TARGET_RUNNING);
		assert_true(m.t.not_present);
		assert_false(kd_target_file_answer(&m.t, &got, &data));
		/* And from now on it does not even try. */
		assert_false(kd_target_symbols(&m.t, &s, &here, NULL, m.now));
		assert_false(kd_target_command(&m.t, &here, "", "", m.now));
		assert_false(kd_target_file(&m.t, &file, NULL, 0, m.now));
		assert_false(kd_target_trace(&m.t, NULL, 0, m.now));
	}
}

static void test_kd_say__gives_a_command(void **state)
{
	static struct machine m;
	char longer[KD_STATE_DATA_MAX + 10];

	(void)state;
	machine_power_up(&m);
	assert_true(kd_target_command(&m.t, &here, "me", "!help", m.now));
	take(&m, KD_STATE_CHANGE64, KD_STATE_SIZE + 3 + 6);
	assert_int_equal(kd_load32(m.data), KD_STATE_COMMAND_STRING);
	assert_memory_equal(m.data + KD_STATE_SIZE, "me\0!help", 9);
	assert_int_equal(m.t.state, KD_TARGET_STOPPED);
	memset(longer, 'y', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = 0;
	machine_power_up(&m);
	assert_true(kd_target_command(&m.t, &here, longer, longer, m.now));
	machine_listen(&m);
	assert_int_equal(m.data_len, KD_STATE_SIZE + KD_STATE_DATA_MAX);
	assert_int_equal(m.data[m.data_len - 1], 0);
}

static void test_kd_say__prompts_until_answered(void **state)
{
	static struct machine m;
	struct kd_debug_io io = { .api = KD_GET_STRING, .max = 4 };
	uint8_t payload[KD_DEBUG_IO_SIZE + 10] = { 0 };
	struct kd_span line;

	(void)state;
	machine_power_up(&m);
	kd_target_prompt(&m.t, (const uint8_t *)"go? ", 4, 3, m.now);
	take(&m, KD_DEBUG_IO, KD_DEBUG_IO_SIZE + 4);
	kd_debug_io_load(&io, m.data);
	assert_int_equal(io.api, KD_GET_STRING);
	assert_int_equal(io.len, 4);
	assert_int_equal(io.max, 3);
	assert_int_equal(m.t.state, KD_TARGET_AWAITING);
	/* However long it takes. */
	for (unsigned i = 0; i < 50; i++)
		machine_be_silent(&m);
	assert_string_equal(m.said, "");
	assert_null(kd_target_line(&m.t).at);
	/* 2.8: RESEND brings the whole prompt again, under a new id. */
	machine_control(&m, KD_RESEND, 0);
	take(&m, KD_DEBUG_IO, KD_DEBUG_IO_SIZE + 4);
	/* A request is not what it waits for: acknowledged and dropped. */
	answer(&m, KD_STATE_MANIPULATE, m.data, KD_MANIPULATE_SIZE);
	assert_string_equal(m.said, "A");
	assert_int_equal(m.t.state, KD_TARGET_AWAITING);
	/* Neither is one that is too short. */
	answer(&m, KD_DEBUG_IO, payload, KD_DEBUG_IO_SIZE - 1);
	assert_string_equal(m.said, "N");
	/* The length is the least of what is wanted, said and there. */
	io.max = 200;
	kd_debug_io_store(&io, payload);
	memcpy(payload + KD_DEBUG_IO_SIZE, "yes, but", 8);
	answer(&m, KD_DEBUG_IO, payload, KD_DEBUG_IO_SIZE + 8);
	assert_string_equal(m.said, "A");
	assert_int_equal(m.t.state, KD_TARGET_RUNNING);
	line = kd_target_line(&m.t);
	assert_int_equal(line.len, 3);
	assert_memory_equal(line.at, "yes", 3);
}

static void test_kd_say__an_empty_line_is_an_answer(void **state)
{
	static struct machine m;
	uint8_t payload[KD_DEBUG_IO_SIZE];

	(void)state;
	memset(payload, 0xff, sizeof(payload));
	machine_power_up(&m);
	kd_target_prompt(&m.t, NULL, 0, 100, m.now);
	take(&m, KD_DEBUG_IO, KD_DEBUG_IO_SIZE);
	answer(&m, KD_DEBUG_IO, payload, sizeof(payload));
	assert_int_equal(m.t.state, KD_TARGET_RUNNING);
	assert_non_null(kd_target_line(&m.t).at);
	assert_int_equal(kd_target_line(&m.t).len, 0);
}

/* Ask for 'length' bytes, be given 'said' in the header and 'len' in fact. */
static size_t read_file(uint32_t length, uint32_t said, uint16_t len)
{
	static struct machine m;
	static uint8_t payload[KD_PAYLOAD_MAX];
	struct kd_file_io f = {
		.api = KD_FILE_READ,
		.u.transfer = { .handle = 7, .offset = 0x100, .length = length }
	};
	struct kd_file_io got;
	struct kd_span data;

	machine_power_up(&m);
	assert_true(kd_target_file(&m.t, &f, NULL, 0, m.now));
	take(&m, KD_FILE_IO, KD_FILE_IO_SIZE);
	f.u.transfer.length = said;
	kd_file_io_store(&f, payload);
	answer(&m, KD_FILE_IO, payload, (uint16_t)(KD_FILE_IO_SIZE + len));
	assert_int_equal(m.t.state, KD_TARGET_RUNNING);
	assert_true(kd_target_file_answer(&m.t, &got, &data));
	assert_int_equal(got.u.transfer.handle, 7);
	assert_true(data.len <= length && data.len <= len);
	return data.len;
}

static void test_kd_say__reads_files(void **state)
{
	(void)state;
	assert_int_equal(read_file(100, 100, 100), 100);
	assert_int_equal(read_file(100, 100, 60), 60);
	assert_int_equal(read_file(100, UINT32_MAX, 200), 100);
	assert_int_equal(read_file(100, 5, 100), 5);
	assert_int_equal(read_file(UINT32_MAX, UINT32_MAX, 0), 0);
}

static void test_kd_say__opens_writes_and_closes_files(void **state)
{
	static struct machine m;
	static const uint8_t name[] = "a\0b\0\0";
	struct kd_file_io f = { .api = KD_FILE_CREATE,
				.u.create = { .access = 0x120089 } };
	uint8_t payload[KD_FILE_IO_SIZE] = { 0 };
	struct kd_file_io got;
	struct kd_span data;

	(void)state;
	machine_power_up(&m);
	assert_true(kd_target_file(&m.t, &f, name, sizeof(name), m.now));
	take(&m, KD_FILE_IO, KD_FILE_IO_SIZE + sizeof(name));
	assert_memory_equal(m.data + KD_FILE_IO_SIZE, name, sizeof(name));
	f.status = KD_STATUS_NO_SUCH_FILE;
	f.u.create.handle = 9;
	kd_file_io_store(&f, payload);
	answer(&m, KD_FILE_IO, payload, sizeof(payload));
	assert_true(kd_target_file_answer(&m.t, &got, &data));
	assert_int_equal(got.status, KD_STATUS_NO_SUCH_FILE);
	assert_int_equal(got.u.create.handle, 9);
	/* An answer to something else is none; this one is never given up. */
	f = (struct kd_file_io){ .api = KD_FILE_WRITE };
	assert_true(kd_target_file(&m.t, &f, name, 4, m.now));
	for (unsigned i = 0; i < 100; i++) {
		machine_be_silent(&m);
		machine_forget(&m);
	}
	assert_int_equal(m.t.state, KD_TARGET_SENDING);
	machine_control(&m, KD_ACKNOWLEDGE, m.t.x.next_id & ~KD_ID_SYNC);
	answer(&m, KD_FILE_IO, payload, sizeof(payload));
	assert_false(kd_target_file_answer(&m.t, &got, &data));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kd_say__traces_and_runs_on),
		cmocka_unit_test(test_kd_say__tells_of_modules_and_waits),
		cmocka_unit_test(test_kd_say__cuts_a_path),
		cmocka_unit_test(test_kd_say__gives_up_what_may_be),
		cmocka_unit_test(test_kd_say__gives_a_command),
		cmocka_unit_test(test_kd_say__prompts_until_answered),
		cmocka_unit_test(test_kd_say__an_empty_line_is_an_answer),
		cmocka_unit_test(test_kd_say__reads_files),
		cmocka_unit_test(test_kd_say__opens_writes_and_closes_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
