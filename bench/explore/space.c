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
	case ACT_DUPLICATE:
	case ACT_DELAY:
	case ACT_TRUNCATE: return 1;
	case ACT_HANGUP: return ACT_THEN_COUNT;
	case ACT_FLIP: return 8;
	case ACT_INSERT: return sizeof(inserted);
	default: return 0;
	}
}

/* And to a packet as such. */
static unsigned ways_to_packet(unsigned kind, const struct passage *p)
{
	switch (kind) {
	case ACT_DROP:
	case ACT_DUPLICATE:
	case ACT_DELAY:
	case ACT_REORDER:
	case ACT_TRUNCATE: return 1;
	case ACT_HANGUP: return ACT_THEN_COUNT;
	case ACT_STALE: return ACT_STALE_COUNT;
	case ACT_FLIP:
		if (packet_class_is_byte(p->address.class))
			return 1;
		return p->length > KD_HEADER_SIZE + 1 ? 3 : 2;
	default: return 0;
	}
}

/* Per byte: what only a whole packet can meet is there once for each. */
static unsigned ways(const struct space *s, unsigned kind, bool bytes,
		     const struct passage *p)
{
	if (!(s->kinds >> kind & 1))
		return 0;
	if (bytes)
		return ways_to_byte(kind);
	return s->grain == GRAIN_BYTE && kind != ACT_REORDER &&
			       kind != ACT_STALE
		       ? 0
		       : ways_to_packet(kind, p);
}

/* Of one byte, or of the packet. */
static unsigned all_ways(const struct space *s, bool bytes,
			 const struct passage *p)
{
	unsigned sum = 0;

	for (unsigned k = 0; k < ACT_KIND_COUNT; k++)
		sum += ways(s, k, bytes, p);
	return sum;
}

/* Acts on single bytes of a packet, which come first. */
static uint64_t of_bytes(const struct space *s, const struct passage *p)
{
	return s->grain == GRAIN_BYTE
		       ? (uint64_t)all_ways(s, true, p) * p->length
		       : 0;
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
		s->count += of_bytes(s, p) + all_ways(s, false, p);
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

static uint8_t value_of(const struct space *s, unsigned kind, bool byte,
			unsigned variant)
{
	switch (kind) {
	case ACT_FLIP: return byte ? (uint8_t)(1u << variant) : 1;
	case ACT_INSERT: return inserted[variant];
	case ACT_DELAY: return s->delay;
	case ACT_HANGUP:
	case ACT_STALE: return (uint8_t)variant;
	default: return 0;
	}
}

/* Where in a packet an act on the packet is. */
static uint16_t offset_of(const struct passage *p, unsigned kind,
			  unsigned variant)
{
	if (kind == ACT_FLIP)
		return flipped[variant];
	if (act_ends_packet(kind))
		return p->length > KD_HEADER_SIZE ? KD_HEADER_SIZE
						  : KD_HEADER_SIZE / 2;
	return ACT_WHOLE;
}

void space_act(const struct space *s, uint64_t number, struct act *to)
{
	size_t at = space_passage(s, number);
	const struct passage *p = &s->reference->passages[at];
	uint64_t within = number - s->first[at], bytes = of_bytes(s, p);
	bool byte = within < bytes;
	uint64_t turn = byte ? within : within - bytes;
	unsigned all = all_ways(s, byte, p), kind = 0;
	unsigned way = (unsigned)(turn % all);

	for (; way >= ways(s, kind, byte, p); kind++)
		way -= ways(s, kind, byte, p);
	*to = (struct act){
		.address = p->address,
		.offset = ACT_WHOLE,
		.kind = (uint8_t)kind,
		.value = value_of(s, kind, byte, way),
	};
	if (!packet_class_is_byte(p->address.class))
		to->offset = byte ? (uint16_t)(turn / all)
				  : offset_of(p, kind, way);
}

void space_at(const struct space *s, uint64_t number, struct schedule *to)
{
	*to = (struct schedule){ .count = 1 };
	space_act(s, number, &to->acts[0]);
}
