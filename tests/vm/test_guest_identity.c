/* SPDX-License-Identifier: MIT */
/*
 * What clients that expect Windows read, in their order: WinDbg's way to the
 * modules, radare2's to the process and its threads, page tables included. By
 * the guest and by the simulated machine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "bench/base/mem.h"
#include "tests/support/vm_guest.h"

#define KDBG_TAG UINT32_C(0x4742444b)
#define PRESENT 1
#define LARGE 0x80
#define ADDRESS_MASK UINT64_C(0x000ffffffffff000)

static struct vm vm;

static int stop(void **state)
{
	(void)state;
	vm_stop(&vm);
	return 0;
}

static void on_each(void (*test)(void))
{
	static const enum transport_kind kinds[] = { TRANSPORT_SIM,
						     TRANSPORT_IVSHMEM };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		vm_init(&vm, kinds[i]);
		vm.guest.pattern_size = 65536;
		if (!vm_connect(&vm) || !vm_find_kdbb(&vm, vm.block))
			fail_msg("%s", vm.err.text);
		test();
		vm_stop(&vm);
	}
}

static uint64_t word(uint64_t address)
{
	uint8_t bytes[8];

	assert_true(vm_read(&vm, address, bytes, sizeof(bytes)));
	return kd_load64(bytes);
}

static uint32_t half(uint64_t address)
{
	return (uint32_t)word(address);
}

static struct kd_manipulate version(void)
{
	const struct kd_manipulate m = { .api = KD_API_GET_VERSION };

	assert_true(vm_ask(&vm, &m, NULL, 0));
	return vm.d.reply;
}

static uint64_t kdbg(void)
{
	uint64_t at = word(version().u.version.data_list);

	assert_int_equal(half(at + 0x10), KDBG_TAG);
	assert_int_equal(half(at + 0x14), 0x368);
	return at;
}

/* A UNICODE_STRING of plain characters. */
static void name_at(uint64_t at, char name[64])
{
	uint8_t wide[128];
	uint32_t len = half(at) & 0xffff;

	assert_true(len < sizeof(wide) && len % 2 == 0);
	assert_true((half(at) >> 16) >= len);
	assert_true(vm_read(&vm, word(at + 8), wide, len));
	for (uint32_t i = 0; i < len / 2; i++)
		name[i] = (char)wide[2 * i];
	name[len / 2] = 0;
}

/* MZ, PE, the time and the size that the list tells. */
static void assert_image(uint64_t base, uint32_t size, uint32_t stamp)
{
	uint64_t pe = base + half(base + 0x3c);

	assert_int_equal(half(base) & 0xffff, 0x5a4d);
	assert_int_equal(half(pe), 0x4550);
	assert_int_equal(half(pe + 4) & 0xffff, KD_MACHINE_AMD64);
	assert_int_equal(half(pe + 8), stamp);
	assert_int_equal(word(pe + 24 + 24), base);
	assert_int_equal(half(pe + 24 + 56), size);
}

static void lists_modules(void)
{
	static const char *const names[] = { "ntoskrnl.exe", "hal.dll",
					     "kdcom.dll" };
	uint64_t head = version().u.version.module_list;
	uint64_t at = word(head), last = head;
	char name[64];

	assert_int_equal(word(kdbg() + 0x48), head);
	assert_int_equal(word(at + 0x30), version().u.version.kern_base);
	assert_int_equal(word(kdbg() + 0x18), version().u.version.kern_base);
	for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
		assert_int_not_equal(at, head);
		assert_int_equal(word(at + 8), last);
		name_at(at + 0x58, name);
		assert_string_equal(name, names[i]);
		name_at(at + 0x48, name);
		assert_non_null(strstr(name, names[i]));
		assert_image(word(at + 0x30), half(at + 0x40), half(at + 0x7c));
		last = at;
		at = word(at);
	}
	assert_int_equal(at, head);
	assert_int_equal(word(head + 8), last);
}

static void test_guest_identity__lists_modules(void **state)
{
	(void)state;
	on_each(lists_modules);
}

/* As radare2 does it: entry address minus ActiveProcessLinks. */
static void lists_the_process(void)
{
	uint64_t head = word(kdbg() + 0x50);
	uint64_t process = word(head) - 0x2f0;
	char name[16];
	uint64_t thread;

	assert_int_not_equal(word(head), head);
	assert_int_equal(word(process + 0x2f0), head);
	assert_int_equal(word(process + 0x2e8), 4);
	assert_true(vm_read(&vm, process + 0x450, name, sizeof(name)));
	assert_string_equal(name, "System");
	assert_int_equal(word(process + 0x3f8), 0);
	assert_int_equal(word(process + 0x658), 0);
	thread = word(process + 0x488) - 0x6b8;
	assert_int_equal(thread, vm.d.exception.thread);
	assert_int_equal(word(thread + 0x6b8), process + 0x488);
	assert_int_equal(word(thread + 0x648), 4);
	assert_int_equal(word(thread + 0x650), 8);
	/* Service pack 0, without PAE: the profile of build 18362. */
	assert_int_equal(word(word(kdbg() + 0x268)), 0);
	assert_int_equal(half(kdbg() + 0x36) & 1, 0);
	assert_int_equal(version().u.version.minor, 18362);
	/* KiProcessorBlock, KPCR and the current thread. */
	assert_int_equal(word(word(word(kdbg() + 0x218)) + 8), thread);
}

static void test_guest_identity__lists_the_process(void **state)
{
	(void)state;
	on_each(lists_the_process);
}

static void knows_its_processor(void)
{
	uint64_t at[4];

	for (uint64_t i = 0; i < ARRAY_SIZE(at); i++) {
		const struct kd_manipulate m = { .api = KD_API_READ_CONTROL,
						 .u.memory = { i, 8, 0 } };

		assert_true(vm_ask(&vm, &m, NULL, 0));
		at[i] = kd_load64(kd_debugger_data(&vm.d).at);
	}
	assert_int_equal(word(at[0] + 0x18), at[0]);
	assert_int_equal(word(at[0] + 0x20), at[1]);
	assert_int_equal(word(at[1] + 8), at[3]);
	assert_int_equal(at[3], vm.d.exception.thread);
}

static void test_guest_identity__knows_its_processor(void **state)
{
	(void)state;
	on_each(knows_its_processor);
}

static uint64_t physical(uint64_t address)
{
	const struct kd_manipulate m = { .api = KD_API_READ_PHYSICAL,
					 .u.memory = { address, 8, 0 } };

	assert_true(vm_ask(&vm, &m, NULL, 0));
	assert_int_equal(kd_debugger_data(&vm.d).len, 8);
	return kd_load64(kd_debugger_data(&vm.d).at);
}

/* radare2 translates by itself, from DirectoryTableBase on. */
static void test_guest_identity__has_real_page_tables(void **state)
{
	uint64_t address, entry;

	(void)state;
	vm_init(&vm, TRANSPORT_IVSHMEM);
	assert_true(vm_connect(&vm) && vm_find_kdbb(&vm, vm.block));
	address = vm_field(&vm, KDBB_PATTERN);
	entry = word(word(word(kdbg() + 0x50)) - 0x2f0 + 0x28);
	for (unsigned shift = 39; shift >= 21; shift -= 9) {
		entry = physical((entry & ADDRESS_MASK) +
				 (address >> shift & 0x1ff) * 8);
		assert_true(entry & PRESENT);
	}
	assert_true(entry & LARGE);
	assert_int_equal(entry & ADDRESS_MASK & ~UINT64_C(0x1fffff),
			 address & ~UINT64_C(0x1fffff));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_guest_identity__lists_modules,
					  stop),
		cmocka_unit_test_teardown(
			test_guest_identity__lists_the_process, stop),
		cmocka_unit_test_teardown(
			test_guest_identity__knows_its_processor, stop),
		cmocka_unit_test_teardown(
			test_guest_identity__has_real_page_tables, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
