/* SPDX-License-Identifier: MIT */
#include "bench/ring/slot.h"

#include "bench/ring/barrier.h"

#define BYTE_MASK UINT32_C(0xff)
#define NUMBER_ONE UINT32_C(0x100)

static uint32_t load(const struct ring_line *line)
{
	return __atomic_load_n(&line->value, __ATOMIC_ACQUIRE);
}

static void store(struct ring_line *line, uint32_t value)
{
	__atomic_store_n(&line->value, value, __ATOMIC_RELEASE);
}

/* The number behind that of 'word', wrapping, with no byte yet. */
static uint32_t next_number(uint32_t word)
{
	return (word & ~BYTE_MASK) + NUMBER_ONE;
}

void slot_format(struct slot_area *area)
{
	area->to_guest = area->to_host = (struct slot_shared){ 0 };
	area->version = SLOT_VERSION;
	__atomic_store_n(&area->magic, SLOT_MAGIC, __ATOMIC_RELEASE);
}

bool slot_check(const struct slot_area *area, size_t len)
{
	return len >= SLOT_MEMORY_SIZE &&
	       __atomic_load_n(&area->magic, __ATOMIC_ACQUIRE) == SLOT_MAGIC &&
	       __atomic_load_n(&area->version, __ATOMIC_RELAXED) ==
		       SLOT_VERSION;
}

void slot_init(struct slot *s, struct slot_area *area, enum ring_way way)
{
	*s = (struct slot){
		.shared = way == RING_TO_HOST ? &area->to_host
					      : &area->to_guest,
	};
}

static bool broken(struct slot *s, uint32_t seen)
{
	s->broken = true;
	s->bad = seen;
	return false;
}

/* At most one byte was put and not taken. */
bool slot_join(struct slot *s, struct slot_area *area, enum ring_way way)
{
	slot_init(s, area, way);
	s->word = load(&s->shared->word);
	s->taken = load(&s->shared->taken);
	return s->word == s->taken ||
	       (s->word & ~BYTE_MASK) == next_number(s->taken) ||
	       broken(s, s->word);
}

/* A writer may have put one byte if the last one was taken, and no other. */
bool slot_look_as_reader(struct slot *s)
{
	uint32_t seen;

	if (s->broken)
		return false;
	seen = load(&s->shared->word);
	if (seen == s->word)
		return true;
	if (slot_filled(s) || (seen & ~BYTE_MASK) != next_number(s->word))
		return broken(s, seen);
	s->word = seen;
	return true;
}

/* A reader may have taken what was put. */
bool slot_look_as_writer(struct slot *s)
{
	uint32_t seen;

	if (s->broken)
		return false;
	seen = load(&s->shared->taken);
	if (seen != s->taken && seen != s->word)
		return broken(s, seen);
	s->taken = seen;
	return true;
}

uint8_t slot_take(struct slot *s, bool *wake)
{
	if (!slot_filled(s))
		__builtin_trap();
	s->taken = s->word;
	store(&s->shared->taken, s->taken);
	ring_full_barrier();
	*wake = load(&s->shared->writer_sleeps) != 0;
	if (*wake)
		store(&s->shared->writer_sleeps, 0);
	return (uint8_t)(s->word & BYTE_MASK);
}

void slot_put(struct slot *s, uint8_t byte)
{
	if (!slot_free(s))
		__builtin_trap();
	s->word = next_number(s->word) | byte;
	store(&s->shared->word, s->word);
}

bool slot_arm_writer(struct slot *s)
{
	store(&s->shared->writer_sleeps, 1);
	ring_full_barrier();
	return !slot_look_as_writer(s) || slot_free(s);
}

void slot_disarm_writer(struct slot *s)
{
	store(&s->shared->writer_sleeps, 0);
}
