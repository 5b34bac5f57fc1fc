/* SPDX-License-Identifier: MIT */
/* The guest's end of a ring link, without QEMU between: for tests. */
#ifndef SUPPORT_RING_GUEST_H
#define SUPPORT_RING_GUEST_H

#include "bench/ring/ring.h"

struct ring_guest {
	int socket; /* the server; what ring_link_open() gave */
	int memory_fd, to_host_fd, to_guest_fd;
	void *memory;
	size_t len;
	struct ring in, out;
};

/* Hear what the server says at 'socket', which is then owned. */
void ring_guest_open(struct ring_guest *g, int socket);
void ring_guest_close(struct ring_guest *g);

/* Ring the host's bell, if it sleeps. */
void ring_guest_rings(struct ring_guest *g, bool host_sleeps);

/*
 * Sleep until bytes come or, if 'for_room', can be sent. False: nobody rang for
 * 'patience_ms'.
 */
bool ring_guest_sleeps(struct ring_guest *g, bool for_room, int patience_ms);

#endif
