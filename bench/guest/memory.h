/* SPDX-License-Identifier: MIT */
/*
 * Read and write memory without dying of it. Virtual and physical addresses
 * are the same here (paging.h), so there is one function for both.
 */
#ifndef GUEST_MEMORY_H
#define GUEST_MEMORY_H

#include <stdint.h>

/*
 * Copy up to 'len' bytes from 'address', add their sum to *sum unless that is
 * NULL, and return how many there were: fewer than 'len' only if the next one
 * faults.
 */
uint32_t memory_read(uint64_t address, uint8_t *to, uint32_t len,
		     uint32_t *sum);

/* The same without a sum, and as fast as it goes. */
uint32_t memory_copy(uint64_t address, uint8_t *to, uint32_t len);

/* As memory_read(), but to 'address'. */
uint32_t memory_write(uint64_t address, const uint8_t *from, uint32_t len);

#endif
