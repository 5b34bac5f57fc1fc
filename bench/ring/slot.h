/* SPDX-License-Identifier: MIT */
/*
 * One slot each way in memory that a guest and the host share, of a byte each:
 * what a back door carries that takes a character at a time. The layout, and
 * accessors that believe nothing the other side writes. Guest and host compile
 * this same code; freestanding.
 *
 * A byte travels in one word together with its number, modulo 2^24, so that no
 * byte is ever taken twice or lost unseen:
 *
 *	31            8 7       0
 *	| its number   | byte   |
 *
 * The writer stores the word; the reader stores the very same word into 'taken'
 * once it has the byte. That is all of the flow control, and nobody asks for a
 * status: the slot is free when 'taken' is the word that was put last, which
 * the writer sees in memory. Both words start at 0, and the first byte is
 * number 1.
 *
 * How it costs the guest one trap for each byte:
 *
 *	to the host	put the byte, then write the doorbell
 *	to the guest	read a register of the device, then look at the slot. A
 *			fetch that finds no new byte is a trap all the same, and
 *			counts as one that only waited
 *	waiting for the host to take a byte is a look at memory, and no trap
 *
 * The host looks at the slots or sleeps on the doorbell. Only the guest's
 * fetches ring no bell, so a host that sleeps until it may put the next byte
 * says so in 'writer_sleeps', and the guest rings once it has taken this one.
 *
 * What each side may trust is its own private copy of what it wrote. A word
 * that an honest peer cannot have written breaks the slot for good: it is
 * reported and never followed. Where 'writer_sleeps' is used, a full barrier
 * stands between what is published and the look at it, as in ring.h.
 */
#ifndef RING_SLOT_H
#define RING_SLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/ring/ring.h"

#define SLOT_MAGIC UINT32_C(0x5342444b) /* the bytes 'K' 'D' 'B' 'S' */
#define SLOT_VERSION 1

/* One way. */
struct slot_shared {
	struct ring_line word;          /* by the writer */
	struct ring_line taken;         /* by the reader */
	struct ring_line writer_sleeps; /* ring the bell once it is taken */
};

/* All of it; its head is written by the host before the guest starts. */
struct slot_area {
	_Alignas(64) uint32_t magic;
	uint32_t version;
	struct slot_shared to_guest;
	struct slot_shared to_host;
};

_Static_assert(sizeof(struct slot_area) == 7 * 64, "layout of the area");

/* Bytes of shared memory that it needs, from the memory's start. */
#define SLOT_MEMORY_SIZE (RING_AREA_OFFSET + sizeof(struct slot_area))

/* One end of one slot. Private memory. */
struct slot {
	struct slot_shared *shared;
	uint32_t word;  /* as last put (writer) or seen (reader) */
	uint32_t taken; /* as last taken (reader) or seen (writer) */
	bool broken;    /* the other side wrote an impossible word: */
	uint32_t bad;
};

/*
 * Host: two empty slots, whatever was there; nobody may be at the other end.
 * The magic goes last.
 */
void slot_format(struct slot_area *area);

/* Guest: is there an area of our layout in 'len' bytes of shared memory? */
bool slot_check(const struct slot_area *area, size_t len);

/* An end of the slot that goes this way, at its start. */
void slot_init(struct slot *s, struct slot_area *area, enum ring_way way);

/*
 * Guest: the same of slots that an earlier life of this machine may have used:
 * go on behind the bytes that it put or took. A byte that it has not taken is
 * still there. False: they cannot be a slot's words.
 */
bool slot_join(struct slot *s, struct slot_area *area, enum ring_way way);

/* Read the other side's word anew. False: it is broken, see s->bad. */
bool slot_look_as_reader(struct slot *s);
bool slot_look_as_writer(struct slot *s);

/* As of the reader's last look: is there a byte that was not taken yet? */
static inline bool slot_filled(const struct slot *s)
{
	return s->word != s->taken;
}

/* As of the writer's last look: may the next byte be put? */
static inline bool slot_free(const struct slot *s)
{
	return s->word == s->taken;
}

/*
 * Take the byte, of which there must be one. *wake: the host sleeps until it is
 * taken; ring its bell.
 */
uint8_t slot_take(struct slot *s, bool *wake);

/* Put a byte into a slot that must be free. */
void slot_put(struct slot *s, uint8_t byte);

/*
 * Before the writer sleeps: say so, then look once more. True: the slot is free
 * already (or broken), do not sleep. Afterwards, in any case, disarm.
 */
bool slot_arm_writer(struct slot *s);
void slot_disarm_writer(struct slot *s);

#endif
