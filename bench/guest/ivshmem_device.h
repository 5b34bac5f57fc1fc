/* SPDX-License-Identifier: MIT */
/* QEMU's ivshmem-doorbell device (1af4:1110), whatever is in its memory. */
#ifndef GUEST_IVSHMEM_DEVICE_H
#define GUEST_IVSHMEM_DEVICE_H

#include <stdint.h>

#include "bench/guest/pci.h"

struct ivshmem {
	struct pci pci;
	uint64_t position; /* a register without side effects */
	uint64_t doorbell;
	uint64_t memory, memory_size; /* shared: its address, bytes */
};

/* Find it and switch it on, or panic. */
void ivshmem_find(struct ivshmem *d);

/* Ring the host's bell. */
void ivshmem_ring(const struct ivshmem *d);

#endif
