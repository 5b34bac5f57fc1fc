/* SPDX-License-Identifier: MIT */
#include "inject/chunk.h"

#include <assert.h>
#include <string.h>

void chunk_begin(struct chunk *c, const struct packet_address *address,
		 const struct kd_header *header)
{
	c->address = *address;
	c->header = header ? *header : (struct kd_header){ 0 };
	c->arrived_ns = 0;
	c->length = 0;
	c->len = 0;
	c->shifted = false;
	c->pauses = 0;
	c->errors = 0;
	c->events = 0;
	c->delay_ns = 0;
	c->byte_ps = 0;
	c->lost_ps = 0;
	c->behind = 0;
	c->wait_ns = 0;
}

void chunk_append(struct chunk *c, const void *bytes, size_t len)
{
	assert(len <= (size_t)(KD_PACKET_MAX - c->len));
	memcpy(c->bytes + c->len, bytes, len);
	c->len = (uint16_t)(c->len + len);
	c->length = c->len;
}

int chunk_find(const struct chunk *c, uint32_t offset, unsigned from)
{
	if (!c->shifted)
		return offset >= from && offset < c->len ? (int)offset : -1;
	for (unsigned i = from; i < c->len; i++) {
		if (c->origin[i] == CHUNK_INSERTED || c->origin[i] < offset)
			continue;
		return c->origin[i] == offset ? (int)i : -1;
	}
	return -1;
}

/* The first byte that came from 'offset' or behind it, or the chunk's end. */
static unsigned lower_bound(const struct chunk *c, uint32_t offset)
{
	unsigned i = 0;

	if (!c->shifted)
		return offset < c->len ? offset : c->len;
	while (i < c->len &&
	       (c->origin[i] == CHUNK_INSERTED || c->origin[i] < offset))
		i++;
	return i;
}

struct chunk_run chunk_find_range(const struct chunk *c,
				  struct byte_range range)
{
	unsigned from = lower_bound(c, range.from);
	unsigned to = lower_bound(c, range.to);

	/* What was inserted before the byte behind the range is not in it. */
	while (c->shifted && to > from && c->origin[to - 1] == CHUNK_INSERTED)
		to--;
	return (struct chunk_run){
		.at = (uint16_t)from,
		.len = (uint16_t)(to > from ? to - from : 0),
	};
}

/* From the first change of length on, origin[] is needed. */
static void shift(struct chunk *c)
{
	if (c->shifted)
		return;
	c->shifted = true;
	for (uint16_t i = 0; i < c->len; i++)
		c->origin[i] = i;
}

/* What becomes of a pause when the bytes of 'run' are removed. */
static void drop_pause(struct chunk *c, struct chunk_pause *p,
		       struct chunk_run run)
{
	unsigned run_end = run.at + run.len;
	unsigned end = p->before + p->count;
	unsigned from = p->before > run.at ? p->before : run.at;
	unsigned to = end < run_end ? end : run_end;

	if (p->before >= run_end) {
		p->before = (uint16_t)(p->before - run.len);
		return;
	}
	if (from >= to)
		return;
	if (p->before > run.at)
		p->before = run.at;
	if (p->count == 1) /* now it holds the byte behind */
		return;
	c->lost_ps += (to - from) * p->ns * 1000;
	p->count = (uint16_t)(p->count - (to - from));
}

void chunk_drop(struct chunk *c, struct chunk_run run)
{
	size_t end = (size_t)run.at + run.len;
	size_t tail;

	assert(end <= c->len);
	tail = c->len - end;
	shift(c);
	memmove(c->bytes + run.at, c->bytes + end, tail);
	memmove(c->origin + run.at, c->origin + end, tail * 2);
	c->len = (uint16_t)(c->len - run.len);
	c->lost_ps += run.len * c->byte_ps;
	for (unsigned i = 0; i < c->pauses; i++)
		drop_pause(c, &c->pause[i], run);
	for (unsigned i = 0; i < c->errors; i++) {
		if (c->error[i] >= end)
			c->error[i] = (uint16_t)(c->error[i] - run.len);
		else if (c->error[i] > run.at)
			c->error[i] = run.at;
	}
	for (unsigned i = 0; i < c->events; i++) {
		if (c->event[i].at >= end)
			c->event[i].at -= run.len;
		else if (c->event[i].at > run.at)
			c->event[i].at = run.at;
	}
}

bool chunk_insert(struct chunk *c, unsigned at, uint8_t byte)
{
	size_t tail = (size_t)c->len - at;

	assert(at <= c->len);
	if (c->len == CHUNK_MAX)
		return false;
	shift(c);
	memmove(c->bytes + at + 1, c->bytes + at, tail);
	memmove(c->origin + at + 1, c->origin + at, tail * 2);
	c->bytes[at] = byte;
	c->origin[at] = CHUNK_INSERTED;
	c->len++;
	for (unsigned i = 0; i < c->pauses; i++) {
		if (c->pause[i].before > at)
			c->pause[i].before++;
	}
	for (unsigned i = 0; i < c->errors; i++)
		c->error[i] = (uint16_t)(c->error[i] + (c->error[i] > at));
	for (unsigned i = 0; i < c->events; i++)
		c->event[i].at += c->event[i].at > at;
	return true;
}

bool chunk_pause(struct chunk *c, unsigned at, uint64_t ns)
{
	struct chunk_pause *last = c->pauses ? &c->pause[c->pauses - 1] : NULL;

	if (last && last->ns == ns && last->before + last->count == (int)at) {
		last->count++;
		return true;
	}
	if (c->pauses == CHUNK_PAUSES)
		return false;
	c->pause[c->pauses++] = (struct chunk_pause){ .before = (uint16_t)at,
						      .count = 1,
						      .ns = ns };
	return true;
}

bool chunk_error(struct chunk *c, unsigned at)
{
	if (c->errors == CHUNK_ERRORS)
		return false;
	c->error[c->errors++] = (uint16_t)at;
	return true;
}

bool chunk_ask(struct chunk *c, unsigned at, const struct chain_event *event)
{
	if (c->events == CHUNK_EVENTS)
		return false;
	c->event[c->events] = *event;
	c->event[c->events++].at = at;
	return true;
}
