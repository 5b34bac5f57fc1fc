/* SPDX-License-Identifier: MIT */
/*
 * A host process's end of two rings: what bench/guest/ivshmem.c is to a guest,
 * with a futile look where that has a futile look, and a sleep on an eventfd
 * where it has HLT. A bell costs a system call here and a trap there.
 */
#ifndef LAUNCH_NATIVE_LINE_H
#define LAUNCH_NATIVE_LINE_H

#include "bench/launch/sim_machine.h"
#include "bench/link/ring.h"
#include "bench/ring/ring.h"

struct native_line {
	struct ring in, out;
	int bell_in, bell_out; /* borrowed */
	int idle;              /* enum guest_idle */
	uint64_t spin_ns;      /* before it sleeps */
	uint64_t idle_since;   /* the first futile look in a row; CLOCK_NEVER */
	struct sim_machine *machine; /* keeps the counters */
};

/* False: the memory holds no rings. */
bool native_line_init(struct native_line *l, const struct ring_peer *peer,
		      struct sim_machine *machine);

/*
 * Look for bytes, or for room: spans or rooms, and how many. The process ends,
 * with a word on its standard error, if the other end wrote a wrong index.
 */
unsigned native_line_peek(struct native_line *l, struct kd_span in[2]);
unsigned native_line_reserve(struct native_line *l, struct kd_room out[2]);

/* Give them back, or send them. */
void native_line_consume(struct native_line *l, size_t len);
void native_line_commit(struct native_line *l, size_t len);

/*
 * It is 'now', and there is nothing to do until bytes come (or, if 'for_room',
 * can be sent) or until 'deadline' (CLOCK_NEVER: none): wait as 'idle' says.
 * May return early.
 */
void native_line_wait(struct native_line *l, bool for_room, uint64_t now,
		      uint64_t deadline);

#endif
