/* SPDX-License-Identifier: MIT */
#include "bench/guest/msix.h"

#include "bench/guest/apic.h"
#include "bench/guest/panic.h"
#include "bench/guest/port.h"
#include "bench/guest/trap.h"

#define CONTROL_ENABLE UINT32_C(0x80000000)
#define CONTROL_MASK UINT32_C(0x40000000)
#define TABLE 4 /* offset in the capability; bits 2..0: the window */

void msix_enable(struct pci device)
{
	uint32_t capability = pci_capability(device, PCI_CAPABILITY_MSIX);
	uint64_t size;
	uint64_t entry;
	uint32_t table;

	if (!capability)
		panic("a device without MSI-X");
	table = pci_read(device, capability + TABLE);
	entry = pci_window(device, table & 7, &size) + (table & ~7u);
	mmio_write32(entry + 0, apic_message_address());
	mmio_write32(entry + 4, 0);
	mmio_write32(entry + 8, TRAP_DEVICE);
	mmio_write32(entry + 12, 0); /* not masked */
	pci_write(device, capability,
		  (pci_read(device, capability) & ~CONTROL_MASK) |
			  CONTROL_ENABLE);
}
