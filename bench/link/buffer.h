/* SPDX-License-Identifier: MIT */
/*
 * Bytes in transit through a link, oldest first, in one run: what arrived and
 * was not consumed, or what was committed and has not left. Never more than
 * LINK_BUFFER_SIZE of them. A zeroed buffer is valid and empty.
 */
#ifndef LINK_BUFFER_H
#define LINK_BUFFER_H

#include <stddef.h>
#include <stdint.h>

#define LINK_BUFFER_SIZE 65536

struct link_buffer {
	size_t from, len; /* the bytes are bytes[from] to bytes[from + len] */
	uint8_t bytes[LINK_BUFFER_SIZE];
};

/* Where the oldest byte is. */
static inline uint8_t *link_buffer_start(struct link_buffer *b)
{
	return b->bytes + b->from;
}

/* Where the next byte goes; there is room for link_buffer_room() of them. */
static inline uint8_t *link_buffer_end(struct link_buffer *b)
{
	return b->bytes + b->from + b->len;
}

/*
 * Make room behind the end for 'want' bytes, if that many fit at all. Returns
 * how many there is room for now. It may move what is in the buffer.
 */
size_t link_buffer_room(struct link_buffer *b, size_t want);

/* Forget the 'len' oldest bytes; there must be as many. */
void link_buffer_drop(struct link_buffer *b, size_t len);

#endif
