/* SPDX-License-Identifier: MIT */
#include "bench/explore/preferred.h"

/* R10 of ISO 3, in hundredths; the exact roots differ by 1.3 % at most. */
static const uint16_t r10[PREFERRED_MOST] = { 100, 125, 160, 200, 250,
					      315, 400, 500, 630, 800 };

static uint64_t nth(const struct preferred *axis, size_t index)
{
	uint64_t one = 1; /* a hundredth of the power of ten */
	size_t at = 0;

	while (one * 1000 <= axis->first)
		one *= 10;
	while (at < PREFERRED_MOST - 1 && one * r10[at] < axis->first)
		at++;
	at += index * (PREFERRED_MOST / axis->decade);
	for (; at >= PREFERRED_MOST; at -= PREFERRED_MOST)
		one *= 10;
	return one * r10[at];
}

size_t preferred_count(const struct preferred *axis)
{
	size_t count = 1;

	while (nth(axis, count) <= axis->last)
		count++;
	return count;
}

uint64_t preferred_at(const struct preferred *axis, size_t index)
{
	return nth(axis, index);
}

/* Is a / b smaller than c / d? */
static int smaller(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	return (unsigned __int128)a * d < (unsigned __int128)c * b;
}

size_t preferred_nearest(const struct preferred *axis, uint64_t value)
{
	size_t count = preferred_count(axis), above = 0;
	uint64_t low, high;

	while (above < count && nth(axis, above) < value)
		above++;
	if (above == 0 || above == count)
		return above ? count - 1 : 0;
	low = nth(axis, above - 1);
	high = nth(axis, above);
	return smaller(value, low, high, value) ? above - 1 : above;
}
