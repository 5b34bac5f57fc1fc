/* SPDX-License-Identifier: MIT */
#include "inject/queue.h"

#include <assert.h>
#include <string.h>

#include "bench/base/hash.h"

#define NEVER UINT64_MAX

/* A chunk with all its pauses is at most so many segments. */
#define SEGMENTS_OF_CHUNK (2 * CHUNK_PAUSES + 1)

/*
 * More than 18 minutes a byte is taken for that: the time of a whole chunk then
 * fits into 64 bits of picoseconds.
 */
#define BYTE_PS_MAX (UINT64_C(1) << 50)

static struct queue_segment *segment(struct queue *q, uint32_t index)
{
	return &q->segments[(q->segment_head + index) % QUEUE_SEGMENTS];
}

static const struct queue_segment *segment_at(const struct queue *q,
					      uint32_t index)
{
	return &q->segments[(q->segment_head + index) % QUEUE_SEGMENTS];
}

size_t queue_room(const struct queue *q, unsigned chunks)
{
	if (QUEUE_SEGMENTS - q->segment_count < chunks * SEGMENTS_OF_CHUNK)
		return 0;
	if (QUEUE_EVENTS - q->events < chunks * CHUNK_EVENTS)
		return 0;
	return QUEUE_BYTES - q->len;
}

/* --- in ---------------------------------------------------------------------
 */

static void copy_in(struct queue *q, const uint8_t *bytes, size_t len)
{
	uint32_t tail = (q->head + q->len) % QUEUE_BYTES;
	size_t first = QUEUE_BYTES - tail;

	if (first > len)
		first = len;
	memcpy(q->bytes + tail, bytes, first);
	memcpy(q->bytes, bytes + first, len - first);
	q->len += (uint32_t)len;
}

/*
 * A segment behind the last, or one with it if nobody can tell the difference
 * from 'now' on: a stream without delays never has more than one.
 */
static void add_segment(struct queue *q, size_t len, uint64_t base_ns,
			uint64_t byte_ps, uint64_t now)
{
	struct queue_segment *last;

	if (q->segment_count && byte_ps == 0) {
		last = segment(q, q->segment_count - 1);
		if (last->byte_ps == 0 &&
		    (last->base_ns == base_ns ||
		     (last->base_ns <= now && base_ns <= now))) {
			last->len += (uint32_t)len;
			return;
		}
	}
	assert(q->segment_count < QUEUE_SEGMENTS);
	*segment(q, q->segment_count++) = (struct queue_segment){
		.len = (uint32_t)len,
		.base_ns = base_ns,
		.byte_ps = byte_ps,
	};
}

void queue_put(struct queue *q, const void *bytes, size_t len, uint64_t now)
{
	assert(len <= QUEUE_BYTES - q->len);
	if (q->free_ns < now)
		q->free_ns = now;
	if (len == 0)
		return;
	copy_in(q, bytes, len);
	add_segment(q, len, q->free_ns, 0, now);
}

/*
 * How many of the chunk's bytes from 'at' on take the same time, and which.
 * From its end on: what pauses are left there, because the byte that they held
 * was lost.
 */
static unsigned same_time(const struct chunk *c, unsigned at, uint64_t *byte_ps)
{
	uint64_t ps = at < c->len ? c->byte_ps : 0;
	unsigned end = c->len;

	for (unsigned i = 0; i < c->pauses; i++) {
		const struct chunk_pause *p = &c->pause[i];
		unsigned from = p->before, to = from + p->count;

		if (from <= at && at < to)
			ps += p->ns * 1000;
		if (from > at && from < end)
			end = from;
		if (to > at && to < end)
			end = to;
	}
	*byte_ps = ps < BYTE_PS_MAX ? ps : BYTE_PS_MAX;
	return end - at;
}

/* The chunk's receive errors, sorted; what is too much is not made. */
static void add_marks(struct queue *q, const struct chunk *c)
{
	for (unsigned i = 0; i < c->errors && q->marks < QUEUE_MARKS; i++) {
		uint32_t at = q->len + c->error[i];
		uint32_t k = q->marks++;

		for (; k && q->mark[k - 1] > at; k--)
			q->mark[k] = q->mark[k - 1];
		q->mark[k] = at;
	}
}

/* What is to happen in the chunk, by place; equal ones as they came. */
static void add_events(struct queue *q, const struct chunk *c, uint64_t due)
{
	for (unsigned i = 0; i < c->events; i++) {
		struct chain_event event = c->event[i];
		uint32_t k = q->events++;

		event.at += q->len;
		event.due_ns = due;
		for (; k && q->event[k - 1].at > event.at; k--)
			q->event[k] = q->event[k - 1];
		q->event[k] = event;
	}
}

void queue_put_chunk(struct queue *q, const struct chunk *c)
{
	uint64_t base = c->arrived_ns + c->delay_ns;
	uint64_t byte_ps;
	unsigned len;

	assert(c->len <= queue_room(q, 1));
	if (base < q->free_ns)
		base = q->free_ns;
	add_events(q, c, base);
	for (unsigned at = 0; at < c->len; at += len) {
		len = same_time(c, at, &byte_ps);
		add_segment(q, len, base, byte_ps, c->arrived_ns);
		base += len * byte_ps / 1000;
	}
	add_marks(q, c);
	copy_in(q, c->bytes, c->len);
	(void)same_time(c, c->len, &byte_ps);
	q->free_ns = base + (byte_ps + c->lost_ps) / 1000;
}

/* --- out --------------------------------------------------------------------
 */

/* How many bytes of a segment, the consumed ones included, are due. */
static uint32_t due_count(const struct queue_segment *s, uint64_t now)
{
	if (now < s->base_ns)
		return 0;
	if (now - s->base_ns >= s->len * s->byte_ps / 1000)
		return s->len;
	/* The largest j with j * byte_ps / 1000, rounded down, <= elapsed. */
	return (uint32_t)(((now - s->base_ns + 1) * 1000 - 1) / s->byte_ps);
}

/* How many bytes follow the head without an error or an event between them. */
static size_t to_mark(const struct queue *q)
{
	size_t most = q->events ? q->event[0].at : QUEUE_BYTES;

	for (uint32_t i = 0; i < q->marks; i++) {
		if (q->mark[i])
			return q->mark[i] < most ? q->mark[i] : most;
	}
	return most;
}

const struct chain_event *queue_event(const struct queue *q, uint64_t now)
{
	return q->events && q->event[0].at == 0 && q->event[0].due_ns <= now
		       ? &q->event[0]
		       : NULL;
}

void queue_event_done(struct queue *q)
{
	q->events--;
	memmove(q->event, q->event + 1, q->events * sizeof(*q->event));
}

struct kd_span queue_peek(const struct queue *q, uint64_t now)
{
	size_t to_wrap = QUEUE_BYTES - q->head;
	size_t most = to_mark(q);
	size_t len = 0;

	if (most > to_wrap)
		most = to_wrap;

	for (uint32_t i = 0; i < q->segment_count && len < most; i++) {
		const struct queue_segment *s = segment_at(q, i);
		uint32_t due = due_count(s, now);

		if (due > s->gone)
			len += due - s->gone;
		if (due < s->len)
			break;
	}
	return (struct kd_span){ q->bytes + q->head, len < most ? len : most };
}

/* Those before the first 'len' bytes go with them. */
static void consume_marks(struct queue *q, size_t len)
{
	uint32_t left = 0;

	for (uint32_t i = 0; i < q->marks; i++) {
		if (q->mark[i] >= len)
			q->mark[left++] = q->mark[i] - (uint32_t)len;
	}
	q->marks = left;
}

void queue_consume(struct queue *q, size_t len)
{
	assert(len <= q->len);
	if (q->marks && len)
		consume_marks(q, len);
	for (uint32_t i = 0; i < q->events; i++)
		q->event[i].at -= q->event[i].at < len ? q->event[i].at
						       : (uint32_t)len;
	q->head = (q->head + (uint32_t)len) % QUEUE_BYTES;
	q->len -= (uint32_t)len;
	if (!q->len) /* the same bytes of ours are in the cache again */
		q->head = 0;
	while (len) {
		struct queue_segment *s = segment(q, 0);
		uint32_t here = s->len - s->gone;

		if (len < here) {
			s->gone += (uint32_t)len;
			return;
		}
		len -= here;
		q->segment_head = (q->segment_head + 1) % QUEUE_SEGMENTS;
		q->segment_count--;
	}
}

static uint64_t byte_deadline(const struct queue *q, uint64_t now)
{
	for (uint32_t i = 0; i < q->segment_count; i++) {
		const struct queue_segment *s = segment_at(q, i);
		uint32_t due = due_count(s, now);

		if (due < s->len)
			return s->base_ns + (due + 1) * s->byte_ps / 1000;
	}
	return NEVER;
}

uint64_t queue_deadline(const struct queue *q, uint64_t now)
{
	uint64_t next = byte_deadline(q, now);

	if (q->events && q->event[0].due_ns > now && q->event[0].due_ns < next)
		return q->event[0].due_ns;
	return next;
}

void queue_empty(struct queue *q)
{
	q->free_ns = 0;
	q->len = 0;
	q->marks = 0;
	q->events = 0;
	q->segment_count = 0;
}

void queue_release(struct queue *q, uint64_t now)
{
	q->events = 0;
	q->segment_count = q->len != 0;
	*segment(q, 0) = (struct queue_segment){
		.len = q->len,
		.base_ns = now,
	};
	q->free_ns = now;
}

/* Of the bytes, wherever in the ring they happen to be. */
static uint64_t bytes_digest(const struct queue *q)
{
	uint64_t d = hash_u64(q->len);
	uint64_t word = 0;

	for (uint32_t i = 0; i < q->len; i++) {
		word = word << 8 | q->bytes[(q->head + i) % QUEUE_BYTES];
		if (i % 8 == 7)
			d = hash_add(d, word);
	}
	return hash_add(d, word);
}

void queue_keep(struct queue *q, struct keeper *k)
{
	uint32_t first;

	keeper_part(k, q, offsetof(struct queue, segments));
	for (uint32_t i = 0; i < q->segment_count; i++)
		keeper_part(k, segment(q, i), sizeof(*q->segments));
	keeper_part(k, q->event, q->events * sizeof(*q->event));
	first = QUEUE_BYTES - q->head;
	if (first > q->len)
		first = q->len;
	keeper_part(k, q->bytes + q->head, first);
	keeper_part(k, q->bytes, q->len - first);
}

static uint64_t event_digest(uint64_t d, const struct chain_event *e,
			     uint64_t now)
{
	d = hash_add(d,
		     (uint64_t)e->at << 16 | (uint64_t)e->stage << 8 | e->kind);
	d = hash_add(d, e->amount);
	return hash_add(d, e->due_ns > now ? e->due_ns - now : 0);
}

uint64_t queue_digest(const struct queue *q, uint64_t now)
{
	uint64_t d = hash_bytes(bytes_digest(q), q->mark,
				q->marks * sizeof(*q->mark));

	/* What is due is due: only what is not has a time. */
	for (uint32_t i = 0; i < q->segment_count; i++) {
		const struct queue_segment *s = segment_at(q, i);
		uint32_t due = due_count(s, now);

		if (due == s->len)
			continue;
		d = hash_add(d, s->len - due);
		d = hash_add(d,
			     s->base_ns + (due + 1) * s->byte_ps / 1000 - now);
		d = hash_add(d, s->byte_ps);
	}
	for (uint32_t i = 0; i < q->events; i++)
		d = event_digest(d, &q->event[i], now);
	return hash_add(d, q->free_ns > now ? q->free_ns - now : 0);
}
