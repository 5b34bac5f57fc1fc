/* SPDX-License-Identifier: MIT */
/* Whole sessions through a bridge, on real guests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/plans.h"
#include "tests/support/rig.h"

#define TCG "accel: tcg\n"

/*
 * Every kind of transport that has a 'via', one row each: a named transport,
 * and what else is to be said of it.
 */
static const struct {
	const char *transport;
	const char *more;
} transports[] = {
	{ "uart-unthrottled", TCG },
	{ "byteport", TCG },
	{ "virtio", TCG },
	{ "ring", TCG },
	{ "ring", TCG "transport.framing: packet\n" },
	{ "ring", TCG "host.wait: spin\n" },
	{ "ring-dma", TCG },
	{ "native", "" },
	{ "native", "transport.framing: packet\n" },
};

static const char *const lines[] = { "unix", "tcp", "pty" };

/* One session; the verdict says that what was read is what is there. */
static void run_via(size_t transport, const char *line)
{
	static struct rig r;
	char *yaml =
		mem_printf("name: via\ntransport: %s\n"
			   "transport.via: %s\n%s"
			   "debugger: { byte-timeout: 500ms, ack-timeout: 1s, "
			   "reply-timeout: 1s, reset-timeout: 1s }\n"
			   "session:\n"
			   "  - connect\n"
			   "  - version: { count: 2 }\n"
			   "  - read-memory: { name: bulk, size: 16KiB }\n"
			   "  - read-physical: { size: 8KiB }\n"
			   "  - write-memory: { size: 8000 }\n"
			   "  - continue\n"
			   "  - wait: { duration: 3ms }\n"
			   "  - break-in: { count: 2 }\n",
			   transports[transport].transport, line,
			   transports[transport].more);

	print_message("%s via %s, %s\n", transports[transport].transport, line,
		      transports[transport].more);
	rig_run(&r, yaml, 0, 1, 1);
	if (r.trial.verdict != VERDICT_RECOVERED)
		assert_verdict(&r, VERDICT_COMPLETED);
	assert_true(rig_step(&r, "bulk")->payload_bytes >= 16384);
	assert_true(rig_step(&r, "break-in")->ops == 2);
	assert_true(r.trial.cpu.valid && r.trial.cpu.harness_ns > 0);
	rig_release(&r);
	free(yaml);
}

static void test_via_session__every_transport_by_every_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(transports); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(lines); k++)
			run_via(i, lines[k]);
	}
}

/* Whoever adds a kind with a 'via' adds a row above. */
static void test_via_session__no_kind_is_forgotten(void **state)
{
	bool there[TRANSPORT_KIND_COUNT] = { false };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(transports); i++) {
		char *yaml = mem_printf("name: x\ntransport: %s\n"
					"session: [connect]\n",
					transports[i].transport);

		there[plans_loaded(NULL, yaml, NULL)->cells->transport.kind] =
			true;
		free(yaml);
	}
	for (size_t i = 0; i < TRANSPORT_KIND_COUNT; i++) {
		if (setting_find(transport_types[i].settings, "via"))
			assert_true(there[i]);
	}
	plans_release(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_via_session__every_transport_by_every_line),
		cmocka_unit_test(test_via_session__no_kind_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
