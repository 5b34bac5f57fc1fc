/* SPDX-License-Identifier: MIT */
#include "bench/base/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/base/clock.h"

extern char **environ;

static bool start(const char *const *argv, int out, pid_t *pid, struct err *err)
{
	posix_spawn_file_actions_t actions;
	int rc;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
					 O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
					 O_WRONLY, 0);
	rc = posix_spawnp(pid, argv[0], &actions, NULL,
			  (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (rc == 0)
		return true;
	errno = rc;
	return err_sys(err, ERR_HOST, "cannot start '%s'", argv[0]);
}

/* Read until end of file or the deadline; false: the deadline. */
static bool drain(int in, uint64_t deadline, char *to, size_t size)
{
	size_t have = 0;
	char rest[512];

	to[0] = '\0';
	for (;;) {
		uint64_t now = clock_now_ns();
		struct pollfd fd = { .fd = in, .events = POLLIN };
		bool room = have + 1 < size;
		ssize_t n;

		if (now >= deadline)
			return false;
		if (poll(&fd, 1, (int)((deadline - now) / NS_PER_MS) + 1) <= 0)
			continue;
		n = room ? read(in, to + have, size - 1 - have)
			 : read(in, rest, sizeof(rest));
		if (n <= 0)
			return true;
		if (room) {
			have += (size_t)n;
			to[have] = '\0';
		}
	}
}

bool capture_output(const char *const *argv, uint64_t timeout_ns, char *to,
		    size_t size, struct err *err)
{
	uint64_t deadline = clock_now_ns() + timeout_ns;
	int fds[2];
	pid_t pid;
	int status;
	bool in_time;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(err, ERR_HOST, "cannot make a pipe");
	if (!start(argv, fds[1], &pid, err)) {
		close(fds[0]);
		close(fds[1]);
		return false;
	}
	close(fds[1]);
	in_time = drain(fds[0], deadline, to, size);
	close(fds[0]);
	if (!in_time)
		kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) < 0)
		status = -1;
	if (!in_time)
		return err_set(err, ERR_HOST, "'%s' did not end in time",
			       argv[0]);
	if (status != 0)
		return err_set(err, ERR_HOST, "'%s' failed", argv[0]);
	return true;
}
