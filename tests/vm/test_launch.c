/* SPDX-License-Identifier: MIT */
/* Starting and ending guests: every transport, and every way it can go wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/guest/contract.h"
#include "bench/kd/kdbb.h"
#include "tests/support/vm.h"

/* A parameter of the guest, in qemu.extra. */
#define OVERRIDE "-fw_cfg name=" GUEST_OVERRIDES_FILE ",string="

/* Large: not on the stack. */
static struct vm vm;

static const enum transport_kind kinds[] = { TRANSPORT_UART, TRANSPORT_BYTEPORT,
					     TRANSPORT_VIRTIO,
					     TRANSPORT_IVSHMEM };

static void assert_connects(void)
{
	if (!vm_connect(&vm))
		fail_msg("no stop: %s", vm.err.text);
}

static unsigned open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

/* Find our block and check all of the pattern through KD. */
static void assert_pattern(void)
{
	static uint64_t words[65536 / 8];
	uint8_t block[KDBB_BLOCK_SIZE];

	assert_true(vm_find_kdbb(&vm, block));
	assert_int_equal(kd_load64(block + KDBB_LAYOUT), KDBB_VERSION);
	assert_int_equal(kd_load64(block + KDBB_PATTERN_SIZE), sizeof(words));
	assert_int_equal(kd_load64(block + KDBB_PATTERN_NONCE), vm.nonce);
	assert_int_equal(kd_load64(block + KDBB_TSC_HZ), clock_tsc_hz());
	assert_true(vm_read(&vm, kd_load64(block + KDBB_PATTERN), words,
			    sizeof(words)));
	for (uint64_t i = 0; i < ARRAY_SIZE(words); i++)
		assert_int_equal(words[i], hash_pattern(vm.nonce, i));
}

static void test_launch__boots_every_transport(void **state)
{
	static const struct {
		enum transport_kind kind;
		uint64_t baud;
		int tx;
		int rx_trigger;
		int idle;
	} cases[] = {
		{ TRANSPORT_UART, 0, 0, 0, GUEST_SPIN_HLT },
		{ TRANSPORT_UART, 0, 1, 3, GUEST_POLL },
		{ TRANSPORT_UART, 1000000, 1, 3, GUEST_SPIN_HLT },
		{ TRANSPORT_BYTEPORT, 0, 0, 0, GUEST_SPIN_HLT },
		{ TRANSPORT_VIRTIO, 0, 0, 0, GUEST_SPIN_HLT },
		{ TRANSPORT_VIRTIO, 0, 0, 0, GUEST_POLL },
		{ TRANSPORT_IVSHMEM, 0, 0, 0, GUEST_SPIN_HLT },
		{ TRANSPORT_IVSHMEM, 0, 0, 0, GUEST_POLL },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		vm_init(&vm, cases[i].kind);
		vm.transport.uart.baud = cases[i].baud;
		vm.transport.uart.tx = cases[i].tx;
		vm.transport.uart.rx_trigger = cases[i].rx_trigger;
		vm.guest.idle = cases[i].idle;
		vm.guest.pattern_size = 65536;
		assert_connects();
		assert_int_equal(vm.d.new_state, KD_STATE_EXCEPTION);
		assert_int_equal(vm.d.exception.code, KD_CODE_BREAKPOINT);
		assert_int_equal(vm.d.exception.code_bytes[0], 0xcc);
		assert_pattern();
		vm_stop(&vm);
	}
}

static void test_launch__works_with_small_and_large_rings(void **state)
{
	static const uint64_t sizes[] = { 16, 4096, 1 << 20 };

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++) {
		vm_init(&vm, TRANSPORT_IVSHMEM);
		vm.transport.ivshmem.size = sizes[i];
		vm.guest.pattern_size = 65536;
		vm.guest.spin_ns = 0;
		assert_connects();
		assert_pattern();
		vm_stop(&vm);
	}
}

/* QEMU's own firmware places the device's windows; qboot leaves that to us. */
static void test_launch__works_with_other_firmware(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		vm_init(&vm, i ? TRANSPORT_IVSHMEM : TRANSPORT_VIRTIO);
		vm.qemu.firmware = "bios-256k.bin";
		vm.guest.pattern_size = 65536;
		assert_connects();
		assert_pattern();
		vm_stop(&vm);
	}
}

static void test_launch__leaves_nothing_behind(void **state)
{
	unsigned before;
	pid_t pid;

	(void)state;
	before = open_descriptors();
	for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
		vm_init(&vm, kinds[i]);
		if (i)
			assert_connects();
		else
			assert_true(vm_start(&vm));
		pid = vm.launched->pid;
		vm_stop(&vm);
		assert_int_equal(kill(pid, 0), -1);
		assert_int_equal(errno, ESRCH);
		assert_int_equal(open_descriptors(), before);
	}
}

/* The link notices, and the launched target says how it ended. */
static void test_launch__tells_of_a_killed_guest(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct err err = { 0 };

		vm_init(&vm, kinds[i]);
		assert_connects();
		assert_true(vm.launched->ops->alive(vm.launched, &err));
		assert_int_equal(kill(vm.launched->pid, SIGKILL), 0);
		assert_int_equal(vm_run(&vm, VM_PATIENCE_NS), KD_DEBUGGER_LOST);
		assert_int_equal(vm.err.kind, ERR_GUEST);
		assert_false(vm.launched->ops->alive(vm.launched, &err));
		assert_int_equal(err.kind, ERR_GUEST);
		assert_non_null(strstr(err.text, "signal 9"));
		vm_stop(&vm);
	}
}

/* What is asked of QEMU's monitor then is the guest's failure, not ours. */
static void test_launch__cannot_do_anything_to_a_killed_guest(void **state)
{
	static const enum launch_event events[] = {
		LAUNCH_FREEZE, LAUNCH_SNAPSHOT, LAUNCH_WRECK, LAUNCH_RESET
	};

	(void)state;
	vm_init(&vm, TRANSPORT_UART);
	assert_connects();
	assert_int_equal(kill(vm.launched->pid, SIGKILL), 0);
	for (unsigned i = 0; i < ARRAY_SIZE(events); i++) {
		struct err err = { 0 };
		uint64_t now = 0;

		assert_false(vm.launched->ops->happen(vm.launched, events[i], 0,
						      &now, &err));
		assert_int_equal(err.kind, ERR_GUEST);
		assert_non_null(strstr(err.text, "signal 9"));
	}
	vm_stop(&vm);
}

static void test_launch__survives_a_guest_that_wrecks_the_ring(void **state)
{
	(void)state;
	vm_init(&vm, TRANSPORT_IVSHMEM);
	vm.qemu.extra = OVERRIDE "mode=wreck-ring";
	assert_true(vm_start(&vm));
	assert_int_equal(vm_run(&vm, VM_PATIENCE_NS), KD_DEBUGGER_LOST);
	assert_int_equal(vm.err.kind, ERR_GUEST);
	assert_non_null(strstr(vm.err.text, "0xdeadbeef"));
	vm_stop(&vm);
}

static void test_launch__passes_on_the_guests_last_words(void **state)
{
	static const struct {
		const char *extra, *says;
	} cases[] = {
		{ OVERRIDE "retries=none", "bad parameter 'retries=none'" },
		{ OVERRIDE "rx-trigger=4", "bad parameter 'rx-trigger=4'" },
		{ OVERRIDE "colour=red", "unknown parameter 'colour=red'" },
		{ OVERRIDE "serve", "not 'key=value': 'serve'" },
		{ OVERRIDE "transport=ivshmem", "no ivshmem device" },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err err = { 0 };

		vm_init(&vm, TRANSPORT_UART);
		vm.qemu.extra = cases[i].extra;
		assert_true(vm_start(&vm));
		assert_int_equal(vm_run(&vm, VM_PATIENCE_NS), KD_DEBUGGER_LOST);
		assert_false(vm.launched->ops->alive(vm.launched, &err));
		if (!strstr(err.text, "panicked") ||
		    !strstr(err.text, cases[i].says))
			fail_msg("case %u says: %s", i, err.text);
		vm_stop(&vm);
	}
}

static void test_launch__tells_what_qemu_complains_about(void **state)
{
	struct err err = { 0 };

	(void)state;
	vm_init(&vm, TRANSPORT_UART);
	vm.qemu.extra = "-device no-such-device";
	assert_true(vm_start(&vm));
	assert_int_equal(vm_run(&vm, VM_PATIENCE_NS), KD_DEBUGGER_LOST);
	assert_false(vm.launched->ops->alive(vm.launched, &err));
	assert_non_null(strstr(err.text, "status 1"));
	assert_non_null(strstr(err.text, "no-such-device"));
	vm_stop(&vm);
}

static void test_launch__refuses_what_cannot_be(void **state)
{
	static const struct {
		const char *binary, *image;
		uint64_t memory_size, pattern_size, ring_size;
		enum err_kind kind;
		const char *says;
	} cases[] = {
		{ "no-such-qemu", "", 0, 0, 0, ERR_HOST, "no-such-qemu" },
		{ NULL, "no-such-image", 0, 0, 0, ERR_CONFIG, "no-such-image" },
		{ NULL, "", 33 << 20, 0, 0, ERR_CONFIG, "guest.memory" },
		{ NULL, "", 0, 31 << 20, 0, ERR_CONFIG, "too small" },
		{ NULL, "", 0, UINT64_MAX - 4095, 0, ERR_CONFIG, "too small" },
		{ NULL, "", 0, 0, 12345, ERR_CONFIG, "12345" },
	};
	unsigned before = open_descriptors();

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		vm_init(&vm, TRANSPORT_IVSHMEM);
		if (cases[i].binary)
			vm.qemu.binary = cases[i].binary;
		vm.guest.image = cases[i].image;
		if (cases[i].memory_size)
			vm.guest.memory_size = cases[i].memory_size;
		if (cases[i].pattern_size)
			vm.guest.pattern_size = cases[i].pattern_size;
		if (cases[i].ring_size)
			vm.transport.ivshmem.size = cases[i].ring_size;
		assert_false(vm_start(&vm));
		assert_int_equal(vm.err.kind, cases[i].kind);
		if (!strstr(vm.err.text, cases[i].says))
			fail_msg("case %u says: %s", i, vm.err.text);
		assert_int_equal(open_descriptors(), before);
	}
}

static void test_launch__samples_cpu_and_memory(void **state)
{
	struct launch_cpu cpu;
	struct exit_counts exits;
	uint64_t word;

	(void)state;
	vm_init(&vm, TRANSPORT_IVSHMEM);
	assert_connects();
	assert_true(vm.launched->ops->cpu(vm.launched, &cpu));
	assert_true(cpu.vcpu_ns > 0 && cpu.vcpu_ns < UINT64_MAX);
	assert_true(cpu.main_ns > 0 && cpu.main_ns < UINT64_MAX);
	/* The first word of the ELF file that is the guest. */
	assert_true(vm.launched->ops->peek(vm.launched, GUEST_IMAGE_BASE, &word,
					   sizeof(word)));
	assert_int_not_equal(word, 0);
	assert_false(vm.launched->ops->peek(
		vm.launched, vm.guest.memory_size - 4, &word, sizeof(word)));
	assert_false(vm.launched->ops->peek(vm.launched, UINT64_MAX, &word,
					    sizeof(word)));
	/* TCG counts no exits: that is not the same as none. */
	assert_false(vm.launched->ops->exits(vm.launched, &exits));
	vm_stop(&vm);
}

static void test_launch__decides_for_an_accelerator(void **state)
{
	struct err err = { 0 };
	char why[160] = "";
	char again[160] = "";
	enum accel accel = ACCEL_NONE;

	(void)state;
	vm_init(&vm, TRANSPORT_UART);
	assert_true(accel_resolve(ACCEL_AUTO, &vm.qemu, &accel, why, &err));
	assert_true(accel == ACCEL_TCG || accel == ACCEL_KVM);
	assert_true(why[0] != 0);
	assert_true(accel_resolve(ACCEL_AUTO, &vm.qemu, &accel, again, &err));
	assert_string_equal(why, again);
	assert_true(
		accel_resolve(ACCEL_CHOICE_TCG, &vm.qemu, &accel, why, &err));
	assert_int_equal(accel, ACCEL_TCG);
}

static bool long_tier(void)
{
	const char *tier = getenv("KDBENCH_TIER");

	return tier && strcmp(tier, "long") == 0;
}

static void test_launch__runs_under_kvm(void **state)
{
	struct err err = { 0 };
	char why[160];

	(void)state;
	/*
	 * A KVM that only emulates works too, but can take minutes to let go
	 * of a process: that is for the long tier.
	 */
	vm_init(&vm, TRANSPORT_IVSHMEM);
	if (!accel_kvm_opens() ||
	    !accel_resolve(ACCEL_AUTO, &vm.qemu, &vm.accel, why, &err) ||
	    (vm.accel != ACCEL_KVM && !long_tier()))
		skip();
	if (!accel_resolve(ACCEL_CHOICE_KVM, &vm.qemu, &vm.accel, why, &err))
		fail_msg("%s", err.text);
	vm.guest.pattern_size = 65536;
	assert_connects();
	assert_pattern();
	vm_stop(&vm);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_launch__boots_every_transport),
		cmocka_unit_test(test_launch__works_with_small_and_large_rings),
		cmocka_unit_test(test_launch__works_with_other_firmware),
		cmocka_unit_test(test_launch__leaves_nothing_behind),
		cmocka_unit_test(test_launch__tells_of_a_killed_guest),
		cmocka_unit_test(
			test_launch__cannot_do_anything_to_a_killed_guest),
		cmocka_unit_test(
			test_launch__survives_a_guest_that_wrecks_the_ring),
		cmocka_unit_test(test_launch__passes_on_the_guests_last_words),
		cmocka_unit_test(test_launch__tells_what_qemu_complains_about),
		cmocka_unit_test(test_launch__refuses_what_cannot_be),
		cmocka_unit_test(test_launch__samples_cpu_and_memory),
		cmocka_unit_test(test_launch__decides_for_an_accelerator),
		cmocka_unit_test(test_launch__runs_under_kvm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
