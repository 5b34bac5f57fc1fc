/* SPDX-License-Identifier: MIT */
/*
 * When a fault acts: the same few keys around every fault, flat beside its own
 * settings. All that are written must hold.
 */
#ifndef INJECT_WHEN_H
#define INJECT_WHEN_H

#include "bench/base/setting.h"
#include "inject/chunk.h"

enum fault_per { PER_DEFAULT, PER_PACKET, PER_BYTE };

#define OFFSET_ANY UINT64_MAX
#define COPY_ANY UINT64_MAX

struct when {
	uint64_t probability; /* fraction of 2^64; UINT64_MAX: always */
	int per;              /* enum fault_per */
	uint64_t nth;         /* only the n-th matching fresh packet; 0: any */
	uint64_t every;       /* only each n-th matching fresh packet; 0: any */
	uint64_t copy;        /* only this copy, 0: as sent first; COPY_ANY:
				 with nth or every the first, else any */
	int type;             /* packet type number; 0: any */
	int class;            /* enum packet_class; CLASS_ANY: any */
	int field;            /* enum packet_field; FIELD_ANY: any */
	uint64_t offset;      /* OFFSET_ANY, or from 0 at the leader */
	uint64_t after_ns;    /* not before this time of the session */
	uint64_t until_ns;    /* only before this time; UINT64_MAX: no end */
	uint64_t limit;       /* acts in all; 0: no limit */
};

/* Rows for struct when; 'packet' (type, class) is a nested mapping of its own.
 */
extern const struct setting when_settings[];
extern const struct setting when_packet_settings[]; /* type, class */

/* A struct when that always holds: what the rows' defaults say. */
#define WHEN_ALWAYS                                              \
	{                                                        \
		.probability = UINT64_MAX, .offset = OFFSET_ANY, \
		.copy = COPY_ANY, .until_ns = UINT64_MAX         \
	}

/* What must be remembered between packets. */
struct when_state {
	uint64_t acts;     /* so far, for limit */
	uint64_t matched;  /* fresh packets that matched, for nth and every */
	uint64_t gap_rate; /* of the probability: see draw.h */
};

void when_init(struct when_state *s, const struct when *w);

/*
 * Is this a packet to act on? To be asked once for every chunk of the
 * direction, in order, because it counts: 'nth' and 'every' are about type and
 * class only, never about time, chance or what other stages did.
 * 'elapsed_ns' is the chunk's arrival in the time of the session.
 */
bool when_matches(const struct when *w, struct when_state *s,
		  const struct chunk *c, uint64_t elapsed_ns);

/* Does it single out bytes by field or offset? */
static inline bool when_aims(const struct when *w)
{
	return w->field != FIELD_ANY || w->offset != OFFSET_ANY;
}

/*
 * Which bytes of the undamaged packet it is about. Empty if the packet lacks
 * them; single bytes belong to no packet and have neither field nor offset.
 */
struct byte_range when_range(const struct when *w, const struct chunk *c);

/* Has 'limit' been reached? */
static inline bool when_exhausted(const struct when *w,
				  const struct when_state *s)
{
	return w->limit && s->acts >= w->limit;
}

/* A hash of what decides its answers from now on. */
uint64_t when_digest(const struct when *w, const struct when_state *s,
		     uint64_t elapsed_ns);

#endif
