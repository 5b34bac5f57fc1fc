/* SPDX-License-Identifier: MIT */
/* Whole sessions through a bridge, on real guests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/rig.h"

static const char *const scenarios[] = {
	"transport: ring\ntransport.via: unix\n",
	"transport: ring\ntransport.via: tcp\n",
	"transport: ring\ntransport.via: pty\n",
	"transport: ring-via-unix\nhost.wait: spin\n",
	"transport: uart-unthrottled\ntransport.via: unix\n",
	"transport: byteport\ntransport.via: unix\n",
	"transport: virtio\ntransport.via: unix\n",
	"transport: virtio\ntransport.via: tcp\n",
};

static void test_via_session__reads_the_pattern(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(scenarios); i++) {
		static struct rig r;
		char *yaml = mem_printf(
			"name: via\naccel: tcg\n%s"
			"debugger: { byte-timeout: 500ms, ack-timeout: 1s, "
			"reply-timeout: 1s, reset-timeout: 1s }\n"
			"session:\n"
			"  - connect\n"
			"  - version: { count: 2 }\n"
			"  - read-memory: { name: bulk, size: 64KiB }\n"
			"  - write-memory: { size: 8000 }\n"
			"  - continue\n"
			"  - wait: { duration: 3ms }\n"
			"  - break-in: { count: 2 }\n",
			scenarios[i]);

		rig_run(&r, yaml, 0, 1, 1);
		/* The verdict says that what was read is what is there. */
		if (r.trial.verdict != VERDICT_RECOVERED)
			assert_verdict(&r, VERDICT_COMPLETED);
		assert_true(rig_step(&r, "bulk")->payload_bytes >= 65536);
		assert_true(r.trial.cpu.valid && r.trial.cpu.harness_ns > 0);
		rig_release(&r);
		free(yaml);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_via_session__reads_the_pattern),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
