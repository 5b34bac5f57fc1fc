/* SPDX-License-Identifier: MIT */
#include "bench/result/escape.h"

#include "bench/base/mem.h"
#include "bench/base/utf8.h"

/* What a byte that is not UTF-8 is told by. */
#define RAW 0xdc00u

size_t utf8_next(const char *text, uint32_t *c)
{
	size_t len = utf8_valid(text);

	if (len == 0) {
		*c = RAW + (uint8_t)*text;
		return 1;
	}
	*c = len == 1 ? (uint8_t)*text : (uint8_t)*text & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++)
		*c = *c << 6 | ((uint8_t)text[i] & 0x3fu);
	return len;
}

/* Most characters take one column; these ranges take two, or none. */
static size_t width(uint32_t c)
{
	static const struct {
		uint32_t first, last;
		size_t columns;
	} ranges[] = {
		{ 0x0300, 0x036f, 0 },   { 0x1100, 0x115f, 2 },
		{ 0x200b, 0x200f, 0 },   { 0x20d0, 0x20ff, 0 },
		{ 0x2e80, 0x303e, 2 },   { 0x3041, 0xa4cf, 2 },
		{ 0xac00, 0xd7a3, 2 },   { 0xf900, 0xfaff, 2 },
		{ 0xfe00, 0xfe0f, 0 },   { 0xfe30, 0xfe6f, 2 },
		{ 0xff00, 0xff60, 2 },   { 0xffe0, 0xffe6, 2 },
		{ 0x1f300, 0x1faff, 2 }, { 0x20000, 0x3fffd, 2 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return ranges[i].columns;
	return 1;
}

size_t utf8_fit(const char *text, size_t columns)
{
	size_t used = 0;
	size_t at = 0;

	while (text[at]) {
		uint32_t c;
		size_t len = utf8_next(text + at, &c);

		used += width(c);
		if (used > columns)
			break;
		at += len;
	}
	return at;
}

size_t utf8_columns(const char *text, size_t len)
{
	size_t used = 0;
	uint32_t c;

	for (size_t at = 0; at < len && text[at];) {
		at += utf8_next(text + at, &c);
		used += width(c);
	}
	return used;
}
