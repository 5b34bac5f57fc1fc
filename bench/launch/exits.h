/* SPDX-License-Identifier: MIT */
/* Why a virtual CPU left its guest, by the kinds that KVM counts. */
#ifndef LAUNCH_EXITS_H
#define LAUNCH_EXITS_H

#include <stdbool.h>
#include <stdint.h>

enum exit_kind {
	EXIT_ALL,
	EXIT_IO,        /* IN and OUT */
	EXIT_MMIO,      /* device memory */
	EXIT_HALT,      /* HLT */
	EXIT_IRQ,       /* interrupts given to the guest */
	EXIT_EMULATION, /* instructions that KVM had to emulate */
	EXIT_KIND_COUNT
};

/* As KVM calls them, and the results too: "io_exits". */
extern const char *const exit_names[EXIT_KIND_COUNT];

#define EXIT_UNKNOWN UINT64_MAX /* this KVM does not count it: never 0 */

/* How often each has happened so far, on all virtual CPUs together. */
struct exit_counts {
	uint64_t of[EXIT_KIND_COUNT];
};

/*
 * Turn *to, counted later than 'from', into what happened in between. What one
 * of them does not know, or what went backwards, is unknown.
 */
void exit_counts_since(struct exit_counts *to, const struct exit_counts *from);

#endif
