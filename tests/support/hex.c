/* SPDX-License-Identifier: MIT */
#include "tests/support/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

size_t hex_read(const char *text, uint8_t *to, size_t size)
{
	size_t len = 0;

	for (; *text; text++) {
		int high = digit(*text);
		int low;

		if (*text == ' ')
			continue;
		low = high < 0 ? -1 : digit(*++text);
		if (low < 0 || len == size)
			fail_msg("bad hex text at '%s'", text);
		to[len++] = (uint8_t)(high << 4 | low);
	}
	return len;
}

void assert_hex(const uint8_t *bytes, size_t len, const char *text)
{
	uint8_t expected[8192];
	char shown[512] = "";
	size_t at = 0;

	if (hex_read(text, expected, sizeof(expected)) == len &&
	    memcmp(bytes, expected, len) == 0)
		return;
	for (size_t i = 0; i < len && at + 3 < sizeof(shown); i++)
		at += (size_t)snprintf(shown + at, sizeof(shown) - at, "%02x",
				       bytes[i]);
	fail_msg("%zu bytes %s instead of %s", len, shown, text);
}
