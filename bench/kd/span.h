/* SPDX-License-Identifier: MIT */
/* Runs of bytes that somebody else owns. Freestanding. */
#ifndef KD_SPAN_H
#define KD_SPAN_H

#include <stddef.h>
#include <stdint.h>

/* Bytes to read. */
struct kd_span {
	const uint8_t *at;
	size_t len;
};

/* Bytes that may be written. */
struct kd_room {
	uint8_t *at;
	size_t len;
};

#endif
