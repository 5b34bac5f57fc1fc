/* SPDX-License-Identifier: MIT */
/* The published vectors: real layouts, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bench/kd/exchange.h"
#include "bench/kd/message.h"
#include "bench/kd/sum.h"
#include "tests/support/hex.h"

#define ZEROS8 "0000000000000000"
#define ZEROS24 ZEROS8 ZEROS8 ZEROS8

/* The whole packet that carries x.payload under x.next_id. */
static size_t packet(struct kd_exchange *x, uint16_t type, uint16_t len,
		     uint8_t *to, size_t size)
{
	kd_exchange_send(x, type, len, kd_sum(x->payload, len));
	return kd_exchange_write(x, (struct kd_room){ to, size });
}

static void test_kd_message__read_request_is_the_published_one(void **state)
{
	struct kd_manipulate m = {
		.api = KD_API_READ_VIRTUAL,
		.u.memory = { .address = UINT64_C(0xfffff80000001000),
			      .count = 16 },
	};
	struct kd_exchange x;
	uint8_t wire[128];
	size_t len;

	(void)state;
	kd_exchange_init(&x, 0x80800001, true, false);
	kd_manipulate_store(&m, x.payload);
	len = packet(&x, KD_STATE_MANIPULATE, KD_MANIPULATE_SIZE, wire,
		     sizeof(wire));
	assert_hex(wire, len,
		   "30 30 30 30 02 00 38 00 01 00 80 80 77 03 00 00"
		   "30 31 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
		   "00 10 00 00 00 f8 ff ff 10 00 00 00 00 00 00 00" ZEROS24
		   "aa");
}

static void test_kd_message__read_reply_is_the_published_one(void **state)
{
	struct kd_manipulate m = {
		.api = KD_API_READ_VIRTUAL,
		.u.memory = { .address = UINT64_C(0xfffff80000001000),
			      .count = 16,
			      .actual = 16 },
	};
	struct kd_exchange x;
	uint8_t wire[128];
	size_t len;

	(void)state;
	kd_exchange_init(&x, 0x80800001, true, false);
	kd_manipulate_store(&m, x.payload);
	for (unsigned i = 0; i < 16; i++)
		x.payload[KD_MANIPULATE_SIZE + i] = (uint8_t)i;
	len = packet(&x, KD_STATE_MANIPULATE, KD_MANIPULATE_SIZE + 16, wire,
		     sizeof(wire));
	assert_hex(wire, len,
		   "30 30 30 30 02 00 48 00 01 00 80 80 ff 03 00 00"
		   "30 31 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
		   "00 10 00 00 00 f8 ff ff 10 00 00 00 10 00 00 00" ZEROS24
		   "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f aa");
}

static void test_kd_message__print_is_the_published_one(void **state)
{
	struct kd_exchange x;
	uint8_t wire[64];
	size_t len;

	(void)state;
	kd_exchange_init(&x, KD_ID_INITIAL | KD_ID_SYNC, true, false);
	kd_print_store(x.payload, 0, 6);
	memcpy(x.payload + KD_DEBUG_IO_SIZE, "hello\n", 6);
	len = packet(&x, KD_DEBUG_IO, KD_DEBUG_IO_SIZE + 6, wire, sizeof(wire));
	assert_hex(wire, len,
		   "30 30 30 30 03 00 16 00 00 08 80 80 86 02 00 00"
		   "30 32 00 00 00 00 00 00 06 00 00 00 00 00 00 00"
		   "68 65 6c 6c 6f 0a aa");
}

static void test_kd_message__continue2_is_the_published_one(void **state)
{
	struct kd_manipulate m = {
		.api = KD_API_CONTINUE2,
		.u.resume = { .status = KD_CONTINUE,
			      .dr7 = 0x400,
			      .symbol_start = 1 },
	};
	struct kd_manipulate back;
	struct kd_exchange x;
	uint8_t wire[128];
	size_t len;

	(void)state;
	kd_exchange_init(&x, KD_ID_INITIAL, true, false);
	kd_manipulate_store(&m, x.payload);
	len = packet(&x, KD_STATE_MANIPULATE, KD_MANIPULATE_SIZE, wire,
		     sizeof(wire));
	assert_hex(wire, len,
		   "30 30 30 30 02 00 38 00 00 00 80 80 75 00 00 00"
		   "3c 31 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
		   "02 00 01 00 00 00 00 00 00 04 00 00 00 00 00 00"
		   "01 00 00 00 00 00 00 00" ZEROS8 ZEROS8 "aa");
	kd_manipulate_load(&back, x.payload);
	assert_int_equal(back.u.resume.dr7, 0x400);
	assert_int_equal(back.u.resume.symbol_start, 1);
	assert_int_equal(back.u.resume.status, KD_CONTINUE);
}

static void test_kd_message__control_packets_are_the_canonical_ones(
	void **state)
{
	static const struct {
		uint16_t type;
		uint32_t id;
		const char *dump;
	} cases[] = {
		{ KD_RESET, 0, "69696969 0600 0000 00000000 00000000" },
		{ KD_RESEND, 0, "69696969 0500 0000 00000000 00000000" },
		{ KD_ACKNOWLEDGE, 0x80800000,
		  "69696969 0400 0000 00008080 00000000" },
		{ KD_ACKNOWLEDGE, 0x80800001,
		  "69696969 0400 0000 01008080 00000000" },
	};
	struct kd_exchange x;
	uint8_t wire[32];

	(void)state;
	kd_exchange_init(&x, KD_ID_INITIAL, true, false);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t len;

		kd_exchange_control(&x, cases[i].type, cases[i].id);
		len = kd_exchange_write(&x, (struct kd_room){ wire, 32 });
		assert_hex(wire, len, cases[i].dump);
	}
}

/* GetVersion as the boot debugger of a real Windows 10 answers it. */
static void test_kd_message__version_has_the_captured_layout(void **state)
{
	uint8_t payload[KD_MANIPULATE_SIZE] = { 0 };
	struct kd_manipulate m = {
		.api = KD_API_GET_VERSION,
		.u.version = { .major = 0x040f,
			       .minor = 10586,
			       .protocol = 6,
			       .secondary = 2,
			       .flags = KD_VERSION_DATA,
			       .machine = KD_MACHINE_AMD64,
			       .max_type = 12,
			       .max_state = 3,
			       .max_api = 0x59,
			       .kern_base = 0x96f000 },
	};

	(void)state;
	kd_manipulate_store(&m, payload);
	assert_hex(payload + 0x10, 24,
		   "0f04 5a29 06 02 0200 6486 0c 03 59 00 0000"
		   "00f0960000000000");
}

static void test_kd_message__state_change_survives_the_wire(void **state)
{
	struct kd_exception e = {
		.processor = 1,
		.processors = 2,
		.pc = UINT64_C(0xfffff80312345678),
		.code = KD_CODE_SINGLE_STEP,
		.address = UINT64_C(0xfffff80312345678),
		.first_chance = true,
		.dr6 = 0xffff0ff0,
		.dr7 = 0x400,
		.eflags = 0x302,
		.cs = 0x10,
		.code_bytes = { 0xcc, 0xc3 },
		.code_count = 2,
	};
	struct kd_exception back;
	uint8_t payload[KD_STATE_SIZE];

	(void)state;
	kd_exception_store(&e, payload);
	assert_int_equal(kd_state_load(&back, payload), KD_STATE_EXCEPTION);
	assert_memory_equal(&back, &e, sizeof(e));
	/* Control report of amd64: Dr7 at C8, EFlags at D0, count at D4. */
	assert_hex(payload + 0xc8, 14, "0004000000000000 02030000 0200");
	/* The alternate form is the same state. */
	payload[2] = 1;
	assert_int_equal(kd_state_load(&back, payload), KD_STATE_EXCEPTION);
	/* A count that does not fit is cut. */
	payload[0xd4] = 200;
	kd_state_load(&back, payload);
	assert_int_equal(back.code_count, sizeof(back.code_bytes));
}

static void test_kd_exchange__writes_the_same_bytes_into_any_room(void **state)
{
	struct kd_exchange a, b;
	uint8_t whole[KD_PACKET_MAX], pieces[KD_PACKET_MAX];
	size_t len, at = 0;

	(void)state;
	kd_exchange_init(&a, KD_ID_INITIAL, true, false);
	for (unsigned i = 0; i < 300; i++)
		a.payload[i] = (uint8_t)i;
	kd_exchange_control(&a, KD_ACKNOWLEDGE, 0x80800001);
	kd_exchange_send(&a, KD_STATE_MANIPULATE, 300, 7);
	kd_exchange_breakin(&a);
	b = a;
	len = kd_exchange_write(&a, (struct kd_room){ whole, sizeof(whole) });
	assert_int_equal(len, 16 + 16 + 300 + 1 + 1);
	for (size_t n = 1; kd_exchange_pending(&b); n = n % 7 + 1)
		at += kd_exchange_write(&b, (struct kd_room){ pieces + at, n });
	assert_int_equal(at, len);
	assert_memory_equal(whole, pieces, len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_kd_message__read_request_is_the_published_one),
		cmocka_unit_test(
			test_kd_message__read_reply_is_the_published_one),
		cmocka_unit_test(test_kd_message__print_is_the_published_one),
		cmocka_unit_test(
			test_kd_message__continue2_is_the_published_one),
		cmocka_unit_test(
			test_kd_message__control_packets_are_the_canonical_ones),
		cmocka_unit_test(
			test_kd_message__version_has_the_captured_layout),
		cmocka_unit_test(
			test_kd_message__state_change_survives_the_wire),
		cmocka_unit_test(
			test_kd_exchange__writes_the_same_bytes_into_any_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
