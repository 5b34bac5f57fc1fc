/* SPDX-License-Identifier: MIT */
/* Is a packet new, and is it what it says? Only then is it acknowledged. */
#include "bench/kd/receive.h"

/*
 * How often a packet is asked for whose id contradicts the rest of it, before
 * it is believed: new text with the next id is the commoner case.
 */
#define ASKED_OLD_ID 3
#define ASKED_NEW_ID 1

void kd_debugger_ack(struct kd_debugger *d, uint32_t id, uint64_t now)
{
	if (d->ack_think_ns)
		d->hold_until = now + d->ack_think_ns;
	kd_exchange_control(&d->x, KD_ACKNOWLEDGE, id & ~KD_ID_SYNC);
}

void kd_debugger_resend_please(struct kd_debugger *d, uint64_t now)
{
	d->recoveries++;
	d->since = now;
	if (!kd_debugger_garbled(d))
		kd_exchange_control(&d->x, KD_RESEND, 0);
	if (d->broken < UINT8_MAX)
		d->broken++;
	kd_parser_hunt(&d->x.rx);
}

bool kd_debugger_same_as_last(const struct kd_debugger *d)
{
	const struct kd_header *h = &d->x.rx.header;

	return h->id == d->last_id && h->checksum == d->last_sum &&
	       h->len == d->last_len;
}

void kd_debugger_remember(struct kd_debugger *d)
{
	d->last_id = d->x.rx.header.id;
	d->last_sum = d->x.rx.header.checksum;
	d->last_len = d->x.rx.header.len;
	d->last_type = d->x.rx.header.type;
}

/* An id that is not the next one: a copy, or a packet was missed. */
static void on_wrong_id(struct kd_debugger *d, uint64_t now)
{
	d->recoveries++;
	if (d->profile.unexpected_id && !kd_debugger_same_as_last(d)) {
		kd_debugger_resync(d, now);
		return;
	}
	kd_debugger_ack(d, d->x.rx.header.id, now);
	kd_debugger_unproven(d);
	d->x.counts.duplicates++;
}

/* Is it, but for its id, the packet taken last? */
static bool equals_last(const struct kd_debugger *d)
{
	const struct kd_header *h = &d->x.rx.header;

	return h->type == d->last_type && h->checksum == d->last_sum &&
	       h->len == d->last_len;
}

/*
 * Behind a RESET that nobody awaited. If it was one, what comes bears the first
 * id, and may be the text over again that was just taken; if it was an ACK once
 * (F20), the ids go on as they were.
 */
static bool copy_adrift(const struct kd_debugger *d)
{
	const struct kd_header *h = &d->x.rx.header;
	bool text = h->type == KD_DEBUG_IO || h->type == KD_TRACE_IO;

	/* An ACK of our request comes behind all copies of the stop. */
	if (h->type == KD_STATE_CHANGE64 && h->id == KD_ID_INITIAL)
		return false;
	return equals_last(d) && (text || h->id == d->last_id);
}

static bool is_copy(const struct kd_debugger *d, bool sync)
{
	const struct kd_header *h = &d->x.rx.header;

	if (sync)
		return d->sync_repeat && kd_debugger_same_as_last(d);
	if (d->adrift)
		return copy_adrift(d);
	return (h->id & ~KD_ID_SYNC) != d->x.expected_id;
}

/*
 * Text that is said twice costs a round trip each time; a stop or a reply only
 * where none is awaited, which on a healthy line is never.
 */
static bool untimely(const struct kd_debugger *d)
{
	uint16_t type = d->x.rx.header.type;

	switch ((enum kd_debugger_state)d->state) {
	case KD_DEBUGGER_READY:
	case KD_DEBUGGER_SENT: return true;
	case KD_DEBUGGER_ACKED:
		if (type != KD_STATE_MANIPULATE)
			return true;
		break;
	default: break;
	}
	return type == KD_DEBUG_IO || type == KD_TRACE_IO;
}

/*
 * Does the id say that it is new, and all else that it is a copy, or the other
 * way round? One of them was damaged, and ids are not in the checksum: ask
 * again, and believe what keeps coming alike. *insists: it has.
 */
static bool disputed(struct kd_debugger *d, bool copy, bool *insists)
{
	const struct kd_header *h = &d->x.rx.header;
	bool alike = d->dispute.id == h->id && d->dispute.type == h->type &&
		     d->dispute.len == h->len && d->dispute.sum == h->checksum;
	unsigned asked = alike ? d->dispute.asked : 0;

	*insists = false;
	d->recoveries += d->dispute.type && !alike; /* it was damage */
	d->dispute.type = 0;
	if (d->profile.copies == KD_COPIES_TAKE || d->profile.unexpected_id ||
	    d->adrift || copy == equals_last(d) || (!copy && !untimely(d)))
		return false;
	*insists = asked == (copy ? ASKED_OLD_ID : ASKED_NEW_ID);
	if (*insists)
		return false;
	d->dispute.asked = (uint8_t)(asked + 1);
	d->dispute.id = h->id;
	d->dispute.type = h->type;
	d->dispute.len = h->len;
	d->dispute.sum = h->checksum;
	return true;
}

/* A copy that bears the first id of a new count. */
static void on_copy_adrift(struct kd_debugger *d)
{
	d->adrift = false;
	d->x.expected_id = (d->x.rx.header.id & ~KD_ID_SYNC) ^ 1;
}

bool kd_debugger_accept(struct kd_debugger *d, uint64_t now)
{
	const struct kd_header *h = &d->x.rx.header;
	struct kd_exchange *x = &d->x;
	bool copy, insists;
	bool sync = (h->id & KD_ID_SYNC) != 0 && !d->profile.sync_id;

	if (x->reliable)
		return true;
	if (d->profile.data_id) {
		kd_debugger_ack(d, h->id, now);
		return true;
	}
	if ((h->id & ~(KD_ID_SYNC | 1u)) != KD_ID_INITIAL) {
		x->counts.bad_frame++;
		kd_debugger_resend_please(d, now);
		return false;
	}
	copy = is_copy(d, sync);
	if (disputed(d, copy, &insists)) {
		kd_exchange_control(x, KD_RESEND, 0);
		kd_debugger_unproven(d);
		return false;
	}
	if (copy && !insists) {
		if (d->adrift)
			on_copy_adrift(d);
		on_wrong_id(d, now);
		return false;
	}
	if (kd_debugger_puzzled(d)) {
		kd_debugger_resend_please(d, now);
		return false;
	}
	kd_debugger_ack(d, h->id, now);
	d->as_last = equals_last(d);
	d->sync_repeat = sync;
	d->adrift = false;
	kd_debugger_remember(d);
	x->expected_id = (h->id & ~KD_ID_SYNC) ^ 1;
	if (sync) {
		kd_debugger_restarts(d);
		x->next_id = KD_ID_INITIAL;
		kd_debugger_drop_question(d);
		d->again = kd_debugger_open(d);
		d->recoveries += d->again;
	}
	return true;
}
