/* SPDX-License-Identifier: MIT */
#include "bench/explore/space.h"

#include <stdlib.h>

#include "bench/base/mem.h"

/* In front of a byte: what a leader is made of, a break-in, and noise. */
static const uint8_t inserted[] = { KD_LEADER_DATA_BYTE, KD_LEADER_CONTROL_BYTE,
				    KD_BREAKIN_BYTE, 0x00 };

/* In how many ways one kind of act can be done to one byte. */
static const unsigned variants[ACT_KIND_COUNT] = {
	[ACT_DROP] = 1,
	[ACT_FLIP] = 8,
	[ACT_INSERT] = sizeof(inserted),
	[ACT_DUPLICATE] = 1,
};

static unsigned ways_per_byte(unsigned kinds)
{
	unsigned sum = 0;

	for (unsigned k = 0; k < ACT_KIND_COUNT; k++)
		sum += kinds >> k & 1 ? variants[k] : 0;
	return sum;
}

void space_init(struct space *s, const struct reference *r, unsigned kinds)
{
	*s = (struct space){ .reference = r, .kinds = kinds };
	s->first = mem_array(r->count + 1, sizeof(*s->first));
	for (size_t i = 0; i < r->count; i++) {
		s->first[i] = s->count;
		s->count += (uint64_t)r->passages[i].length *
			    ways_per_byte(kinds);
	}
	s->first[r->count] = s->count;
}

void space_release(struct space *s)
{
	free(s->first);
	*s = (struct space){ 0 };
}

size_t space_passage(const struct space *s, uint64_t number)
{
	size_t low = 0, high = s->reference->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (s->first[middle] <= number)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static uint8_t value_of(unsigned kind, unsigned variant)
{
	if (kind == ACT_FLIP)
		return (uint8_t)(1u << variant);
	return kind == ACT_INSERT ? inserted[variant] : 0;
}

void space_at(const struct space *s, uint64_t number, struct schedule *to)
{
	const struct passage *p =
		&s->reference->passages[space_passage(s, number)];
	uint64_t within = number - s->first[space_passage(s, number)];
	unsigned way = (unsigned)(within % ways_per_byte(s->kinds));
	uint16_t offset = (uint16_t)(within / ways_per_byte(s->kinds));
	unsigned kind = 0;

	for (; kind < ACT_KIND_COUNT; kind++) {
		if (!(s->kinds >> kind & 1))
			continue;
		if (way < variants[kind])
			break;
		way -= variants[kind];
	}
	*to = (struct schedule){ .count = 1 };
	to->acts[0] = (struct act){
		.address = p->address,
		.offset = packet_class_is_byte(p->address.class) ? ACT_WHOLE
								 : offset,
		.kind = (uint8_t)kind,
		.value = value_of(kind, way),
	};
}
