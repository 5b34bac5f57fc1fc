/* SPDX-License-Identifier: MIT */
/*
 * The four functions that a compiler may call, and a fast copy. Words, not 'rep
 * movsb': under TCG the latter moves a byte at a time. And loops that the
 * compiler does not recognise: it would make calls to these functions of them.
 */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *to, const void *from, size_t len);
void *memmove(void *to, const void *from, size_t len);
void *memset(void *to, int byte, size_t len);
int memcmp(const void *a, const void *b, size_t len);
void trap_copy_words(uint8_t *to, const uint8_t *from, size_t len);

/* Unaligned access that the compiler turns into one instruction. */
struct word {
	uint64_t value;
} __attribute__((packed, may_alias));

#define OPAQUE() __asm__ volatile("" ::: "memory")

static inline uint64_t get(const uint8_t *from)
{
	return ((const struct word *)from)->value;
}

static inline void put(uint8_t *to, uint64_t value)
{
	((struct word *)to)->value = value;
}

void *memcpy(void *to, const void *from, size_t len)
{
	uint8_t *t = to;
	const uint8_t *f = from;

	/* All eight are read before one is written: memmove() relies on it. */
	for (; len >= 64; len -= 64, t += 64, f += 64) {
		uint64_t a = get(f), b = get(f + 8);
		uint64_t c = get(f + 16), d = get(f + 24);
		uint64_t e = get(f + 32), g = get(f + 40);
		uint64_t h = get(f + 48), i = get(f + 56);

		put(t, a);
		put(t + 8, b);
		put(t + 16, c);
		put(t + 24, d);
		put(t + 32, e);
		put(t + 40, g);
		put(t + 48, h);
		put(t + 56, i);
		OPAQUE();
	}
	for (; len >= 8; len -= 8, t += 8, f += 8) {
		put(t, get(f));
		OPAQUE();
	}
	for (; len; len--) {
		*t++ = *f++;
		OPAQUE();
	}
	return to;
}

void *memmove(void *to, const void *from, size_t len)
{
	uint8_t *t = to;
	const uint8_t *f = from;

	if (t <= f || t >= f + len)
		return memcpy(to, from, len);
	while (len--) {
		t[len] = f[len];
		OPAQUE();
	}
	return to;
}

void *memset(void *to, int byte, size_t len)
{
	uint64_t value = (uint8_t)byte * UINT64_C(0x0101010101010101);
	uint8_t *t = to;

	for (; len >= 8; len -= 8, t += 8) {
		put(t, value);
		OPAQUE();
	}
	for (; len; len--) {
		*t++ = (uint8_t)byte;
		OPAQUE();
	}
	return to;
}

/*
 * For trap_copy(): eight words at a time, loaded before they are stored, which
 * is as fast as TCG gets without vectors.
 */
void trap_copy_words(uint8_t *to, const uint8_t *from, size_t len)
{
	for (; len >= 64; len -= 64, to += 64, from += 64) {
		const struct word *f = (const struct word *)from;
		struct word *t = (struct word *)to;
		uint64_t a = f[0].value, b = f[1].value;
		uint64_t c = f[2].value, d = f[3].value;
		uint64_t e = f[4].value, g = f[5].value;
		uint64_t h = f[6].value, i = f[7].value;

		t[0].value = a;
		t[1].value = b;
		t[2].value = c;
		t[3].value = d;
		t[4].value = e;
		t[5].value = g;
		t[6].value = h;
		t[7].value = i;
		OPAQUE();
	}
	(void)memcpy(to, from, len);
}

int memcmp(const void *a, const void *b, size_t len)
{
	const uint8_t *x = a;
	const uint8_t *y = b;

	for (; len; len--, x++, y++) {
		if (*x != *y)
			return *x < *y ? -1 : 1;
	}
	return 0;
}
