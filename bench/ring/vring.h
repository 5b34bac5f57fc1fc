/* SPDX-License-Identifier: MIT */
/*
 * The driver's end of a virtqueue ("split", VIRTIO 1.0 section 2.4), as small
 * as a transport needs it: every buffer is one descriptor, and its number is
 * the descriptor's. Believes nothing that the device writes. Freestanding.
 *
 * The driver offers buffers, publishes them all at once, and is told whether
 * the device wants to be kicked. What the device has used it finds by looking:
 * how many buffers, which ones and how many bytes must be what an honest device
 * can have done, or the queue is broken for good.
 *
 * With EVENT_IDX, which must have been negotiated, each side says at which
 * index it wants to hear of the other one: a device that has buffers left is
 * not kicked for more of them.
 */
#ifndef RING_VRING_H
#define RING_VRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VRING_SIZE 16 /* buffers of a queue, a power of two */

#define VRING_DEVICE_WRITES 2 /* a descriptor's flag */
#define VRING_FEATURE_EVENT_IDX (UINT32_C(1) << 29)

struct vring_descriptor {
	uint64_t address;
	uint32_t len;
	uint16_t flags;
	uint16_t next;
};

struct vring_element {
	uint32_t id;
	uint32_t len;
};

/* What driver and device share; QEMU is told where its three parts are. */
struct vring_shared {
	_Alignas(64) struct vring_descriptor descriptors[VRING_SIZE];
	_Alignas(64) struct {
		uint16_t flags;
		uint16_t index;
		uint16_t ids[VRING_SIZE];
		uint16_t used_event; /* interrupt behind this one */
	} available;                 /* by the driver */
	_Alignas(64) struct {
		uint16_t flags;
		uint16_t index;
		struct vring_element elements[VRING_SIZE];
		uint16_t available_event; /* kick behind this one */
	} used;                           /* by the device */
};

_Static_assert(offsetof(struct vring_shared, used) % 4 == 0, "its alignment");
_Static_assert(sizeof(struct vring_descriptor) == 16, "VIRTIO 1.0, 2.4.5");

/* Private memory of the driver. */
struct vring {
	struct vring_shared *shared;
	uint16_t published; /* buffers ever published */
	uint16_t seen;      /* buffers ever seen to be used */
	uint16_t offered;   /* buffers ever offered */
	bool with_device[VRING_SIZE];
	uint32_t room[VRING_SIZE]; /* bytes that the device may write */
	bool broken;               /* the device wrote an impossible value: */
	uint64_t bad;
};

/* An empty queue in zeroed memory. Interrupts are off. */
void vring_init(struct vring *r, struct vring_shared *shared);

/*
 * Offer buffer 'id' < VRING_SIZE, which the device must not have: to be read
 * by it, or to be written to. Unpublished offers are not seen by it.
 */
void vring_offer(struct vring *r, uint16_t id, uint64_t address, uint32_t len,
		 bool device_writes);

/* Publish what was offered. True: kick the device. */
bool vring_publish(struct vring *r);

enum vring_answer {
	VRING_NOTHING, /* no buffer has come back since */
	VRING_USED,    /* one has: *id, with *len bytes written */
	VRING_BROKEN,  /* see r->bad */
};

enum vring_answer vring_look(struct vring *r, uint16_t *id, uint32_t *len);

/*
 * Before sleeping: ask for an interrupt, then look once more. True: a buffer
 * has come back already. Afterwards, in any case, disarm.
 */
bool vring_arm(struct vring *r);
void vring_disarm(struct vring *r);

#endif
