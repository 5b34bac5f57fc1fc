/* SPDX-License-Identifier: MIT */
/*
 * The host's half of an ivshmem device: the server that hands QEMU some memory
 * and an eventfd for each end, and the guest's only peer. What lies in the
 * memory is for others to say.
 */
#ifndef LINK_IVSHMEM_H
#define LINK_IVSHMEM_H

#include "bench/base/err.h"
#include "bench/link/link.h"

struct ivshmem {
	int server; /* QEMU is at its other end as long as it lives */
	int memory_fd;
	int bell_in;  /* the guest rings */
	int bell_out; /* we ring */
	void *memory; /* zeroed at first */
	size_t memory_size;
	bool gone; /* QEMU has closed its end; known by ivshmem_hear() */
};

/*
 * Make at least 'size' bytes of memory, the bells, and in *peer_fd the other
 * end of 'server', which the peer holds as long as it lives. The caller closes
 * that one, and releases 'v' whether this succeeds or not. ERR_HOST: *err.
 */
bool ivshmem_open(struct ivshmem *v, size_t size, int *peer_fd,
		  struct err *err);

/*
 * Tell QEMU, which is to have the peer's end ('-chardev socket,fd=', then
 * '-device ivshmem-doorbell,vectors=1'), of the memory and the bells.
 */
bool ivshmem_serve(const struct ivshmem *v, struct err *err);
void ivshmem_release(struct ivshmem *v);

/*
 * The peer has gone; another one comes to the same memory and bells, and holds
 * *peer_fd as long as it lives, which the caller closes. ERR_HOST: *err.
 */
bool ivshmem_next_peer(struct ivshmem *v, int *peer_fd, struct err *err);

/* Ring the guest's bell. */
void ivshmem_ring(const struct ivshmem *v);

/* What to poll(2) for: the bell, and QEMU's end; returns how many. */
unsigned ivshmem_fds(const struct ivshmem *v, struct pollfd fds[LINK_FDS_MAX]);

/* Returns how often the guest has rung since the last time. Never blocks. */
uint64_t ivshmem_hear(struct ivshmem *v);

#endif
