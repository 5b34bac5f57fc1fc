/* SPDX-License-Identifier: MIT */
/* Who else used the machine while we measured. */
#ifndef RUN_HOST_LOAD_H
#define RUN_HOST_LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* /proc/stat and our own CPU time at one instant. */
struct host_load {
	bool valid;
	uint64_t now_ns;
	uint64_t busy_ns;  /* of the whole machine, idle and steal left out */
	uint64_t steal_ns; /* taken by the hypervisor */
	uint64_t own_ns;   /* ours and our target's */
};

/* Sample; 'target' is QEMU's pid, or 0. */
void host_load_sample(struct host_load *l, pid_t target);

/*
 * CPU of others and stolen CPU between two samples, in cores; false if it
 * cannot be told.
 */
bool host_load_between(const struct host_load *from, const struct host_load *to,
		       double *others_cores, double *steal_cores);

/* The most memory a process has had (VmHWM), in bytes; 0: unknown. */
uint64_t host_peak_rss(pid_t pid);

/*
 * Is that more than 'max' cores in all? Then 'text' of 'size' bytes, which is
 * returned, says who took them; else NULL.
 */
const char *host_load_above(double others, double steal, double max, char *text,
			    size_t size);

#endif
