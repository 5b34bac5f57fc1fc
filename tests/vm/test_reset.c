/* SPDX-License-Identifier: MIT */
/* Guests in stock QEMU that are reset, and whose pipe is replaced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <sys/wait.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "tests/support/rig.h"
#include "tests/support/vm.h"
#include "tests/support/vm_guest.h"

/* Large: not on the stack. */
static struct rig r;
static struct vm vm;

static void run(const char *settings, const char *rest, enum verdict worst)
{
	/* Patient: on a busy machine a byte at a time takes its time. */
	char *yaml = mem_printf("name: t\naccel: tcg\nguest.pattern: 64KiB\n"
				"debugger: { byte-timeout: 500ms }\n%s\n%s",
				settings, rest);

	rig_run(&r, yaml, 0, 1, 1);
	if (r.trial.verdict > worst)
		fail_msg("%s: %s: %s", settings, verdict_names[r.trial.verdict],
			 r.trial.detail);
	free(yaml);
}

/* --- sessions over every transport ------------------------------------------
 */

#define EVERY_BREAK                                                     \
	"session:\n"                                                    \
	"  - connect\n"                                                 \
	"  - reconnect: { name: reset, after: target-reset }\n"         \
	"  - print-storm: { count: 3 }\n"                               \
	"  - reconnect: { name: anew, after: target-reset-new-pipe }\n" \
	"  - step-loop: { count: 2 }\n"                                 \
	"  - reconnect: { name: killed, after: debugger-restart }\n"    \
	"  - reconnect: { name: both, "                                 \
	"after: debugger-restart-new-pipe }\n"                          \
	"  - read-memory: { size: 3000, chunk: 1000 }\n"                \
	"  - continue\n"                                                \
	"  - break-in\n"                                                \
	"  - continue\n"

static const struct {
	const char *settings;
	bool socket; /* the pipe can be replaced behind the guest's back */
} transports[] = {
	{ "transport: uart", true },
	{ "transport: uart-unthrottled\ntransport.rx-trigger: 14", true },
	{ "transport: byteport", false },
	{ "transport: virtio", true },
	{ "transport: virtio\nguest.spin: 0\nguest.idle: hlt", true },
	{ "transport: ring", false },
	/* It sleeps: its interrupts must work in every life. */
	{ "transport: ring\nguest.idle: hlt\nhost.wait: block", false },
	{ "transport: ring-packet", false },
	{ "transport: ring-dma", false },
};

static size_t open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t count = 0;

	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static void check_resets(void)
{
	static const char *const resets[] = { "reset", "anew" };

	for (size_t i = 0; i < ARRAY_SIZE(resets); i++) {
		const struct step_record *s = rig_step(&r, resets[i]);

		assert_int_equal(s->ops, 1);
		assert_int_equal(s->boots, 1);
		assert_true(s->boot_ns > 0);
		assert_true(s->boot_ns <= s->latency.max);
		assert_true(s->boot_ns + s->resync_ns == s->latency.max);
	}
}

/* Counters begin anew with a life: no difference to those of another one. */
static void check_counters(void)
{
	const struct step_record *s = rig_step(&r, "read-memory");

	assert_int_equal(s->payload_bytes, 3000);
	assert_true(s->guest_valid);
	assert_true(s->guest[KDBB_BYTES_OUT] >= 3000);
	assert_true(s->guest[KDBB_BYTES_OUT] < 100000);
	assert_true(s->guest[KDBB_PACKETS_IN] < 100);
}

static void test_reset__sessions_come_back(void **state)
{
	size_t before = open_files();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(transports); i++) {
		run(transports[i].settings, EVERY_BREAK, VERDICT_RECOVERED);
		check_resets();
		check_counters();
		assert_int_equal(rig_step(&r, "killed")->ops, 1);
		assert_int_equal(rig_step(&r, "both")->ops,
				 transports[i].socket);
		assert_int_equal(rig_step(&r, "both")->skipped == NULL,
				 transports[i].socket);
		assert_int_equal(rig_step(&r, "print-storm")->ops, 3);
		rig_release(&r);
		/* Nothing is left behind. */
		assert_int_equal(open_files(), before);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
		assert_int_equal(errno, ECHILD);
	}
}

/* What is in between keeps its ends; the machine may be reset all the same. */
static void test_reset__through_a_bridge(void **state)
{
	(void)state;
	run("transport: ring\ntransport.via: unix", EVERY_BREAK,
	    VERDICT_RECOVERED);
	assert_int_equal(rig_step(&r, "reset")->ops, 1);
	assert_int_equal(rig_step(&r, "killed")->ops, 1);
	assert_non_null(rig_step(&r, "anew")->skipped);
	assert_non_null(rig_step(&r, "both")->skipped);
	rig_release(&r);
}

/* A guest that loses its way is an end, before and after it was reset. */
static void test_reset__a_triple_fault_is_still_the_end(void **state)
{
	(void)state;
	run("transport: ring",
	    "session:\n"
	    "  - connect\n"
	    "  - reconnect: { after: target-reset }\n"
	    "  - wild: { how: no-idt }\n",
	    VERDICT_LOST_TARGET);
	assert_int_equal(r.trial.verdict, VERDICT_LOST_TARGET);
	assert_int_equal(rig_step(&r, "reconnect")->ops, 1);
	rig_release(&r);
}

/* --- what a reset leaves of a machine ---------------------------------------
 */

static bool happen(enum launch_event what)
{
	uint64_t before = clock_now_ns();
	uint64_t now = before;

	assert_null(vm.launched->ops->spared(vm.launched, what, 0));
	if (!vm.launched->ops->happen(vm.launched, what, 0, &now, &vm.err))
		return false;
	assert_true(now >= before && now <= clock_now_ns());
	return true;
}

/* Connect to the next life. */
static void connect_again(void)
{
	kd_debugger_forget(&vm.d);
	kd_debugger_connect(&vm.d, clock_now_ns());
	assert_int_equal(vm_run(&vm, VM_PATIENCE_NS), KD_DEBUGGER_STOP);
}

/* RAM is empty, the pattern is there, code is as it was loaded. */
static void test_reset__is_a_new_life(void **state)
{
	static const enum launch_event events[] = { LAUNCH_RESET,
						    LAUNCH_RESET_NEW_PIPE };
	static const uint8_t zero[8];
	uint8_t pattern[64], code[16], now[64];
	uint64_t scratch, spin;

	(void)state;
	vm_init(&vm, TRANSPORT_IVSHMEM);
	assert_true(vm_connect(&vm));
	assert_true(vm_find_kdbb(&vm, vm.block));
	scratch = vm_field(&vm, KDBB_SCRATCH);
	spin = vm_field(&vm, KDBB_SPIN_PC);
	assert_true(vm_read(&vm, vm_field(&vm, KDBB_PATTERN), pattern, 64));
	assert_true(vm_read(&vm, spin, code, 16));
	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		assert_true(vm_write(&vm, scratch, "resident", 8));
		(void)vm_set_breakpoint(&vm, spin);
		assert_true(happen(events[i]));
		connect_again();
		assert_true(vm_read(&vm, scratch, now, 8));
		assert_memory_equal(now, zero, 8);
		assert_true(vm_read(&vm, vm_field(&vm, KDBB_PATTERN), now, 64));
		assert_memory_equal(now, pattern, 64);
		assert_true(vm_read(&vm, spin, now, 16));
		assert_memory_equal(now, code, 16);
	}
	vm_stop(&vm);
}

/* Bytes of one state change, which is what a guest begins with. */
#define FIRST (KD_HEADER_SIZE + KD_STATE_SIZE + 1)

/* Listen until so much waits unread, and then a while longer. */
static size_t unread(size_t least)
{
	uint64_t end = clock_now_ns() + VM_PATIENCE_NS;
	struct link *l = vm.launched->link;
	struct kd_span in[2];
	size_t have = 0;
	uint64_t next;

	while (clock_now_ns() < end) {
		unsigned count;

		assert_true(link_step(l, clock_now_ns(), &next, &vm.err));
		count = link_peek(l, in);
		have = (count ? in[0].len : 0) + (count > 1 ? in[1].len : 0);
		if (have >= least && end > clock_now_ns() + 20 * NS_PER_MS)
			end = clock_now_ns() + 20 * NS_PER_MS;
	}
	return have;
}

/* Bytes of the life before stay in a pipe that is kept, and in no other. */
static void test_reset__keeps_the_pipe_or_not(void **state)
{
	static const enum transport_kind kinds[] = { TRANSPORT_UART,
						     TRANSPORT_BYTEPORT,
						     TRANSPORT_VIRTIO,
						     TRANSPORT_IVSHMEM };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		vm_init(&vm, kinds[i]);
		/* It says it once only. */
		vm.target.byte_timeout_ns = VM_PATIENCE_NS;
		assert_true(vm_start(&vm));
		assert_int_equal(unread(FIRST), FIRST);
		assert_true(happen(LAUNCH_RESET));
		assert_int_equal(unread(2 * FIRST), 2 * FIRST);
		assert_true(happen(LAUNCH_RESET_NEW_PIPE));
		assert_int_equal(unread(FIRST), FIRST);
		connect_again();
		vm_stop(&vm);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reset__sessions_come_back),
		cmocka_unit_test(test_reset__through_a_bridge),
		cmocka_unit_test(test_reset__a_triple_fault_is_still_the_end),
		cmocka_unit_test(test_reset__is_a_new_life),
		cmocka_unit_test(test_reset__keeps_the_pipe_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
