/* SPDX-License-Identifier: MIT */
#include "bench/run/host_load.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench/base/clock.h"

/* The kernel counts in ticks of 10 ms: shorter windows say nothing. */
#define WINDOW_NS (250 * NS_PER_MS)

/* Fields of the first line of /proc/stat (proc(5)). */
enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, FIELDS };

static bool read_stat(uint64_t v[FIELDS])
{
	unsigned long long f[FIELDS];
	FILE *in = fopen("/proc/stat", "re");
	int n;

	if (!in)
		return false;
	n = fscanf(in, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &f[USER],
		   &f[NICE], &f[SYSTEM], &f[IDLE], &f[IOWAIT], &f[IRQ],
		   &f[SOFTIRQ], &f[STEAL]);
	fclose(in);
	for (unsigned i = 0; i < FIELDS; i++)
		v[i] = f[i];
	return n == FIELDS;
}

static uint64_t timeval_ns(const struct timeval *t)
{
	return (uint64_t)t->tv_sec * NS_PER_S +
	       (uint64_t)t->tv_usec * NS_PER_US;
}

/* User and system time of a whole process, in clock ticks (proc(5)). */
static uint64_t process_ticks(pid_t pid)
{
	char path[64], text[1024];
	unsigned long user = 0, system = 0;
	char *end;
	size_t len;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	in = fopen(path, "re");
	if (!in)
		return 0;
	len = fread(text, 1, sizeof(text) - 1, in);
	fclose(in);
	text[len] = '\0';
	/* The name may hold anything: count fields behind its last ')'. */
	end = strrchr(text, ')');
	if (!end || sscanf(end + 1,
			   " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
			   "%lu %lu",
			   &user, &system) != 2)
		return 0;
	return (uint64_t)user + system;
}

void host_load_sample(struct host_load *l, pid_t target)
{
	uint64_t tick_ns = NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK);
	uint64_t v[FIELDS];
	struct rusage own;

	memset(l, 0, sizeof(*l));
	l->valid = read_stat(v);
	if (!l->valid)
		return;
	l->now_ns = clock_now_ns();
	l->busy_ns = (v[USER] + v[NICE] + v[SYSTEM] + v[IRQ] + v[SOFTIRQ]) *
		     tick_ns;
	l->steal_ns = v[STEAL] * tick_ns;
	getrusage(RUSAGE_SELF, &own);
	l->own_ns = timeval_ns(&own.ru_utime) + timeval_ns(&own.ru_stime);
	if (target)
		l->own_ns += process_ticks(target) * tick_ns;
}

bool host_load_between(const struct host_load *from, const struct host_load *to,
		       double *others_cores, double *steal_cores)
{
	double wall, busy, own;

	if (!from->valid || !to->valid || to->now_ns <= from->now_ns)
		return false;
	if (to->now_ns - from->now_ns < WINDOW_NS)
		return false;
	wall = (double)(to->now_ns - from->now_ns);
	busy = (double)(to->busy_ns - from->busy_ns);
	own = (double)(to->own_ns - from->own_ns);
	*others_cores = busy > own ? (busy - own) / wall : 0;
	*steal_cores = (double)(to->steal_ns - from->steal_ns) / wall;
	return true;
}

uint64_t host_peak_rss(pid_t pid)
{
	char path[64], line[256];
	unsigned long kib = 0;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	in = fopen(path, "re");
	if (!in)
		return 0;
	while (fgets(line, sizeof(line), in) &&
	       sscanf(line, "VmHWM: %lu kB", &kib) != 1)
		;
	fclose(in);
	return (uint64_t)kib * 1024;
}

const char *host_load_above(double others, double steal, double max, char *text,
			    size_t size)
{
	if (others + steal <= max)
		return NULL;
	/* A cause by itself; two only if both have their part in it. */
	if (steal < others / 10)
		snprintf(text, size, "others used %.2f cores (limit %g)",
			 others, max);
	else if (others < steal / 10)
		snprintf(text, size,
			 "the hypervisor took %.2f cores (limit %g)", steal,
			 max);
	else
		snprintf(text, size,
			 "others used %.2f cores and the hypervisor took %.2f "
			 "(limit %g for both)",
			 others, steal, max);
	return text;
}
