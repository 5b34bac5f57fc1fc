/* SPDX-License-Identifier: MIT */
#include "bench/guest/paging.h"

#include "bench/guest/contract.h"
#include "bench/guest/panic.h"

#define LIMIT (UINT64_C(1) << 32)
#define PRESENT_WRITE_LARGE 0x83

/* Four directories of boot.S, one behind the other: 4 GiB in 2 MiB pages. */
extern uint64_t paging_directories[LIMIT / GUEST_PAGE_SIZE];

void paging_map(uint64_t address, uint64_t size)
{
	uint64_t page = address / GUEST_PAGE_SIZE;

	if (address >= LIMIT || size > LIMIT - address)
		panic_number("cannot map, above 4 GiB", address);
	for (; page * GUEST_PAGE_SIZE < address + size; page++)
		paging_directories[page] = page * GUEST_PAGE_SIZE |
					   PRESENT_WRITE_LARGE;
	/* Absent entries are not cached, so nothing need be flushed. */
}
