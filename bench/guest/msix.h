/* SPDX-License-Identifier: MIT */
/* Interrupts that a PCI device sends as messages. */
#ifndef GUEST_MSIX_H
#define GUEST_MSIX_H

#include "bench/guest/pci.h"

/*
 * Let a device interrupt us: whatever it has to say, by message 0, which comes
 * as TRAP_DEVICE. Panics if it has no MSI-X.
 */
void msix_enable(struct pci device);

#endif
