/* SPDX-License-Identifier: MIT */
/* The guest's answers to requests for memory, sane and otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/kd/kdbb.h"
#include "bench/kd/sum.h"
#include "tests/support/vm.h"

#define FUZZ_ROUNDS 400
#define PACKET_SIZE 512

static struct vm vm;
static uint64_t ram; /* bytes of it */
static uint64_t pattern, scratch;

static int start(void **state)
{
	uint8_t block[KDBB_BLOCK_SIZE];

	(void)state;
	vm_init(&vm, TRANSPORT_IVSHMEM);
	vm.guest.pattern_size = 65536;
	if (!vm_connect(&vm) || !vm_find_kdbb(&vm, block))
		return -1;
	ram = vm.guest.memory_size;
	pattern = kd_load64(block + KDBB_PATTERN);
	scratch = kd_load64(block + KDBB_SCRATCH);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	vm_stop(&vm);
	return 0;
}

/* Ask for memory; returns how many bytes came, all of them checked. */
static uint32_t read_once(uint32_t api, uint64_t address, uint32_t len)
{
	const struct kd_manipulate m = {
		.api = api,
		.u.memory = { .address = address, .count = len },
	};
	uint8_t expected[KD_DATA_MAX];
	struct kd_span data;
	uint32_t actual;

	if (!vm_ask(&vm, &m, NULL, 0))
		fail_msg("no reply: %s", vm.err.text);
	data = kd_debugger_data(&vm.d);
	actual = vm.d.reply.u.memory.actual;
	assert_int_equal(data.len, actual);
	assert_int_equal(kd_status_ok(vm.d.reply.status),
			 actual == (len < KD_DATA_MAX ? len : KD_DATA_MAX));
	assert_true(vm.launched->ops->peek(vm.launched, actual ? address : 0,
					   expected, actual));
	assert_memory_equal(data.at, expected, actual);
	return actual;
}

static void test_guest_memory__reads_every_length_and_offset(void **state)
{
	(void)state;
	for (uint32_t offset = 0; offset < 9; offset++) {
		for (uint32_t len = 0; len < 40; len++)
			assert_int_equal(read_once(KD_API_READ_VIRTUAL,
						   pattern + offset, len),
					 len);
	}
	assert_int_equal(read_once(KD_API_READ_PHYSICAL, pattern + 1, 5000),
			 KD_DATA_MAX);
	assert_int_equal(read_once(KD_API_READ_VIRTUAL, pattern, UINT32_MAX),
			 KD_DATA_MAX);
}

/* Memory ends at 'ram': exactly what lies before it can be read. */
static void test_guest_memory__reads_up_to_the_fault(void **state)
{
	static const uint32_t apis[] = { KD_API_READ_VIRTUAL,
					 KD_API_READ_PHYSICAL };

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(apis); i++) {
		for (uint32_t left = 0; left < 40; left++) {
			assert_int_equal(read_once(apis[i], ram - left, 64),
					 left);
			assert_int_equal(read_once(apis[i], ram - left, left),
					 left);
		}
		assert_int_equal(read_once(apis[i], ram - 3000, 3944), 3000);
	}
}

static void test_guest_memory__reads_nothing_where_nothing_is(void **state)
{
	static const uint64_t places[] = {
		UINT64_C(0x7ffffff8),
		UINT64_C(0x100000000),
		UINT64_C(0x7ffffffffff8),
		UINT64_C(0x7ffffffff000),
		UINT64_C(0x800000000000),
		UINT64_C(0xffff7ffffffffff8),
		UINT64_C(0xffff800000000000),
		UINT64_C(0xdeadbeefdeadbeef),
		UINT64_MAX - 7,
		UINT64_MAX,
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(places); i++)
		assert_int_equal(
			read_once(KD_API_READ_VIRTUAL, places[i], 3944), 0);
}

static void test_guest_memory__writes_up_to_the_fault(void **state)
{
	uint8_t bytes[64], found[64];

	(void)state;
	for (uint32_t left = 0; left < 40; left++) {
		struct kd_manipulate m = {
			.api = left % 2 ? KD_API_WRITE_VIRTUAL
					: KD_API_WRITE_PHYSICAL,
			.u.memory = { .address = ram - left, .count = 64 },
		};

		memset(bytes, (int)left + 1, sizeof(bytes));
		assert_true(vm_ask(&vm, &m, bytes, sizeof(bytes)));
		assert_int_equal(vm.d.reply.u.memory.actual, left);
		assert_false(kd_status_ok(vm.d.reply.status));
		assert_true(vm.launched->ops->peek(vm.launched, ram - left,
						   found, left));
		assert_memory_equal(bytes, found, left);
	}
}

static void test_guest_memory__writes_what_it_is_told(void **state)
{
	static uint8_t bytes[KD_DATA_MAX], found[KD_DATA_MAX];

	(void)state;
	for (uint32_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)hash_u64(i);
	for (uint32_t offset = 0; offset < 5; offset++) {
		assert_true(vm_write(&vm, scratch + offset, bytes,
				     sizeof(bytes) - offset));
		assert_true(vm.launched->ops->peek(vm.launched,
						   scratch + offset, found,
						   sizeof(found) - offset));
		assert_memory_equal(bytes, found, sizeof(bytes) - offset);
	}
}

static void test_guest_memory__keeps_to_the_largest_read(void **state)
{
	const struct kd_manipulate m = {
		.api = KD_API_READ_VIRTUAL,
		.u.memory = { .address = 0x100000, .count = KD_DATA_MAX },
	};

	(void)state;
	vm_stop(&vm);
	vm_init(&vm, TRANSPORT_IVSHMEM);
	vm.target.read_max = 1992;
	assert_true(vm_connect(&vm));
	assert_true(vm_ask(&vm, &m, NULL, 0));
	assert_int_equal(vm.d.reply.u.memory.actual, 1992);
	assert_int_equal(kd_debugger_data(&vm.d).len, 1992);
}

/* --- nonsense ----------------------------------------------------------------
 */

/* Put bytes on the line behind the debugger's back; what comes is dropped. */
static void send_raw(const uint8_t *bytes, size_t len)
{
	uint64_t end = clock_now_ns() + VM_PATIENCE_NS;

	while (len && clock_now_ns() < end) {
		struct kd_room out[2];
		struct kd_span in[2];
		uint64_t next;
		size_t n = 0;

		assert_true(link_step(vm.launched->link, clock_now_ns(), &next,
				      &vm.err));
		while (link_peek(vm.launched->link, in))
			link_consume(vm.launched->link, in[0].len);
		if (link_reserve(vm.launched->link, out))
			n = len < out[0].len ? len : out[0].len;
		memcpy(out[0].at, bytes, n);
		link_commit(vm.launched->link, n);
		bytes += n;
		len -= n;
	}
	assert_int_equal(len, 0);
}

static uint64_t draw(uint64_t seed, uint64_t *count)
{
	return hash_add(seed, (*count)++);
}

/*
 * A request as a broken or hostile debugger might send it: any function number,
 * any arguments, any length; only what a debugger may rightly destroy a machine
 * with (run, restart, write to memory that exists) is left out.
 */
static size_t hostile_packet(uint64_t seed, uint8_t *packet)
{
	uint8_t payload[256];
	struct kd_header h = { .leader = KD_LEADER_DATA };
	uint64_t count = 0;
	uint32_t api = 0x3130 + (uint32_t)(draw(seed, &count) % 0x38);
	size_t len;

	for (unsigned i = 0; i < sizeof(payload); i++)
		payload[i] = (uint8_t)draw(seed, &count);
	if (!kd_api_has_reply(api))
		api = KD_API_READ_VIRTUAL;
	kd_store32(payload, api);
	payload[16 + 6] |= 0x40; /* an address that is nowhere */
	h.type = draw(seed, &count) % 8 ? KD_STATE_MANIPULATE
					: (uint16_t)draw(seed, &count);
	h.len = (uint16_t)(draw(seed, &count) % sizeof(payload));
	h.id = KD_ID_INITIAL | (draw(seed, &count) & 1);
	h.checksum = kd_sum(payload, h.len);
	len = kd_packet_write(&h, payload, 0,
			      (struct kd_room){ packet, PACKET_SIZE });
	if (draw(seed, &count) % 16 == 0)
		kd_store16(packet + 6, (uint16_t)draw(seed, &count));
	return len;
}

static void test_guest_memory__survives_nonsense(void **state)
{
	uint8_t bytes[PACKET_SIZE];

	(void)state;
	for (uint64_t seed = 0; seed < FUZZ_ROUNDS; seed++) {
		uint64_t count = 0;

		if (seed % 4 == 0) {
			for (unsigned i = 0; i < sizeof(bytes); i++)
				bytes[i] = (uint8_t)draw(~seed, &count);
			send_raw(bytes, sizeof(bytes));
		}
		send_raw(bytes, hostile_packet(seed, bytes));
	}
	/* It still answers, after the synchronisation it deserves. */
	kd_debugger_init(&vm.d, &vm.debugger);
	kd_debugger_connect(&vm.d, clock_now_ns());
	if (vm_run(&vm, VM_PATIENCE_NS) != KD_DEBUGGER_STOP)
		fail_msg("it does not answer: %s", vm.err.text);
	assert_int_equal(read_once(KD_API_READ_VIRTUAL, pattern, 1000), 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_guest_memory__reads_every_length_and_offset),
		cmocka_unit_test(test_guest_memory__reads_up_to_the_fault),
		cmocka_unit_test(
			test_guest_memory__reads_nothing_where_nothing_is),
		cmocka_unit_test(test_guest_memory__writes_up_to_the_fault),
		cmocka_unit_test(test_guest_memory__writes_what_it_is_told),
		cmocka_unit_test(test_guest_memory__survives_nonsense),
		cmocka_unit_test(test_guest_memory__keeps_to_the_largest_read),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
