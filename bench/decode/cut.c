/* SPDX-License-Identifier: MIT */
/* One stream of bytes into packets, in each of the three framings. */
#include <string.h>

#include "bench/base/mem.h"
#include "bench/decode/packet.h"
#include "bench/kd/record.h"
#include "bench/kd/sum.h"

struct packet *packet_append(struct packet_list *list, const struct stream *s,
			     enum packet_kind kind, size_t from, size_t len)
{
	struct packet *p;

	if (list->count == list->room) {
		list->room = list->room ? 2 * list->room : 256;
		list->packets = mem_resize(list->packets,
					   list->room * sizeof(*list->packets));
	}
	p = &list->packets[list->count++];
	*p = (struct packet){
		.offset = from,
		.raw = s->at + from,
		.raw_len = len,
		.kind = (uint8_t)kind,
		.dir = s->dir,
		.end = s->end,
	};
	return p;
}

static bool is_leader(uint8_t byte)
{
	return byte == KD_LEADER_DATA_BYTE || byte == KD_LEADER_CONTROL_BYTE;
}

/*
 * The hunt of every receiver (bench/kd/parser.c): the first four equal leader
 * bytes in a row from 'at' on; the end of the stream if there are none.
 */
static size_t find_leader(const struct stream *s, size_t at)
{
	unsigned run = 0;

	for (; at < s->len; at++) {
		if (!is_leader(s->at[at]))
			run = 0;
		else if (run && s->at[at] == s->at[at - 1])
			run++;
		else
			run = 1;
		if (run == KD_LEADER_SIZE)
			return at + 1 - KD_LEADER_SIZE;
	}
	return s->len;
}

static void describe_stray(struct packet *p)
{
	uint8_t run = 0;

	p->damage = DAMAGE_STRAY;
	for (size_t i = 0; i < p->raw_len; i++) {
		p->holds_breakin |= p->raw[i] == KD_BREAKIN_BYTE;
		if (!is_leader(p->raw[i]))
			run = 0;
		else if (run && p->raw[i] == p->raw[i - 1])
			run++;
		else
			run = 1;
		if (run > p->leader_run)
			p->leader_run = run;
	}
}

/*
 * Bytes between packets. A 62 alone, or right in front of a leader, asks for a
 * break (kd-protocol 2.2); among other bytes it is as stray as they are.
 */
static void cut_between(struct packet_list *list, const struct stream *s,
			size_t from, size_t to)
{
	size_t breaks = to;

	while (breaks > from && s->at[breaks - 1] == KD_BREAKIN_BYTE)
		breaks--;
	/* At the very end, behind garbage, nobody knows what follows. */
	if (breaks > from && to == s->len)
		breaks = to;
	if (breaks > from)
		describe_stray(packet_append(list, s, PACKET_STRAY, from,
					     breaks - from));
	for (; breaks < to; breaks++)
		packet_append(list, s, PACKET_BREAKIN, breaks, 1);
}

static bool is_data_type(uint16_t type)
{
	return type > 0 && type < KD_TYPE_MAX && type != KD_POLL_BREAKIN &&
	       !kd_type_is_control(type);
}

/* Does a packet begin here of which everything is right? */
static bool sound_at(const struct stream *s, size_t at)
{
	size_t left = s->len - at;
	struct kd_header h;

	if (left < KD_HEADER_SIZE || !is_leader(s->at[at]))
		return false;
	h = kd_load_header(s->at + at);
	if (h.leader == KD_LEADER_CONTROL)
		return kd_type_is_control(h.type) && h.len == 0;
	return h.leader == KD_LEADER_DATA && is_data_type(h.type) &&
	       h.len <= KD_PAYLOAD_MAX &&
	       left > KD_HEADER_SIZE + (size_t)h.len &&
	       s->at[at + KD_HEADER_SIZE + h.len] == KD_TRAILER_BYTE &&
	       kd_sum(s->at + at + KD_HEADER_SIZE, h.len) == h.checksum;
}

/* A sound packet that begins in (from, to); 'to' if there is none. */
static size_t find_sound(const struct stream *s, size_t from, size_t to)
{
	for (size_t at = from + KD_LEADER_SIZE; at < to; at++) {
		if (sound_at(s, at))
			return at;
	}
	return to;
}

static void set_payload(struct packet *p, size_t len)
{
	p->payload = p->raw + KD_HEADER_SIZE;
	p->payload_len = len;
	p->sum = kd_sum(p->payload, len);
	if (len < p->header.len)
		p->damage |= DAMAGE_SHORT;
	else if (p->sum != p->header.checksum)
		p->damage |= DAMAGE_SUM;
}

/* The packet ends before its length says so, since another begins at 'at'. */
static void cut_short(struct packet *p, size_t len)
{
	p->raw_len = len;
	p->has_trailer = false;
	p->damage &= (uint16_t)~DAMAGE_TRAILER;
	p->damage |= DAMAGE_SHORT;
	if (len < KD_HEADER_SIZE)
		p->damage |= DAMAGE_HEADER;
	if (p->payload)
		set_payload(p, len > KD_HEADER_SIZE ? len - KD_HEADER_SIZE : 0);
}

static void cut_trailer(struct packet *p, const struct stream *s, size_t at)
{
	if (at >= s->len || (s->at[at] != KD_TRAILER_BYTE &&
			     !(p->damage & DAMAGE_SUM) && sound_at(s, at))) {
		p->damage |= DAMAGE_NO_TRAILER;
		return;
	}
	p->has_trailer = true;
	p->trailer = s->at[at];
	p->raw_len++;
	if (p->trailer != KD_TRAILER_BYTE)
		p->damage |= DAMAGE_TRAILER;
}

static void cut_data(struct packet *p, const struct stream *s, size_t from)
{
	size_t left = s->len - from - KD_HEADER_SIZE;
	size_t len = left < p->header.len ? left : p->header.len;
	size_t end, at;

	p->raw_len = KD_HEADER_SIZE + len;
	set_payload(p, len);
	if (!(p->damage & DAMAGE_SHORT))
		cut_trailer(p, s, from + p->raw_len);
	if (!(p->damage & (DAMAGE_SHORT | DAMAGE_SUM)))
		return;
	end = from + p->raw_len;
	at = find_sound(s, from, end);
	if (at < end)
		cut_short(p, at - from);
}

static void check_type(struct packet *p)
{
	bool control = p->header.leader == KD_LEADER_CONTROL;

	if (control ? !kd_type_is_control(p->header.type)
		    : !is_data_type(p->header.type))
		p->damage |= DAMAGE_TYPE;
}

/* What begins with the leader at 'from'; returns how many bytes it has. */
static size_t cut_packet(struct packet_list *list, const struct stream *s,
			 size_t from)
{
	size_t left = s->len - from;
	size_t len = left < KD_HEADER_SIZE ? left : KD_HEADER_SIZE;
	struct packet *p = packet_append(list, s, PACKET_KD, from, len);
	uint8_t header[KD_HEADER_SIZE] = { 0 };
	size_t at = find_sound(s, from, from + len);

	memcpy(header, p->raw, len);
	p->header = kd_load_header(header);
	if (left < KD_HEADER_SIZE || at < from + len) {
		p->damage = DAMAGE_HEADER;
		p->raw_len = at - from;
		return p->raw_len;
	}
	check_type(p);
	if (p->header.leader == KD_LEADER_CONTROL)
		return len;
	if (p->header.len > KD_PAYLOAD_MAX)
		p->damage |= DAMAGE_LENGTH;
	else
		cut_data(p, s, from);
	return p->raw_len;
}

void packet_cut_serial(struct packet_list *list, const struct stream *s)
{
	size_t at = 0;

	while (at < s->len) {
		size_t leader = find_leader(s, at);

		cut_between(list, s, at, leader);
		if (leader == s->len)
			break;
		at = leader + cut_packet(list, s, leader);
	}
}

/* A record of a kind that exists, whole; returns its length, else 0. */
static size_t cut_record(struct packet_list *list, const struct stream *s,
			 size_t at)
{
	const uint8_t *r = s->at + at;
	uint32_t len;
	struct packet *p;

	if (s->len - at < KD_RECORD_SIZE)
		return 0;
	len = kd_load32(r + 4);
	switch (r[0]) {
	case KD_RECORD_BREAKIN:
		packet_append(list, s, PACKET_BREAKIN, at, KD_RECORD_SIZE);
		return KD_RECORD_SIZE;
	case KD_RECORD_LINK_UP:
		packet_append(list, s, PACKET_LINK_UP, at, KD_RECORD_SIZE);
		return KD_RECORD_SIZE;
	case KD_RECORD_RESET:
		p = packet_append(list, s, PACKET_KD, at, KD_RECORD_SIZE);
		p->header.leader = KD_LEADER_CONTROL;
		p->header.type = KD_RESET;
		return KD_RECORD_SIZE;
	case KD_RECORD_DATA: break;
	default: return 0;
	}
	if (len > KD_PAYLOAD_MAX || len > s->len - at - KD_RECORD_SIZE)
		return 0;
	p = packet_append(list, s, PACKET_KD, at, KD_RECORD_SIZE + len);
	p->header = (struct kd_header){ .leader = KD_LEADER_DATA,
					.type = kd_load16(r + 2),
					.len = (uint16_t)len };
	p->payload = p->raw + KD_RECORD_SIZE;
	p->payload_len = len;
	check_type(p);
	return KD_RECORD_SIZE + len;
}

/* There is no hunting among records: from the first wrong one on all is lost.
 */
void packet_cut_records(struct packet_list *list, const struct stream *s)
{
	size_t at = 0;

	while (at < s->len) {
		size_t len = cut_record(list, s, at);

		if (!len) {
			describe_stray(packet_append(list, s, PACKET_STRAY, at,
						     s->len - at));
			return;
		}
		at += len;
	}
}

void packet_cut_kdnet(struct packet_list *list, const struct stream *s,
		      size_t from, size_t len)
{
	struct packet *p;
	size_t rest;

	if (!len)
		return;
	if (len < KD_HEADER_SIZE ||
	    (kd_load32(s->at + from) != KD_LEADER_DATA &&
	     kd_load32(s->at + from) != KD_LEADER_CONTROL)) {
		describe_stray(packet_append(list, s, PACKET_STRAY, from, len));
		return;
	}
	p = packet_append(list, s, PACKET_KD, from, len);
	p->header = kd_load_header(p->raw);
	check_type(p);
	rest = len - KD_HEADER_SIZE;
	if (rest > p->header.len)
		p->damage |= DAMAGE_LONG;
	if (p->header.leader == KD_LEADER_DATA || rest)
		set_payload(p, rest < p->header.len ? rest : p->header.len);
}

bool packet_is_data(const struct packet *p)
{
	return p->kind == PACKET_KD && p->header.leader == KD_LEADER_DATA &&
	       p->payload && !(p->damage & (DAMAGE_HEADER | DAMAGE_LENGTH));
}

bool packet_is_sound(const struct packet *p)
{
	return packet_is_data(p) &&
	       !(p->damage & (DAMAGE_SUM | DAMAGE_SHORT | DAMAGE_TYPE));
}
