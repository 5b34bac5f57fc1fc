/* SPDX-License-Identifier: MIT */
/*
 * The same requests to a guest behind each kind of device, and to the simulated
 * machine: all answer alike.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "tests/support/requests.h"
#include "tests/support/vm_guest.h"

#define MSR_EFER UINT32_C(0xc0000080)
#define EFER_LONG_MODE 0x500

static struct vm vm;

static void start(enum transport_kind kind)
{
	vm_init(&vm, kind);
	vm.guest.pattern_size = 65536;
	vm.guest.scratch_size = 65536;
	if (!vm_connect(&vm) || !vm_find_kdbb(&vm, vm.block))
		fail_msg("kind %d: %s", kind, vm.err.text);
}

static int stop(void **state)
{
	(void)state;
	vm_stop(&vm);
	return 0;
}

/* Run a test on each of them. */
static void on_each(void (*test)(void))
{
	vm_on_each(&vm, start, test);
}

static void answers_alike(void)
{
	for (size_t i = 0; i < request_count; i++) {
		const struct request *r = &requests[i];
		struct kd_manipulate m = r->m;

		if (r->base == AT_SCRATCH)
			m.u.memory.address += vm_field(&vm, KDBB_SCRATCH);
		if (r->base == AT_NOTHING)
			m.u.memory.address += REQUEST_NOWHERE;
		vm.d.processor = m.processor; /* else the last to report */
		if (!vm_ask(&vm, &m, (const uint8_t *)r->data, r->data_len))
			fail_msg("%s: %s", r->name, vm.err.text);
		if (vm.d.reply.status != r->status)
			fail_msg("%s: status %x, not %x", r->name,
				 vm.d.reply.status, r->status);
		if (kd_debugger_data(&vm.d).len != r->reply_len)
			fail_msg("%s: %zu bytes, not %u", r->name,
				 kd_debugger_data(&vm.d).len, r->reply_len);
	}
}

static void test_guest_requests__answers_alike(void **state)
{
	(void)state;
	on_each(answers_alike);
}

static struct kd_manipulate ask(const struct kd_manipulate *m)
{
	assert_true(vm_ask(&vm, m, NULL, 0));
	assert_int_equal(vm.d.reply.status, KD_STATUS_SUCCESS);
	return vm.d.reply;
}

static void tells_registers(void)
{
	struct kd_manipulate m = { .api = KD_API_READ_MSR,
				   .u.msr = { MSR_EFER } };
	uint8_t context[KD_CONTEXT_SIZE];

	assert_int_equal(ask(&m).u.msr.low, EFER_LONG_MODE);
	vm_get_context(&vm, context);
	m = (struct kd_manipulate){ .api = KD_API_GET_CONTEXT_EX,
				    .u.context_ex = { 0xf0, 16 } };
	(void)ask(&m);
	assert_memory_equal(kd_debugger_data(&vm.d).at, context + 0xf0, 16);
	/* Debug registers of control space 2 are those of the CONTEXT. */
	m = (struct kd_manipulate){ .api = KD_API_READ_CONTROL,
				    .u.memory = { 2, KD_SPECIAL_SIZE } };
	(void)ask(&m);
	memcpy(context, kd_debugger_data(&vm.d).at, KD_SPECIAL_SIZE);
	kd_store64(context + 0x20, 0x1234);
	m.api = KD_API_WRITE_CONTROL;
	assert_true(vm_ask(&vm, &m, context, KD_SPECIAL_SIZE));
	assert_int_equal(vm.d.reply.status, KD_STATUS_SUCCESS);
	assert_int_equal(vm.d.reply.u.memory.actual, KD_SPECIAL_SIZE);
	assert_memory_equal(kd_debugger_data(&vm.d).at, context,
			    KD_SPECIAL_SIZE);
	m.api = KD_API_READ_CONTROL;
	(void)ask(&m);
	assert_int_equal(kd_load64(kd_debugger_data(&vm.d).at + 0x20), 0x1234);
}

static void test_guest_requests__tells_registers(void **state)
{
	(void)state;
	on_each(tells_registers);
}

/* A partial read ends at exactly the byte that is not there. */
static void reads_up_to_the_end(void)
{
	uint64_t end = vm_field(&vm, KDBB_PATTERN) +
		       vm_field(&vm, KDBB_PATTERN_SIZE);
	struct kd_manipulate m = { .api = KD_API_READ_VIRTUAL,
				   .u.memory = { .count = 100 } };

	if (transport_types[vm.transport.kind].needs_qemu)
		end = vm.guest.memory_size;
	m.u.memory.address = end - 37;
	assert_true(vm_ask(&vm, &m, NULL, 0));
	assert_int_equal(vm.d.reply.status, KD_STATUS_UNSUCCESSFUL);
	assert_int_equal(vm.d.reply.u.memory.actual, 37);
	assert_int_equal(kd_debugger_data(&vm.d).len, 37);
}

static void test_guest_requests__reads_up_to_the_end(void **state)
{
	(void)state;
	on_each(reads_up_to_the_end);
}

/* Zeros, ones, noise: in place of everything that a request could mean. */
static struct kd_manipulate nonsense(uint32_t api, unsigned kind)
{
	struct kd_manipulate m = { .api = api };

	if (kind == 1)
		memset(&m.u, 0xff, sizeof(m.u));
	for (unsigned i = 0; kind > 1 && i < sizeof(m.u); i++)
		((uint8_t *)&m.u)[i] = (uint8_t)hash_add(api * kind, i);
	return m;
}

/*
 * Every number with a reply, and some that are none. Arrays of breakpoints are
 * left out: what is wrong with them makes it run.
 */
static void survives_nonsense(void)
{
	static uint8_t data[200];
	static const uint32_t lens[] = { 0, 7, sizeof(data) };
	uint8_t word[8];

	memset(data, 0x5a, sizeof(data));
	for (uint32_t i = 0; i < 12 * 0x38; i++) {
		struct kd_manipulate m = nonsense(0x312c + i / 12, i / 3 % 4);

		if (!kd_api_has_reply(m.api) ||
		    m.api == KD_API_WRITE_BREAKPOINT_EX)
			continue;
		if (!vm_ask(&vm, &m, data, lens[i % 3]))
			fail_msg("%x: %s", m.api, vm.err.text);
		assert_int_equal(vm.d.reply.api, m.api);
	}
	assert_true(vm_read(&vm, vm_field(&vm, KDBB_PATTERN), word, 8));
	assert_int_equal(kd_load64(word), hash_pattern(vm.nonce, 0));
}

static void test_guest_requests__survives_nonsense(void **state)
{
	(void)state;
	on_each(survives_nonsense);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_guest_requests__answers_alike,
					  stop),
		cmocka_unit_test_teardown(test_guest_requests__tells_registers,
					  stop),
		cmocka_unit_test_teardown(
			test_guest_requests__reads_up_to_the_end, stop),
		cmocka_unit_test_teardown(
			test_guest_requests__survives_nonsense, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
