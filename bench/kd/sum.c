/* SPDX-License-Identifier: MIT */
#include "bench/kd/sum.h"

#define LANES UINT64_C(0x00ff00ff00ff00ff)
/* A 16-bit lane takes two bytes a word: 128 words before it could overflow. */
#define WORDS_A_FLUSH 128

/* Unaligned loads and stores that any compiler turns into one instruction. */
struct word {
	uint64_t value;
} __attribute__((packed, may_alias));

/* Add up the four 16-bit lanes. */
static uint32_t fold(uint64_t lanes)
{
	return (uint32_t)((lanes & 0xffff) + (lanes >> 16 & 0xffff) +
			  (lanes >> 32 & 0xffff) + (lanes >> 48));
}

uint32_t kd_sum(const uint8_t *at, size_t len)
{
	uint32_t sum = 0;

	while (len >= 8) {
		size_t words = len / 8;
		uint64_t lanes = 0;

		if (words > WORDS_A_FLUSH)
			words = WORDS_A_FLUSH;
		len -= words * 8;
		for (; words; words--, at += 8) {
			uint64_t w = ((const struct word *)at)->value;

			lanes += (w & LANES) + (w >> 8 & LANES);
		}
		sum += fold(lanes);
	}
	for (; len; len--)
		sum += *at++;
	return sum;
}

/* Copy the word 'at' bytes on, and add its bytes to the lanes. */
static inline uint64_t copy_word(uint8_t *to, const uint8_t *from, size_t at,
				 uint64_t lanes)
{
	uint64_t w = ((const volatile struct word *)(from + at))->value;

	((struct word *)(to + at))->value = w;
	return lanes + (w & LANES) + (w >> 8 & LANES);
}

uint32_t kd_copy_sum(uint8_t *to, const uint8_t *from, size_t len)
{
	uint32_t sum = 0;

	while (len >= 8) {
		size_t words = len / 8;
		uint64_t lanes = 0;

		if (words > WORDS_A_FLUSH)
			words = WORDS_A_FLUSH;
		len -= words * 8;
		for (; words >= 4; words -= 4, from += 32, to += 32) {
			lanes = copy_word(to, from, 0, lanes);
			lanes = copy_word(to, from, 8, lanes);
			lanes = copy_word(to, from, 16, lanes);
			lanes = copy_word(to, from, 24, lanes);
		}
		for (; words; words--, from += 8, to += 8)
			lanes = copy_word(to, from, 0, lanes);
		sum += fold(lanes);
	}
	for (; len; len--) {
		uint8_t byte = *(const volatile uint8_t *)from++;

		*to++ = byte;
		sum += byte;
	}
	return sum;
}
