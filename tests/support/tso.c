/* SPDX-License-Identifier: MIT */
#include "tests/support/tso.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

void tso_store(struct tso *t, unsigned who, uint32_t place, uint32_t value)
{
	struct tso_buffer *b = &t->buffer[who];

	assert_true(b->count < TSO_BUFFER && place < TSO_PLACES);
	b->store[b->count].place = place;
	b->store[b->count++].value = value;
}

uint32_t tso_load(const struct tso *t, unsigned who, uint32_t place)
{
	const struct tso_buffer *b = &t->buffer[who];

	for (uint32_t i = b->count; i; i--) {
		if (b->store[i - 1].place == place)
			return b->store[i - 1].value;
	}
	return t->memory[place];
}

bool tso_drained(const struct tso *t, unsigned who)
{
	return t->buffer[who].count == 0;
}

void tso_drain(struct tso *t, unsigned who)
{
	struct tso_buffer *b = &t->buffer[who];

	t->memory[b->store[0].place] = b->store[0].value;
	b->count--;
	memmove(b->store, b->store + 1, sizeof(b->store[0]) * b->count);
	memset(&b->store[b->count], 0, sizeof(b->store[0]));
}
