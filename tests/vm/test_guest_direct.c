/* SPDX-License-Identifier: MIT */
/* The guest's RAM as it is mapped here: is it what the guest sees? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "tests/support/rig.h"
#include "tests/support/vm_guest.h"

#define PATTERN_SIZE 65536

static struct vm vm;

static int start(void **state)
{
	(void)state;
	vm_init(&vm, TRANSPORT_IVSHMEM);
	vm.guest.pattern_size = PATTERN_SIZE;
	return vm_connect(&vm) && vm_find_kdbb(&vm, vm.block) ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	vm_stop(&vm);
	return 0;
}

/* 'len' bytes of RAM that must be there. */
static const uint8_t *ram(uint64_t address, size_t len)
{
	const uint8_t *at = NULL;

	assert_int_equal(vm.launched->ops->ram(vm.launched, address, len, &at),
			 len);
	assert_non_null(at);
	return at;
}

static void test_guest_direct__sees_what_kd_writes(void **state)
{
	uint64_t at = vm_field(&vm, KDBB_SCRATCH) + 100;
	uint8_t bytes[3000];

	(void)state;
	for (unsigned round = 1; round <= 20; round++) {
		memset(bytes, (int)round, sizeof(bytes));
		assert_true(vm_write(&vm, at, bytes, sizeof(bytes)));
		assert_memory_equal(ram(at, sizeof(bytes)), bytes,
				    sizeof(bytes));
	}
}

/* What the guest did while it ran is there as soon as it says it stopped. */
static void test_guest_direct__sees_what_the_guest_does(void **state)
{
	uint64_t mailbox = vm_field(&vm, KDBB_MAILBOX);
	uint64_t units = vm_field(&vm, KDBB_COUNTERS) + 8 * KDBB_WORK_UNITS;

	(void)state;
	for (uint64_t round = 1; round <= 10; round++) {
		vm_order(&vm, KDBB_SPIN, round, 0, 0);
		vm_go(&vm, false);
		vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
		assert_int_equal(kd_load64(ram(mailbox + KDBB_MAIL_DONE, 8)),
				 vm.sequence);
		assert_int_equal(kd_load64(ram(mailbox + KDBB_MAIL_RESULT0, 8)),
				 round);
		assert_int_equal(kd_load64(ram(units, 8)), round);
	}
}

/* All of the pattern, and all of KDBB, as KD reads them. */
static void test_guest_direct__agrees_with_kd(void **state)
{
	uint64_t pattern = vm_field(&vm, KDBB_PATTERN);
	static uint8_t bytes[PATTERN_SIZE];

	(void)state;
	assert_true(vm_read(&vm, pattern, bytes, sizeof(bytes)));
	assert_memory_equal(ram(pattern, sizeof(bytes)), bytes, sizeof(bytes));
	for (unsigned i = 0; i < PATTERN_SIZE / 8; i++)
		assert_int_equal(kd_load64(ram(pattern + 8 * i, 8)),
				 hash_pattern(vm.nonce, i));
}

/* What KD cannot read is not RAM; 640 KiB to 1 MiB are left to KD. */
static void test_guest_direct__has_no_more_than_ram(void **state)
{
	const struct {
		uint64_t address;
		size_t len, want;
		bool kd; /* does KD give the first byte? */
	} cases[] = {
		{ vm.guest.memory_size - 1, 1, 1, true },
		{ vm.guest.memory_size - 1, 2, 1, true },
		{ vm.guest.memory_size, 1, 0, false },
		{ 0xc0000000, 4, 0, false },
		{ UINT64_MAX - 7, 16, 0, false },
		{ 0x9fffe, 4, 2, true },
		{ 0xa0000, 1, 0, true },
		{ 0xfffff, 2, 0, true },
	};
	const uint8_t *at;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct kd_manipulate m = {
			.api = KD_API_READ_PHYSICAL,
			.u.memory = { .address = cases[i].address, .count = 1 },
		};

		assert_int_equal(vm.launched->ops->ram(vm.launched,
						       cases[i].address,
						       cases[i].len, &at),
				 cases[i].want);
		assert_true(vm_ask(&vm, &m, NULL, 0));
		assert_int_equal(vm.d.reply.status == KD_STATUS_SUCCESS,
				 cases[i].kd);
	}
}

/* --- whole sessions ----------------------------------------------------------
 */

static void run(struct rig *r, const char *session)
{
	char *yaml = mem_printf("name: t\naccel: tcg\ntransport: ring-dma\n"
				"guest.pattern: 1MiB\n"
				"session:\n  - connect\n%s",
				session);

	rig_run(r, yaml, 0, 1, 1);
	free(yaml);
}

static void test_direct_session__delivers_without_a_wire(void **state)
{
	static const char session[] =
		"  - dump: { size: 8MiB, warmup: 1MiB }\n"
		"  - read-physical: { size: 300000 }\n"
		"  - write-physical: { size: 8000 }\n"
		"  - read-physical: { name: scratch, region: scratch,\n"
		"      size: 1MiB }\n"
		"  - read-memory: { size: 10000 }\n"
		"  - continue\n"
		"  - break-in\n"
		"  - read-physical: { name: again, count: 3 }\n";
	struct rig r;

	(void)state;
	run(&r, session);
	assert_verdict(&r, VERDICT_COMPLETED);
	assert_int_equal(rig_step(&r, "dump")->payload_bytes, 8 << 20);
	assert_int_equal(rig_step(&r, "dump")->wire_bytes, 0);
	assert_int_equal(rig_step(&r, "dump")->ops, 32);
	assert_int_equal(rig_step(&r, "dump")->latency.n, 32);
	assert_true(rig_step(&r, "dump")->wall_ns > 0);
	assert_int_equal(rig_step(&r, "read-physical")->ops, 2);
	assert_int_equal(rig_step(&r, "read-physical")->payload_bytes, 300000);
	assert_int_equal(rig_step(&r, "scratch")->wire_bytes, 0);
	assert_int_equal(rig_step(&r, "again")->payload_bytes, 3 << 18);
	/* Writes, and virtual memory, go by the line. */
	assert_true(rig_step(&r, "write-physical")->wire_bytes > 8000);
	assert_true(rig_step(&r, "read-memory")->wire_bytes > 10000);
	rig_release(&r);
}

static void test_direct_session__refuses_what_is_no_ram(void **state)
{
	static const struct {
		const char *read, *named;
	} cases[] = {
		{ "address: 0x2000000, size: 4096", "0x2000000 is not in" },
		{ "address: 0x1fff000, size: 8192", "0x2000000 is not in" },
		{ "address: 0xfee00000, size: 4", "0xfee00000 is not in" },
		{ "address: 0xa0000, size: 16", "0xa0000 is not in" },
		{ "address: 0xfffffffffffffff0, size: 64",
		  "0xfffffffffffffff0 is not in" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *session =
			mem_printf("  - read-physical: { region: none, %s }\n",
				   cases[i].read);
		struct rig r;

		run(&r, session);
		assert_verdict(&r, VERDICT_GAVE_UP);
		assert_non_null(strstr(r.trial.detail, "0xc0000001"));
		assert_non_null(strstr(r.trial.detail, cases[i].named));
		rig_release(&r);
		free(session);
	}
}

int main(void)
{
	const struct CMUnitTest on_guest[] = {
		cmocka_unit_test(test_guest_direct__sees_what_kd_writes),
		cmocka_unit_test(test_guest_direct__sees_what_the_guest_does),
		cmocka_unit_test(test_guest_direct__agrees_with_kd),
		cmocka_unit_test(test_guest_direct__has_no_more_than_ram),
	};
	const struct CMUnitTest sessions[] = {
		cmocka_unit_test(test_direct_session__delivers_without_a_wire),
		cmocka_unit_test(test_direct_session__refuses_what_is_no_ram),
	};

	return cmocka_run_group_tests(on_guest, start, stop) +
	       cmocka_run_group_tests(sessions, NULL, NULL);
}
