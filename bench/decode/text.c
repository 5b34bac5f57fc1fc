/* SPDX-License-Identifier: MIT */
#include "bench/decode/text.h"

#include "bench/kd/wire.h"

static bool printable(uint32_t c)
{
	return c >= 0x20 && c < 0x7f;
}

static bool put_common(FILE *out, uint32_t c)
{
	switch (c) {
	case '\n': fputs("\\n", out); return true;
	case '\r': fputs("\\r", out); return true;
	case '\t': fputs("\\t", out); return true;
	case '\\': fputs("\\\\", out); return true;
	}
	if (printable(c))
		fputc((int)c, out);
	return printable(c);
}

void text_bytes(FILE *out, const uint8_t *at, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!put_common(out, at[i]))
			fprintf(out, "\\x%02x", at[i]);
	}
}

void text_wide(FILE *out, const uint8_t *at, size_t len)
{
	for (size_t i = 0; i + 2 <= len; i += 2) {
		uint16_t c = kd_load16(at + i);

		if (!put_common(out, c))
			fprintf(out, "\\u{%04x}", (unsigned)c);
	}
	if (len % 2)
		fprintf(out, "\\x%02x", at[len - 1]);
}

size_t text_length(const uint8_t *at, size_t len)
{
	return len && at[len - 1] == 0 ? len - 1 : len;
}

size_t text_wide_length(const uint8_t *at, size_t len)
{
	return len >= 2 && len % 2 == 0 && kd_load16(at + len - 2) == 0
		       ? len - 2
		       : len;
}

void text_hex(FILE *out, const uint8_t *at, size_t len, char gap)
{
	for (size_t i = 0; i < len; i++) {
		if (i && gap)
			fputc(gap, out);
		fprintf(out, "%02x", at[i]);
	}
}
