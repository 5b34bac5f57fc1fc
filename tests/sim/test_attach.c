/* SPDX-License-Identifier: MIT */
/* Sessions on a target that somebody else started, without a KDBB. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "tests/support/rig.h"
#include "tests/support/standin.h"

#define AT "address: 0xfffff80000110000"
#define LOOP "address: 0xfffff80000101010"

#define PEER                                                                 \
	"session:\n"                                                         \
	"  - connect\n"                                                      \
	"  - version: { count: 3 }\n"                                        \
	"  - registers: { count: 3 }\n"                                      \
	"  - read-memory: { name: bulk, region: none, " AT ", size: 16KiB, " \
	"warmup: 4KiB }\n"                                                   \
	"  - write-memory: { name: write, region: none, " AT                 \
	", size: 9000 }\n"                                                   \
	"  - breakpoint: { " LOOP ", count: 3, warmup: 1 }\n"                \
	"  - step: { count: 5 }\n"                                           \
	"  - continue\n"                                                     \
	"  - wait: { duration: 5ms }\n"                                      \
	"  - break-in: { count: 3 }\n"                                       \
	"  - registers: { name: again }\n"                                   \
	"  - step: { name: past, count: 2 }\n"                               \
	"  - idle: { duration: 5ms, state: running }\n"                      \
	"  - continue\n"

#define NEEDS_KDBB                                         \
	"session:\n"                                       \
	"  - connect\n"                                    \
	"  - read-memory: { name: pattern }\n"             \
	"  - write-memory: { name: scratch }\n"            \
	"  - breakpoint: { name: spin }\n"                 \
	"  - print-storm: { name: storm, duration: 1s }\n" \
	"  - repeat: { count: 2, steps: [registers] }\n"   \
	"  - continue\n"

/* A trial against a stand-in, and the stand-in after it. */
struct peer {
	struct rig rig;
	struct standin *machine;
};

static void peer_run(struct peer *p, const struct standin_config *config,
		     const char *session)
{
	pid_t pid;
	int fd;
	char *yaml;

	p->machine = standin_start(config, &fd, &pid);
	yaml = mem_printf("name: t\ntransport: attach\n"
			  "transport.address: \"fd:%d\"\n"
			  "guest.pattern: 64KiB\n"
			  /* A busy machine is no line that loses packets. */
			  "debugger: { byte-timeout: 1s, ack-timeout: 20s, "
			  "reply-timeout: 20s, reset-timeout: 500ms, "
			  "probe-after: 20s }\n"
			  "heal.patience: 60s\n%s",
			  fd, session);
	rig_run(&p->rig, yaml, 0, 1, 1);
	free(yaml);
	standin_wait(fd, pid);
}

static void peer_release(struct peer *p)
{
	rig_release(&p->rig);
	munmap(p->machine, sizeof(*p->machine));
}

/* It runs, as it was before anybody came. */
static void assert_untouched(const struct peer *p)
{
	struct standin *fresh = mem_alloc(sizeof(*fresh));
	struct standin *now = p->machine;

	standin_init(fresh, &now->config);
	fresh->memory[STANDIN_FICKLE - STANDIN_BASE] =
		now->memory[STANDIN_FICKLE - STANDIN_BASE];
	assert_memory_equal(now->memory, fresh->memory, STANDIN_SIZE);
	assert_int_equal(now->t.state, KD_TARGET_RUNNING);
	assert_true(now->pc - STANDIN_LOOP < STANDIN_LOOP_SIZE);
	free(fresh);
}

static void test_attach__every_step_without_kdbb(void **state)
{
	static const struct standin_config configs[] = {
		{ .list = STANDIN_NO_LIST },
		{ .list = STANDIN_BAD_LIST, .stopped = true },
		{ .list = STANDIN_KDBG, .mute = true },
		{ .list = STANDIN_KDBG, .mute = true, .stopped = true },
		{ .i386 = true },
		{ .modules = true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(configs); i++) {
		struct peer p;

		peer_run(&p, &configs[i], PEER);
		assert_verdict(&p.rig, VERDICT_COMPLETED);
		assert_int_equal(rig_step(&p.rig, "version")->ops, 3);
		assert_int_equal(rig_step(&p.rig, "registers")->ops, 3);
		assert_int_equal(rig_step(&p.rig, "bulk")->payload_bytes,
				 16384);
		assert_int_equal(rig_step(&p.rig, "write")->payload_bytes,
				 9000);
		assert_int_equal(rig_step(&p.rig, "breakpoint")->ops, 3);
		assert_int_equal(rig_step(&p.rig, "step")->ops, 5);
		assert_int_equal(rig_step(&p.rig, "break-in")->ops, 3);
		assert_int_equal(rig_step(&p.rig, "past")->ops, 2);
		/* Three chunks written and put back; what a breakpoint is. */
		assert_int_equal(p.machine->breakpoints, 4);
		assert_int_equal(p.machine->writes, 3 * 2 + 4 * 2);
		assert_true(p.machine->contexts_set > 0);
		assert_untouched(&p);
		peer_release(&p);
	}
}

static void test_attach__leaves_out_what_needs_kdbb(void **state)
{
	static const char *const out[] = { "pattern", "scratch", "spin",
					   "storm" };
	const struct standin_config config = { .stopped = true };
	struct peer p;
	char *text;

	(void)state;
	peer_run(&p, &config, NEEDS_KDBB);
	assert_verdict(&p.rig, VERDICT_COMPLETED);
	for (size_t i = 0; i < ARRAY_SIZE(out); i++) {
		assert_non_null(rig_step(&p.rig, out[i])->skipped);
		assert_int_equal(rig_step(&p.rig, out[i])->ops, 0);
	}
	assert_null(rig_step(&p.rig, "registers")->skipped);
	assert_int_equal(rig_step(&p.rig, "registers")->ops, 2);
	text = rig_text(&p.rig);
	assert_non_null(strstr(text, "\"skipped\":\"the target has no KDBB"));
	free(text);
	assert_untouched(&p);
	peer_release(&p);
}

/* Verification is neither time nor bytes of the step. */
static void test_attach__counts_only_the_first_read(void **state)
{
	const struct standin_config config = { .stopped = true };
	const struct step_record *r;
	struct peer p;

	(void)state;
	peer_run(&p, &config,
		 "session:\n"
		 "  - connect\n"
		 "  - read-memory: { name: twice, region: none, " AT
		 ", size: 8000, chunk: 1000 }\n"
		 "  - read-memory: { name: once, region: none, " AT
		 ", size: 8000, chunk: 1000, verify: false }\n"
		 "  - write-memory: { name: write, region: none, " AT
		 ", size: 8000, chunk: 1000 }\n"
		 "  - continue\n");
	assert_verdict(&p.rig, VERDICT_COMPLETED);
	/* Request, ACK, reply, ACK: 178 bytes around the data (2.13). */
	r = rig_step(&p.rig, "twice");
	assert_int_equal(r->wire_bytes, 8000 + 8 * 178);
	assert_int_equal(r->latency.n, 8);
	assert_true(r->wall_ns > 0);
	assert_int_equal(rig_step(&p.rig, "once")->wire_bytes, 8000 + 8 * 178);
	r = rig_step(&p.rig, "write");
	assert_int_equal(r->wire_bytes, 8000 + 8 * 178);
	assert_int_equal(r->latency.n, 8);
	assert_untouched(&p);
	peer_release(&p);
}

static void test_attach__tells_of_memory_that_changes(void **state)
{
	const struct standin_config config = { .stopped = true };
	struct peer p;
	char address[32];

	(void)state;
	peer_run(&p, &config,
		 "session:\n"
		 "  - connect\n"
		 "  - read-memory: { region: none, "
		 "address: 0xfffff80000117ff0, size: 64 }\n");
	assert_verdict(&p.rig, VERDICT_CORRUPT);
	snprintf(address, sizeof(address), "0x%" PRIx64, STANDIN_FICKLE);
	assert_non_null(strstr(p.rig.trial.detail, address));
	assert_non_null(strstr(p.rig.trial.detail, "changes by itself"));
	peer_release(&p);
}

/* What could not be written is said, and the rest put back all the same. */
static void test_attach__puts_back_what_failed(void **state)
{
	const struct standin_config config = { .stopped = true };
	struct peer p;

	(void)state;
	peer_run(&p, &config,
		 "session:\n"
		 "  - connect\n"
		 "  - write-memory: { region: none, "
		 "address: 0xfffff80000118ff0, size: 64 }\n");
	assert_verdict(&p.rig, VERDICT_GAVE_UP);
	assert_non_null(strstr(p.rig.trial.detail, "WriteVirtualMemory"));
	assert_int_equal(p.machine->writes, 2);
	assert_untouched(&p);
	peer_release(&p);
}

static void test_attach__reads_back_what_was_written(void **state)
{
	const struct standin_config config = { .stopped = true };
	struct peer p;
	char address[32];

	(void)state;
	peer_run(&p, &config,
		 "session:\n"
		 "  - connect\n"
		 "  - write-memory: { region: none, "
		 "address: 0xfffff80000119ff0, size: 64 }\n");
	assert_verdict(&p.rig, VERDICT_CORRUPT);
	snprintf(address, sizeof(address), "0x%" PRIx64, STANDIN_DEAF);
	assert_non_null(strstr(p.rig.trial.detail, address));
	assert_untouched(&p);
	peer_release(&p);
}

static void test_attach__unreadable_memory_is_not_written(void **state)
{
	const struct standin_config config = { .stopped = true };
	struct peer p;

	(void)state;
	peer_run(&p, &config,
		 "session:\n"
		 "  - connect\n"
		 "  - write-memory: { region: none, address: 0x10, size: 64 "
		 "}\n");
	assert_verdict(&p.rig, VERDICT_GAVE_UP);
	assert_non_null(strstr(p.rig.trial.detail, "nothing is written"));
	assert_int_equal(p.machine->writes, 0);
	peer_release(&p);
}

/* Whatever went wrong: it runs, and no breakpoint stands in it. */
static void test_attach__leaves_the_target_running(void **state)
{
	static const struct {
		const char *session;
		enum verdict verdict;
	} ends[] = {
		{ "session: [connect, breakpoint: { " AT
		  ", timeout: 300ms }]\n",
		  VERDICT_GAVE_UP },
		{ "session: [connect, read-memory: { region: none, "
		  "address: 0x10 }]\n",
		  VERDICT_GAVE_UP },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		const struct standin_config config = { .modules = i != 0 };
		struct peer p;

		peer_run(&p, &config, ends[i].session);
		assert_verdict(&p.rig, ends[i].verdict);
		assert_int_equal(rig_step(&p.rig, "connect")->ops, 1);
		assert_untouched(&p);
		peer_release(&p);
	}
}

static void test_attach__a_peer_that_leaves_is_lost(void **state)
{
	const struct standin_config config = { .stopped = true,
					       .hang_up_at = 6 };
	struct peer p;

	(void)state;
	peer_run(&p, &config,
		 "session: [connect, registers: { count: 100 }]\n");
	assert_verdict(&p.rig, VERDICT_LOST_TARGET);
	assert_non_null(strstr(p.rig.trial.detail, "closed the connection"));
	peer_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attach__every_step_without_kdbb),
		cmocka_unit_test(test_attach__leaves_out_what_needs_kdbb),
		cmocka_unit_test(test_attach__counts_only_the_first_read),
		cmocka_unit_test(test_attach__tells_of_memory_that_changes),
		cmocka_unit_test(test_attach__puts_back_what_failed),
		cmocka_unit_test(test_attach__reads_back_what_was_written),
		cmocka_unit_test(test_attach__unreadable_memory_is_not_written),
		cmocka_unit_test(test_attach__leaves_the_target_running),
		cmocka_unit_test(test_attach__a_peer_that_leaves_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
