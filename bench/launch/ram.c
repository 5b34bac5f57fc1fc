/* SPDX-License-Identifier: MIT */
#include "bench/launch/ram.h"

#define HOLE UINT64_C(0xa0000)
#define HOLE_END UINT64_C(0x100000)

size_t ram_extent(uint64_t address, size_t len, uint64_t size)
{
	uint64_t end = size < HOLE ? size : HOLE;

	if (address >= HOLE_END)
		end = size;
	if (address >= end)
		return 0;
	return len < end - address ? len : (size_t)(end - address);
}
