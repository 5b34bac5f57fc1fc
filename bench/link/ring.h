/* SPDX-License-Identifier: MIT */
/*
 * The host end of an ivshmem device: byte rings in memory shared with the guest
 * (bench/ring/ring.h). The link is the ivshmem server, which hands QEMU that
 * memory and two eventfds, and it is the guest's only peer. While nobody sleeps
 * bytes move without a system call.
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

#endif
