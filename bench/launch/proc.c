/* SPDX-License-Identifier: MIT */
#include "bench/launch/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/base/clock.h"

#define POLL_NS (500 * NS_PER_US)
/* After SIGKILL only a hung kernel keeps a process. */
#define KILL_NS (10 * NS_PER_S)

static void inherit(int fd)
{
	(void)fcntl(fd, F_SETFD, 0);
}

/*
 * In the child: die with the parent, be no part of its terminal's signals, and
 * speak to 'output' only. False: errno.
 */
static bool settle(int output, pid_t parent)
{
	const struct rlimit no_core = { 0, 0 };
	sigset_t none;
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	(void)setpgid(0, 0);
	(void)setrlimit(RLIMIT_CORE, &no_core);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGHUP, SIG_DFL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	return null >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
	       dup2(output, STDOUT_FILENO) >= 0 &&
	       dup2(output, STDERR_FILENO) >= 0;
}

/* In the child. Returns only if exec failed, with errno set. */
static void become(const char *const *argv, const int *keep, size_t keep_count,
		   int output, pid_t parent)
{
	if (!settle(output, parent))
		return;
	for (size_t i = 0; i < keep_count; i++)
		inherit(keep[i]);
	/* Nobody writes to them: exec only lacks a const. */
	execvp(argv[0], (char *const *)(uintptr_t)argv);
}

/* What the child could not do; nothing if exec closed the pipe. */
static bool report(struct proc *p, int from, const char *name, struct err *err)
{
	int failure;

	if (read(from, &failure, sizeof(failure)) != sizeof(failure))
		return true;
	(void)proc_wait(p, KILL_NS);
	errno = failure;
	err_sys(err, ERR_HOST, "cannot run '%s'", name);
	if (failure == ENOENT)
		err_hint(err, "install qemu-system-x86, or set 'binary' under "
			      "'qemu:' in bench.yaml");
	return false;
}

bool proc_start(struct proc *p, const char *const *argv, const int *keep,
		size_t keep_count, int output, struct err *err)
{
	pid_t parent = getpid();
	int failed[2];
	bool ok;

	*p = (struct proc){ 0 };
	if (pipe2(failed, O_CLOEXEC) < 0)
		return err_sys(err, ERR_HOST, "cannot create a pipe");
	p->pid = fork();
	if (p->pid == 0) {
		int failure;

		become(argv, keep, keep_count, output, parent);
		failure = errno;
		(void)!write(failed[1], &failure, sizeof(failure));
		_exit(127);
	}
	close(failed[1]);
	if (p->pid < 0) {
		p->pid = 0;
		ok = err_sys(err, ERR_HOST, "cannot fork");
	} else {
		ok = report(p, failed[0], argv[0], err);
	}
	close(failed[0]);
	return ok;
}

/* Close everything from 'first' on that is not in 'keep'. */
static void close_others(unsigned first, const int *keep, size_t count)
{
	for (;;) {
		unsigned next = ~0u;

		for (size_t i = 0; i < count; i++) {
			if (keep[i] >= 0 && (unsigned)keep[i] >= first &&
			    (unsigned)keep[i] < next)
				next = (unsigned)keep[i];
		}
		if (next > first)
			(void)close_range(first, next - (next != ~0u), 0);
		if (next == ~0u)
			return;
		first = next + 1;
	}
}

bool proc_fork(struct proc *p, int (*main)(void *arg), void *arg,
	       const int *keep, size_t keep_count, int output, struct err *err)
{
	pid_t parent = getpid();

	*p = (struct proc){ 0 };
	p->pid = fork();
	if (p->pid == 0) {
		if (!settle(output, parent))
			_exit(127);
		close_others(STDERR_FILENO + 1, keep, keep_count);
		_exit(main(arg));
	}
	if (p->pid > 0)
		return true;
	p->pid = 0;
	return err_sys(err, ERR_HOST, "cannot fork");
}

bool proc_ended(struct proc *p)
{
	if (!p->ended && p->pid > 0)
		p->ended = waitpid(p->pid, &p->status, WNOHANG) == p->pid;
	return p->ended || p->pid <= 0;
}

bool proc_wait(struct proc *p, uint64_t timeout_ns)
{
	uint64_t end = clock_now_ns() + timeout_ns;

	while (!proc_ended(p)) {
		uint64_t now = clock_now_ns();

		if (now >= end)
			return false;
		clock_sleep_until(now + POLL_NS);
	}
	return true;
}

void proc_stop(struct proc *p, uint64_t grace_ns)
{
	if (proc_ended(p))
		return;
	(void)kill(p->pid, SIGTERM);
	if (proc_wait(p, grace_ns))
		return;
	(void)kill(p->pid, SIGKILL);
	(void)proc_wait(p, KILL_NS);
}
