/* SPDX-License-Identifier: MIT */
#include "bench/explore/space.h"

#include <stdlib.h>

#include "bench/base/mem.h"

/* In front of a byte: what a leader is made of, a break-in, and noise. */
static const uint8_t inserted[] = { KD_LEADER_DATA_BYTE, KD_LEADER_CONTROL_BYTE,
				    KD_BREAKIN_BYTE, 0x00 };

/* Bits of a packet that stand for its type, its id and its payload. */
static const uint8_t flipped[] = { 4, 8, KD_HEADER_SIZE };

/* In how many ways one kind of act can be done to one byte. */
static unsigned ways_to_byte(unsigned kind)
{
	switch (kind) {
	case ACT_DROP:
	case ACT_DUPLICATE: return 1;
	case ACT_FLIP: return 8;
	case ACT_INSERT: return sizeof(inserted);
	default: return 0;
	}
}

/* And to a packet. */
static unsigned ways_to_packet(unsigned kind, const struct passage *p)
{
	switch (kind) {
	case ACT_DROP:
	case ACT_DUPLICATE:
	case ACT_DELAY: return 1;
	case ACT_FLIP:
		if (packet_class_is_byte(p->address.class))
			return 1;
		return p->length > KD_HEADER_SIZE + 1 ? 3 : 2;
	default: return 0;
	}
}

static unsigned ways(const struct space *s, unsigned kind,
		     const struct passage *p)
{
	if (!(s->kinds >> kind & 1))
		return 0;
	return s->grain == GRAIN_BYTE ? ways_to_byte(kind)
				      : ways_to_packet(kind, p);
}

/* Of one byte, or of the packet. */
static unsigned all_ways(const struct space *s, const struct passage *p)
{
	unsigned sum = 0;

	for (unsigned k = 0; k < ACT_KIND_COUNT; k++)
		sum += ways(s, k, p);
	return sum;
}

void space_init(struct space *s, const struct reference *r,
		enum space_grain grain, unsigned kinds, uint8_t delay)
{
	*s = (struct space){
		.reference = r, .grain = grain, .kinds = kinds, .delay = delay
	};
	s->first = mem_array(r->count + 1, sizeof(*s->first));
	for (size_t i = 0; i < r->count; i++) {
		const struct passage *p = &r->passages[i];

		s->first[i] = s->count;
		s->count += (uint64_t)all_ways(s, p) *
			    (grain == GRAIN_BYTE ? p->length : 1);
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

	/* The last one that begins at or before it. */
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (s->first[middle] <= number)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static uint8_t value_of(const struct space *s, unsigned kind, unsigned variant)
{
	switch (kind) {
	case ACT_FLIP:
		return s->grain == GRAIN_BYTE ? (uint8_t)(1u << variant) : 1;
	case ACT_INSERT: return inserted[variant];
	case ACT_DELAY: return s->delay;
	default: return 0;
	}
}

static uint16_t offset_of(const struct space *s, const struct passage *p,
			  unsigned kind, unsigned variant, uint64_t offset)
{
	if (packet_class_is_byte(p->address.class))
		return ACT_WHOLE;
	if (s->grain == GRAIN_BYTE)
		return (uint16_t)offset;
	return kind == ACT_FLIP ? flipped[variant] : ACT_WHOLE;
}

void space_act(const struct space *s, uint64_t number, struct act *to)
{
	size_t at = space_passage(s, number);
	const struct passage *p = &s->reference->passages[at];
	uint64_t within = number - s->first[at];
	unsigned way = (unsigned)(within % all_ways(s, p));
	unsigned kind = 0;

	for (; way >= ways(s, kind, p); kind++)
		way -= ways(s, kind, p);
	*to = (struct act){
		.address = p->address,
		.offset = offset_of(s, p, kind, way, within / all_ways(s, p)),
		.kind = (uint8_t)kind,
		.value = value_of(s, kind, way),
	};
}

void space_at(const struct space *s, uint64_t number, struct schedule *to)
{
	*to = (struct schedule){ .count = 1 };
	space_act(s, number, &to->acts[0]);
}
