/* SPDX-License-Identifier: MIT */
/*
 * What is mapped: RAM and the device windows that are asked for, virtual equal
 * to physical, nothing else, so that any other access faults.
 */
#ifndef GUEST_PAGING_H
#define GUEST_PAGING_H

#include <stdint.h>

/* Map the 2 MiB pages that hold [address, address + size), below 4 GiB. */
void paging_map(uint64_t address, uint64_t size);

#endif
