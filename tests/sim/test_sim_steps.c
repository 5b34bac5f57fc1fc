/* SPDX-License-Identifier: MIT */
/* Every step that is more than reading and writing, in virtual time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/rig.h"

#define EVERY_STEP                                                         \
	"session:\n"                                                       \
	"  - connect\n"                                                    \
	"  - reset: { count: 3 }\n"                                        \
	"  - reconnect: { count: 2 }\n"                                    \
	"  - registers\n"                                                  \
	"  - set-registers: { count: 2 }\n"                                \
	"  - registers: { name: as-before }\n"                             \
	"  - control-space: { count: 2 }\n"                                \
	"  - read-msr: { count: 2 }\n"                                     \
	"  - read-port: { count: 2 }\n"                                    \
	"  - read-port: { name: word, port: 0x80, width: 4 }\n"            \
	"  - read-physical: { size: 6000, warmup: 1KiB }\n"                \
	"  - write-physical: { size: 4000 }\n"                             \
	"  - dump: { size: 8KiB }\n"                                       \
	"  - search: { count: 6 }\n"                                       \
	"  - fill: { count: 5, length: 300 }\n"                            \
	"  - fill: { name: physical, length: 1KiB, physical: true }\n"     \
	"  - step-loop: { count: 30 }\n"                                   \
	"  - breakpoint-loop: { count: 6 }\n"                              \
	"  - hardware-breakpoint: { count: 2 }\n"                          \
	"  - hardware-breakpoint: { name: watch, on: write, count: 2 }\n"  \
	"  - clear-breakpoint\n"                                           \
	"  - switch-processor: { count: 2 }\n"                             \
	"  - switch-processor: { name: nobody, processor: 3 }\n"           \
	"  - module-storm: { count: 7 }\n"                                 \
	"  - module-storm: { name: both, count: 7, unload: true }\n"       \
	"  - file-transfer: { size: 5000 }\n"                              \
	"  - file-transfer: { name: small, size: 100, chunk: 7 }\n"        \
	"  - prompt: { count: 4 }\n"                                       \
	"  - calibrate\n"                                                  \
	"  - read-memory: { name: still, size: 4000 }\n"                   \
	"  - continue\n"                                                   \
	"  - break-in\n"                                                   \
	"  - wild: { how: no-stack }\n"                                    \
	"  - set-registers: { name: off, pc: 0x700000000000 }\n"           \
	"  - continue\n"                                                   \
	"  - expect-stop: { code: 0xc0000005, address: 0x700000000000 }\n" \
	"  - set-registers: { name: back, pc: 0x101200 }\n"

static char *scenario(const char *line, const char *rest)
{
	return mem_printf("name: t\ntransport: sim\nguest.pattern: 64KiB\n%s%s",
			  line, rest);
}

static void assert_step(const struct rig *r, const char *name, uint64_t ops,
			uint64_t payload)
{
	const struct step_record *record = rig_step(r, name);

	if (record->ops != ops || record->payload_bytes != payload)
		fail_msg("%s: %llu ops, %llu bytes", name,
			 (unsigned long long)record->ops,
			 (unsigned long long)record->payload_bytes);
}

static void test_sim_steps__all_complete_over_every_line(void **state)
{
	static const char *const lines[] = {
		"",
		"transport.baud: 115200\n",
		"transport.framing: packet\n",
		"transport.latency: 5ms\n",
		"transport.service: 1ms\ntransport.capacity: 100\n",
		"debugger.think: windbg\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char *yaml = scenario(lines[i], EVERY_STEP);
		struct rig r;

		rig_run(&r, yaml, 0, 1, 1);
		assert_verdict(&r, VERDICT_COMPLETED);
		assert_step(&r, "reset", 3, 0);
		assert_step(&r, "reconnect", 2, 16);
		assert_step(&r, "set-registers", 2, 2 * 0x4d0);
		assert_step(&r, "control-space", 2, 2 * 0xe0);
		assert_step(&r, "read-msr", 2, 0);
		assert_step(&r, "read-port", 2, 0);
		assert_step(&r, "read-physical", 2, 6000);
		assert_step(&r, "write-physical", 2, 4000);
		assert_step(&r, "dump", 2, 8192);
		assert_step(&r, "search", 6, 0);
		assert_step(&r, "fill", 5, 0);
		assert_step(&r, "step-loop", 30, 0);
		assert_step(&r, "breakpoint-loop", 6, 0);
		assert_step(&r, "hardware-breakpoint", 2, 0);
		assert_step(&r, "watch", 2, 0);
		assert_step(&r, "clear-breakpoint", 32, 0);
		assert_step(&r, "switch-processor", 2, 0);
		assert_int_equal(rig_step(&r, "module-storm")->ops, 7);
		assert_int_equal(rig_step(&r, "both")->ops, 14);
		assert_step(&r, "file-transfer", 2, 5000);
		assert_step(&r, "small", 15, 100);
		assert_step(&r, "prompt", 4, 0);
		assert_step(&r, "still", 2, 4000);
		rig_release(&r);
		free(yaml);
	}
}

/* What is asked and answered on a bad line is right or says why not. */
static void test_sim_steps__no_lost_byte_corrupts_an_answer(void **state)
{
	static const char steps[] = "session:\n"
				    "  - connect\n"
				    "  - file-transfer: { size: 20000 }\n"
				    "  - prompt: { count: 20 }\n"
				    "  - module-storm: { count: 20 }\n"
				    "  - reset: { count: 5 }\n"
				    "  - reconnect: { count: 3 }\n"
				    "  - breakpoint-loop: { count: 10 }\n"
				    "  - set-registers: { count: 5 }\n"
				    "  - dump: { size: 32KiB }\n";
	static const char *const rates[] = { "1e-4", "1e-3", "2e-3" };
	unsigned stray = 0;

	(void)state;
	for (size_t rate = 0; rate < ARRAY_SIZE(rates); rate++) {
		for (uint64_t seed = 1; seed <= 8; seed++) {
			char *faults = mem_printf("faults:\n"
						  "  to-target: [ { drop: { "
						  "probability: %s } } ]\n"
						  "  to-debugger: [ { drop: { "
						  "probability: %s } } ]\n%s",
						  rates[rate], rates[rate],
						  steps);
			char *yaml = scenario("", faults);
			struct rig r;

			rig_run(&r, yaml, 0, seed, 1);
			/* Around a hole a 62 may stand alone: it is told of. */
			if (r.trial.verdict == VERDICT_SPURIOUS_STOP)
				stray++;
			else if (r.trial.verdict > VERDICT_RECOVERED)
				fail_msg("rate %s seed %u: %s %s", rates[rate],
					 (unsigned)seed,
					 verdict_names[r.trial.verdict],
					 r.trial.detail);
			rig_release(&r);
			free(yaml);
			free(faults);
		}
	}
	assert_true(stray <= 2);
}

/* The numbers of bench/launch/sim_calibrate.c, less the empty loop. */
static void test_sim_steps__calibrate_tells_the_fixed_costs(void **state)
{
	static const uint64_t ns[KDBB_PRIMITIVE_COUNT] = {
		[KDBB_DO_NOTHING] = 1,       [KDBB_DO_PORT_READ] = 2500,
		[KDBB_DO_PORT_WRITE] = 2000, [KDBB_DO_POLL] = 2,
		[KDBB_DO_PAUSE] = 20,        [KDBB_DO_TSC] = 10,
		[KDBB_DO_HALT_WAKE] = 8000,  [KDBB_DO_COPY_KIB] = 100,
	};
	char *yaml = scenario("", "session:\n  - connect\n  - calibrate\n");
	const struct step_record *record;
	struct rig r;
	char *text;

	(void)state;
	rig_run(&r, yaml, 0, 1, 1);
	assert_verdict(&r, VERDICT_COMPLETED);
	record = rig_step(&r, "calibrate");
	assert_true(record->calibrated);
	for (unsigned i = 0; i < KDBB_PRIMITIVE_COUNT; i++)
		assert_true(record->cost_ps[i] ==
			    (ns[i] ? 1000 * ns[i] : SESSION_COST_UNKNOWN));
	assert_int_equal(record->payload_bytes, 0);
	text = rig_text(&r);
	assert_non_null(strstr(text, "\"costs\":{\"nothing\":1.0,"
				     "\"port-read\":2500.0,"));
	assert_non_null(strstr(text, "\"doorbell\":null,"));
	free(text);
	rig_release(&r);
	free(yaml);
}

/* Lost bytes may repeat an order; what was found out stays as it is. */
static void test_sim_steps__calibrate_survives_a_bad_line(void **state)
{
	char *yaml = scenario("", "faults:\n"
				  "  to-target: [ { drop: { probability: "
				  "1e-3 } } ]\n"
				  "  to-debugger: [ { drop: { probability: "
				  "1e-3 } } ]\n"
				  "session:\n  - connect\n  - calibrate\n");

	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		struct rig r;

		rig_run(&r, yaml, 0, seed, 1);
		if (r.trial.verdict > VERDICT_RECOVERED)
			fail_msg("seed %u: %s %s", (unsigned)seed,
				 verdict_names[r.trial.verdict],
				 r.trial.detail);
		assert_true(
			rig_step(&r, "calibrate")->cost_ps[KDBB_DO_PORT_READ] ==
			2500000);
		rig_release(&r);
	}
	free(yaml);
}

/* A session that leaves comes back to a target that ran meanwhile. */
static void test_sim_steps__one_can_leave_and_come_back(void **state)
{
	char *yaml = scenario("", "session:\n"
				  "  - connect\n"
				  "  - disconnect\n"
				  "  - wait: { duration: 1s }\n"
				  "  - reconnect\n"
				  "  - read-memory\n"
				  "  - continue\n"
				  "  - disconnect\n");
	struct rig r;

	(void)state;
	rig_run(&r, yaml, 0, 1, 1);
	/* A running target does not hear RESET without a 62 before it. */
	assert_verdict(&r, VERDICT_RECOVERED);
	assert_int_equal(rig_step(&r, "reconnect")->ops, 1);
	rig_release(&r);
	free(yaml);
}

/* How a session ends whose target is told to end: with the last request. */
static void test_sim_steps__the_end_names_what_was_asked_last(void **state)
{
	static const struct {
		const char *steps;
		enum verdict verdict;
		const char *detail;
	} ends[] = {
		{ "  - wild: { how: interrupts-off }\n", VERDICT_GAVE_UP,
		  "in step 'wild': break-in was never answered; the last "
		  "request was Continue2" },
		{ "  - wild: { how: no-idt }\n", VERDICT_LOST_TARGET,
		  "a triple fault; the last request was Continue2" },
		{ "  - set-registers: { pc: 0 }\n  - continue\n"
		  "  - wait: { duration: 1ms }\n",
		  VERDICT_SPURIOUS_STOP,
		  "stopped at 0x0 with code 0xc0000005 during step 'wait', "
		  "though nobody asked; the last request was Continue2" },
		{ "  - set-registers: { pc: 0 }\n  - continue\n"
		  "  - expect-stop\n",
		  VERDICT_SPURIOUS_STOP, "with code 0xc0000005" },
		{ "  - set-registers: { pc: 0 }\n  - continue\n"
		  "  - expect-stop: { code: 0xc0000005, address: 8 }\n",
		  VERDICT_SPURIOUS_STOP, "stopped at 0x0" },
		{ "  - continue\n  - expect-stop: { timeout: 1s }\n",
		  VERDICT_GAVE_UP, "'expect-stop' took longer" },
		{ "  - clear-breakpoint: { handle: 32 }\n", VERDICT_GAVE_UP,
		  "RestoreBreakPoint failed with status 0xc0000001" },
		{ "  - read-msr: { number: 0x12345678 }\n", VERDICT_GAVE_UP,
		  "ReadMachineSpecificRegister failed" },
		{ "  - read-physical: { region: none, address: "
		  "0x700000000000 }\n",
		  VERDICT_GAVE_UP, "ReadPhysicalMemory failed" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		char *rest =
			mem_printf("session:\n  - connect\n%s", ends[i].steps);
		char *yaml = scenario("", rest);
		struct rig r;

		rig_run(&r, yaml, 0, 1, 1);
		assert_verdict(&r, ends[i].verdict);
		if (!strstr(r.trial.detail, ends[i].detail))
			fail_msg("'%s' is not '%s'", r.trial.detail,
				 ends[i].detail);
		rig_release(&r);
		free(rest);
		free(yaml);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sim_steps__all_complete_over_every_line),
		cmocka_unit_test(
			test_sim_steps__no_lost_byte_corrupts_an_answer),
		cmocka_unit_test(
			test_sim_steps__calibrate_tells_the_fixed_costs),
		cmocka_unit_test(test_sim_steps__calibrate_survives_a_bad_line),
		cmocka_unit_test(test_sim_steps__one_can_leave_and_come_back),
		cmocka_unit_test(
			test_sim_steps__the_end_names_what_was_asked_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
