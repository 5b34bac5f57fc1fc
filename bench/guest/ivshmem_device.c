/* SPDX-License-Identifier: MIT */
#include "bench/guest/ivshmem_device.h"

#include "bench/guest/contract.h"
#include "bench/guest/counters.h"
#include "bench/guest/panic.h"

#define VENDOR 0x1af4
#define PRODUCT 0x1110
#define REGISTERS_WINDOW 0
#define MEMORY_WINDOW 2
#define POSITION 8  /* read: which peer we are */
#define DOORBELL 12 /* write: (peer << 16) | vector */

void ivshmem_find(struct ivshmem *d)
{
	uint64_t registers, bytes;

	if (!pci_find(&d->pci, VENDOR, PRODUCT))
		panic("no ivshmem device");
	pci_write(d->pci, PCI_COMMAND,
		  pci_read(d->pci, PCI_COMMAND) | PCI_COMMAND_MEMORY |
			  PCI_COMMAND_MASTER);
	registers = pci_window(d->pci, REGISTERS_WINDOW, &bytes);
	d->position = registers + POSITION;
	d->doorbell = registers + DOORBELL;
	d->memory = pci_window(d->pci, MEMORY_WINDOW, &d->memory_size);
}

void ivshmem_ring(const struct ivshmem *d)
{
	counters[KDBB_DOORBELLS]++;
	*(volatile uint32_t *)d->doorbell = GUEST_IVSHMEM_PEER << 16;
}
