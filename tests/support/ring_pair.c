/* SPDX-License-Identifier: MIT */
#include "tests/support/ring_pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#define GUARD 0x5a

void pair_init(struct pair *p, uint32_t size)
{
	p->len = RING_DATA_OFFSET + 2 * (size_t)size + 64;
	p->memory = aligned_alloc(64, (p->len + 63) / 64 * 64);
	memset(p->memory, 0, p->len);
	memset(p->memory + RING_DATA_OFFSET + 2 * size, GUARD, 64);
	p->area = (struct ring_area *)(void *)p->memory;
	ring_format(p->area, size, 1);
	ring_init(&p->writer, p->area, size, RING_TO_HOST);
	ring_init(&p->reader, p->area, size, RING_TO_HOST);
}

void pair_move(struct pair *p, uint32_t at)
{
	p->writer.head = p->writer.tail = at;
	p->reader.head = p->reader.tail = at;
	p->area->to_host.head.value = at;
	p->area->to_host.tail.value = at;
}

void pair_release(struct pair *p)
{
	uint32_t size = p->writer.size;

	for (unsigned i = 0; i < 64; i++)
		assert_int_equal(p->memory[RING_DATA_OFFSET + 2 * size + i],
				 GUARD);
	free(p->memory);
}

uint32_t pair_put(struct ring *r, uint8_t from, uint32_t len, bool *wake)
{
	struct kd_room rooms[2];
	unsigned count;
	uint32_t done = 0;

	assert_true(ring_look_as_writer(r));
	count = ring_reserve(r, rooms);
	for (unsigned i = 0; i < count; i++) {
		for (size_t k = 0; k < rooms[i].len && done < len; k++)
			rooms[i].at[k] = (uint8_t)(from + done++);
	}
	*wake = ring_commit(r, done);
	return done;
}

uint32_t pair_get(struct ring *r, uint8_t from, bool *wake)
{
	struct kd_span spans[2];
	unsigned count;
	uint32_t done = 0;

	assert_true(ring_look_as_reader(r));
	count = ring_peek(r, spans);
	for (unsigned i = 0; i < count; i++) {
		for (size_t k = 0; k < spans[i].len; k++)
			assert_int_equal(spans[i].at[k],
					 (uint8_t)(from + done++));
	}
	*wake = ring_consume(r, done);
	return done;
}
