/* SPDX-License-Identifier: MIT */
#include "bench/kd/proxy.h"

#include "bench/kd/proxy_hear.h"
#include "bench/kd/sum.h"

void kd_proxy_init(struct kd_proxy *p, const struct kd_proxy_profile *profile)
{
	__builtin_memset(p, 0, sizeof(*p));
	p->profile = *profile;
	kd_exchange_init(&p->x, KD_ID_INITIAL | KD_ID_SYNC, false, false);
	kd_parser_init_records(&p->target);
}

/* --- from the target to the debugger -------------------------------------- */

/*
 * May it be given up? Those that a real target gives up and goes on
 * (kd-protocol 2.6). Not load-symbols, of which it does so too: on records it
 * cannot be told that nobody is there, and waits until somebody has continued
 * it.
 */
static bool droppable(uint16_t type, const uint8_t *payload, uint16_t len)
{
	uint32_t kind = len >= 4 ? kd_load32(payload) : 0;

	switch (type) {
	case KD_DEBUG_IO: return kind == KD_PRINT_STRING;
	case KD_TRACE_IO: return true;
	case KD_FILE_IO: return kind == KD_FILE_CREATE;
	default: return false;
	}
}

void kd_proxy_drop(struct kd_proxy *p)
{
	p->lost += p->x.unacked;
	p->x.unacked = false;
	p->x.queue_len = p->x.sent ? 1 : 0;
}

/* Nobody acknowledges it: no debugger is present (kd-protocol 2.6 step 2). */
static void give_up(struct kd_proxy *p)
{
	kd_proxy_drop(p);
	p->absent = true;
	p->x.next_id = KD_ID_INITIAL | KD_ID_SYNC;
	p->x.expected_id = KD_ID_INITIAL;
}

/* May a packet of the target replace the one in x.payload? */
static bool slot_free(const struct kd_proxy *p)
{
	return !kd_exchange_in_data(&p->x) &&
	       (!p->x.unacked || p->stale || !p->connected);
}

/* Is anybody going to hear it? Alone, a target repeats exceptions only. */
static bool wanted(const struct kd_proxy *p)
{
	const struct kd_parser *rx = &p->target;
	bool prints = droppable(rx->header.type, rx->payload, rx->header.len);

	if (p->stale || (prints && (p->absent || !p->connected)))
		return false;
	return p->connected || rx->header.type == KD_STATE_CHANGE64;
}

static void send(struct kd_proxy *p, uint16_t type, uint16_t len, uint32_t sum,
		 uint64_t now)
{
	p->tries = p->profile.tries;
	p->heard = now;
	kd_exchange_send(&p->x, type, len, sum);
	if (!p->connected)
		p->x.queue_len = 0;
}

static void on_target_packet(struct kd_proxy *p, uint64_t now)
{
	const struct kd_parser *rx = &p->target;

	if (!p->stale && rx->header.type == KD_STATE_CHANGE64)
		p->stopped = true;
	if (!wanted(p)) {
		p->lost++;
		return;
	}
	kd_proxy_drop(p);
	__builtin_memcpy(p->x.payload, rx->payload, rx->header.len);
	send(p, rx->header.type, rx->header.len, rx->sum, now);
}

size_t kd_proxy_from_target(struct kd_proxy *p, struct kd_span in, uint64_t now)
{
	size_t total = 0;

	while (slot_free(p)) {
		struct kd_span rest = { in.at + total, in.len - total };
		size_t used;
		enum kd_parse event = kd_parser_next(&p->target, rest, &used);

		total += used;
		if (event == KD_PARSE_TRAILER)
			on_target_packet(p, now);
		else if (event == KD_PARSE_STRAY)
			p->x.counts.stray++;
		else if (event == KD_PARSE_HEADER &&
			 p->target.header.leader == KD_LEADER_DATA)
			(void)kd_parser_take(&p->target);
		else if (event == KD_PARSE_HEADER)
			p->stale = false; /* it has heard of the reset */
		if (event == KD_PARSE_MORE && total == in.len)
			break;
	}
	return total;
}

size_t kd_proxy_to_debugger(struct kd_proxy *p, struct kd_room room,
			    uint64_t now)
{
	size_t n = p->connected ? kd_exchange_write(&p->x, room) : 0;

	if (n)
		p->heard = now;
	return n;
}

/* --- to the target ----------------------------------------------------- */

/* The next record, if none is under way: what interrupts comes first. */
static void next_record(struct kd_proxy *p)
{
	if (p->out_len || (!p->breakin && !p->resets))
		return;
	kd_record_store(p->out,
			p->breakin ? KD_RECORD_BREAKIN : KD_RECORD_RESET, 0, 0);
	p->out_len = KD_RECORD_SIZE;
	p->out_sent = 0;
	if (!p->breakin)
		p->resets--;
	p->breakin = false;
}

size_t kd_proxy_to_target(struct kd_proxy *p, struct kd_room room)
{
	size_t total = 0;

	for (next_record(p); p->out_len && total < room.len; next_record(p)) {
		size_t n = p->out_len - p->out_sent;

		if (n > room.len - total)
			n = room.len - total;
		__builtin_memcpy(room.at + total, p->out + p->out_sent, n);
		total += n;
		p->out_sent = (uint16_t)(p->out_sent + n);
		if (p->out_sent == p->out_len)
			p->out_len = p->out_sent = 0;
	}
	return total;
}

/* --- who is there, and when ----------------------------------------------- */

void kd_proxy_connect(struct kd_proxy *p, uint64_t now)
{
	kd_parser_hunt(&p->x.rx);
	p->connected = true;
	p->absent = false;
	p->heard = now;
	p->tries = p->profile.tries;
	if (p->x.unacked)
		kd_exchange_resend(&p->x);
}

void kd_proxy_disconnect(struct kd_proxy *p)
{
	kd_parser_hunt(&p->x.rx);
	p->connected = false;
	p->x.sent = 0;
	if (p->x.type != KD_STATE_CHANGE64)
		kd_proxy_drop(p);
	p->x.queue_len = 0;
}

void kd_proxy_farewell(struct kd_proxy *p, uint64_t now)
{
	static const struct kd_symbols end = { .base = KD_BASE_SHUTDOWN,
					       .unload = true };
	static const struct kd_exception nowhere;
	uint8_t *payload = p->x.payload;

	if (!p->connected || kd_exchange_in_data(&p->x))
		return;
	kd_proxy_drop(p);
	__builtin_memset(payload, 0, KD_STATE_SIZE);
	kd_symbols_store(&end, &nowhere, payload);
	send(p, KD_STATE_CHANGE64, KD_STATE_SIZE,
	     kd_sum(payload, KD_STATE_SIZE), now);
}

void kd_proxy_time(struct kd_proxy *p, uint64_t now)
{
	struct kd_parser *rx = &p->x.rx;

	if (now < kd_proxy_deadline(p))
		return;
	p->heard = now;
	p->x.counts.timeouts++;
	if (rx->part == KD_PART_PAYLOAD || rx->part == KD_PART_TRAILER) {
		kd_proxy_resend_please(p);
		return;
	}
	kd_parser_hunt(rx);
	if (!p->x.unacked)
		return;
	if (p->tries)
		p->tries--;
	if (!p->tries && droppable(p->x.type, p->x.payload, p->x.len))
		give_up(p);
	else
		kd_exchange_resend(&p->x);
}

uint64_t kd_proxy_deadline(const struct kd_proxy *p)
{
	if (!p->connected || kd_exchange_pending(&p->x) ||
	    (!p->x.unacked && kd_parser_idle(&p->x.rx)))
		return UINT64_MAX;
	return p->heard + p->profile.timeout_ns;
}
