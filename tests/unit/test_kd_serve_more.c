/* SPDX-License-Identifier: MIT */
/* Breakpoints, devices, ends; and requests that mean no good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "tests/support/machine.h"

static struct machine m;

static struct kd_manipulate ask(struct kd_manipulate r, const void *data,
				uint32_t len)
{
	machine_ask(&m, &r, data, len);
	return machine_answer(&m);
}

static const uint8_t *answer_data(void)
{
	return m.data + KD_MANIPULATE_SIZE;
}

/* --- breakpoints -----------------------------------------------------------
 */

static void element(uint8_t *to, uint64_t address, uint32_t handle)
{
	kd_store64(to, address);
	kd_store32(to + 8, handle);
}

static void test_kd_serve__sets_and_clears_many(void **state)
{
	struct kd_manipulate r = { .api = KD_API_WRITE_BREAKPOINT_EX,
				   .u.breakpoints_ex = { .count = 3 } };
	uint8_t e[3 * 16] = { 0 };
	uint8_t handles[8];

	(void)state;
	machine_stop(&m);
	element(e, 0x10, 0);
	element(e + 16, 0x20, 0);
	element(e + 32, 0x9999999, 0);
	assert_int_equal(ask(r, e, sizeof(e)).status, KD_STATUS_UNSUCCESSFUL);
	assert_int_equal(m.data_len, KD_MANIPULATE_SIZE + sizeof(e));
	assert_int_equal(kd_load32(answer_data() + 8), 1);
	assert_int_equal(kd_load32(answer_data() + 24), 2);
	assert_int_equal(kd_load32(answer_data() + 40), 0);
	assert_int_equal(m.memory[0x10], 0xcc);
	assert_int_equal(m.memory[0x20], 0xcc);
	assert_int_equal(m.t.state, KD_TARGET_STOPPED);
	/* One goes, another comes in its place. */
	r.u.breakpoints_ex.count = 1;
	element(e, 0x30, 1);
	assert_int_equal(ask(r, e, 16).status, KD_STATUS_SUCCESS);
	assert_int_equal(kd_load32(answer_data() + 8), 1);
	assert_int_equal(m.memory[0x10], 0);
	assert_int_equal(m.memory[0x30], 0xcc);
	r = (struct kd_manipulate){ .api = KD_API_RESTORE_BREAKPOINT_EX,
				    .u.breakpoints_ex = { .count = 2 } };
	kd_store32(handles, 1);
	kd_store32(handles + 4, 2);
	assert_int_equal(ask(r, handles, 8).status, KD_STATUS_SUCCESS);
	assert_memory_equal(answer_data(), handles, 8);
	assert_int_equal(m.memory[0x20] | m.memory[0x30], 0);
	assert_int_equal(ask(r, handles, 8).status, KD_STATUS_UNSUCCESSFUL);
	assert_int_equal(ask(r, handles, 7).status, KD_STATUS_UNSUCCESSFUL);
}

/* 3.6: if it says so, or if its array is not what it announces. */
static void test_kd_serve__many_may_end_the_stop(void **state)
{
	static const struct {
		uint32_t count, status, len;
		bool leaves;
	} cases[] = {
		{ 0, 0, 0, false },          { 0, KD_CONTINUE, 0, true },
		{ 2, 0, 16, true },          { 33, 0, 33 * 16, true },
		{ 0x10000001, 0, 16, true }, { 1, KD_CONTINUE, 16, true },
	};
	static uint8_t e[33 * 16];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct kd_manipulate r = {
			.api = KD_API_WRITE_BREAKPOINT_EX,
			.u.breakpoints_ex = { cases[i].count, cases[i].status },
		};

		machine_stop(&m);
		(void)ask(r, e, cases[i].len);
		assert_int_equal(m.t.state, cases[i].leaves
						    ? KD_TARGET_RUNNING
						    : KD_TARGET_STOPPED);
		assert_int_equal(m.resumed, cases[i].leaves);
	}
}

static void test_kd_serve__custom_breakpoints(void **state)
{
	struct kd_manipulate r = {
		.api = KD_API_WRITE_CUSTOM_BREAKPOINT,
		.u.custom_breakpoint = { .address = 0x40,
					 .instruction = 0x0807060504030201,
					 .size = 5,
					 .alignment = 8 },
	};
	uint32_t handle;

	(void)state;
	machine_stop(&m);
	memset(m.memory + 0x40, 0x90, 16);
	r = ask(r, NULL, 0);
	assert_true(kd_status_ok(r.status));
	handle = r.u.custom_breakpoint.handle;
	assert_memory_equal(m.memory + 0x40, "\1\2\3\4\5\x90", 6);
	r.u.custom_breakpoint.address = 0x44;
	assert_false(kd_status_ok(ask(r, NULL, 0).status));
	r.u.custom_breakpoint.address = 0x50;
	r.u.custom_breakpoint.size = 9;
	assert_false(kd_status_ok(ask(r, NULL, 0).status));
	r.u.custom_breakpoint.size = 0;
	assert_false(kd_status_ok(ask(r, NULL, 0).status));
	r = (struct kd_manipulate){ .api = KD_API_RESTORE_BREAKPOINT,
				    .u.restore_breakpoint = { handle } };
	assert_true(kd_status_ok(ask(r, NULL, 0).status));
	assert_memory_equal(m.memory + 0x40, "\x90\x90\x90\x90\x90", 5);
}

static void test_kd_serve__counts_internal_breakpoints(void **state)
{
	struct kd_manipulate set = { .api = KD_API_SET_INTERNAL_BREAKPOINT };
	struct kd_manipulate get = { .api = KD_API_GET_INTERNAL_BREAKPOINT };
	struct kd_manipulate clear = {
		.api = KD_API_CLEAR_INTERNAL_BREAKPOINTS
	};
	struct kd_manipulate soft = { .api = KD_API_WRITE_BREAKPOINT };
	uint8_t byte = 0;

	(void)state;
	machine_stop(&m);
	m.memory[0x60] = 0x55;
	set.u.internal_breakpoint.address = 0x60;
	get.u.internal_breakpoint.address = 0x60;
	soft.u.write_breakpoint.address = 0x60;
	assert_false(kd_status_ok(ask(get, NULL, 0).status));
	assert_true(kd_status_ok(ask(set, NULL, 0).status));
	assert_int_equal(m.memory[0x60], 0xcc);
	assert_false(kd_status_ok(ask(soft, NULL, 0).status));
	assert_false(kd_target_counts(&m.t, 0x61, &byte));
	for (unsigned i = 0; i < 3; i++)
		assert_true(kd_target_counts(&m.t, 0x60, &byte));
	assert_int_equal(byte, 0x55);
	get = ask(get, NULL, 0);
	assert_int_equal(get.u.internal_breakpoint.calls, 3);
	/* As many as there is room for. */
	for (uint64_t i = 1; i < KD_INTERNAL_BREAKPOINTS; i++) {
		set.u.internal_breakpoint.address = 0x60 + i;
		assert_true(kd_status_ok(ask(set, NULL, 0).status));
	}
	set.u.internal_breakpoint.address = 0x100;
	assert_false(kd_status_ok(ask(set, NULL, 0).status));
	/* No reply, and it stays stopped. */
	machine_ask(&m, &clear, NULL, 0);
	assert_string_equal(m.said, "A");
	assert_int_equal(m.t.state, KD_TARGET_STOPPED);
	assert_int_equal(m.memory[0x60], 0x55);
	assert_true(kd_status_ok(ask(soft, NULL, 0).status));
}

static void test_kd_serve__remembers_special_calls(void **state)
{
	struct kd_manipulate set = { .api = KD_API_SET_SPECIAL_CALL };
	struct kd_manipulate query = { .api = KD_API_QUERY_SPECIAL_CALLS };
	struct kd_manipulate clear = { .api = KD_API_CLEAR_SPECIAL_CALLS };

	(void)state;
	machine_stop(&m);
	for (uint64_t i = 0; i <= KD_SPECIAL_CALLS; i++) {
		set.u.special_call.address = 0x1000 + i;
		assert_int_equal(kd_status_ok(ask(set, NULL, 0).status),
				 i < KD_SPECIAL_CALLS);
	}
	assert_int_equal(ask(query, NULL, 0).u.special_call.count,
			 KD_SPECIAL_CALLS);
	assert_int_equal(m.data_len, KD_MANIPULATE_SIZE + 8 * KD_SPECIAL_CALLS);
	assert_int_equal(kd_load64(answer_data() + 8), 0x1001);
	assert_true(kd_status_ok(ask(clear, NULL, 0).status));
	assert_int_equal(ask(query, NULL, 0).u.special_call.count, 0);
}

/* --- devices ---------------------------------------------------------------
 */

static void test_kd_serve__reads_and_writes_ports(void **state)
{
	static const struct {
		uint64_t address;
		uint32_t size, interface, bus, space, status;
	} cases[] = {
		{ 0x3f8, 1, 1, 0, 1, KD_STATUS_SUCCESS },
		{ 0x3f8, 4, 1, 0, 1, KD_STATUS_SUCCESS },
		{ 0x3f9, 2, 1, 0, 1, KD_STATUS_MISALIGNED },
		{ 0x3f8, 3, 1, 0, 1, KD_STATUS_INVALID_PARAMETER },
		{ 0x3f8, 0, 1, 0, 1, KD_STATUS_MISALIGNED },
		{ 0x3f8, 8, 1, 0, 1, KD_STATUS_INVALID_PARAMETER },
		{ 0x10000, 1, 1, 0, 1, KD_STATUS_INVALID_PARAMETER },
		{ 0x3f8, 1, 0, 0, 1, KD_STATUS_UNSUCCESSFUL },
		{ 0x3f8, 1, 1, 7, 1, KD_STATUS_UNSUCCESSFUL },
		{ 0x3f8, 1, 1, 0, 0, KD_STATUS_UNSUCCESSFUL },
	};

	(void)state;
	machine_stop(&m);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct kd_manipulate r = {
			.api = KD_API_WRITE_IO_EX,
			.u.io = { cases[i].address, cases[i].size, 0x12345678,
				  cases[i].interface, cases[i].bus,
				  cases[i].space },
		};
		bool ok = kd_status_ok(cases[i].status);

		m.port = 0;
		r = ask(r, NULL, 0);
		assert_int_equal(r.status, cases[i].status);
		assert_int_equal(m.port, ok ? 0x3f8 : 0);
		assert_int_equal(r.u.io.size, ok ? cases[i].size : 0);
		r.api = KD_API_READ_IO_EX;
		r.u.io.size = cases[i].size;
		r.u.io.value = 0;
		r = ask(r, NULL, 0);
		assert_int_equal(r.status, cases[i].status);
		assert_int_equal(r.u.io.value, ok ? 0x12345678 : 0);
	}
}

static void test_kd_serve__reads_and_writes_msrs(void **state)
{
	struct kd_manipulate r = { .api = KD_API_WRITE_MSR,
				   .u.msr = { 1, 0x89abcdef, 0x01234567 } };

	(void)state;
	machine_stop(&m);
	assert_true(kd_status_ok(ask(r, NULL, 0).status));
	assert_int_equal(m.msr, 0x0123456789abcdef);
	r = (struct kd_manipulate){ .api = KD_API_READ_MSR, .u.msr = { 1 } };
	r = ask(r, NULL, 0);
	assert_int_equal(r.u.msr.low, 0x89abcdef);
	assert_int_equal(r.u.msr.high, 0x01234567);
	r.u.msr.number = 2;
	assert_int_equal(ask(r, NULL, 0).status, KD_STATUS_NO_SUCH_DEVICE);
}

/* --- ends ------------------------------------------------------------------
 */

static void test_kd_serve__turns_to_another_processor(void **state)
{
	struct kd_manipulate r = { .api = KD_API_SWITCH_PROCESSOR };
	struct kd_exception e;
	static const struct {
		uint16_t wanted, shown;
		uint32_t code;
	} cases[] = {
		{ 0, 0, KD_CODE_BREAKPOINT }, /* the same one */
		{ 9, 0, KD_CODE_BREAKPOINT }, /* there is none */
		{ 1, 1, KD_CODE_PROCESSOR_SWITCH },
		{ 1, 1, KD_CODE_PROCESSOR_SWITCH },
		{ 0, 0, KD_CODE_PROCESSOR_SWITCH },
	};

	(void)state;
	machine_stop(&m);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		r.processor = cases[i].wanted;
		machine_ask(&m, &r, NULL, 0);
		assert_string_equal(m.said, "AD");
		assert_int_equal(m.data_type, KD_STATE_CHANGE64);
		assert_int_equal(kd_state_load(&e, m.data), KD_STATE_EXCEPTION);
		assert_int_equal(e.processor, cases[i].shown);
		assert_int_equal(e.processors, 2);
		assert_int_equal(e.code, cases[i].code);
		machine_control(&m, KD_ACKNOWLEDGE, m.data_ids[0]);
		assert_int_equal(m.t.state, KD_TARGET_STOPPED);
		assert_int_equal(m.resumed, 0);
	}
}

static void test_kd_serve__crashes_and_reboots_after_the_ack(void **state)
{
	struct kd_manipulate r = { .api = KD_API_CAUSE_BUGCHECK,
				   .u.bugcheck = { 0xe2 } };

	(void)state;
	machine_stop(&m);
	machine_ask(&m, &r, NULL, 0);
	assert_string_equal(m.said, "A");
	assert_int_equal(m.bugcheck, 0xe2);
	assert_int_equal(m.rebooted, 0);
	machine_stop(&m);
	r.api = KD_API_REBOOT;
	machine_ask(&m, &r, NULL, 0);
	assert_string_equal(m.said, "A");
	assert_int_equal(m.rebooted, 1);
	assert_int_equal(m.bugcheck, 0);
}

/* --- peers that mean no good -----------------------------------------------
 */

/*
 * Every number there is and some more, with unions and data of any content:
 * each is acknowledged and answered, or ends the stop as its kind does.
 */
static void test_kd_serve__answers_anything(void **state)
{
	static uint8_t data[KD_DATA_MAX];
	static const uint32_t lens[] = { 0, 1, 4, 16, 64, KD_DATA_MAX };

	(void)state;
	for (uint64_t round = 0; round < 4000; round++) {
		uint64_t h = hash_u64(round);
		uint32_t len = lens[h % ARRAY_SIZE(lens)];
		struct kd_manipulate r;

		if (round % 50 == 0 || m.t.state != KD_TARGET_STOPPED)
			machine_stop(&m);
		for (unsigned i = 0; i < sizeof(r); i++)
			((uint8_t *)&r)[i] = (uint8_t)hash_add(h, i);
		if (h >> 60 < 8)
			memset(&r.u, h >> 62 ? 0xff : 0, sizeof(r.u));
		for (uint32_t i = 0; i < len; i++)
			data[i] = (uint8_t)hash_add(h, i / 7);
		r.api = 0x312e + (uint32_t)(h >> 8) % 0x36;
		machine_ask(&m, &r, data, len);
		if (!kd_api_has_reply(r.api)) {
			assert_int_equal(m.said[0], 'A');
			continue;
		}
		assert_string_equal(m.said, "AD");
		assert_int_equal(m.data_type, KD_STATE_MANIPULATE);
		assert_int_equal(kd_load32(m.data), r.api);
		machine_control(&m, KD_ACKNOWLEDGE, m.data_ids[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kd_serve__sets_and_clears_many),
		cmocka_unit_test(test_kd_serve__many_may_end_the_stop),
		cmocka_unit_test(test_kd_serve__custom_breakpoints),
		cmocka_unit_test(test_kd_serve__counts_internal_breakpoints),
		cmocka_unit_test(test_kd_serve__remembers_special_calls),
		cmocka_unit_test(test_kd_serve__reads_and_writes_ports),
		cmocka_unit_test(test_kd_serve__reads_and_writes_msrs),
		cmocka_unit_test(test_kd_serve__turns_to_another_processor),
		cmocka_unit_test(
			test_kd_serve__crashes_and_reboots_after_the_ack),
		cmocka_unit_test(test_kd_serve__answers_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
