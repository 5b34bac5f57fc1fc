/* SPDX-License-Identifier: MIT */
#include "report/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/result/escape.h"
#include "report/file.h"

#define LOG "gnuplot.log"
#define TIMEOUT_NS (60 * NS_PER_S)

/* HOME for the font cache; nothing that would make gnuplot read settings. */
static char **make_environment(void)
{
	static const char *const kept[] = { "PATH", "HOME", "XDG_CACHE_HOME",
					    "FONTCONFIG_PATH",
					    "LD_LIBRARY_PATH" };
	char **environment =
		mem_array(ARRAY_SIZE(kept) + 2, sizeof(*environment));
	size_t count = 0;

	environment[count++] = mem_strdup("LC_ALL=C.UTF-8");
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		const char *value = getenv(kept[i]);

		if (value)
			environment[count++] =
				mem_printf("%s=%s", kept[i], value);
	}
	return environment;
}

static void free_environment(char **environment)
{
	for (size_t i = 0; environment[i]; i++)
		free(environment[i]);
	free(environment);
}

/* Start it; 0 or an errno. A NULL 'dir' is this directory, without a log. */
static int start(const char *program, char *const *argv, const char *dir,
		 pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	char **environment = make_environment();
	int error;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	if (dir)
		posix_spawn_file_actions_addchdir_np(&actions, dir);
	posix_spawn_file_actions_addopen(&actions, 1, dir ? LOG : "/dev/null",
					 O_WRONLY | O_CREAT | O_TRUNC, 0666);
	posix_spawn_file_actions_adddup2(&actions, 1, 2);
	error = posix_spawnp(pid, program, &actions, NULL, argv, environment);
	posix_spawn_file_actions_destroy(&actions);
	free_environment(environment);
	return error;
}

/* Wait for the end, or bring it about; false if it took too long. */
static bool wait_for(pid_t pid, int *status)
{
	uint64_t deadline = clock_now_ns() + TIMEOUT_NS;

	for (;;) {
		pid_t ended = waitpid(pid, status, WNOHANG);

		if (ended == pid)
			return true;
		if (ended < 0 && errno != EINTR)
			return false;
		if (clock_now_ns() >= deadline)
			break;
		clock_sleep_until(clock_now_ns() + 2 * NS_PER_MS);
	}
	kill(pid, SIGKILL);
	(void)waitpid(pid, status, 0);
	return false;
}

static bool complain(const char *dir, const char *script, struct err *err)
{
	char *log = file_read(dir, LOG);
	const char *line = log ? log + strspn(log, " \t\r\n") : "";
	char *first = NULL;

	if (log) {
		log[(size_t)(line - log) + strcspn(line, "\n")] = '\0';
		first = escape_terminal_text(line);
	}
	err_set(err, ERR_HOST, "gnuplot failed on '%s': %.200s", script,
		first && *first ? first : "no reason given");
	free(first);
	free(log);
	return false;
}

bool gnuplot_run(const char *program, const char *dir, const char *script,
		 struct err *err)
{
	char *argv[] = { mem_strdup(program), mem_strdup("-d"),
			 mem_strdup(script), NULL };
	int status = 0;
	pid_t pid;
	int error;

	file_remove(dir, LOG);
	error = start(program, argv, dir, &pid);
	for (size_t i = 0; argv[i]; i++)
		free(argv[i]);
	if (error) {
		errno = error;
		return err_sys(err, ERR_HOST, "cannot start '%s'", program);
	}
	if (!wait_for(pid, &status))
		return err_set(err, ERR_HOST,
			       "gnuplot took over a minute for '%s'", script);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return complain(dir, script, err);
	return true;
}

bool gnuplot_exists(const char *program)
{
	char *argv[] = { mem_strdup(program), mem_strdup("--version"), NULL };
	int status = 0;
	pid_t pid;
	int error = start(program, argv, NULL, &pid);

	for (size_t i = 0; argv[i]; i++)
		free(argv[i]);
	return !error && wait_for(pid, &status) && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}
