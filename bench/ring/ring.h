/* SPDX-License-Identifier: MIT */
/*
 * Two byte rings in memory that a guest and the host share, one each way. The
 * layout, and accessors that believe nothing the other side writes. Guest and
 * host compile this same code; freestanding.
 *
 * What each side may trust: its own private copy of the index it owns, and the
 * size it was told or has checked once. The other side's index is loaded once
 * into private memory and must be where an honest peer can have moved it, or
 * the ring is broken for good: a wrong index is reported and never followed.
 * Payload is not protected: whoever reads it copies it once and checks that.
 *
 * Indices run freely and wrap at 2^32; a byte's place is index & (size - 1).
 *
 * Three orders matter, and each has its means:
 *
 *	payload before head	the writer publishes with a release store, the
 *				reader looks with an acquire load
 *	use before tail		the same, the other way round
 *	index before flag	ring_full_barrier() in must_wake(), between
 *				publishing an index and looking whether the
 *				other side sleeps; and in ring_arm_*(), between
 *				saying "I sleep" and the last look. Loads
 *				overtake earlier stores on x86, and without both
 *				of them both sides could miss each other.
 *
 * And two that follow from it: must_wake() clears the flag before the bell is
 * rung, not after, or it could be the flag of the next sleep; and ringing makes
 * earlier stores visible first (a system call or an exit does).
 *
 * tests/unit/test_ring_model.c runs this code through all interleavings that
 * x86 allows, and shows that a wake-up is lost if any of these is taken away.
 *
 * Under TCG a guest's barrier is only kept if more than one virtual CPU is
 * possible, which is why guests get '-smp 1,maxcpus=2'.
 */
#ifndef RING_RING_H
#define RING_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/kd/span.h"

#define RING_MAGIC UINT32_C(0x4742444b) /* the bytes 'K' 'D' 'B' 'G' */
#define RING_VERSION 1
#define RING_SIZE_MIN 16
#define RING_SIZE_MAX (UINT32_C(1) << 26)

/*
 * Where the area starts in the memory that is shared. QEMU translates addresses
 * through a table with one place per page number modulo 1 MiB; copying between
 * two pages that want the same place costs ten times as much. The guest keeps
 * its own data in the first 256 KiB modulo 1 MiB, so the rings start behind.
 */
#define RING_AREA_OFFSET 0x40000

/* One word on a cache line of its own. */
struct ring_line {
	_Alignas(64) uint32_t value;
};

/* What the two ends of one ring tell each other. */
struct ring_shared {
	struct ring_line head;          /* by the writer: bytes ever written */
	struct ring_line tail;          /* by the reader: bytes ever consumed */
	struct ring_line reader_sleeps; /* ring the bell once there is more */
	struct ring_line writer_sleeps; /* ring the bell once there is room */
};

/* The head of the area; written by the host before the guest starts. */
struct ring_area {
	_Alignas(64) uint32_t magic;
	uint32_t version;
	uint32_t size;       /* bytes of each ring, a power of two */
	uint32_t generation; /* changes whenever the host starts over */
	struct ring_shared to_guest;
	struct ring_shared to_host;
};

#define RING_DATA_OFFSET 0x1000 /* of the first ring's bytes in the area */

_Static_assert(sizeof(struct ring_area) == 9 * 64, "layout of the area");
_Static_assert(offsetof(struct ring_area, to_host) == 5 * 64, "second ring");

enum ring_way { RING_TO_GUEST, RING_TO_HOST };

/* One end of one ring. Private memory. */
struct ring {
	struct ring_shared *shared;
	uint8_t *data;
	uint32_t size;
	uint32_t head; /* as last published (writer) or checked (reader) */
	uint32_t tail; /* as last published (reader) or checked (writer) */
	bool broken;   /* the other side wrote an impossible index: */
	uint32_t bad;
};

/* Bytes of shared memory that rings of 'size' bytes need, from its start. */
static inline size_t ring_memory_size(uint32_t size)
{
	return RING_AREA_OFFSET + RING_DATA_OFFSET + 2 * (size_t)size;
}

/* Is this a size that a ring may have? */
static inline bool ring_size_valid(uint64_t size)
{
	return size >= RING_SIZE_MIN && size <= RING_SIZE_MAX &&
	       (size & (size - 1)) == 0;
}

/*
 * Host: two empty rings, whatever was there; nobody may be at the other end.
 * The magic goes last.
 */
void ring_format(struct ring_area *area, uint32_t size, uint32_t generation);

/*
 * Guest: is there an area of our layout that fits 'len' bytes of shared memory?
 * The size is read once, and *size is what to use from then on.
 */
bool ring_check(const struct ring_area *area, size_t len, uint32_t *size);

/* An end of the ring that goes this way, at its start. */
void ring_init(struct ring *r, struct ring_area *area, uint32_t size,
	       enum ring_way way);

/*
 * Guest: the same of a ring that may have been in use, by an earlier life of
 * this machine: go on where both indices stand, with what is in it. False: they
 * cannot be those of a ring (r->bad is how many bytes it would hold).
 */
bool ring_join(struct ring *r, struct ring_area *area, uint32_t size,
	       enum ring_way way);

/* Read the other side's index anew. False: it is broken, see r->bad. */
bool ring_look_as_reader(struct ring *r);
bool ring_look_as_writer(struct ring *r);

/* Bytes to be read, as of the last look. */
static inline uint32_t ring_filled(const struct ring *r)
{
	return r->head - r->tail;
}

/* Room to be written to, as of the last look. */
static inline uint32_t ring_free(const struct ring *r)
{
	return r->size - (r->head - r->tail);
}

/* The bytes to be read, oldest first; returns how many spans. */
unsigned ring_peek(const struct ring *r, struct kd_span in[2]);

/* The room there is, to be filled in order; returns how many rooms. */
unsigned ring_reserve(const struct ring *r, struct kd_room out[2]);

/*
 * Give back the first 'len' bytes, or publish that many. More than
 * ring_filled() or ring_free() is a bug. True: the other side sleeps; ring its
 * bell.
 */
bool ring_consume(struct ring *r, uint32_t len);
bool ring_commit(struct ring *r, uint32_t len);

/*
 * Before sleeping: say so, then look once more. True: there is work already (or
 * the ring is broken), do not sleep. Afterwards, in any case, disarm.
 */
bool ring_arm_reader(struct ring *r); /* until there is something to read */
bool ring_arm_writer(struct ring *r); /* until there is room to write */
void ring_disarm_reader(struct ring *r);
void ring_disarm_writer(struct ring *r);

#endif
