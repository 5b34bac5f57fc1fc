/* SPDX-License-Identifier: MIT */
/*
 * The host end of a back door that takes one character at a time: a slot each
 * way in memory shared with the guest (bench/ring/slot.h), behind an ivshmem
 * device. The guest rings for each byte that it sends; a bell that nobody
 * waits for costs it the same.
 */
#ifndef LINK_BYTEPORT_H
#define LINK_BYTEPORT_H

#include "bench/base/err.h"
#include "bench/link/link.h"

/*
 * Make a link, and in *guest_fd the socket on which QEMU finds its ivshmem
 * server ('-device ivshmem-doorbell,vectors=1,ioeventfd=off', so that each bell
 * is a trip to QEMU). The caller closes that one.
 */
bool byteport_link_open(struct link **link, int *guest_fd, struct err *err);

#endif
