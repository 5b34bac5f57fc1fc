/* SPDX-License-Identifier: MIT */
/*
 * The end of a chain: bytes in the order they came, and when each is due. Bytes
 * are never reordered: what is late holds up everything behind it, as on a
 * wire.
 */
#ifndef INJECT_QUEUE_H
#define INJECT_QUEUE_H

#include "bench/base/keeper.h"
#include "inject/chunk.h"

#define QUEUE_BYTES 32768   /* a power of two */
#define QUEUE_SEGMENTS 1024 /* room for two chunks, and some */
#define QUEUE_MARKS 64
#define QUEUE_EVENTS 32 /* room for two chunks, and some */

/* Bytes whose j-th (from 1) is due at base_ns + j * byte_ps / 1000. */
struct queue_segment {
	uint32_t len;
	uint32_t gone; /* of them, already consumed */
	uint64_t base_ns;
	uint64_t byte_ps;
};

struct queue {
	uint64_t free_ns; /* when the last byte is or was due */
	uint32_t head, len;
	uint32_t segment_head, segment_count;
	uint32_t marks;
	uint32_t mark[QUEUE_MARKS]; /* receive errors: bytes before each, from
				       the head on, ascending */
	uint32_t events;
	struct queue_segment segments[QUEUE_SEGMENTS];
	struct chain_event event[QUEUE_EVENTS]; /* by place, from the head on */
	uint8_t bytes[QUEUE_BYTES];
};

/*
 * Bytes that can surely be put, as so many chunks; 0 if there might not be
 * enough segments, or places for events.
 */
size_t queue_room(const struct queue *q, unsigned chunks);

/* Put 'len' bytes (at most queue_room) that are due at 'now' or when free. */
void queue_put(struct queue *q, const void *bytes, size_t len, uint64_t now);

/* Put what has become of a chunk, with its delays; CHUNK_MAX must fit. */
void queue_put_chunk(struct queue *q, const struct chunk *c);

/*
 * Bytes that are due: one span, empty if none; more may follow it. A receive
 * error is before its first byte or outside of it. It ends before an event.
 */
struct kd_span queue_peek(const struct queue *q, uint64_t now);

/* The event that is due and has no byte before it, or NULL ... */
const struct chain_event *queue_event(const struct queue *q, uint64_t now);

/* ... and it has happened. */
void queue_event_done(struct queue *q);

/* Is there a receive error before the first byte? Then it goes with it. */
static inline bool queue_marked(const struct queue *q)
{
	return q->marks && q->mark[0] == 0;
}

/* Remove the first 'len' bytes, due or not. */
void queue_consume(struct queue *q, size_t len);

/* When the first byte or event that is not due at 'now' will be, or UINT64_MAX.
 */
uint64_t queue_deadline(const struct queue *q, uint64_t now);

/* Forget all that waits. */
void queue_empty(struct queue *q);

/* All bytes that wait are due now; events do not come any more. */
void queue_release(struct queue *q, uint64_t now);

/* Put away or bring back what waits. */
void queue_keep(struct queue *q, struct keeper *k);

/* A hash of the bytes and of when they are due, counted from 'now'. */
uint64_t queue_digest(const struct queue *q, uint64_t now);

#endif
