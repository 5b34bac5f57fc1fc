/* SPDX-License-Identifier: MIT */
/* What is special about byteport and virtio, on guests in stock QEMU. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/guest/contract.h"
#include "tests/support/rig.h"
#include "tests/support/vm.h"

/* Large: not on the stack. */
static struct rig r;

/* A trial with these settings and lines; it must not end worse than that. */
static void run(const char *settings, const char *rest, enum verdict worst)
{
	/*
	 * Patient: on a busy machine a byte at a time takes its time. What is
	 * damaged on purpose need not wait for so long.
	 */
	const char *wait = strstr(rest, "faults:") ? "1s" : "20s";
	char *yaml =
		mem_printf("name: t\naccel: tcg\nguest.pattern: 64KiB\n"
			   "heal: { patience: 60s, time: 60s }\n"
			   "debugger: { byte-timeout: 500ms, ack-timeout: %s, "
			   "reply-timeout: %s, reset-timeout: %s }\n%s%s",
			   wait, wait, wait, settings, rest);

	rig_run(&r, yaml, 0, 1, 1);
	if (r.trial.verdict > worst)
		fail_msg("%s%s: %s", settings, verdict_names[r.trial.verdict],
			 r.trial.detail);
	free(yaml);
}

static uint64_t counted(const char *step, enum kdbb_counter which)
{
	assert_true(rig_step(&r, step)->guest_valid);
	return rig_step(&r, step)->guest[which];
}

#define BOTH_WAYS                                        \
	"session:\n"                                     \
	"  - connect\n"                                  \
	"  - read-memory: { name: read, size: 20000 }\n" \
	"  - write-memory: { name: write, size: 8000 }\n"

/* By how much the bells for reading counters may differ from what was taken
 * off for it: as many as its request has bytes. */
#define SLACK 200

/*
 * A fetch that brings something for each byte that the guest receives, a bell
 * for each that it sends; and one more where the host sleeps until it may go
 * on. Nothing else.
 */
static void check_traps(const char *step)
{
	uint64_t in = counted(step, KDBB_BYTES_IN);
	uint64_t out = counted(step, KDBB_BYTES_OUT);
	uint64_t bells = counted(step, KDBB_DOORBELLS);

	assert_int_equal(
		counted(step, KDBB_MMIO_READS) - counted(step, KDBB_POLLS), in);
	assert_in_range(bells + SLACK, out, out + in + 2 * SLACK);
	assert_int_equal(counted(step, KDBB_MMIO_WRITES), 0);
	assert_int_equal(counted(step, KDBB_PORT_READS), 0);
	assert_int_equal(counted(step, KDBB_PORT_WRITES), 0);
}

static void test_devices__byteport_traps_once_a_byte(void **state)
{
	static const char *const waits[] = {
		"transport: byteport\nhost.spin: 1ms\n",
		"transport: byteport\nhost.spin: 0\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(waits); i++) {
		run(waits[i], BOTH_WAYS, VERDICT_RECOVERED);
		assert_true(counted("read", KDBB_BYTES_OUT) >= 20000);
		assert_true(counted("write", KDBB_BYTES_IN) >= 8000);
		check_traps("read");
		check_traps("write");
		/* The one that sleeps at once has to be woken. */
		if (i == 1)
			assert_true(counted("write", KDBB_DOORBELLS) >
				    counted("write", KDBB_BYTES_OUT));
		rig_release(&r);
	}
}

/* A reply and its ACK leave with one kick; buffers go back by the half. */
static void test_devices__virtio_kicks_once_a_packet(void **state)
{
	uint64_t kicks, packets;

	(void)state;
	run("transport: virtio\n", BOTH_WAYS, VERDICT_COMPLETED);
	kicks = counted("read", KDBB_DOORBELLS);
	packets = counted("read", KDBB_PACKETS_OUT);
	assert_true(packets >= 5);
	assert_true(kicks >= packets);
	assert_true(kicks <= 2 * packets);
	assert_int_equal(counted("read", KDBB_MMIO_READS), 0);
	rig_release(&r);
	/* A packet in sixty-odd pieces, two for each kick. */
	run("transport: virtio\ntransport.buffer: 64\n", BOTH_WAYS,
	    VERDICT_COMPLETED);
	assert_true(counted("read", KDBB_DOORBELLS) >= 20000 / 128);
	rig_release(&r);
}

static void test_devices__virtio_works_however_it_is_set(void **state)
{
	static const char *const ways[] = {
		"transport: virtio\ntransport.buffers: 1\n",
		"transport: virtio\ntransport.buffers: 1\n"
		"transport.buffer: 16\nguest.spin: 0\n",
		"transport: virtio\ntransport.buffers: 2\n"
		"transport.ioeventfd: on\n",
		"transport: virtio\ntransport.ioeventfd: on\nguest.spin: 0\n",
		"transport: virtio\nguest.idle: poll\nhost.wait: spin\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		run(ways[i], BOTH_WAYS, VERDICT_RECOVERED);
		assert_int_equal(rig_step(&r, "read")->payload_bytes, 20000);
		rig_release(&r);
	}
}

/* A guest that halts is woken by what comes. */
static void test_devices__virtio_sleeps(void **state)
{
	(void)state;
	run("transport: virtio\nguest.spin: 0\n", BOTH_WAYS, VERDICT_RECOVERED);
	assert_true(counted("read", KDBB_HALTS) > 0);
	assert_true(counted("read", KDBB_WAKEUPS) > 0);
	rig_release(&r);
}

#define FAULTY                                               \
	"faults:\n"                                          \
	"  to-target:\n"                                     \
	"    - drop: { packet: { class: request }, nth: 3, " \
	"offset: 5 }\n"                                      \
	"    - flip: { packet: { class: request }, nth: 6, " \
	"offset: 20 }\n"                                     \
	"  to-debugger:\n"                                   \
	"    - flip: { packet: { class: reply }, nth: 5, "   \
	"offset: 100 }\n"                                    \
	"    - drop: { packet: { class: reply }, nth: 7, "   \
	"offset: 1 }\n"                                      \
	"session:\n"                                         \
	"  - connect\n"                                      \
	"  - read-memory: { name: read, size: 8000, chunk: 500 }\n"

static void test_devices__damage_is_recovered_from(void **state)
{
	static const char *const ways[] = { "transport: byteport\n",
					    "transport: virtio\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		run(ways[i], FAULTY, VERDICT_RECOVERED);
		assert_int_equal(r.trial.verdict, VERDICT_RECOVERED);
		assert_int_equal(r.trial.trail.count, 4);
		assert_int_equal(rig_step(&r, "read")->payload_bytes, 8000);
		rig_release(&r);
	}
}

#define AGAIN                                           \
	"session:\n"                                    \
	"  - connect\n"                                 \
	"  - read-memory: { size: 4000 }\n"             \
	"  - reset: { count: 3 }\n"                     \
	"  - reconnect: { count: 2 }\n"                 \
	"  - print-storm: { name: storm, count: 50 }\n" \
	"  - break-in: { count: 3 }\n"                  \
	"  - read-memory: { name: read, size: 4000 }\n" \
	"  - disconnect\n"

static void test_devices__start_over_and_print(void **state)
{
	static const char *const ways[] = { "transport: byteport\n",
					    "transport: virtio\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		run(ways[i], AGAIN, VERDICT_RECOVERED);
		assert_int_equal(rig_step(&r, "storm")->ops, 50);
		assert_int_equal(rig_step(&r, "read")->payload_bytes, 4000);
		rig_release(&r);
	}
}

/* --- guests and devices that are not what they should be ------------------ */

static struct vm vm;

#define OVERRIDE "-fw_cfg name=" GUEST_OVERRIDES_FILE ",string="

static void test_devices__a_word_that_cannot_be_ends_it(void **state)
{
	(void)state;
	vm_init(&vm, TRANSPORT_BYTEPORT);
	vm.qemu.extra = OVERRIDE "mode=wreck-ring";
	assert_true(vm_start(&vm));
	assert_int_equal(vm_run(&vm, VM_PATIENCE_NS), KD_DEBUGGER_LOST);
	assert_int_equal(vm.err.kind, ERR_GUEST);
	assert_non_null(strstr(vm.err.text, "0xdeadbeef"));
	vm_stop(&vm);
}

static void test_devices__a_missing_device_is_named(void **state)
{
	static const struct {
		enum transport_kind kind;
		const char *extra, *says;
	} cases[] = {
		{ TRANSPORT_UART, OVERRIDE "transport=byteport",
		  "no ivshmem device" },
		{ TRANSPORT_UART, OVERRIDE "transport=virtio",
		  "no virtio device" },
		{ TRANSPORT_IVSHMEM, OVERRIDE "transport=byteport",
		  "no slots in the shared memory" },
		{ TRANSPORT_BYTEPORT, OVERRIDE "transport=ivshmem",
		  "no rings in the shared memory" },
		{ TRANSPORT_VIRTIO, OVERRIDE "buffer=5000",
		  "bad parameter 'buffer=5000'" },
		{ TRANSPORT_VIRTIO,
		  "-global virtio-serial-pci-non-transitional.vectors=0",
		  "a device without MSI-X" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err err = { 0 };

		vm_init(&vm, cases[i].kind);
		vm.qemu.extra = cases[i].extra;
		assert_true(vm_start(&vm));
		assert_int_equal(vm_run(&vm, VM_PATIENCE_NS), KD_DEBUGGER_LOST);
		assert_false(vm.launched->ops->alive(vm.launched, &err));
		if (!strstr(err.text, "panicked") ||
		    !strstr(err.text, cases[i].says))
			fail_msg("case %zu says: %s", i, err.text);
		vm_stop(&vm);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_devices__byteport_traps_once_a_byte),
		cmocka_unit_test(test_devices__virtio_kicks_once_a_packet),
		cmocka_unit_test(test_devices__virtio_works_however_it_is_set),
		cmocka_unit_test(test_devices__virtio_sleeps),
		cmocka_unit_test(test_devices__damage_is_recovered_from),
		cmocka_unit_test(test_devices__start_over_and_print),
		cmocka_unit_test(test_devices__a_word_that_cannot_be_ends_it),
		cmocka_unit_test(test_devices__a_missing_device_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
