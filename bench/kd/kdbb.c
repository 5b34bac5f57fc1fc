/* SPDX-License-Identifier: MIT */
#include "bench/kd/kdbb.h"

#include "bench/base/hash.h"

/* Quantiles (k + 1/2) / 64 of 80 x exp(0.5 x N(0, 1)), rounded. */
static const uint16_t line_quantiles[64] = {
	24,  30,  33,  36,  38,  40,  42,  44,  46,  47,  49,  51,  52,
	54,  55,  56,  58,  59,  61,  62,  63,  65,  66,  68,  69,  70,
	72,  73,  75,  76,  78,  79,  81,  82,  84,  86,  87,  89,  91,
	93,  95,  97,  99,  101, 103, 106, 108, 111, 113, 116, 120, 123,
	127, 130, 135, 140, 145, 151, 158, 167, 178, 193, 216, 268,
};

#define DIGITS 8 /* of the line's number, at its start */

uint32_t kdbb_line_len(uint64_t nonce, uint64_t index)
{
	return line_quantiles[hash_pattern(nonce, index) % 64];
}

uint32_t kdbb_line(uint64_t nonce, uint64_t index, uint8_t *to)
{
	uint32_t len = kdbb_line_len(nonce, index);
	uint64_t number = index;

	for (uint32_t i = 0; i < DIGITS; i++, number /= 10)
		to[DIGITS - 1 - i] = (uint8_t)('0' + number % 10);
	for (uint32_t i = DIGITS; i + 1 < len; i++)
		to[i] = (uint8_t)(' ' + (index + i) % 64);
	to[len - 1] = '\n';
	return len;
}
