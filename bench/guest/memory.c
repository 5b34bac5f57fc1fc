/* SPDX-License-Identifier: MIT */
#include "bench/guest/memory.h"

#include "bench/guest/trap.h"

/*
 * How many bytes lie before the one that faulted: fewer than 'len', so that
 * trying again with that many comes to an end.
 */
static uint32_t before_fault(uint64_t address, uint32_t len)
{
	uint64_t at = trap_fault_address();

	return at - address < len ? (uint32_t)(at - address) : 0;
}

uint32_t memory_read(uint64_t address, uint8_t *to, uint32_t len, uint32_t *sum)
{
	const uint8_t *from = (const uint8_t *)address;
	uint32_t part = 0;

	while (len) {
		if (sum ? trap_copy_sum(to, from, len, &part)
			: trap_copy(to, from, len)) {
			if (sum)
				*sum += part;
			return len;
		}
		len = before_fault(address, len);
	}
	return 0;
}

uint32_t memory_copy(uint64_t address, uint8_t *to, uint32_t len)
{
	while (len) {
		if (trap_copy(to, (const uint8_t *)address, len))
			return len;
		len = before_fault(address, len);
	}
	return 0;
}

uint32_t memory_write(uint64_t address, const uint8_t *from, uint32_t len)
{
	while (len) {
		if (trap_copy((uint8_t *)address, from, len))
			return len;
		len = before_fault(address, len);
	}
	return 0;
}
