/* SPDX-License-Identifier: MIT */
/* What a WinDbg asks, of real guests and of the target as a process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/rig.h"
#include "tests/support/windbg.h"

static struct mix mix;

static void run(struct rig *r, const char *transport)
{
	char *yaml = mem_printf(
		"name: t\nguest.pattern: 64KiB\n" WINDBG_TARGET
		"%stransport: %s\n"
		"session:\n"
		"  - connect\n"
		"  - attach\n"
		"  - step: { as: windbg, count: 4 }\n"
		"  - breakpoint-loop: { count: 2 }\n"
		"  - conditional-breakpoint: { count: 3 }\n"
		"  - read-memory: { chunk: 128, count: 3, latency: "
		"with-think }\n"
		"  - continue\n"
		"  - break-in\n"
		"  - attach: { name: again }\n",
		strcmp(transport, "native") ? "accel: tcg\n" : "", transport);

	rig_run(r, yaml, 0, 1, 1);
	free(yaml);
	/* A loaded machine may cost a re-send, but never a byte. */
	if (r->trial.verdict > VERDICT_RECOVERED)
		fail_msg("%s: %s: %s", transport,
			 verdict_names[r->trial.verdict], r->trial.detail);
	mix_of_trace(&mix, &r->trial.trace);
}

static unsigned count(uint32_t api)
{
	unsigned n = 0;

	for (size_t i = 0; i < mix.count; i++)
		n += mix.requests[i].api == api;
	return n;
}

static void test_vm_windbg__asks_the_same_of_every_target(void **state)
{
	static const char *const transports[] = {
		"uart-unthrottled\ntransport.rx-trigger: 14",
		"byteport",
		"virtio",
		"ring",
		"ring-packet",
		"native",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(transports); i++) {
		struct rig r;
		size_t at;

		run(&r, transports[i]);
		at = mix_find(&mix, KD_API_GET_VERSION, 2);
		at = assert_attach(&mix, at);
		at = mix_find(&mix, KD_API_SET_CONTEXT, 2);
		for (unsigned n = 0; n < 4; n++) {
			assert_true(mix.requests[at + 2].trace);
			at = assert_windbg_step(&mix, at);
		}
		/* One for each hit, one to clear it, 32 to attach again. */
		at = mix_find(&mix, KD_API_RESTORE_BREAKPOINT,
			      count(KD_API_RESTORE_BREAKPOINT) - 3 - 32);
		for (unsigned n = 0; n < 3; n++) {
			assert_true(mix.requests[at + 3].trace);
			at = assert_windbg_hit(&mix, at);
		}
		assert_attach(&mix, mix_find(&mix, KD_API_GET_VERSION, 3));
		assert_int_equal(rig_step(&r, "conditional-breakpoint")->ops,
				 3);
		rig_release(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vm_windbg__asks_the_same_of_every_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
