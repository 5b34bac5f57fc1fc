/* SPDX-License-Identifier: MIT */
#include "bench/link/buffer.h"

#include <string.h>

size_t link_buffer_room(struct link_buffer *b, size_t want)
{
	if (b->from && LINK_BUFFER_SIZE - b->from - b->len < want) {
		memmove(b->bytes, b->bytes + b->from, b->len);
		b->from = 0;
	}
	return LINK_BUFFER_SIZE - b->from - b->len;
}

void link_buffer_drop(struct link_buffer *b, size_t len)
{
	b->from += len;
	b->len -= len;
	if (!b->len)
		b->from = 0;
}
