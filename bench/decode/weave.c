/* SPDX-License-Identifier: MIT */
/*
 * Two dumps of one line, without times: which packet came before which. The
 * protocol tells: it is stop and wait (kd-protocol 2), so an ACK follows its
 * packet, and no packet goes out before the one ahead of it is acknowledged.
 * Damage makes this a guess, never a loss: every packet comes out once.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/decode/packet.h"

/* One direction: what is left of it, and what it waits for. */
struct side {
	struct packet *packets;
	size_t at, count;
	uint32_t id; /* of its last data packet */
	bool waits;  /* for the ACK of that */
	bool acked;  /* it came */
};

static bool is_ack(const struct packet *p)
{
	return p->kind == PACKET_KD && !packet_is_data(p) &&
	       p->header.type == KD_ACKNOWLEDGE;
}

static bool acknowledges(const struct packet *p, const struct side *other)
{
	return other->waits &&
	       (p->header.id & ~KD_ID_SYNC) == (other->id & ~KD_ID_SYNC);
}

/* May the next packet of this side be sent now? */
static bool ready(const struct side *side, const struct side *other)
{
	const struct packet *p;

	if (side->at == side->count)
		return false;
	p = &side->packets[side->at];
	if (is_ack(p))
		return acknowledges(p, other);
	return !side->waits || !packet_is_data(p) || p->header.id == side->id;
}

static const struct packet *take(struct side *side, struct side *other)
{
	const struct packet *p = &side->packets[side->at++];

	if (packet_is_data(p)) {
		/* A copy of what was acknowledged waits for nothing. */
		side->acked = side->acked && side->id == p->header.id;
		side->waits = !side->acked;
		side->id = p->header.id;
	} else if (is_ack(p) && acknowledges(p, other)) {
		other->waits = false;
		other->acked = true;
	}
	return p;
}

static bool next_is_ack(const struct side *side)
{
	return side->at < side->count && is_ack(&side->packets[side->at]);
}

/* Whose turn it is: ACKs first, then the debugger. */
static unsigned choose(const struct side *sides)
{
	for (unsigned i = 0; i < 2; i++) {
		if (next_is_ack(&sides[i]) && ready(&sides[i], &sides[!i]))
			return i;
	}
	for (unsigned i = 0; i < 2; i++) {
		if (ready(&sides[i], &sides[!i]))
			return i;
	}
	/* Nobody may: whoever has a packet did without its ACK. */
	for (unsigned i = 0; i < 2; i++) {
		if (sides[i].at < sides[i].count && !next_is_ack(&sides[i]))
			return i;
	}
	return sides[0].at == sides[0].count;
}

void packet_weave(struct packet_list *list)
{
	struct packet *copy = mem_array(list->count + 1, sizeof(*copy));
	size_t first = 0;
	struct side sides[2] = { { 0 } };

	memcpy(copy, list->packets, list->count * sizeof(*copy));
	while (first < list->count && copy[first].dir == copy[0].dir)
		first++;
	sides[0] = (struct side){ .packets = copy, .count = first };
	sides[1] = (struct side){ .packets = copy + first,
				  .count = list->count - first };
	for (size_t i = 0; i < list->count; i++) {
		unsigned turn = choose(sides);

		list->packets[i] = *take(&sides[turn], &sides[!turn]);
	}
	free(copy);
}
