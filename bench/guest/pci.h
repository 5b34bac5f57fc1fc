/* SPDX-License-Identifier: MIT */
/* PCI configuration space, by the two ports of mechanism 1; bus 0 only. */
#ifndef GUEST_PCI_H
#define GUEST_PCI_H

#include <stdbool.h>
#include <stdint.h>

#define PCI_COMMAND 0x04
#define PCI_COMMAND_MEMORY 0x2
#define PCI_COMMAND_MASTER 0x4
#define PCI_CAPABILITY_MSIX 0x11

/* A device: its number, shifted to where the address port wants it. */
struct pci {
	uint32_t address;
};

/* Find a device by vendor and product; false: there is none. */
bool pci_find(struct pci *device, uint16_t vendor, uint16_t product);

uint32_t pci_read(struct pci device, uint32_t offset);
void pci_write(struct pci device, uint32_t offset, uint32_t value);

/*
 * Address of memory window 'index' and its bytes, mapped. It is placed if the
 * firmware has not done so; a place above 4 GiB is a reason to panic.
 */
uint64_t pci_window(struct pci device, unsigned index, uint64_t *size);

/*
 * Offset of the first capability of this kind, or of the next one behind the
 * one at 'at'; 0: there is none. A list may be a ring: whoever walks along it
 * must come to an end by himself.
 */
uint32_t pci_capability(struct pci device, uint8_t id);
uint32_t pci_capability_behind(struct pci device, uint8_t id, uint32_t at);

#endif
