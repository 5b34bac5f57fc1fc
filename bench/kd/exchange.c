/* SPDX-License-Identifier: MIT */
#include "bench/kd/exchange.h"

#include "bench/base/hash.h"
#include "bench/kd/record.h"

void kd_exchange_init(struct kd_exchange *x, uint32_t first_id, bool early,
		      bool reliable)
{
	*x = (struct kd_exchange){
		.reliable = reliable,
		.next_id = first_id,
		.expected_id = KD_ID_INITIAL,
	};
	if (reliable)
		kd_parser_init_records(&x->rx);
	else
		kd_parser_init(&x->rx, early);
}

static void enqueue(struct kd_exchange *x, struct kd_out out)
{
	if (x->queue_len < KD_QUEUE_MAX)
		x->queue[x->queue_len++] = out;
}

/* Is the data packet already waiting, with not a byte of it gone yet? */
static bool data_waits(const struct kd_exchange *x)
{
	for (unsigned i = x->sent ? 1 : 0; i < x->queue_len; i++) {
		if (x->queue[i].kind == KD_OUT_DATA)
			return true;
	}
	return false;
}

void kd_exchange_send(struct kd_exchange *x, uint16_t type, uint16_t len,
		      uint32_t sum)
{
	x->type = type;
	x->len = len;
	x->sum = sum;
	x->unacked = true;
	x->own = 0;
	x->counts.packets_out++;
	kd_exchange_useful(x, len);
	enqueue(x, (struct kd_out){ .kind = KD_OUT_DATA,
				    .type = type,
				    .id = x->next_id });
}

void kd_exchange_repeat(struct kd_exchange *x, uint32_t id)
{
	if (data_waits(x))
		return;
	x->counts.packets_out++;
	x->counts.resent++;
	enqueue(x, (struct kd_out){
			   .kind = KD_OUT_DATA, .type = x->type, .id = id });
}

void kd_exchange_resend(struct kd_exchange *x)
{
	kd_exchange_repeat(x, x->next_id);
}

void kd_exchange_acked(struct kd_exchange *x)
{
	x->unacked = false;
	x->next_id = (x->next_id ^ 1) & ~KD_ID_SYNC;
}

void kd_exchange_control(struct kd_exchange *x, uint16_t type, uint32_t id)
{
	if (type == KD_ACKNOWLEDGE)
		x->counts.acks_out++;
	else if (type == KD_RESEND)
		x->counts.resends_out++;
	else
		x->counts.resets_out++;
	if (x->reliable && type != KD_RESET)
		return;
	enqueue(x, (struct kd_out){
			   .kind = KD_OUT_CONTROL, .type = type, .id = id });
}

void kd_exchange_breakin(struct kd_exchange *x)
{
	enqueue(x, (struct kd_out){ .kind = KD_OUT_BREAKIN });
}

void kd_exchange_reset(struct kd_exchange *x)
{
	/* A packet that has begun to leave must leave whole. */
	x->queue_len = x->sent ? 1 : 0;
	x->next_id = KD_ID_INITIAL;
	x->expected_id = KD_ID_INITIAL;
	x->unacked = false;
}

/* Copy bytes [from, ...) of 'part', which lies at 'base' of a longer whole. */
static size_t copy_part(const uint8_t *part, size_t base, size_t len,
			size_t from, struct kd_room room)
{
	size_t n;

	if (from < base || from >= base + len)
		return 0;
	n = base + len - from;
	if (n > room.len)
		n = room.len;
	__builtin_memcpy(room.at, part + (from - base), n);
	return n;
}

size_t kd_packet_write(const struct kd_header *header, const uint8_t *payload,
		       size_t from, struct kd_room room)
{
	static const uint8_t trailer = KD_TRAILER_BYTE;
	uint8_t raw[KD_HEADER_SIZE];
	bool data = header->leader == KD_LEADER_DATA;
	size_t end = KD_HEADER_SIZE + (data ? header->len : 0);
	size_t at = from;

	if (at < KD_HEADER_SIZE) {
		kd_store_header(raw, header);
		at += copy_part(raw, 0, KD_HEADER_SIZE, at, room);
	}
	if (!data)
		return at - from;
	at += copy_part(payload, KD_HEADER_SIZE, header->len, at,
			(struct kd_room){ room.at + (at - from),
					  room.len - (at - from) });
	at += copy_part(&trailer, end, 1, at,
			(struct kd_room){ room.at + (at - from),
					  room.len - (at - from) });
	return at - from;
}

static size_t record_write(const struct kd_exchange *x,
			   const struct kd_out *out, size_t from,
			   struct kd_room room)
{
	uint8_t raw[KD_RECORD_SIZE];
	size_t len = out->kind == KD_OUT_DATA ? x->len : 0;
	size_t at = from;

	if (out->kind == KD_OUT_DATA)
		kd_record_store(raw, KD_RECORD_DATA, x->type, x->len);
	else if (out->kind == KD_OUT_BREAKIN)
		kd_record_store(raw, KD_RECORD_BREAKIN, 0, 0);
	else
		kd_record_store(raw, KD_RECORD_RESET, 0, 0);
	at += copy_part(raw, 0, KD_RECORD_SIZE, at, room);
	at += copy_part(x->payload, KD_RECORD_SIZE, len, at,
			(struct kd_room){ room.at + (at - from),
					  room.len - (at - from) });
	return at - from;
}

/* Bytes in front of a data packet's payload. */
static size_t head_size(const struct kd_exchange *x)
{
	return x->reliable ? KD_RECORD_SIZE : KD_HEADER_SIZE;
}

/* Bytes that one queued thing has on the wire. */
static size_t out_size(const struct kd_exchange *x, const struct kd_out *out)
{
	if (x->reliable)
		return KD_RECORD_SIZE +
		       (out->kind == KD_OUT_DATA ? x->len : 0u);
	switch ((enum kd_out_kind)out->kind) {
	case KD_OUT_BREAKIN: return 1;
	case KD_OUT_DATA: return KD_HEADER_SIZE + x->len + 1u;
	case KD_OUT_CONTROL: break;
	}
	return KD_HEADER_SIZE;
}

static struct kd_header data_header(const struct kd_exchange *x,
				    const struct kd_out *out)
{
	return (struct kd_header){ .leader = KD_LEADER_DATA,
				   .type = out->type,
				   .len = x->len,
				   .id = out->id,
				   .checksum = x->sum };
}

/* What is in front of a data packet's payload. */
static void write_head(const struct kd_exchange *x, const struct kd_out *out,
		       uint8_t *to)
{
	struct kd_header h = data_header(x, out);

	if (x->reliable)
		kd_record_store(to, KD_RECORD_DATA, x->type, x->len);
	else
		kd_store_header(to, &h);
}

static size_t out_write(const struct kd_exchange *x, const struct kd_out *out,
			size_t from, struct kd_room room)
{
	static const uint8_t breakin = KD_BREAKIN_BYTE;
	struct kd_header h = { .type = out->type, .id = out->id };

	if (x->reliable)
		return record_write(x, out, from, room);
	if (out->kind == KD_OUT_BREAKIN)
		return copy_part(&breakin, 0, 1, from, room);
	if (out->kind == KD_OUT_DATA)
		h = data_header(x, out);
	else
		h.leader = KD_LEADER_CONTROL;
	return kd_packet_write(&h, x->payload, from, room);
}

/* The first thing in the queue has left. */
static void dequeue(struct kd_exchange *x)
{
	x->sent = 0;
	x->queue_len--;
	for (unsigned i = 0; i < x->queue_len; i++)
		x->queue[i] = x->queue[i + 1];
}

bool kd_exchange_data_at(const struct kd_exchange *x, size_t *at)
{
	size_t ahead = 0;

	for (unsigned i = 0; i < x->queue_len; i++) {
		if (x->queue[i].kind == KD_OUT_DATA) {
			*at = ahead - x->sent + head_size(x);
			return i > 0 || x->sent == 0;
		}
		ahead += out_size(x, &x->queue[i]);
	}
	return false;
}

size_t kd_exchange_write_around(struct kd_exchange *x, struct kd_room room,
				size_t at)
{
	size_t ahead = at - head_size(x);
	size_t end = at + x->len;

	if (ahead)
		(void)kd_exchange_write(x, (struct kd_room){ room.at, ahead });
	write_head(x, &x->queue[0], room.at + ahead);
	__builtin_memcpy(room.at + at, x->payload, x->own);
	if (!x->reliable)
		room.at[end++] = KD_TRAILER_BYTE;
	dequeue(x);
	x->counts.bytes_out += end - ahead;
	return end;
}

size_t kd_exchange_write(struct kd_exchange *x, struct kd_room room)
{
	size_t total = 0;

	while (x->queue_len && total < room.len) {
		const struct kd_out *out = &x->queue[0];
		struct kd_room rest = { room.at + total, room.len - total };
		size_t n = out_write(x, out, x->sent, rest);

		total += n;
		x->sent = (uint16_t)(x->sent + n);
		if (x->sent < out_size(x, out))
			break;
		dequeue(x);
	}
	x->counts.bytes_out += total;
	return total;
}

uint64_t kd_exchange_digest(const struct kd_exchange *x)
{
	uint64_t d = kd_parser_digest(&x->rx);

	d = hash_add(d, x->next_id);
	d = hash_add(d, x->expected_id);
	d = hash_add(d, x->unacked);
	d = hash_add(d, x->sent);
	for (unsigned i = 0; i < x->queue_len; i++) {
		d = hash_add(d, x->queue[i].kind);
		d = hash_add(d, x->queue[i].type);
		d = hash_add(d, x->queue[i].id);
	}
	d = hash_add(d, x->type);
	return hash_bytes(d, x->payload, x->own ? x->own : x->len);
}
