/* SPDX-License-Identifier: MIT */
/*
 * A guest of our own with a debugger on its line, asked by calls that wait. Not
 * measured: what is, happens between them.
 */
#ifndef LIMIT_GUEST_H
#define LIMIT_GUEST_H

#include "bench/kd/kdbb.h"
#include "bench/limit/limit.h"

struct limit_guest {
	const struct limit_setup *setup;
	struct launched *launched;
	struct kd_debugger d;
	uint8_t block[KDBB_BLOCK_SIZE];
	uint64_t sequence; /* of the last order */
};

/*
 * Start the guest of s->launch and stop it at its debugger's prompt. 'extra':
 * further arguments for QEMU, or "". Release in any case.
 */
bool limit_guest_start(struct limit_guest *g, const struct limit_setup *s,
		       const char *extra, struct err *err);
void limit_guest_release(struct limit_guest *g);

/* A field of its KDBB. */
uint64_t limit_guest_field(const struct limit_guest *g, unsigned offset);

/* Give the stopped guest an order and let it run. */
bool limit_guest_order(struct limit_guest *g, enum kdbb_workload command,
		       uint64_t arg0, uint64_t arg1, struct err *err);

/*
 * Wait until it has stopped because it is done; its two results, as its memory
 * says.
 */
bool limit_guest_done(struct limit_guest *g, uint64_t results[2],
		      struct err *err);

#endif
