/* SPDX-License-Identifier: MIT */
/*
 * Hashing by value: no state, so the same question always has the same answer.
 * Freestanding: the guest lays out the pattern with it.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>

/* The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection of u64. */
static inline uint64_t hash_u64(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* Fold one more value into a hash. */
static inline uint64_t hash_add(uint64_t hash, uint64_t value)
{
	return hash_u64(hash ^ hash_u64(value));
}

/* Fold 'len' bytes into a hash. */
static inline uint64_t hash_bytes(uint64_t hash, const void *bytes,
				  uint64_t len)
{
	const uint8_t *at = bytes;
	uint64_t word = 0;

	for (uint64_t i = 0; i < len; i++) {
		word = word << 8 | at[i];
		if (i % 8 == 7)
			hash = hash_add(hash, word);
	}
	return hash_add(hash_add(hash, word), len);
}

/* Word 'index' of the pattern region of a trial with this nonce. */
static inline uint64_t hash_pattern(uint64_t nonce, uint64_t index)
{
	return hash_u64(nonce + index * UINT64_C(0x9e3779b97f4a7c15));
}

#endif
