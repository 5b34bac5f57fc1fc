/* SPDX-License-Identifier: MIT */
/*
 * The debugger's side of the line, over a guest in stock QEMU: descheduled,
 * killed in mid-packet and started again, not alone on the pipe.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "tests/support/rig.h"

/* Large: not on the stack. */
static struct rig r;

static const char *const transports[] = { "uart-unthrottled", "virtio",
					  "ring" };

/* On a busy machine a byte at a time takes its time. */
static void run(const char *transport, const char *direction, const char *fault)
{
	char *yaml = mem_printf("name: t\naccel: tcg\nguest.pattern: 64KiB\n"
				"debugger: { byte-timeout: 500ms }\n"
				"transport: %s\n"
				"faults: { %s: [ { %s } ] }\n"
				"session:\n"
				"  - connect\n"
				"  - registers: { count: 10 }\n"
				"  - step-loop: { count: 2 }\n"
				"  - print-storm: { count: 5 }\n"
				"  - read-memory: { size: 3000, chunk: 1000 }\n"
				"  - continue\n"
				"  - break-in\n"
				"  - continue\n",
				transport, direction, fault);

	rig_run(&r, yaml, 0, 1, 1);
	free(yaml);
	assert_true(r.trial.trail.count > 0);
}

static void test_vm_desk__a_killed_debugger_comes_back(void **state)
{
	static const struct {
		const char *direction, *fault;
	} cases[] = {
		{ "to-target", "restart: { time: 200ms, nth: 9, offset: 20, "
			       "packet: { class: request } }" },
		{ "to-debugger", "restart: { time: 0, nth: 3, "
				 "packet: { class: print } }" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(transports); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(cases); k++) {
			run(transports[i], cases[k].direction, cases[k].fault);
			assert_verdict(&r, VERDICT_RECOVERED);
			assert_int_equal(rig_step(&r, "print-storm")->runs, 1);
			rig_release(&r);
		}
	}
}

/* Real time goes by, and what came meanwhile is still in the pipe. */
static void test_vm_desk__a_frozen_debugger_reads_on(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(transports); i++) {
		run(transports[i], "to-debugger",
		    "freeze: { who: debugger, time: 300ms, nth: 9, packet: { "
		    "class: reply } }");
		if (r.trial.verdict > VERDICT_RECOVERED)
			fail_msg("%s: %s", transports[i], r.trial.detail);
		assert_true(r.trial.wall_ns >= 300 * NS_PER_MS);
		rig_release(&r);
	}
}

/* Its ACKs and its requests go to the guest as well as ours. */
static void test_vm_desk__a_second_debugger_is_survived(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(transports); i++) {
		run(transports[i], "to-debugger",
		    "rival: { does: listen, time: 300ms, nth: 9, packet: { "
		    "class: reply } }");
		if (r.trial.verdict > VERDICT_RECOVERED)
			fail_msg("%s: %s", transports[i], r.trial.detail);
		rig_release(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vm_desk__a_killed_debugger_comes_back),
		cmocka_unit_test(test_vm_desk__a_frozen_debugger_reads_on),
		cmocka_unit_test(test_vm_desk__a_second_debugger_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
