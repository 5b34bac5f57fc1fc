/* SPDX-License-Identifier: MIT */
/* Every step that is more than reading and writing, against real guests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/rig.h"

#define EVERY_STEP                                               \
	"session:\n"                                             \
	"  - connect\n"                                          \
	"  - reset\n"                                            \
	"  - reconnect\n"                                        \
	"  - set-registers\n"                                    \
	"  - registers\n"                                        \
	"  - control-space\n"                                    \
	"  - read-msr\n"                                         \
	"  - read-port\n"                                        \
	"  - read-physical: { size: 6000 }\n"                    \
	"  - write-physical: { size: 3000 }\n"                   \
	"  - dump: { size: 8KiB }\n"                             \
	"  - search: { count: 4 }\n"                             \
	"  - fill: { count: 2 }\n"                               \
	"  - step-loop: { count: 10 }\n"                         \
	"  - breakpoint-loop: { count: 3 }\n"                    \
	"  - hardware-breakpoint\n"                              \
	"  - hardware-breakpoint: { name: watch, on: write }\n"  \
	"  - clear-breakpoint: { count: 4 }\n"                   \
	"  - switch-processor\n"                                 \
	"  - module-storm: { count: 3, unload: true }\n"         \
	"  - file-transfer: { size: 6000, chunk: 1000 }\n"       \
	"  - prompt: { count: 2 }\n"                             \
	"  - boot: { count: 12, whole: 253 }\n"                  \
	"  - break-in: { while: storm, count: 2 }\n"             \
	"  - break-in: { name: deaf, while: interrupts-off }\n"  \
	"  - print-storm: { duration: 60ms, break-ins: 2 }\n"    \
	"  - read-memory: { name: still, size: 2000 }\n"         \
	"  - set-registers: { name: off, pc: 0x700000000000 }\n" \
	"  - continue\n"                                         \
	"  - expect-stop: { code: 0xc0000005, address: 0x700000000000 }\n"

static const char *const transports[] = {
	"transport: uart-unthrottled\ntransport.rx-trigger: 14\n"
	"transport.tx: burst\n",
	"transport: ring\n",
};

static char *scenario(const char *transport, const char *rest)
{
	return mem_printf("name: t\naccel: tcg\nguest.pattern: 64KiB\n%s%s",
			  transport, rest);
}

static void test_vm_steps__all_work_in_a_real_guest(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(transports); i++) {
		char *yaml = scenario(transports[i], EVERY_STEP);
		struct rig r;

		rig_run(&r, yaml, 0, 1, 1);
		/* A loaded machine may cost a re-send, but never a byte. */
		if (r.trial.verdict > VERDICT_RECOVERED)
			fail_msg("%s%s: %s", transports[i],
				 verdict_names[r.trial.verdict],
				 r.trial.detail);
		assert_int_equal(rig_step(&r, "dump")->payload_bytes, 8192);
		assert_int_equal(rig_step(&r, "step-loop")->ops, 10);
		assert_int_equal(rig_step(&r, "breakpoint-loop")->ops, 3);
		assert_int_equal(rig_step(&r, "watch")->ops, 1);
		assert_int_equal(rig_step(&r, "module-storm")->ops, 6);
		assert_int_equal(rig_step(&r, "file-transfer")->payload_bytes,
				 6000);
		assert_int_equal(rig_step(&r, "prompt")->ops, 2);
		assert_int_equal(rig_step(&r, "boot")->ops, 12);
		assert_int_equal(rig_step(&r, "break-in")->ops, 2);
		assert_int_equal(rig_step(&r, "deaf")->ops, 1);
		assert_int_equal(rig_step(&r, "print-storm")->break_in.n, 3);
		rig_release(&r);
		free(yaml);
	}
}

/* The simulated machine says the same (tests/sim/test_sim_steps.c). */
static void test_vm_steps__a_wild_guest_is_found_out(void **state)
{
	static const struct {
		const char *how;
		enum verdict verdict;
	} ways[] = {
		{ "interrupts-off", VERDICT_GAVE_UP },
		{ "no-idt", VERDICT_LOST_TARGET },
		{ "no-stack", VERDICT_COMPLETED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		char *rest = mem_printf("session:\n  - connect\n"
					"  - wild: { how: %s }\n",
					ways[i].how);
		char *yaml = scenario(transports[1], rest);
		struct rig r;

		rig_run(&r, yaml, 0, 1, 1);
		assert_verdict(&r, ways[i].verdict);
		rig_release(&r);
		free(rest);
		free(yaml);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vm_steps__all_work_in_a_real_guest),
		cmocka_unit_test(test_vm_steps__a_wild_guest_is_found_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
