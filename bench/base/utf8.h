/* SPDX-License-Identifier: MIT */
/* Just enough UTF-8 to check a file and to count its columns. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>

/*
 * Bytes of the valid character at 'text', which ends with a NUL; 0 if it is
 * not valid UTF-8 (overlong forms and surrogates are not), or at the end.
 */
size_t utf8_valid(const char *text);

/* How far to go for the next character: as utf8_valid(), at least 1. */
size_t utf8_len(const char *text);

#endif
