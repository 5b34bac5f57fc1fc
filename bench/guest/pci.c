/* SPDX-License-Identifier: MIT */
#include "bench/guest/pci.h"

#include "bench/guest/paging.h"
#include "bench/guest/panic.h"
#include "bench/guest/port.h"

#define ADDRESS_PORT 0xcf8
#define DATA_PORT 0xcfc
#define ENABLE UINT32_C(0x80000000)
#define DEVICES 32
#define WINDOWS 0x10      /* the first base address register */
#define CAPABILITIES 0x34 /* offset of the list's head */
#define CAPABILITIES_MAX 48

/* Addresses of the pc machine that belong to PCI: above RAM, below the APICs.
 */
#define HOLE UINT64_C(0xe0000000)
#define HOLE_END UINT64_C(0xfec00000)

#define WINDOW_FLAGS 0xfu
#define WINDOW_64BIT 0x4

uint32_t pci_read(struct pci device, uint32_t offset)
{
	port_out32(ADDRESS_PORT, ENABLE | device.address | (offset & 0xfc));
	return port_in32(DATA_PORT);
}

void pci_write(struct pci device, uint32_t offset, uint32_t value)
{
	port_out32(ADDRESS_PORT, ENABLE | device.address | (offset & 0xfc));
	port_out32(DATA_PORT, value);
}

bool pci_find(struct pci *device, uint16_t vendor, uint16_t product)
{
	uint32_t id = vendor | (uint32_t)product << 16;

	for (uint32_t i = 0; i < DEVICES; i++) {
		device->address = i << 11;
		if (pci_read(*device, 0) == id)
			return true;
	}
	return false;
}

/* All ones written, the register shows which bits select the window. */
static uint64_t window_size(struct pci device, uint32_t offset)
{
	uint32_t value = pci_read(device, offset);
	uint32_t mask;

	pci_write(device, offset, UINT32_MAX);
	mask = pci_read(device, offset) & ~WINDOW_FLAGS;
	pci_write(device, offset, value);
	return (uint64_t)(uint32_t)~mask + 1;
}

/* SeaBIOS places windows, qboot leaves that to the kernel. */
static uint64_t place_window(struct pci device, uint32_t offset, uint64_t size,
			     bool wide)
{
	static uint64_t free_from = HOLE;
	uint64_t address = (free_from + size - 1) & ~(size - 1);

	free_from = address + size;
	if (free_from > HOLE_END)
		panic_number("no room for a window of this size", size);
	pci_write(device, offset, (uint32_t)address);
	if (wide)
		pci_write(device, offset + 4, 0);
	return address;
}

uint64_t pci_window(struct pci device, unsigned index, uint64_t *size)
{
	uint32_t command = pci_read(device, PCI_COMMAND);
	uint32_t offset = WINDOWS + 4 * index;
	uint32_t value = pci_read(device, offset);
	bool wide = (value & WINDOW_64BIT) != 0;
	uint64_t address = value & ~WINDOW_FLAGS;

	if (wide)
		address |= (uint64_t)pci_read(device, offset + 4) << 32;
	/* Not decoded while it is moved about. */
	pci_write(device, PCI_COMMAND, command & ~(uint32_t)PCI_COMMAND_MEMORY);
	*size = window_size(device, offset);
	if (!address)
		address = place_window(device, offset, *size, wide);
	pci_write(device, PCI_COMMAND, command);
	paging_map(address, *size);
	return address;
}

/* Bounded, since a list could be a ring. */
static uint32_t find_capability(struct pci device, uint8_t id, uint32_t at)
{
	for (unsigned i = 0; at && i < CAPABILITIES_MAX; i++) {
		uint32_t head = pci_read(device, at);

		if ((head & 0xff) == id)
			return at;
		at = head >> 8 & 0xfc;
	}
	return 0;
}

uint32_t pci_capability(struct pci device, uint8_t id)
{
	return find_capability(device, id,
			       pci_read(device, CAPABILITIES) & 0xfc);
}

uint32_t pci_capability_behind(struct pci device, uint8_t id, uint32_t at)
{
	return find_capability(device, id, pci_read(device, at) >> 8 & 0xfc);
}
