/* SPDX-License-Identifier: MIT */
#include "bench/launch/cpu.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_LEN 96
#define VCPU_NAME "(CPU "

/* Read a small file of a thread; false: the thread is gone. */
static bool read_thread(int tasks, const char *tid, const char *name,
			char *text, size_t size)
{
	char path[PATH_LEN];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "%.20s/%s", tid, name);
	fd = openat(tasks, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	len = read(fd, text, size - 1);
	close(fd);
	if (len <= 0)
		return false;
	text[len] = 0;
	return true;
}

bool cpu_is_vcpu(const char *stat)
{
	/* "TID (name) state ...": a name may hold blanks and brackets. */
	const char *name = strchr(stat, '(');
	const char *end = strrchr(stat, ')');

	return name && end && end > name &&
	       strncmp(name, VCPU_NAME, strlen(VCPU_NAME)) == 0;
}

/* Add one thread to the sum of its kind. */
static bool add_thread(struct launch_cpu *cpu, int tasks, pid_t pid,
		       const char *tid)
{
	char stat[512];
	char times[128];
	uint64_t ns;

	if (!read_thread(tasks, tid, "stat", stat, sizeof(stat)) ||
	    !read_thread(tasks, tid, "schedstat", times, sizeof(times)))
		return false;
	/* Time on a CPU, time in a run queue, time slices. */
	ns = strtoull(times, NULL, 10);
	if (cpu_is_vcpu(stat))
		cpu->vcpu_ns += ns;
	else if (strtol(tid, NULL, 10) == pid)
		cpu->main_ns += ns;
	else
		cpu->other_ns += ns;
	return true;
}

bool cpu_sample(pid_t pid, struct launch_cpu *cpu)
{
	struct dirent *entry;
	char path[PATH_LEN];
	unsigned threads = 0;
	DIR *tasks;

	*cpu = (struct launch_cpu){ 0 };
	snprintf(path, sizeof(path), "/proc/%ld/task", (long)pid);
	tasks = opendir(path);
	while (tasks && (entry = readdir(tasks)) != NULL) {
		if (entry->d_name[0] != '.')
			threads += add_thread(cpu, dirfd(tasks), pid,
					      entry->d_name);
	}
	if (tasks)
		closedir(tasks);
	if (!threads)
		*cpu = (struct launch_cpu){ UINT64_MAX, UINT64_MAX,
					    UINT64_MAX };
	return threads != 0;
}
