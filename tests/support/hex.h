/* SPDX-License-Identifier: MIT */
/* Bytes as people write them. */
#ifndef SUPPORT_HEX_H
#define SUPPORT_HEX_H

#include <stddef.h>
#include <stdint.h>

/*
 * "30303030 0200 62": pairs of hex digits, blanks anywhere between them, to at
 * most 'size' bytes. Returns how many; anything else fails the test.
 */
size_t hex_read(const char *text, uint8_t *to, size_t size);

/* Fails the test, showing both, unless 'len' bytes are what 'text' says. */
void assert_hex(const uint8_t *bytes, size_t len, const char *text);

#endif
