/* SPDX-License-Identifier: MIT */
/*
 * A virtio device on PCI as VIRTIO 1.0 has it (section 4.1), of any kind: found
 * by its capabilities, negotiated with, its queues set up. Every failure is a
 * panic that says what the device did.
 */
#ifndef GUEST_VIRTIO_DEVICE_H
#define GUEST_VIRTIO_DEVICE_H

#include <stdint.h>

#include "bench/guest/pci.h"
#include "bench/ring/vring.h"

struct virtio {
	struct pci pci;
	uint64_t common; /* address of the common configuration */
	uint64_t notify; /* of the doorbells */
	uint64_t notify_size;
	uint32_t notify_step; /* bytes between them */
};

struct virtio_queue {
	struct vring ring;
	uint64_t doorbell;
	uint16_t index;
};

/*
 * Find the device, reset it and agree on VERSION_1, EVENT_IDX and 'features'
 * (of the first 32), all of which it must offer. Its interrupts are ready to be
 * used.
 */
void virtio_find(struct virtio *d, uint16_t product, uint32_t features);

/* Set up queue 'index' in 'shared', which is zeroed. */
void virtio_queue_init(struct virtio_queue *q, const struct virtio *d,
		       uint16_t index, struct vring_shared *shared);

/* The queues are set up: go. */
void virtio_start(const struct virtio *d);

/* Publish what was offered, and kick the device if it wants that. */
void virtio_publish(struct virtio_queue *q);

/* A buffer that has come back, if there is one. */
bool virtio_used(struct virtio_queue *q, uint16_t *id, uint32_t *len);

#endif
