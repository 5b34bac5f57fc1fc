/* SPDX-License-Identifier: MIT */
/* A capture as a list of packets in the order in which they were seen. */
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/decode/packet.h"

/* How far ahead a packet that arrived is looked for among those sent. */
#define COMPARE_AHEAD 32

/* All bytes of one direction at one end, and where the pieces end. */
static uint8_t *join(const struct capture *c, struct stream *s)
{
	uint8_t *bytes;
	size_t len = 0;

	for (size_t i = 0; i < c->count; i++) {
		if (c->pieces[i].dir == s->dir && c->pieces[i].end == s->end)
			len += c->pieces[i].len;
	}
	bytes = mem_alloc(len + 1);
	s->at = bytes;
	for (size_t i = 0; i < c->count; i++) {
		const struct capture_piece *p = &c->pieces[i];

		if (p->dir != s->dir || p->end != s->end || !p->len)
			continue;
		memcpy(bytes + s->len, c->bytes + p->at, p->len);
		s->len += p->len;
	}
	return bytes;
}

static void cut_pieces(struct packet_list *list, const struct capture *c,
		       const struct stream *s)
{
	size_t at = 0;

	for (size_t i = 0; i < c->count; i++) {
		const struct capture_piece *p = &c->pieces[i];

		if (p->dir != s->dir || p->end != s->end)
			continue;
		packet_cut_kdnet(list, s, at, p->len);
		at += p->len;
	}
}

/* Which piece ended each packet from 'first' on, and when that was. */
static void date(struct packet_list *list, const struct capture *c,
		 const struct stream *s, size_t first)
{
	size_t end = 0;
	size_t piece = 0;

	for (size_t i = first; i < list->count; i++) {
		struct packet *p = &list->packets[i];

		while (piece < c->count) {
			const struct capture_piece *next = &c->pieces[piece];

			if (next->dir == s->dir && next->end == s->end) {
				if (p->offset + p->raw_len <= end + next->len)
					break;
				end += next->len;
			}
			piece++;
		}
		if (piece == c->count)
			return;
		p->order = (uint32_t)piece;
		p->t_ns = c->pieces[piece].t_ns;
	}
}

static void cut_stream(struct packet_list *list, const struct capture *c,
		       enum capture_end end, enum capture_dir dir)
{
	struct stream s = { .dir = (uint8_t)dir,
			    .end = (uint8_t)end,
			    .framing = c->framing };
	size_t first = list->count;

	list->streams[(unsigned)end * DIR_COUNT + dir] = join(c, &s);
	switch ((enum capture_framing)c->framing) {
	case FRAMING_SERIAL: packet_cut_serial(list, &s); break;
	case FRAMING_RECORDS: packet_cut_records(list, &s); break;
	case FRAMING_KDNET: cut_pieces(list, c, &s); break;
	}
	date(list, c, &s, first);
}

static int compare(const void *left, const void *right)
{
	const struct packet *a = left;
	const struct packet *b = right;

	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return 0;
}

static bool same(const struct packet *a, const struct packet *b)
{
	return a->raw_len == b->raw_len &&
	       memcmp(a->raw, b->raw, a->raw_len) == 0;
}

/* The packets of a direction at an end, in order; free() it. */
static struct packet **pick(struct packet_list *list, enum capture_dir dir,
			    enum capture_end end, size_t *count)
{
	struct packet **picked = mem_array(list->count + 1, sizeof(*picked));

	*count = 0;
	for (size_t i = 0; i < list->count; i++) {
		if (list->packets[i].dir == dir && list->packets[i].end == end)
			picked[(*count)++] = &list->packets[i];
	}
	return picked;
}

/* Is one of the next packets sent the one that arrived? */
static bool comes(struct packet *const *sent, size_t count,
		  const struct packet *got)
{
	for (size_t i = 0; i < count && i < COMPARE_AHEAD; i++) {
		if (same(sent[i], got))
			return true;
	}
	return false;
}

/*
 * Do most bytes agree, in their places or seen from both ends? Then one was
 * made of the other.
 */
static bool similar(const struct packet *a, const struct packet *b)
{
	size_t least = a->raw_len < b->raw_len ? a->raw_len : b->raw_len;
	size_t most = a->raw_len < b->raw_len ? b->raw_len : a->raw_len;
	size_t head = 0, tail = 0, equal = 0;

	for (size_t i = 0; i < least; i++)
		equal += a->raw[i] == b->raw[i];
	if (a->raw_len == b->raw_len && 2 * equal >= most)
		return true;
	while (head < least && a->raw[head] == b->raw[head])
		head++;
	while (head + tail < least &&
	       a->raw[a->raw_len - 1 - tail] == b->raw[b->raw_len - 1 - tail])
		tail++;
	return 2 * (head + tail) >= most;
}

static void compare_dir(struct packet_list *list, enum capture_dir dir)
{
	bool to_target = dir == DIR_TO_TARGET;
	size_t sent_count, got_count, i = 0, next = 0;
	struct packet **sent = pick(
		list, dir, to_target ? END_DEBUGGER : END_TARGET, &sent_count);
	struct packet **got = pick(
		list, dir, to_target ? END_TARGET : END_DEBUGGER, &got_count);

	while (i < sent_count && next < got_count) {
		if (same(sent[i], got[next])) {
			/* Shown once, as the debugger saw it. */
			(to_target ? got[next] : sent[i])->hidden = true;
			i++;
			next++;
		} else if (comes(&sent[i], sent_count - i, got[next])) {
			sent[i++]->damage |= DAMAGE_NOT_ARRIVED;
		} else {
			if (similar(sent[i], got[next]))
				sent[i++]->damage |= DAMAGE_NOT_ARRIVED;
			got[next++]->damage |= DAMAGE_NOT_SENT;
		}
	}
	for (; i < sent_count; i++)
		sent[i]->damage |= DAMAGE_NOT_ARRIVED;
	for (; next < got_count; next++)
		got[next]->damage |= DAMAGE_NOT_SENT;
	free(sent);
	free(got);
}

void packet_compare_ends(struct packet_list *list)
{
	bool both = false;

	for (size_t i = 0; i < list->count; i++)
		both |= list->packets[i].end == END_TARGET;
	if (!both)
		return;
	compare_dir(list, DIR_TO_TARGET);
	compare_dir(list, DIR_TO_DEBUGGER);
}

/* One dump for each direction, and nothing that tells their order. */
static bool is_two_dumps(const struct capture *c)
{
	return c->count == 2 && !c->timed && !c->mixed &&
	       c->pieces[0].dir == DIR_TO_TARGET &&
	       c->pieces[1].dir == DIR_TO_DEBUGGER;
}

void packet_list_cut(struct packet_list *list, const struct capture *c)
{
	uint64_t number = 0;

	*list = (struct packet_list){
		.records = c->framing == FRAMING_RECORDS,
		.trailers = c->framing == FRAMING_SERIAL,
	};
	for (unsigned end = 0; end < END_COUNT; end++) {
		for (unsigned dir = 0; dir < DIR_COUNT; dir++)
			cut_stream(list, c, (enum capture_end)end,
				   (enum capture_dir)dir);
	}
	if (list->count)
		qsort(list->packets, list->count, sizeof(*list->packets),
		      compare);
	if (is_two_dumps(c) && list->count)
		packet_weave(list);
	packet_compare_ends(list);
	packet_guess_directions(list, c->mixed);
	for (size_t i = 0; i < list->count; i++) {
		if (!list->packets[i].hidden)
			list->packets[i].number = ++number;
	}
}

void packet_list_release(struct packet_list *list)
{
	for (size_t i = 0; i < ARRAY_SIZE(list->streams); i++)
		free(list->streams[i]);
	free(list->packets);
	*list = (struct packet_list){ 0 };
}
