/* SPDX-License-Identifier: MIT */
/* The target as a process of the host: sessions, ends, and what is left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <signal.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "tests/support/rig.h"
#include "tests/support/vm_guest.h"

#define SIZE 65536

/* --- sessions ---------------------------------------------------------------
 */

#define EVERY_STEP                                               \
	"session:\n"                                             \
	"  - connect\n"                                          \
	"  - reset: { count: 2 }\n"                              \
	"  - reconnect\n"                                        \
	"  - version: { count: 3 }\n"                            \
	"  - set-registers\n"                                    \
	"  - registers\n"                                        \
	"  - control-space\n"                                    \
	"  - read-msr\n"                                         \
	"  - read-port\n"                                        \
	"  - read-memory: { name: bulk, size: 200000 }\n"        \
	"  - write-memory: { size: 20000 }\n"                    \
	"  - read-physical: { size: 6000 }\n"                    \
	"  - write-physical: { size: 3000 }\n"                   \
	"  - dump: { size: 8KiB }\n"                             \
	"  - search: { count: 4 }\n"                             \
	"  - fill: { count: 2 }\n"                               \
	"  - step: { count: 3 }\n"                               \
	"  - step-loop: { count: 10 }\n"                         \
	"  - breakpoint: { count: 2 }\n"                         \
	"  - breakpoint-loop: { count: 3 }\n"                    \
	"  - hardware-breakpoint\n"                              \
	"  - hardware-breakpoint: { name: watch, on: write }\n"  \
	"  - clear-breakpoint: { count: 4 }\n"                   \
	"  - switch-processor\n"                                 \
	"  - print-storm: { count: 100, work: 3 }\n"             \
	"  - module-storm: { count: 3, unload: true }\n"         \
	"  - file-transfer: { size: 6000, chunk: 1000 }\n"       \
	"  - prompt: { count: 2 }\n"                             \
	"  - idle: { duration: 5ms }\n"                          \
	"  - break-in: { count: 2 }\n"                           \
	"  - set-registers: { name: off, pc: 0x700000000000 }\n" \
	"  - continue\n"                                         \
	"  - expect-stop: { code: 0xc0000005, address: 0x700000000000 }\n"

static void run(struct rig *r, const char *settings, const char *session)
{
	char *yaml = mem_printf("name: t\ntransport: native\n"
				"guest.pattern: 64KiB\n%s\n%s",
				settings, session);

	rig_run(r, yaml, 0, 1, 1);
	free(yaml);
}

static void test_native__does_every_step(void **state)
{
	static const char *const settings[] = {
		"",
		"transport.framing: packet",
		"guest.idle: poll",
		"guest.idle: pause\nhost.wait: spin",
		"guest.idle: hlt\nhost.wait: block",
		"guest.spin: 0\ntransport.framing: packet\nhost.wait: block",
		"transport.size: 4KiB",
		"guest.scratch: 16MiB",
		"target.profile: reactos",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		struct rig r;

		run(&r, settings[i], EVERY_STEP);
		/* A loaded machine may cost a re-send, but never a byte. */
		if (r.trial.verdict > VERDICT_RECOVERED)
			fail_msg("%s: %s: %s", settings[i],
				 verdict_names[r.trial.verdict],
				 r.trial.detail);
		assert_int_equal(rig_step(&r, "bulk")->payload_bytes, 200000);
		assert_int_equal(rig_step(&r, "print-storm")->ops, 100);
		assert_true(rig_step(&r, "print-storm")->unit_ps > 0);
		assert_true(r.trial.cpu.valid);
		assert_true(r.trial.cpu.vcpu_ns > 0);
		assert_int_equal(r.trial.cpu.main_ns + r.trial.cpu.other_ns, 0);
		assert_true(r.trial.boot_ns > 0);
		assert_int_equal(r.trial.peak_rss_bytes, 0);
		assert_false(r.trial.virtual_time);
		rig_release(&r);
	}
}

/* Its counters mean what a guest's mean. */
static void test_native__counts(void **state)
{
	static const char session[] = "session:\n"
				      "  - connect\n"
				      "  - read-memory: { size: 64KiB }\n";
	const struct step_record *r;
	struct rig rig;

	(void)state;
	/* While the debugger thinks it sleeps. */
	run(&rig,
	    "guest.idle: hlt\nhost.wait: block\n"
	    "debugger.think: { ack: 0, gap: 2ms }",
	    session);
	assert_verdict(&rig, VERDICT_COMPLETED);
	r = rig_step(&rig, "read-memory");
	assert_true(r->guest_valid);
	assert_int_equal(r->guest[KDBB_PACKETS_IN], 17);
	assert_int_equal(r->guest[KDBB_PACKETS_OUT], 17);
	assert_int_equal(r->guest[KDBB_BYTES_IN] + r->guest[KDBB_BYTES_OUT],
			 r->wire_bytes);
	assert_true(r->guest[KDBB_HALTS] > 0);
	assert_true(r->guest[KDBB_HALTS] >= r->guest[KDBB_WAKEUPS]);
	assert_true(r->guest[KDBB_SERVICE_TICKS] > 0);
	assert_int_equal(r->guest[KDBB_PORT_READS], 0);
	rig_release(&rig);
	run(&rig, "guest.idle: poll\nhost.wait: spin", session);
	r = rig_step(&rig, "read-memory");
	assert_int_equal(r->guest[KDBB_HALTS], 0);
	assert_int_equal(r->guest[KDBB_DOORBELLS], 0);
	assert_true(r->guest[KDBB_POLLS] > 0);
	rig_release(&rig);
}

static void test_native__says_how_it_ended(void **state)
{
	static const struct {
		const char *steps, *detail;
		enum verdict verdict;
	} cases[] = {
		{ "  - wild: { how: no-idt }\n", "triple fault",
		  VERDICT_LOST_TARGET },
		{ "  - wild: { how: interrupts-off, timeout: 200ms }\n",
		  "longer than its timeout", VERDICT_GAVE_UP },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *session =
			mem_printf("session:\n  - connect\n%s", cases[i].steps);
		struct rig r;

		run(&r, "", session);
		assert_verdict(&r, cases[i].verdict);
		if (!strstr(r.trial.detail, cases[i].detail))
			fail_msg("%s", r.trial.detail);
		rig_release(&r);
		free(session);
	}
}

/* --- the process ------------------------------------------------------------
 */

static struct vm vm;

static int start(void **state)
{
	(void)state;
	vm_init(&vm, TRANSPORT_NATIVE);
	vm.guest.pattern_size = SIZE;
	return vm_connect(&vm) && vm_find_kdbb(&vm, vm.block) ? 0 : -1;
}

static int stop(void **state)
{
	pid_t pid = vm.launched->pid;

	(void)state;
	vm_stop(&vm);
	/* Ended and reaped. */
	return kill(pid, 0) == -1 && errno == ESRCH ? 0 : -1;
}

static void assert_ended(const char *how)
{
	uint64_t end = clock_now_ns() + 10 * NS_PER_S;
	struct err err = { 0 };

	while (vm.launched->ops->alive(vm.launched, &err))
		assert_true(clock_now_ns() < end);
	assert_int_equal(err.kind, ERR_GUEST);
	if (!strstr(err.text, how))
		fail_msg("%s", err.text);
}

static void ask_to_end(uint32_t api)
{
	const struct kd_manipulate m = { .api = api,
					 .u.bugcheck = { .code = 0xe2 } };

	kd_debugger_request(&vm.d, &m, NULL, 0, clock_now_ns());
	(void)vm_run(&vm, VM_PATIENCE_NS);
}

static void test_native__reboots_and_crashes(void **state)
{
	ask_to_end(KD_API_REBOOT);
	assert_ended("rebooted, as requested");
	assert_int_equal(stop(state), 0);
	assert_int_equal(start(state), 0);
	ask_to_end(KD_API_CAUSE_BUGCHECK);
	assert_ended("bugcheck 0xe2, as requested");
}

static void test_native__is_missed_when_killed(void **state)
{
	(void)state;
	assert_true(vm.launched->ops->alive(vm.launched, &vm.err));
	assert_int_equal(kill(vm.launched->pid, SIGKILL), 0);
	assert_ended("killed by signal 9");
	assert_int_equal(vm_run(&vm, VM_PATIENCE_NS), KD_DEBUGGER_LOST);
}

/* Standard ones, two bells, and the socket by whose end we notice its own. */
static void test_native__has_no_descriptors_of_ours(void **state)
{
	char *path = mem_printf("/proc/%d/fd", (int)vm.launched->pid);
	struct dirent *entry;
	DIR *fds = opendir(path);
	unsigned count = 0;

	(void)state;
	assert_non_null(fds);
	while ((entry = readdir(fds)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(fds);
	free(path);
	assert_int_equal(count, 6);
}

/* What KD writes is seen here, and nothing beyond its memory. */
static void test_native__can_be_looked_into(void **state)
{
	uint64_t scratch = vm_field(&vm, KDBB_SCRATCH);
	uint64_t pattern = vm_field(&vm, KDBB_PATTERN);
	uint8_t bytes[3000], seen[3000];
	uint64_t word;

	(void)state;
	memset(bytes, 0x5a, sizeof(bytes));
	assert_true(vm_write(&vm, scratch + 10, bytes, sizeof(bytes)));
	assert_true(vm.launched->ops->peek(vm.launched, scratch + 10, seen,
					   sizeof(seen)));
	assert_memory_equal(bytes, seen, sizeof(bytes));
	assert_true(
		vm.launched->ops->peek(vm.launched, pattern + 800, &word, 8));
	assert_true(word == hash_pattern(vm.nonce, 100));
	assert_true(vm.launched->ops->peek(vm.launched, pattern + SIZE - 8,
					   &word, 8));
	assert_false(vm.launched->ops->peek(vm.launched, pattern + SIZE - 7,
					    &word, 8));
	assert_false(
		vm.launched->ops->peek(vm.launched, UINT64_MAX - 3, &word, 8));
	assert_false(
		vm.launched->ops->peek(vm.launched, scratch, &word, SIZE_MAX));
	assert_null(vm.launched->ops->ram);
}

/* A unit of work takes its time, by the counter that KDBB names. */
static void test_native__really_works(void **state)
{
	uint64_t ticks[2];

	(void)state;
	assert_int_equal(vm_field(&vm, KDBB_TSC_HZ), clock_tsc_hz());
	for (unsigned i = 0; i < 2; i++) {
		uint64_t units = i ? 20000 : 20;
		uint64_t began = clock_now_ns();

		vm_order(&vm, KDBB_SPIN, units, 0, 0);
		vm_go(&vm, false);
		vm_assert_stops(&vm, KD_CODE_BREAKPOINT);
		began = clock_now_ns() - began;
		assert_true(vm_read(
			&vm, vm_field(&vm, KDBB_MAILBOX) + KDBB_MAIL_RESULT1,
			&ticks[i], 8));
		/* It cannot have taken longer than we waited for it. */
		assert_true((double)ticks[i] / (double)clock_tsc_hz() <
			    (double)began / 1e9);
	}
	/* A thousand times the work: were it virtual it would be for nothing.
	 */
	assert_true(ticks[1] > 50 * ticks[0]);
	/* 256 rounds of multiplications cannot be done in 100 cycles. */
	assert_true(ticks[1] / 20000 > 100);
}

#define ON_PROCESS(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_native__does_every_step),
		cmocka_unit_test(test_native__counts),
		cmocka_unit_test(test_native__says_how_it_ended),
		ON_PROCESS(test_native__reboots_and_crashes),
		ON_PROCESS(test_native__is_missed_when_killed),
		ON_PROCESS(test_native__has_no_descriptors_of_ours),
		ON_PROCESS(test_native__can_be_looked_into),
		ON_PROCESS(test_native__really_works),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
