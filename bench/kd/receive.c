/* SPDX-License-Identifier: MIT */
/* The debugger's receiving rules (kd-protocol 2.10). */
#include "bench/kd/receive.h"

/* Queue places that one arriving packet may need. */
#define ROOM_NEEDED 3

static void ack(struct kd_debugger *d, uint32_t id, uint64_t now)
{
	if (d->ack_think_ns)
		d->hold_until = now + d->ack_think_ns;
	kd_exchange_control(&d->x, KD_ACKNOWLEDGE, id & ~KD_ID_SYNC);
}

static void resend_please(struct kd_debugger *d, uint64_t now)
{
	d->recoveries++;
	d->since = now;
	kd_exchange_control(&d->x, KD_RESEND, 0);
	kd_parser_hunt(&d->x.rx);
}

static void on_resend(struct kd_debugger *d, uint64_t now)
{
	d->x.counts.resends_in++;
	if (d->state != KD_DEBUGGER_SENT && d->state != KD_DEBUGGER_ACKED)
		return;
	d->recoveries++;
	if (d->obeyed++ < d->profile.resends)
		kd_debugger_repeat(d, now);
	else
		kd_debugger_resync(d, now);
}

/*
 * Only the target answers RESET; a debugger that did so too would duel with it
 * for ever (F37).
 */
static void on_reset(struct kd_debugger *d, uint64_t now)
{
	d->x.counts.resets_in++;
	if (d->state == KD_DEBUGGER_OFF)
		return;
	if (d->state != KD_DEBUGGER_SYNC && d->state != KD_DEBUGGER_SYNCED) {
		d->recoveries++;
		d->again = d->request_open;
		d->resets = 0;
	}
	kd_exchange_reset(&d->x);
	d->sync_repeat = false;
	d->since = now;
	if (d->state != KD_DEBUGGER_RUNNING)
		d->state = KD_DEBUGGER_SYNCED;
}

static enum kd_debugger_event on_ack(struct kd_debugger *d, uint64_t now)
{
	if (d->state != KD_DEBUGGER_SENT || d->x.rx.header.id != d->x.next_id)
		return KD_DEBUGGER_NOTHING;
	d->x.counts.acks_in++;
	d->since = now;
	kd_exchange_acked(&d->x);
	if (kd_api_has_reply(d->api)) {
		d->state = KD_DEBUGGER_ACKED;
		return KD_DEBUGGER_NOTHING;
	}
	d->state = KD_DEBUGGER_RUNNING;
	d->request_open = false;
	return KD_DEBUGGER_DONE;
}

static enum kd_debugger_event on_control(struct kd_debugger *d, uint64_t now)
{
	switch (d->x.rx.header.type) {
	case KD_ACKNOWLEDGE: return on_ack(d, now);
	case KD_RESET: on_reset(d, now); break;
	default: break;
	}
	return KD_DEBUGGER_NOTHING;
}

static void on_data_header(struct kd_debugger *d, uint64_t now)
{
	/* Until the RESET is answered, everything is of an earlier life. */
	if (d->state <= KD_DEBUGGER_SYNC) {
		kd_parser_hunt(&d->x.rx);
		return;
	}
	if (!kd_parser_take(&d->x.rx)) {
		d->x.counts.bad_frame++;
		resend_please(d, now);
	}
}

static enum kd_debugger_event on_state_change(struct kd_debugger *d,
					      uint64_t now)
{
	bool had_reply = d->request_open && kd_api_has_reply(d->api);
	enum kd_debugger_state state = d->state;

	if (d->x.rx.header.len < KD_STATE_SIZE)
		return KD_DEBUGGER_NOTHING;
	/* In mid-session it is a repeat and no new stop (F26). */
	if (!d->again &&
	    (state == KD_DEBUGGER_READY ||
	     ((state == KD_DEBUGGER_SENT || state == KD_DEBUGGER_ACKED) &&
	      had_reply))) {
		d->recoveries++;
		return KD_DEBUGGER_NOTHING;
	}
	d->new_state = kd_state_load(&d->exception, d->x.rx.payload);
	d->processor = d->exception.processor;
	d->level = d->exception.level;
	if (d->breakin_wanted && d->breakins_owed)
		d->breakins_owed--;
	d->breakin_wanted = false;
	d->resets = 0;
	if (d->again) {
		kd_debugger_post(d, now);
		return KD_DEBUGGER_NOTHING;
	}
	if (state == KD_DEBUGGER_SENT)
		kd_exchange_acked(&d->x); /* implied: it ran and stopped */
	d->request_open = false;
	d->state = KD_DEBUGGER_READY;
	d->data.from = KD_STATE_SIZE;
	d->data.len = (uint16_t)(d->x.rx.header.len - KD_STATE_SIZE);
	return KD_DEBUGGER_STOP;
}

/*
 * Is this the answer to the open request? A target that is reset sends the
 * reply again that was on its way, which may be that of an earlier request
 * (F30). All targets echo what they do not fill in, so address and length tell.
 */
static bool answers_request(const struct kd_debugger *d)
{
	const uint8_t *reply = d->x.rx.payload;
	const uint8_t *request = d->x.payload;

	if (d->x.rx.header.len < KD_MANIPULATE_SIZE || !d->request_open ||
	    kd_load32(reply) != d->api || !kd_api_has_reply(d->api))
		return false;
	switch (d->api) {
	case KD_API_READ_VIRTUAL:
	case KD_API_WRITE_VIRTUAL:
	case KD_API_READ_PHYSICAL:
	case KD_API_WRITE_PHYSICAL:
	case KD_API_READ_CONTROL:
		return kd_load64(reply + 0x10) == kd_load64(request + 0x10) &&
		       kd_load32(reply + 0x18) == kd_load32(request + 0x18);
	case KD_API_WRITE_BREAKPOINT:
		return kd_load64(reply + 0x10) == kd_load64(request + 0x10);
	case KD_API_RESTORE_BREAKPOINT:
		return kd_load32(reply + 0x10) == kd_load32(request + 0x10);
	default: return true;
	}
}

static enum kd_debugger_event on_reply(struct kd_debugger *d, uint64_t now)
{
	const uint8_t *payload = d->x.rx.payload;

	if (!answers_request(d)) {
		d->recoveries++;
		/* The target has gone back to its loop and listens. */
		if (d->again && d->state == KD_DEBUGGER_SYNCED)
			kd_debugger_post(d, now);
		return KD_DEBUGGER_NOTHING;
	}
	/* After an unasked RESET the reply itself comes again (F30). */
	if (d->state == KD_DEBUGGER_SENT && !d->x.reliable)
		kd_exchange_acked(&d->x);
	kd_manipulate_load(&d->reply, payload);
	d->request_open = false;
	d->again = false;
	d->resets = 0;
	d->state = KD_DEBUGGER_READY;
	d->data.from = KD_MANIPULATE_SIZE;
	d->data.len = (uint16_t)(d->x.rx.header.len - KD_MANIPULATE_SIZE);
	return KD_DEBUGGER_REPLY;
}

static enum kd_debugger_event on_debug_io(struct kd_debugger *d)
{
	const uint8_t *payload = d->x.rx.payload;
	uint32_t have = d->x.rx.header.len;
	uint32_t len;

	if (have < KD_DEBUG_IO_SIZE || kd_load32(payload) != KD_PRINT_STRING)
		return KD_DEBUGGER_NOTHING;
	have -= KD_DEBUG_IO_SIZE;
	len = kd_load32(payload + 8);
	d->data.from = KD_DEBUG_IO_SIZE;
	d->data.len = (uint16_t)(len < have ? len : have);
	return KD_DEBUGGER_PRINT;
}

/*
 * Is this packet new? Acknowledge it in any case. SYNC in its id means that the
 * target has started over, and so do both of our counters; an identical packet
 * right behind it is only a copy.
 */
static bool accept_id(struct kd_debugger *d, uint64_t now)
{
	const struct kd_header *h = &d->x.rx.header;
	struct kd_exchange *x = &d->x;
	bool sync = (h->id & KD_ID_SYNC) != 0;
	bool copy;

	if (x->reliable)
		return true;
	if ((h->id & ~(KD_ID_SYNC | 1u)) != KD_ID_INITIAL) {
		x->counts.bad_frame++;
		resend_please(d, now);
		return false;
	}
	copy = sync ? d->sync_repeat && h->id == d->last_id &&
			       h->checksum == d->last_sum &&
			       h->len == d->last_len
		    : h->id != x->expected_id;
	ack(d, h->id, now);
	if (copy) {
		x->counts.duplicates++;
		d->recoveries++;
		return false;
	}
	d->sync_repeat = sync;
	d->last_id = h->id;
	d->last_sum = h->checksum;
	d->last_len = h->len;
	x->expected_id = (h->id & ~KD_ID_SYNC) ^ 1;
	if (sync) {
		x->next_id = KD_ID_INITIAL;
		d->again = d->request_open;
	}
	return true;
}

static enum kd_debugger_event on_packet(struct kd_debugger *d, uint64_t now)
{
	const struct kd_parser *rx = &d->x.rx;

	if (!d->x.reliable) {
		if (rx->trailer != KD_TRAILER_BYTE) {
			d->x.counts.bad_frame++;
			resend_please(d, now);
			return KD_DEBUGGER_NOTHING;
		}
		if (rx->sum != rx->header.checksum) {
			d->x.counts.bad_checksum++;
			resend_please(d, now);
			return KD_DEBUGGER_NOTHING;
		}
	}
	d->since = now;
	if (!accept_id(d, now))
		return KD_DEBUGGER_NOTHING;
	d->x.counts.packets_in++;
	switch (rx->header.type) {
	case KD_STATE_CHANGE64: return on_state_change(d, now);
	case KD_STATE_MANIPULATE: return on_reply(d, now);
	case KD_DEBUG_IO: return on_debug_io(d);
	default: return KD_DEBUGGER_NOTHING;
	}
}

static enum kd_debugger_event on_event(struct kd_debugger *d,
				       enum kd_parse event, uint64_t now)
{
	switch (event) {
	case KD_PARSE_STRAY:
	case KD_PARSE_BREAKIN: d->x.counts.stray++; break;
	case KD_PARSE_RESEND: on_resend(d, now); break;
	case KD_PARSE_HEADER:
		if (d->x.rx.header.leader == KD_LEADER_CONTROL)
			return on_control(d, now);
		on_data_header(d, now);
		break;
	case KD_PARSE_TRAILER:
		if (d->state > KD_DEBUGGER_SYNC)
			return on_packet(d, now);
		break;
	case KD_PARSE_LEADER:
	case KD_PARSE_PAYLOAD:
	case KD_PARSE_MORE: break;
	}
	return KD_DEBUGGER_NOTHING;
}

enum kd_debugger_event kd_debugger_input(struct kd_debugger *d,
					 struct kd_span in, uint64_t now,
					 size_t *used)
{
	enum kd_debugger_event event = KD_DEBUGGER_NOTHING;
	size_t total = 0;

	/*
	 * A packet that has begun to leave must leave unchanged, so nothing is
	 * read until it has.
	 */
	while (event == KD_DEBUGGER_NOTHING && !kd_exchange_in_data(&d->x) &&
	       kd_exchange_has_room(&d->x, ROOM_NEEDED)) {
		struct kd_span rest = { in.at + total, in.len - total };
		size_t n;
		enum kd_parse parse = kd_parser_next(&d->x.rx, rest, &n);

		total += n;
		event = on_event(d, parse, now);
		if (parse == KD_PARSE_MORE && total == in.len)
			break;
	}
	if (total)
		d->heard = now;
	d->x.counts.bytes_in += total;
	*used = total;
	return event;
}
