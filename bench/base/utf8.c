/* SPDX-License-Identifier: MIT */
#include "bench/base/utf8.h"

#include <stdint.h>

size_t utf8_valid(const char *text)
{
	static const uint32_t least[] = { 0, 1, 0x80, 0x800, 0x10000 };
	const unsigned char *at = (const unsigned char *)text;
	size_t len = at[0] < 0x80             ? 1
		     : (at[0] & 0xe0) == 0xc0 ? 2
		     : (at[0] & 0xf0) == 0xe0 ? 3
		     : (at[0] & 0xf8) == 0xf0 ? 4
					      : 0;
	uint32_t code;

	if (len == 0)
		return 0;
	code = len == 1 ? at[0] : at[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		/* The NUL at the end is no continuation byte either. */
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (at[i] & 0x3fu);
	}
	if (code < least[len] || code > 0x10ffff ||
	    (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return len;
}

size_t utf8_len(const char *text)
{
	size_t len = utf8_valid(text);

	return len ? len : 1;
}
