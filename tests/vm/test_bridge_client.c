/* SPDX-License-Identifier: MIT */
/*
 * 'kdbench bridge' before a client that does what radare2 does: the program
 * itself, a guest in QEMU, a socket in the file system.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/kd/kdbb.h"
#include "bench/launch/proc.h"
#include "tests/support/winkd_client.h"

#define MIB 0x100000
#define BLOCKS_MAX 8

struct run {
	struct proc proc;
	char dir[32], path[64];
	struct winkd client;
	uint8_t block[KDBB_BLOCK_SIZE];
};

static struct run run;
static uint8_t dump[MIB];

/* 'set' is one more setting. */
static void start(const char *transport, const char *set)
{
	const char *program = getenv("KDBENCH");
	char listen[80];
	const char *argv[] = {
		program ? program : "./kdbench",
		"bridge",
		"-q",
		"--transport",
		transport,
		"--listen",
		listen,
		"--set",
		"target.read-max=1992",
		/* On a busy machine a packet may take its time. */
		"--set",
		"target.byte-timeout=10s",
		"--set",
		set,
		NULL,
	};
	struct err err = { 0 };

	strcpy(run.dir, "/tmp/kdbench-XXXXXX");
	assert_non_null(mkdtemp(run.dir));
	snprintf(run.path, sizeof(run.path), "%s/kd.sock", run.dir);
	snprintf(listen, sizeof(listen), "unix:%s", run.path);
	if (!proc_start(&run.proc, argv, NULL, 0, STDERR_FILENO, &err))
		fail_msg("%s", err.text);
}

/* Ctrl-C is its ordinary end, and nothing is left. */
static void stop(void)
{
	winkd_close(&run.client);
	kill(run.proc.pid, SIGINT);
	assert_true(proc_wait(&run.proc, 10 * NS_PER_S));
	assert_true(WIFEXITED(run.proc.status));
	assert_int_equal(WEXITSTATUS(run.proc.status), 0);
	assert_int_equal(rmdir(run.dir), 0);
}

static void must(bool ok)
{
	if (!ok)
		fail_msg("%s", run.client.error);
}

static void attach(void)
{
	must(winkd_open(&run.client, run.path));
	must(winkd_attach(&run.client));
}

/* KDBB hangs in the list that starts at KDBG. */
static void find_block(void)
{
	struct winkd *w = &run.client;
	uint64_t at = w->kdbg;

	for (unsigned i = 0; i < BLOCKS_MAX; i++) {
		must(winkd_read(w, at, run.block, KDBB_BLOCK_SIZE) ==
		     KDBB_BLOCK_SIZE);
		if (kd_load32(run.block + KDBB_OWNER_TAG) == KDBB_TAG)
			return;
		at = kd_load64(run.block + KDBB_FLINK);
	}
	fail_msg("there is no KDBB");
}

static uint64_t field(unsigned offset)
{
	return kd_load64(run.block + offset);
}

static void assert_pattern(uint32_t len)
{
	for (uint32_t i = 0; i < len / 8; i++)
		assert_true(kd_load64(dump + 8 * i) ==
			    hash_pattern(field(KDBB_PATTERN_NONCE), i));
}

static void check_memory(void)
{
	struct winkd *w = &run.client;
	uint64_t scratch = field(KDBB_SCRATCH);
	uint8_t bytes[1500], back[1500];

	must(winkd_read(w, field(KDBB_PATTERN), dump, 64) == 64);
	assert_pattern(64);
	must(winkd_read(w, field(KDBB_PATTERN), dump, MIB) == MIB);
	assert_pattern(MIB);
	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)hash_u64(i);
	must(winkd_write(w, scratch, bytes, sizeof(bytes)) == sizeof(bytes));
	must(winkd_read(w, scratch, back, sizeof(back)) == sizeof(back));
	assert_memory_equal(bytes, back, sizeof(bytes));
}

static void check_registers(bool simulated)
{
	struct winkd *w = &run.client;
	uint8_t context[KD_CONTEXT_SIZE], code;

	must(winkd_registers(w, context));
	assert_true(kd_load64(context + KD_CONTEXT_RIP_OFFSET) == w->pc);
	/* A guest stands on the INT3 by which it stops itself. */
	must(winkd_read(w, w->pc, &code, 1) == 1);
	if (!simulated)
		assert_int_equal(code, 0xcc);
}

static void check_breakpoint(void)
{
	struct winkd *w = &run.client;
	uint8_t order[24] = { 0 };
	uint32_t handle;
	unsigned stops = 0;

	kd_store64(order, KDBB_SPIN);
	kd_store64(order + KDBB_MAIL_SEQUENCE, 1);
	must(winkd_write(w, field(KDBB_MAILBOX), order, sizeof(order)) ==
	     sizeof(order));
	must(winkd_breakpoint(w, field(KDBB_SPIN_PC), &handle));
	/* The 62 of the attach may stop it once more on the way (F27). */
	do
		must(winkd_continue(w));
	while (w->pc != field(KDBB_SPIN_PC) && ++stops < 3);
	assert_true(w->pc == field(KDBB_SPIN_PC));
	must(winkd_clear(w, handle));
}

static void serve_client(const char *transport, const char *set)
{
	start(transport, set);
	attach();
	find_block();
	check_memory();
	check_registers(strcmp(transport, "sim") == 0);
	check_breakpoint();
	/* He goes without a word, and comes again. */
	winkd_close(&run.client);
	attach();
	must(winkd_read(&run.client, field(KDBB_PATTERN), dump, 64) == 64);
	assert_pattern(64);
	stop();
}

static void test_bridge_client__works_over_a_uart(void **state)
{
	(void)state;
	serve_client("uart-unthrottled", "accel=tcg");
}

static void test_bridge_client__works_over_a_ring(void **state)
{
	(void)state;
	serve_client("ring", "accel=tcg");
}

/* The simulated target in real time; its serial framing is made up. */
static void test_bridge_client__works_over_records(void **state)
{
	(void)state;
	serve_client("sim", "transport.framing=packet");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bridge_client__works_over_a_uart),
		cmocka_unit_test(test_bridge_client__works_over_a_ring),
		cmocka_unit_test(test_bridge_client__works_over_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
