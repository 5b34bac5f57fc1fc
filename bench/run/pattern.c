/* SPDX-License-Identifier: MIT */
#include "bench/run/pattern.h"

#include <stdlib.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/kd/wire.h"

const uint8_t *pattern_of(uint64_t nonce, uint64_t size)
{
	static uint8_t *buffer;
	static uint64_t room;

	if (room < size) {
		buffer = mem_resize(buffer, size);
		room = size;
	}
	for (uint64_t i = 0; i < size / 8; i++)
		kd_store64(buffer + 8 * i, hash_pattern(nonce, i));
	return buffer;
}
