/* SPDX-License-Identifier: MIT */
/* Breaks in mid-read, in virtual time and of a process of the host. */
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

#include "bench/base/mem.h"
#include "bench/launch/sim_machine.h"
#include "tests/support/rig.h"

#define COUNT 6

/* Each of them, and what an engineer would do next. */
#define EVERY_BREAK                                                    \
	"session:\n"                                                   \
	"  - connect\n"                                                \
	"  - reconnect: { name: reset, after: target-reset, count: 6 " \
	"}\n"                                                          \
	"  - print-storm: { count: 3 }\n"                              \
	"  - reconnect: { name: anew, after: target-reset-new-pipe, "  \
	"count: 6 }\n"                                                 \
	"  - breakpoint-loop: { count: 3 }\n"                          \
	"  - reconnect: { name: killed, after: debugger-restart, "     \
	"count: 6 }\n"                                                 \
	"  - step-loop: { count: 3 }\n"                                \
	"  - reconnect: { name: both, "                                \
	"after: debugger-restart-new-pipe, count: 6 }\n"               \
	"  - file-transfer: { size: 3000 }\n"                          \
	"  - read-memory: { size: 4000 }\n"                            \
	"  - continue\n"                                               \
	"  - break-in\n"

/* Large: not on the stack. */
static struct rig r;

static void run(const char *transport, const char *settings, const char *rest,
		uint64_t seed)
{
	char *yaml = mem_printf("name: t\ntransport: %s\nguest.pattern: 64KiB\n"
				"%s\n%s",
				transport, settings, rest);

	rig_run(&r, yaml, 0, seed, 1);
	/* A loaded machine may cost a re-send, but never a byte. */
	if (r.trial.verdict > VERDICT_RECOVERED)
		fail_msg("%s, %s, seed %llu: %s: %s", transport, settings,
			 (unsigned long long)seed,
			 verdict_names[r.trial.verdict], r.trial.detail);
	free(yaml);
}

/* All went on; each reset took its boot, and nothing counted before it. */
static void check(bool packets)
{
	static const char *const resets[] = { "reset", "anew" };
	const struct step_record *killed = rig_step(&r, "killed");
	const struct step_record *both = rig_step(&r, "both");

	for (size_t i = 0; i < ARRAY_SIZE(resets); i++) {
		const struct step_record *s = rig_step(&r, resets[i]);

		assert_int_equal(s->ops, COUNT);
		assert_int_equal(s->boots, COUNT);
		assert_true(s->boot_ns >= COUNT * SIM_BOOT_NS);
		/* To within the width of a bucket. */
		assert_true(histogram_quantile(&s->latency, 0) >=
			    SIM_BOOT_NS * 31 / 32);
	}
	assert_int_equal(killed->ops, COUNT);
	assert_int_equal(killed->boots, 0);
	assert_true(killed->resync_ns > 0);
	assert_int_equal(both->ops, packets ? 0 : COUNT);
	assert_int_equal(both->skipped != NULL, packets);
	assert_int_equal(rig_step(&r, "print-storm")->ops, 3);
	assert_int_equal(rig_step(&r, "file-transfer")->payload_bytes, 3000);
	assert_int_equal(rig_step(&r, "read-memory")->payload_bytes, 4000);
}

static void test_reconnect__comes_back_over_every_line(void **state)
{
	static const char *const lines[] = {
		"",
		"transport.baud: 115200",
		"transport.latency: 5ms",
		"transport.service: 1ms\ntransport.capacity: 100",
		"debugger.think: windbg",
		"transport.framing: packet",
		"transport.framing: packet\ntransport.baud: 115200\n"
		"transport.capacity: 100",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		for (uint64_t seed = 1; seed <= 8; seed++) {
			run("sim", lines[i], EVERY_BREAK, seed);
			check(strstr(lines[i], "packet") != NULL);
			rig_release(&r);
		}
	}
}

/*
 * On a long line the answer is on its way as the target is reset. It is right,
 * and says nothing: what counts comes from the new life.
 */
static void test_reconnect__an_answer_of_the_old_life_does_not_count(
	void **state)
{
	static const char steps[] = "session:\n"
				    "  - connect\n"
				    "  - reconnect: { after: target-reset, "
				    "count: 40, chunk: 8 }\n";
	const struct step_record *s;

	(void)state;
	run("sim", "transport.latency: 10ms\ntransport.capacity: 64KiB", steps,
	    3);
	s = rig_step(&r, "reconnect");
	assert_int_equal(s->ops, 40);
	assert_true(histogram_quantile(&s->latency, 0) >=
		    SIM_BOOT_NS * 31 / 32);
	/* A stop and the word: all above are words asked for in vain. */
	assert_true(r.trial.counts.packets_in > 2 * 40 + 20);
	rig_release(&r);
}

/* The same seed breaks at the same bytes. */
static void test_reconnect__is_the_same_every_time(void **state)
{
	char *first, *second;

	(void)state;
	run("sim", "transport.baud: 115200", EVERY_BREAK, 5);
	first = rig_text(&r);
	rig_release(&r);
	run("sim", "transport.baud: 115200", EVERY_BREAK, 5);
	second = rig_text(&r);
	rig_release(&r);
	assert_string_equal(first, second);
	assert_non_null(strstr(first, "\"after\":\"target-reset-new-pipe\""));
	assert_non_null(strstr(first, "\"boot_ns\":"));
	free(first);
	free(second);
}

static void test_reconnect__on_a_bad_line_too(void **state)
{
	static const char faults[] =
		"faults:\n"
		"  to-target:\n    - drop: { probability: 1e-3 }\n"
		"  to-debugger:\n    - drop: { probability: 1e-3 }\n"
		"    - delay: { time: 3ms }";

	(void)state;
	for (uint64_t seed = 1; seed <= 10; seed++) {
		run("sim", faults, EVERY_BREAK, seed);
		assert_int_equal(rig_step(&r, "anew")->ops, COUNT);
		rig_release(&r);
	}
}

/* What WinDbg does is not what 'robust' does, but it gets there as well. */
static void test_reconnect__by_other_debuggers(void **state)
{
	static const char *const halves[] = {
		"debugger.profile: windbg\ndebugger.file-io: serve",
		"target.profile: reactos",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(halves); i++) {
		run("sim", halves[i], EVERY_BREAK, 1);
		check(false);
		rig_release(&r);
	}
}

static size_t open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t count = 0;

	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static void assert_native_record(void)
{
	const struct step_record *s = rig_step(&r, "reset");

	assert_int_equal(s->ops, COUNT);
	assert_int_equal(s->boots, COUNT);
	assert_true(s->boot_ns > 0);
	assert_int_equal(rig_step(&r, "anew")->ops, COUNT);
	assert_int_equal(rig_step(&r, "killed")->ops, COUNT);
	assert_non_null(rig_step(&r, "both")->skipped);
	/* Of processes that have gone, too; and never less than before. */
	assert_true(r.trial.cpu.valid);
	assert_true(r.trial.cpu.vcpu_ns > 0);
	assert_true(r.trial.cpu.vcpu_ns < UINT64_C(1) << 40);
	assert_true(rig_step(&r, "anew")->cpu.vcpu_ns < UINT64_C(1) << 40);
	assert_true(rig_step(&r, "read-memory")->guest[KDBB_BYTES_OUT] < 20000);
}

static void test_reconnect__a_process_is_replaced(void **state)
{
	static const char *const settings[] = {
		"",
		"transport.framing: packet",
		"guest.idle: hlt\nhost.wait: block",
		"debugger.think: windbg",
	};
	size_t before = open_files();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		run("native", settings[i], EVERY_BREAK, 1);
		assert_native_record();
		rig_release(&r);
		assert_int_equal(open_files(), before);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
		assert_int_equal(errno, ECHILD);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reconnect__comes_back_over_every_line),
		cmocka_unit_test(
			test_reconnect__an_answer_of_the_old_life_does_not_count),
		cmocka_unit_test(test_reconnect__is_the_same_every_time),
		cmocka_unit_test(test_reconnect__on_a_bad_line_too),
		cmocka_unit_test(test_reconnect__by_other_debuggers),
		cmocka_unit_test(test_reconnect__a_process_is_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
