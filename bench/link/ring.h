/* SPDX-License-Identifier: MIT */
/*
 * The host end of two byte rings in memory that is shared with a target
 * (bench/ring/ring.h). Of a guest with an ivshmem device the link is the
 * server, which hands QEMU that memory and two eventfds, and the only peer; to
 * a process that we fork the same things are told. While nobody sleeps bytes
 * move without a system call.
 */
#ifndef LINK_RING_H
#define LINK_RING_H

#include "bench/base/err.h"
#include "bench/link/link.h"

/*
 * Make a link with rings of 'size' bytes (a power of two), and in *guest_fd the
 * socket on which QEMU finds its server ('-chardev socket,fd=', then '-device
 * ivshmem-doorbell,vectors=1'). The caller closes that one.
 */
bool ring_link_open(struct link **link, uint64_t size,
		    enum link_framing framing, int *guest_fd, struct err *err);

/* What a forked process needs to be at the other end. */
struct ring_peer {
	struct ring_area *area; /* mapped by the link; of ring_check() */
	size_t len;             /* of the shared memory around it */
	int bell_in;            /* an eventfd: the link rings */
	int bell_out;           /* the peer rings; both are the link's */
	int life_fd; /* open as long as the peer lives: the caller's */
};

/*
 * The same for a process that is forked off this one: nothing is handed over,
 * since it inherits all of it. The caller closes peer->life_fd once the process
 * has it; when the process has gone, so has the link's target.
 */
bool ring_link_open_process(struct link **link, uint64_t size,
			    enum link_framing framing, struct ring_peer *peer,
			    struct err *err);

/*
 * Of such a link whose process has gone: what the next one needs, over the same
 * rings with what is in them. The caller closes peer->life_fd, as above.
 */
bool ring_link_next_process(struct link *link, struct ring_peer *peer,
			    struct err *err);

#endif
