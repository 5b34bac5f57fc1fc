/* SPDX-License-Identifier: MIT */
/* How both ends wait, on real guests: every way of it serves every step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "tests/support/rig.h"
#include "tests/support/vm.h"

#define STEPS                                                   \
	"session:\n"                                            \
	"  - connect\n"                                         \
	"  - version: { count: 2 }\n"                           \
	"  - read-memory: { name: bulk, size: 40000 }\n"        \
	"  - read-memory: { name: word, count: 5, chunk: 8 }\n" \
	"  - write-memory: { name: write, size: 20000 }\n"      \
	"  - step: { count: 2 }\n"                              \
	"  - breakpoint: { count: 2 }\n"                        \
	"  - print-storm: { name: storm, count: 5, work: 10 }\n"

/* A guest that nobody asks anything, in both states. */
#define IDLE                                                  \
	"  - idle: { name: stopped, duration: 300ms }\n"      \
	"  - idle: { name: running, duration: 300ms, state: " \
	"running }\n"                                         \
	"  - break-in: { count: 2 }\n"                        \
	"  - continue\n"                                      \
	"  - wait: { duration: 20ms }\n"                      \
	"  - break-in: { name: last }\n"

static void run(struct rig *r, const char *settings, const char *steps)
{
	char *yaml = mem_printf("name: t\naccel: tcg\nguest.pattern: 64KiB\n"
				"%s%s",
				settings, steps);

	rig_run(r, yaml, 0, 1, 1);
	/* A loaded machine may cost a re-send, but never a byte. */
	if (r->trial.verdict > VERDICT_RECOVERED)
		fail_msg("%s%s: %s", settings, verdict_names[r->trial.verdict],
			 r->trial.detail);
	free(yaml);
}

static void assert_all_done(struct rig *r)
{
	assert_int_equal(rig_step(r, "bulk")->payload_bytes, 40000);
	assert_int_equal(rig_step(r, "write")->payload_bytes, 20000);
	assert_int_equal(rig_step(r, "word")->ops, 5);
	assert_int_equal(rig_step(r, "storm")->ops, 5);
}

/* Small rings: both ends wait for room, too. */
static void test_waiting__every_pair_of_ways_serves_every_step(void **state)
{
	static const char *const host[] = { "spin", "block", "adaptive" };
	static const char *const guest[] = { "poll", "pause", "hlt",
					     "spin-hlt" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(host) * ARRAY_SIZE(guest); i++) {
		char *settings = mem_printf(
			"transport: ring%s\ntransport.size: 4KiB\n"
			"host.wait: %s\nguest.idle: %s\n",
			i % 2 ? "-packet" : "", host[i / ARRAY_SIZE(guest)],
			guest[i % ARRAY_SIZE(guest)]);
		struct rig r;

		run(&r, settings, STEPS);
		assert_all_done(&r);
		rig_release(&r);
		free(settings);
	}
}

/* What nobody can tell from outside: nothing runs while nothing is asked. */
static void test_waiting__an_idle_guest_halts_in_both_states(void **state)
{
	static const char *const transports[] = { "ring", "ring-packet" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(transports); i++) {
		char *settings = mem_printf("transport: %s\nhost.wait: block\n"
					    "guest.idle: hlt\n",
					    transports[i]);
		static const char *const states[] = { "stopped", "running" };
		struct rig r;

		run(&r, settings, "session:\n  - connect\n" IDLE);
		for (size_t k = 0; k < ARRAY_SIZE(states); k++) {
			const struct step_cpu *cpu =
				&rig_step(&r, states[k])->cpu;

			assert_true(cpu->valid);
			/* Polling takes all of it, or what others leave. */
			if (cpu->vcpu_ns > cpu->wall_ns / 20)
				fail_msg("%s: %llu of %llu ns, %s",
					 transports[i],
					 (unsigned long long)cpu->vcpu_ns,
					 (unsigned long long)cpu->wall_ns,
					 states[k]);
		}
		rig_release(&r);
		free(settings);
	}
}

/* Each look in vain costs a sleep, whatever the transport. */
static void test_waiting__sleeping_guests_sleep_on_any_transport(void **state)
{
	static const char *const transports[] = { "uart-unthrottled", "ring",
						  "ring-packet" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(transports); i++) {
		char *settings = mem_printf("transport: %s\n"
					    "guest.sleep: 200us\n",
					    transports[i]);
		struct rig r;

		run(&r, settings, STEPS IDLE);
		assert_all_done(&r);
		assert_true(rig_step(&r, "bulk")->guest[KDBB_HALTS] +
				    rig_step(&r, "word")->guest[KDBB_HALTS] +
				    rig_step(&r, "write")->guest[KDBB_HALTS] >
			    0);
		assert_true(rig_step(&r, "stopped")->cpu.vcpu_ns <
			    rig_step(&r, "stopped")->cpu.wall_ns / 2);
		rig_release(&r);
		free(settings);
	}
}

/* The guest falls over, and QEMU ends, while the host waits for an answer. */
static void test_waiting__nobody_waits_for_the_dead(void **state)
{
	static const char *const host[] = { "spin", "block", "adaptive" };

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(host); i++) {
		char *yaml = mem_printf("name: t\naccel: tcg\n"
					"guest.pattern: 64KiB\n"
					"transport: ring%s\nhost.wait: %s\n"
					"guest.idle: hlt\n"
					"heal.patience: 60s\n"
					"session:\n  - connect\n"
					"  - wild: { how: no-idt }\n",
					i % 2 ? "-packet" : "", host[i / 2]);
		struct rig r;

		rig_run(&r, yaml, 0, 1, 1);
		assert_verdict(&r, VERDICT_LOST_TARGET);
		rig_release(&r);
		free(yaml);
	}
}

/* QEMU is killed in the midst of a read. */
static void test_waiting__a_read_of_the_dead_fails(void **state)
{
	const struct kd_manipulate m = {
		.api = KD_API_READ_VIRTUAL,
		.u.memory = { .address = 0x100000, .count = 3944 },
	};

	(void)state;
	for (int framing = LINK_STREAM; framing <= LINK_PACKET; framing++) {
		static struct vm vm;

		vm_init(&vm, TRANSPORT_IVSHMEM);
		vm.target.reliable = vm.debugger.reliable = framing ==
							    LINK_PACKET;
		assert_true(vm_connect(&vm));
		kd_debugger_request(&vm.d, &m, NULL, 0, clock_now_ns());
		assert_int_equal(kill(vm.launched->pid, SIGKILL), 0);
		while (vm_run(&vm, VM_PATIENCE_NS) != KD_DEBUGGER_LOST)
			;
		assert_int_equal(vm.err.kind, ERR_GUEST);
		vm_stop(&vm);
	}
}

/* A bridge speaks to a packet link for a session that knows bytes only. */
static void test_waiting__a_bridge_serves_records(void **state)
{
	static const char *const settings[] = {
		"transport: ring-packet\ntransport.via: unix\n",
		"transport: ring-packet\ntransport.via: tcp\nhost.wait: "
		"block\nguest.idle: hlt\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		struct rig r;

		run(&r, settings[i], STEPS);
		assert_all_done(&r);
		rig_release(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_waiting__every_pair_of_ways_serves_every_step),
		cmocka_unit_test(
			test_waiting__an_idle_guest_halts_in_both_states),
		cmocka_unit_test(
			test_waiting__sleeping_guests_sleep_on_any_transport),
		cmocka_unit_test(test_waiting__nobody_waits_for_the_dead),
		cmocka_unit_test(test_waiting__a_read_of_the_dead_fails),
		cmocka_unit_test(test_waiting__a_bridge_serves_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
