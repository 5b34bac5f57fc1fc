/* SPDX-License-Identifier: MIT */
#include "bench/guest/virtio_device.h"

#include "bench/guest/msix.h"
#include "bench/guest/panic.h"
#include "bench/guest/port.h"

#define VENDOR 0x1af4

/* A capability: its kind, window, and where in it. */
#define CAPABILITY_VENDOR 0x09
#define CAPABILITY_WINDOW 4
#define CAPABILITY_OFFSET 8
#define CAPABILITY_LENGTH 12
#define CAPABILITY_STEP 16 /* of doorbells only */
#define KIND_COMMON 1
#define KIND_NOTIFY 2
#define WINDOW_MAX 5
#define CAPABILITIES_MAX 48

/* The common configuration. */
#define DEVICE_FEATURE_SELECT 0
#define DEVICE_FEATURE 4
#define DRIVER_FEATURE_SELECT 8
#define DRIVER_FEATURE 12
#define STATUS 20
#define QUEUE_SELECT 22
#define QUEUE_SIZE 24
#define QUEUE_MESSAGE 26
#define QUEUE_ENABLE 28
#define QUEUE_NOTIFY 30
#define QUEUE_DESCRIPTORS 32
#define QUEUE_AVAILABLE 40
#define QUEUE_USED 48
#define COMMON_SIZE 56

#define STATUS_ACKNOWLEDGE 1
#define STATUS_DRIVER 2
#define STATUS_DRIVER_OK 4
#define STATUS_FEATURES_OK 8

#define VERSION_1 1 /* feature 32: bit 0 of the second word */

/* The capability that tells of the structure of this kind. */
static uint32_t find_kind(struct pci device, uint32_t kind)
{
	uint32_t at = pci_capability(device, CAPABILITY_VENDOR);

	for (unsigned i = 0; at && i < CAPABILITIES_MAX; i++) {
		if (pci_read(device, at) >> 24 == kind)
			return at;
		at = pci_capability_behind(device, CAPABILITY_VENDOR, at);
	}
	panic_number("a virtio device without structure", kind);
}

/* Where the structure is, and its size: at least 'least' bytes. */
static uint64_t map_structure(struct pci device, uint32_t capability,
			      uint64_t least, uint64_t *size)
{
	uint32_t index = pci_read(device, capability + CAPABILITY_WINDOW);
	uint64_t offset = pci_read(device, capability + CAPABILITY_OFFSET);
	uint64_t window, window_size;

	index &= 0xff;
	if (index > WINDOW_MAX)
		panic_number("a virtio structure in window", index);
	window = pci_window(device, index, &window_size);
	*size = pci_read(device, capability + CAPABILITY_LENGTH);
	if (*size < least || offset > window_size ||
	    *size > window_size - offset)
		panic_number("a virtio structure of size", *size);
	return window + offset;
}

static void negotiate(const struct virtio *d, uint32_t features)
{
	const uint32_t wanted[2] = { features | VRING_FEATURE_EVENT_IDX,
				     VERSION_1 };
	uint8_t status = STATUS_ACKNOWLEDGE | STATUS_DRIVER;

	mmio_write8(d->common + STATUS, 0);
	mmio_write8(d->common + STATUS, STATUS_ACKNOWLEDGE);
	mmio_write8(d->common + STATUS, status);
	for (uint32_t i = 0; i < 2; i++) {
		uint32_t offered;

		mmio_write32(d->common + DEVICE_FEATURE_SELECT, i);
		offered = mmio_read32(d->common + DEVICE_FEATURE);
		if (wanted[i] & ~offered)
			panic_number("the virtio device only offers features",
				     offered);
		mmio_write32(d->common + DRIVER_FEATURE_SELECT, i);
		mmio_write32(d->common + DRIVER_FEATURE, wanted[i]);
	}
	status |= STATUS_FEATURES_OK;
	mmio_write8(d->common + STATUS, status);
	status = mmio_read8(d->common + STATUS);
	if (!(status & STATUS_FEATURES_OK))
		panic_number("the virtio device refuses; its status", status);
}

void virtio_find(struct virtio *d, uint16_t product, uint32_t features)
{
	uint64_t size;
	uint32_t at;

	if (!pci_find(&d->pci, VENDOR, product))
		panic("no virtio device");
	pci_write(d->pci, PCI_COMMAND,
		  pci_read(d->pci, PCI_COMMAND) | PCI_COMMAND_MEMORY |
			  PCI_COMMAND_MASTER);
	at = find_kind(d->pci, KIND_COMMON);
	d->common = map_structure(d->pci, at, COMMON_SIZE, &size);
	at = find_kind(d->pci, KIND_NOTIFY);
	d->notify =
		map_structure(d->pci, at, sizeof(uint16_t), &d->notify_size);
	d->notify_step = pci_read(d->pci, at + CAPABILITY_STEP);
	msix_enable(d->pci);
	negotiate(d, features);
}

/* A register of 64 bits, written in two halves. */
static void write_address(uint64_t at, const void *memory)
{
	mmio_write32(at, (uint32_t)(uint64_t)memory);
	mmio_write32(at + 4, (uint32_t)((uint64_t)memory >> 32));
}

void virtio_queue_init(struct virtio_queue *q, const struct virtio *d,
		       uint16_t index, struct vring_shared *shared)
{
	uint16_t size, message;
	uint64_t doorbell;

	q->index = index;
	vring_init(&q->ring, shared);
	mmio_write16(d->common + QUEUE_SELECT, index);
	size = mmio_read16(d->common + QUEUE_SIZE);
	if (size < VRING_SIZE)
		panic_number("a virtio queue of size", size);
	mmio_write16(d->common + QUEUE_SIZE, VRING_SIZE);
	mmio_write16(d->common + QUEUE_MESSAGE, 0);
	message = mmio_read16(d->common + QUEUE_MESSAGE);
	if (message)
		panic_number("a virtio queue has no message but", message);
	doorbell = (uint64_t)mmio_read16(d->common + QUEUE_NOTIFY) *
		   d->notify_step;
	if (doorbell > d->notify_size - sizeof(uint16_t))
		panic_number("a virtio doorbell at", doorbell);
	q->doorbell = d->notify + doorbell;
	write_address(d->common + QUEUE_DESCRIPTORS, shared->descriptors);
	write_address(d->common + QUEUE_AVAILABLE, &shared->available);
	write_address(d->common + QUEUE_USED, &shared->used);
	mmio_write16(d->common + QUEUE_ENABLE, 1);
}

void virtio_start(const struct virtio *d)
{
	mmio_write8(d->common + STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER |
						STATUS_FEATURES_OK |
						STATUS_DRIVER_OK);
}

void virtio_publish(struct virtio_queue *q)
{
	if (!vring_publish(&q->ring))
		return;
	counters[KDBB_DOORBELLS]++;
	*(volatile uint16_t *)q->doorbell = q->index;
}

bool virtio_used(struct virtio_queue *q, uint16_t *id, uint32_t *len)
{
	switch (vring_look(&q->ring, id, len)) {
	case VRING_NOTHING: return false;
	case VRING_USED: return true;
	case VRING_BROKEN: break;
	}
	panic_number("the virtio device wrote nonsense", q->ring.bad);
}
