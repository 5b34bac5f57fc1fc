/* SPDX-License-Identifier: MIT */
/* Modules and processes that a real guest has laid out, walked over its lines.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/rig.h"

#define WALKS                                    \
	"guest.pattern: 64KiB\n"                 \
	"guest.modules: 20\n"                    \
	"guest.processes: 12\n"                  \
	"session:\n"                             \
	"  - connect\n"                          \
	"  - reload: { count: 23, warmup: 1 }\n" \
	"  - process-list: { count: 13 }\n"

static const char *const lines[] = {
	"transport: uart-unthrottled\ntransport.rx-trigger: 14\n"
	"transport.tx: burst\naccel: tcg\nguest.layout: 0\n",
	"transport: ring\naccel: tcg\nguest.layout: 1\n",
	"transport: ring-packet\naccel: tcg\nguest.layout: 77\n",
	"transport: virtio\naccel: tcg\nguest.layout: 4\n"
	"debugger.think: windbg\n",
	"transport: byteport\naccel: tcg\nguest.layout: 5\n",
	"transport: native\nguest.layout: 6\n",
};

static void test_vm_walk__every_line_and_layout(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char *yaml = mem_printf("name: t\n%s" WALKS, lines[i]);
		const struct step_record *reload, *processes;
		struct rig r;

		rig_run(&r, yaml, 0, 1, 1);
		/* A loaded machine may cost a re-send, but never a byte. */
		if (r.trial.verdict > VERDICT_RECOVERED)
			fail_msg("%s%s: %s", lines[i],
				 verdict_names[r.trial.verdict],
				 r.trial.detail);
		reload = rig_step(&r, "reload");
		processes = rig_step(&r, "process-list");
		assert_int_equal(reload->ops, 23);
		assert_int_equal(reload->round_trips, 23 * 10);
		assert_int_equal(processes->ops, 13);
		assert_int_equal(processes->round_trips, 13 * 15);
		assert_int_equal(processes->payload_bytes,
				 13 * (11 * 128 + 4 * 8));
		rig_release(&r);
		free(yaml);
	}
}

/* As much as there can be, in a guest that has room for it. */
static void test_vm_walk__the_largest_world(void **state)
{
	static const char yaml[] = "name: t\ntransport: ring\naccel: tcg\n"
				   "guest: { pattern: 64KiB, modules: 1000, "
				   "processes: 1000, layout: 3, "
				   "memory: 64MiB }\n"
				   "session:\n"
				   "  - connect\n"
				   "  - reload: { count: 1001 }\n"
				   "  - process-list: { count: 1000 }\n";
	struct rig r;

	(void)state;
	rig_run(&r, yaml, 0, 1, 1);
	if (r.trial.verdict > VERDICT_RECOVERED)
		fail_msg("%s: %s", verdict_names[r.trial.verdict],
			 r.trial.detail);
	rig_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vm_walk__every_line_and_layout),
		cmocka_unit_test(test_vm_walk__the_largest_world),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
