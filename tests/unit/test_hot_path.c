/* SPDX-License-Identifier: MIT */
/*
 * While both ends of a ring spin, a request is served without a system call:
 * the loop, the engine, the session and the link of a child process are traced
 * and their calls counted between a step's window's beginning and end. The
 * target is a thread of that child, at the other end of real rings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/kd/target.h"
#include "bench/link/ring.h"
#include "bench/run/loop.h"
#include "tests/support/ring_guest.h"

#define REQUESTS 300
#define WORLD_SIZE 8192

/* --- the target, in a thread ---------------------------------------------- */

struct world {
	struct ring_guest guest;
	struct kd_target target;
	atomic_bool over;
	uint8_t memory[WORLD_SIZE + KD_PAYLOAD_MAX]; /* over and over again */
};

static uint32_t on_read(void *env, bool physical, uint64_t address, uint8_t *to,
			uint32_t len, uint32_t *sum)
{
	struct world *w = env;

	(void)physical;
	memcpy(to, w->memory + address % WORLD_SIZE, len);
	for (uint32_t i = 0; sum && i < len; i++)
		*sum += to[i];
	return len;
}

static uint32_t on_write(void *env, bool physical, uint64_t address,
			 const uint8_t *from, uint32_t len)
{
	struct world *w = env;

	(void)physical;
	memcpy(w->memory + address % WORLD_SIZE, from, len);
	return len;
}

static void on_version(void *env, struct kd_manipulate *m)
{
	(void)env;
	m->u.version.machine = KD_MACHINE_AMD64;
}

static const struct kd_target_ops ops = { .read = on_read,
					  .write = on_write,
					  .version = on_version };

static void *target_run(void *arg)
{
	struct world *w = arg;
	struct ring_guest *g = &w->guest;
	struct kd_span in[2];
	struct kd_room out[2];

	while (!w->over && ring_look_as_reader(&g->in) &&
	       ring_look_as_writer(&g->out)) {
		size_t n = 0;

		if (ring_reserve(&g->out, out))
			n = kd_target_output(&w->target, &ops, w, out[0], 0);
		if (n)
			ring_guest_rings(g, ring_commit(&g->out, (uint32_t)n));
		n = 0;
		if (ring_peek(&g->in, in))
			n = kd_target_input(&w->target, &ops, w, in[0], 0);
		if (n)
			ring_guest_rings(g, ring_consume(&g->in, (uint32_t)n));
	}
	return NULL;
}

/* --- the harness, traced -------------------------------------------------- */

/* A call that nobody else makes: here the window opens, here it closes. */
static uint64_t on_window(void *env, struct step_record *r, bool open,
			  uint64_t now)
{
	(void)env, (void)r, (void)open;
	(void)syscall(SYS_getppid);
	return now;
}

static bool on_peek(void *env, uint64_t address, void *to, size_t len)
{
	(void)env, (void)address, (void)to, (void)len;
	return false;
}

static bool alive(struct launched *t, struct err *err)
{
	(void)t, (void)err;
	return true;
}

static const struct step steps[] = {
	{ .kind = STEP_CONNECT, .name = "connect", .timeout_ns = UINT64_MAX },
	{ .kind = STEP_READ_MEMORY,
	  .name = "read",
	  .timeout_ns = UINT64_MAX,
	  .region = REGION_NONE,
	  .count = REQUESTS,
	  .chunk = 3944 },
	{ .kind = STEP_WRITE_MEMORY,
	  .name = "write",
	  .timeout_ns = UINT64_MAX,
	  .region = REGION_NONE,
	  .count = REQUESTS,
	  .chunk = 3944 },
};

/* A session over 'link'; true if it was completed. */
static bool run_session(struct link *link)
{
	static const struct launched_ops launched_ops = { .alive = alive };
	static const struct heal_config heal = { UINT64_MAX, 200, UINT64_MAX };
	static const struct host_config host = { .wait = LINK_WAIT_SPIN };
	static const struct think think;
	static const struct chain_spec no_faults[2];
	static struct step_record records[ARRAY_SIZE(steps)];
	static struct kd_debugger debugger;
	static struct session session;
	static struct chain chains[2];
	const struct kd_debugger_profile profile = {
		.reliable = link->framing == LINK_PACKET,
		.packet_max = KD_PAYLOAD_MAX,
		.byte_timeout_ns = KD_NEVER,
		.ack_timeout_ns = KD_NEVER,
		.reply_timeout_ns = KD_NEVER,
		.reset_timeout_ns = KD_NEVER,
	};
	const struct session_config config = {
		.steps = steps,
		.step_count = ARRAY_SIZE(steps),
		.think = &think,
		.foreign = true,
		.peek = on_peek,
		.window = on_window,
	};
	struct engine engine = { .link = link,
				 .debugger = &debugger,
				 .session = &session,
				 .chains = chains };
	struct launched target = { .ops = &launched_ops, .link = link };
	struct err err = { 0 };
	struct watch watch;
	bool ok;

	kd_debugger_init(&debugger, &profile);
	for (unsigned dir = 0; dir < 2; dir++)
		chain_init(&chains[dir], &no_faults[dir], (enum fault_dir)dir,
			   1, clock_now_ns(), NULL);
	session_init(&session, &config, &debugger, records, clock_now_ns());
	watch_init(&watch, &heal, &engine, &target);
	session_start(&session, clock_now_ns());
	ok = loop_real(&engine, &watch, &target, &host, &err);
	watch_release(&watch);
	if (!ok || session.verdict != VERDICT_COMPLETED)
		dprintf(STDERR_FILENO, "%s%s\n", err.text, session.detail);
	return ok && session.verdict == VERDICT_COMPLETED &&
	       records[1].ops == REQUESTS && records[2].ops == REQUESTS;
}

_Noreturn static void child(enum link_framing framing)
{
	const struct kd_target_profile profile = {
		.reliable = framing == LINK_PACKET,
		.byte_timeout_ns = UINT64_MAX,
		.retries = 20,
		.retries_first = 5,
		.read_max = 3944,
	};
	const struct kd_exception e = { .code = KD_CODE_BREAKPOINT,
					.processors = 1 };
	static struct world w;
	struct err err = { 0 };
	struct link *link;
	pthread_t thread;
	int socket;
	bool ok;

	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
		_exit(2);
	(void)raise(SIGSTOP);
	if (!ring_link_open(&link, 65536, framing, &socket, &err))
		_exit(1);
	ring_guest_open(&w.guest, socket);
	kd_target_init(&w.target, &profile);
	kd_target_stop(&w.target, &e, 0);
	if (pthread_create(&thread, NULL, target_run, &w))
		_exit(1);
	ok = run_session(link);
	w.over = true;
	(void)pthread_join(thread, NULL);
	_exit(ok ? 0 : 1);
}

/* --- who counts ------------------------------------------------------------
 */

struct tally {
	unsigned windows, calls;
	unsigned long long last; /* the number of the last one counted */
};

/* A call begins, number 'nr'. */
static void note(struct tally *t, unsigned long long nr)
{
	if (nr == SYS_getppid)
		t->windows++;
	else if (t->windows % 2 && nr != SYS_clock_gettime) {
		t->calls++;
		t->last = nr;
	}
}

/* Follow the child to its end; its exit status. */
static int follow(pid_t pid, struct tally *t)
{
	bool inside = false;
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFSTOPPED(status))
		return WEXITSTATUS(status);
	if (ptrace(PTRACE_SETOPTIONS, pid, NULL,
		   (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)) < 0)
		return -1;
	for (;;) {
		struct user_regs_struct regs;

		if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) < 0 ||
		    waitpid(pid, &status, 0) != pid)
			return -1;
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		if (!WIFSTOPPED(status) || WSTOPSIG(status) != (SIGTRAP | 0x80))
			continue;
		inside = !inside;
		if (inside && ptrace(PTRACE_GETREGS, pid, NULL, &regs) == 0)
			note(t, regs.orig_rax);
	}
}

static void count(enum link_framing framing)
{
	struct tally t = { 0 };
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0)
		child(framing);
	status = follow(pid, &t);
	if (status == 2) {
		print_message("this machine lets nobody trace a child\n");
		skip();
	}
	assert_int_equal(status, 0);
	assert_int_equal(t.windows, 4);
	if (t.calls)
		fail_msg("%u system calls in %u requests, the last one is %llu",
			 t.calls, 2 * REQUESTS, t.last);
}

static void test_hot_path__makes_no_system_call_over_a_ring(void **state)
{
	(void)state;
	count(LINK_STREAM);
}

static void test_hot_path__nor_over_records(void **state)
{
	(void)state;
	count(LINK_PACKET);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_hot_path__makes_no_system_call_over_a_ring),
		cmocka_unit_test(test_hot_path__nor_over_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
