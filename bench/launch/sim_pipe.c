/* SPDX-License-Identifier: MIT */
#include "bench/launch/sim_pipe.h"

#include "bench/base/clock.h"
#include "bench/base/hash.h"

#define BITS_A_BYTE 10 /* a start bit, eight, a stop bit */

void sim_pipe_init(struct sim_pipe *p, uint64_t baud, uint64_t latency_ns,
		   uint64_t capacity)
{
	p->byte_ns = baud ? BITS_A_BYTE * NS_PER_S / baud : 0;
	p->latency_ns = latency_ns;
	p->capacity = capacity < SIM_PIPE_BYTES ? (uint32_t)capacity
						: SIM_PIPE_BYTES;
	p->line_free_ns = 0;
	p->head = p->len = 0;
	p->segment_head = p->segments = 0;
	p->ripe = p->ripe_bytes = 0;
	p->marks = 0;
}

static struct sim_segment *segment(struct sim_pipe *p, uint32_t index)
{
	return &p->segment[(p->segment_head + index) % SIM_PIPE_SEGMENTS];
}

static const struct sim_segment *segment_const(const struct sim_pipe *p,
					       uint32_t index)
{
	return &p->segment[(p->segment_head + index) % SIM_PIPE_SEGMENTS];
}

/* Bytes in the transmit FIFO of a paced line. */
static uint64_t in_fifo(const struct sim_pipe *p, uint64_t now)
{
	if (!p->byte_ns || p->line_free_ns <= now)
		return 0;
	return (p->line_free_ns - now + p->byte_ns - 1) / p->byte_ns;
}

size_t sim_pipe_room(const struct sim_pipe *p, uint64_t now)
{
	uint32_t room = p->capacity - p->len;
	uint64_t queued = in_fifo(p, now);

	if (p->segments == SIM_PIPE_SEGMENTS)
		return 0;
	if (p->byte_ns && room > SIM_FIFO - queued)
		room = queued < SIM_FIFO ? (uint32_t)(SIM_FIFO - queued) : 0;
	return room;
}

unsigned sim_pipe_reserve(struct sim_pipe *p, uint64_t now,
			  struct kd_room out[2])
{
	size_t room = sim_pipe_room(p, now);
	uint32_t at = (p->head + p->len) % SIM_PIPE_BYTES;
	size_t first = SIM_PIPE_BYTES - at;

	if (!room)
		return 0;
	if (first >= room) {
		out[0] = (struct kd_room){ p->bytes + at, room };
		return 1;
	}
	out[0] = (struct kd_room){ p->bytes + at, first };
	out[1] = (struct kd_room){ p->bytes, room - first };
	return 2;
}

/* How many bytes of a segment have arrived. */
static uint32_t arrived(const struct sim_segment *s, uint64_t now)
{
	uint64_t n;

	if (now < s->due_ns)
		return 0;
	if (!s->byte_ns)
		return s->len;
	n = (now - s->due_ns) / s->byte_ns + 1;
	return n < s->len ? (uint32_t)n : s->len;
}

/*
 * Where much waits unread, as behind a debugger that stands still, nobody wants
 * to count it again with each look.
 */
static void ripen(struct sim_pipe *p, uint64_t now)
{
	while (p->ripe < p->segments) {
		const struct sim_segment *s = segment_const(p, p->ripe);

		if (arrived(s, now) < s->len)
			return;
		p->ripe_bytes += s->len;
		p->ripe++;
	}
}

void sim_pipe_commit(struct sim_pipe *p, size_t len, uint64_t now)
{
	uint64_t start = p->line_free_ns > now ? p->line_free_ns : now;
	uint64_t first = start + p->byte_ns + p->latency_ns;
	struct sim_segment *last;

	if (!len)
		return;
	ripen(p, now);
	p->len += (uint32_t)len;
	p->line_free_ns = start + p->byte_ns * len;
	last = p->segments ? segment(p, p->segments - 1) : NULL;
	if (last && last->byte_ns == p->byte_ns &&
	    last->due_ns + last->byte_ns * last->len == first) {
		if (p->ripe == p->segments) { /* no longer all of it */
			p->ripe--;
			p->ripe_bytes -= last->len;
		}
		last->len += (uint32_t)len;
		return;
	}
	*segment(p, p->segments++) = (struct sim_segment){
		.len = (uint32_t)len, .due_ns = first, .byte_ns = p->byte_ns
	};
}

static uint32_t due(const struct sim_pipe *p, uint64_t now)
{
	uint32_t total = p->ripe_bytes;

	for (uint32_t i = p->ripe; i < p->segments; i++) {
		const struct sim_segment *s = segment_const(p, i);
		uint32_t n = arrived(s, now);

		total += n;
		if (n < s->len)
			break;
	}
	return total;
}

unsigned sim_pipe_peek(const struct sim_pipe *p, uint64_t now,
		       struct kd_span in[2])
{
	uint32_t len = due(p, now);
	uint32_t first = SIM_PIPE_BYTES - p->head;

	if (!len)
		return 0;
	if (first >= len) {
		in[0] = (struct kd_span){ p->bytes + p->head, len };
		return 1;
	}
	in[0] = (struct kd_span){ p->bytes + p->head, first };
	in[1] = (struct kd_span){ p->bytes, len - first };
	return 2;
}

void sim_pipe_mark(struct sim_pipe *p)
{
	if (p->marks < SIM_PIPE_MARKS)
		p->mark[p->marks++] = p->len;
}

static void remove_marks(struct sim_pipe *p, uint32_t count)
{
	p->marks -= count;
	for (uint32_t i = 0; i < p->marks; i++)
		p->mark[i] = p->mark[i + count];
}

bool sim_pipe_take_error(struct sim_pipe *p)
{
	if (!p->marks || p->mark[0])
		return false;
	remove_marks(p, 1);
	return true;
}

size_t sim_pipe_to_error(const struct sim_pipe *p)
{
	return p->marks ? p->mark[0] : p->len;
}

/* Bytes are gone, and the errors before them. */
static void move_marks(struct sim_pipe *p, size_t len)
{
	uint32_t gone = 0;

	while (gone < p->marks && p->mark[gone] < len)
		gone++;
	remove_marks(p, gone);
	for (uint32_t i = 0; i < p->marks; i++)
		p->mark[i] -= (uint32_t)len;
}

void sim_pipe_consume(struct sim_pipe *p, size_t len)
{
	if (p->marks && len)
		move_marks(p, len);
	p->head = (uint32_t)((p->head + len) % SIM_PIPE_BYTES);
	p->len -= (uint32_t)len;
	while (len) {
		struct sim_segment *s = segment(p, 0);

		if (len < s->len) {
			p->ripe_bytes -= p->ripe ? (uint32_t)len : 0;
			s->len -= (uint32_t)len;
			s->due_ns += s->byte_ns * len;
			return;
		}
		len -= s->len;
		if (p->ripe) {
			p->ripe--;
			p->ripe_bytes -= s->len;
		}
		p->segment_head = (p->segment_head + 1) % SIM_PIPE_SEGMENTS;
		p->segments--;
	}
}

uint64_t sim_pipe_next_arrival(const struct sim_pipe *p, uint64_t now)
{
	for (uint32_t i = p->ripe; i < p->segments; i++) {
		const struct sim_segment *s = segment_const(p, i);
		uint32_t n = arrived(s, now);

		if (n < s->len)
			return s->due_ns + s->byte_ns * n;
	}
	return CLOCK_NEVER;
}

uint64_t sim_pipe_next_room(const struct sim_pipe *p, uint64_t now)
{
	if (!p->byte_ns || p->len == p->capacity || in_fifo(p, now) < SIM_FIFO)
		return CLOCK_NEVER;
	return p->line_free_ns - (SIM_FIFO - 1) * p->byte_ns;
}

void sim_pipe_keep(struct sim_pipe *p, struct keeper *k)
{
	uint32_t first;

	keeper_part(k, p, offsetof(struct sim_pipe, segment));
	for (uint32_t i = 0; i < p->segments; i++)
		keeper_part(k, segment(p, i), sizeof(*p->segment));
	first = SIM_PIPE_BYTES - p->head;
	if (first > p->len)
		first = p->len;
	keeper_part(k, p->bytes + p->head, first);
	keeper_part(k, p->bytes, p->len - first);
}

uint64_t sim_pipe_digest(const struct sim_pipe *p, uint64_t now)
{
	uint64_t h =
		hash_add(0, p->line_free_ns > now ? p->line_free_ns - now : 0);

	h = hash_bytes(h, p->mark, p->marks * sizeof(*p->mark));
	for (uint32_t i = 0; i < p->segments; i++) {
		const struct sim_segment *s = segment_const(p, i);

		h = hash_add(h, s->len);
		h = hash_add(h, s->due_ns > now ? s->due_ns - now : 0);
	}
	for (uint32_t i = 0; i < p->len; i++)
		h = hash_add(h, p->bytes[(p->head + i) % SIM_PIPE_BYTES]);
	return h;
}
