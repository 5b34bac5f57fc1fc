/* SPDX-License-Identifier: MIT */
#include "bench/kd/sum.h"

/*
 * Eight bytes at a time: a word is four lanes of 16 bits, each lo + 256 * hi,
 * and lo + hi is wanted. So the words are added up as they are, and their upper
 * bytes apart: words - 255 * uppers, modulo 2^64, has the sums in its lanes, as
 * long as none of them reaches 2^16. A lane takes two bytes a word.
 */
#define LANES UINT64_C(0x00ff00ff00ff00ff)
#define WORDS_A_FLUSH 128

/* Unaligned loads and stores that any compiler turns into one instruction. */
struct word {
	uint64_t value;
} __attribute__((packed, may_alias));

struct lanes {
	uint64_t words, uppers;
};

static inline void add(struct lanes *l, uint64_t word)
{
	l->words += word;
	l->uppers += word >> 8 & LANES;
}

/* Add up the four lanes. */
static inline uint32_t fold(const struct lanes *l)
{
	uint64_t lanes = l->words - 255 * l->uppers;

	return (uint32_t)((lanes & 0xffff) + (lanes >> 16 & 0xffff) +
			  (lanes >> 32 & 0xffff) + (lanes >> 48));
}

/* So many words of 'len' bytes are added up before they are folded. */
static inline size_t words_of(size_t len)
{
	return len / 8 < WORDS_A_FLUSH ? len / 8 : WORDS_A_FLUSH;
}

static inline uint64_t word_at(const uint8_t *from)
{
	return ((const struct word *)from)->value;
}

uint32_t kd_sum(const uint8_t *at, size_t len)
{
	uint32_t sum = 0;

	while (len >= 8) {
		size_t words = words_of(len);
		struct lanes l = { 0, 0 };

		len -= words * 8;
		for (; words; words--, at += 8)
			add(&l, word_at(at));
		sum += fold(&l);
	}
	for (; len; len--)
		sum += *at++;
	return sum;
}

/* Copy one word, and add its bytes. */
static inline void copy_word(uint8_t *to, const uint8_t *from, struct lanes *l)
{
	uint64_t w = ((const volatile struct word *)from)->value;

	((struct word *)to)->value = w;
	add(l, w);
}

uint32_t kd_copy_sum(uint8_t *to, const uint8_t *from, size_t len)
{
	uint32_t sum = 0;

	while (len >= 8) {
		size_t words = words_of(len);
		struct lanes l = { 0, 0 };

		len -= words * 8;
		for (; words >= 4; words -= 4, from += 32, to += 32) {
			copy_word(to, from, &l);
			copy_word(to + 8, from + 8, &l);
			copy_word(to + 16, from + 16, &l);
			copy_word(to + 24, from + 24, &l);
		}
		for (; words; words--, from += 8, to += 8)
			copy_word(to, from, &l);
		sum += fold(&l);
	}
	for (; len; len--) {
		uint8_t byte = *(const volatile uint8_t *)from++;

		*to++ = byte;
		sum += byte;
	}
	return sum;
}
