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

uint32_t kd_copy_sum(uint8_t *to, const uint8_t *from, size_t len)
{
	uint32_t sum = 0;

	while (len >= 8) {
		size_t words = len / 8;
		uint64_t lanes = 0;

		if (words > WORDS_A_FLUSH)
			words = WORDS_A_FLUSH;
		len -= words * 8;
		for (; words; words--, from += 8, to += 8) {
			uint64_t w =
				((const volatile struct word *)from)->value;

			((struct word *)to)->value = w;
			lanes += (w & LANES) + (w >> 8 & LANES);
		}
		sum += fold(lanes);
	}
	for (; len; len--) {
		uint8_t byte = *(const volatile uint8_t *)from++;

		*to++ = byte;
		sum += byte;
	}
	return sum;
}
