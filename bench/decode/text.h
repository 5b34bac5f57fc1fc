/* SPDX-License-Identifier: MIT */
/* Bytes of a capture as text that does no harm on a terminal. */
#ifndef DECODE_TEXT_H
#define DECODE_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Printable ASCII as it is; newline \n, others \xNN, a backslash doubled. */
void text_bytes(FILE *out, const uint8_t *at, size_t len);

/* The same for UTF-16LE: other units become \u{NNNN}. An odd byte: \xNN. */
void text_wide(FILE *out, const uint8_t *at, size_t len);

/* Text without the NUL that ends it. */
size_t text_length(const uint8_t *at, size_t len);
size_t text_wide_length(const uint8_t *at, size_t len);

/* Two digits a byte, with 'gap' (NUL: nothing) between bytes. */
void text_hex(FILE *out, const uint8_t *at, size_t len, char gap);

#endif
