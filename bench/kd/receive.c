/* SPDX-License-Identifier: MIT */
/* The debugger's receiving rules (kd-protocol 2.10). */
#include "bench/kd/receive.h"

/* Queue places that one arriving packet may need. */
#define ROOM_NEEDED 3

/* A packet cannot be read. */
static enum kd_debugger_event broken(struct kd_debugger *d, uint64_t now,
				     const char *why)
{
	if (d->profile.broken_packet == KD_BROKEN_ERROR)
		return kd_debugger_give_up(d, why);
	kd_debugger_resend_please(d, now);
	return KD_DEBUGGER_NOTHING;
}

/*
 * A packet that is not what it awaits. Whoever counts them takes the last one
 * for what it awaits: for the answer to RESET, and then goes on; for a reply or
 * a stop, and then has neither.
 */
static enum kd_debugger_event discard(struct kd_debugger *d)
{
	if (!d->profile.discards || d->state == KD_DEBUGGER_RUNNING ||
	    d->discarded++ < d->profile.discards)
		return KD_DEBUGGER_NOTHING;
	if (d->state != KD_DEBUGGER_SYNC)
		return kd_debugger_give_up(
			d, "it took a packet for the one that it awaits");
	d->state = KD_DEBUGGER_SYNCED;
	d->discarded = 0;
	return KD_DEBUGGER_NOTHING;
}

static enum kd_debugger_event on_resend(struct kd_debugger *d, uint64_t now)
{
	d->x.counts.resends_in++;
	if (d->profile.on_resend == KD_ON_RESEND_ABORT &&
	    d->state != KD_DEBUGGER_OFF)
		return kd_debugger_give_up(d, "it takes RESEND for an error");
	if (d->refusing)
		kd_exchange_resend(&d->x);
	if (d->state != KD_DEBUGGER_SENT && d->state != KD_DEBUGGER_ACKED)
		return KD_DEBUGGER_NOTHING;
	d->recoveries++;
	if (d->profile.resend_delay_ns)
		d->hold_until = now + d->profile.resend_delay_ns;
	if (d->obeyed++ < d->profile.resends)
		kd_debugger_repeat(d, now);
	else
		kd_debugger_resync(d, now);
	return KD_DEBUGGER_NOTHING;
}

/*
 * A RESET of the target's own, or the surplus of several. Only the target
 * should answer RESET; a debugger that does so too duels with it (F37).
 */
static void on_stray_reset(struct kd_debugger *d, uint64_t now)
{
	d->recoveries++;
	if (d->profile.unexpected_reset == KD_UNEXPECTED_RESET) {
		kd_debugger_resync(d, now);
		return;
	}
	kd_debugger_drop_question(d);
	d->again = kd_debugger_open(d);
	d->resets = 0;
	d->refusing = false;
	kd_debugger_restarts(d);
	d->adrift = d->profile.unsure_ids == KD_UNSURE_ASK;
	d->stood = d->state == KD_DEBUGGER_READY;
	kd_exchange_reset(&d->x);
	if (d->profile.unexpected_reset == KD_UNEXPECTED_ANSWER)
		kd_debugger_send_reset(d);
}

static enum kd_debugger_event on_reset(struct kd_debugger *d, uint64_t now)
{
	bool awaited = d->state == KD_DEBUGGER_SYNC ||
		       (d->state == KD_DEBUGGER_SYNCED &&
			d->profile.unexpected_reset == KD_UNEXPECTED_RESYNC);

	d->x.counts.resets_in++;
	kd_debugger_begun(d, now);
	if (d->state == KD_DEBUGGER_OFF)
		return KD_DEBUGGER_NOTHING;
	if (!awaited && d->profile.unexpected_reset == KD_UNEXPECTED_IGNORE)
		return discard(d);
	if (awaited) {
		kd_exchange_reset(&d->x);
		d->adrift = false;
		d->unsure &= d->state != KD_DEBUGGER_SYNC;
	} else {
		on_stray_reset(d, now);
	}
	d->discarded = 0;
	d->sync_repeat = false;
	d->copy_asked = false;
	d->since = now;
	if (!awaited && d->profile.unexpected_reset == KD_UNEXPECTED_RESET)
		return KD_DEBUGGER_NOTHING;
	if (d->state != KD_DEBUGGER_RUNNING)
		d->state = KD_DEBUGGER_SYNCED;
	return KD_DEBUGGER_NOTHING;
}

/* The open request has arrived. */
static enum kd_debugger_event acknowledged(struct kd_debugger *d, uint64_t now)
{
	d->since = now;
	d->discarded = 0;
	/* It has gone on: what looks like its last packet is a new one. */
	d->sync_repeat = false;
	if (d->answering) {
		kd_debugger_answered(d, true);
		return KD_DEBUGGER_NOTHING;
	}
	kd_exchange_acked(&d->x);
	if (kd_api_has_reply(d->api)) {
		d->state = KD_DEBUGGER_ACKED;
		return KD_DEBUGGER_NOTHING;
	}
	d->state = KD_DEBUGGER_RUNNING;
	d->request_open = false;
	kd_debugger_acked_only(d);
	return d->told ? KD_DEBUGGER_NOTHING : KD_DEBUGGER_DONE;
}

static enum kd_debugger_event on_ack(struct kd_debugger *d, uint64_t now)
{
	bool ours = d->x.rx.header.id == d->x.next_id || d->profile.ack_id;

	if (d->refusing && ours) {
		d->refusing = false;
		kd_exchange_acked(&d->x);
		return KD_DEBUGGER_NOTHING;
	}
	if (d->state != KD_DEBUGGER_SENT)
		return discard(d);
	if (!ours)
		return KD_DEBUGGER_NOTHING;
	d->x.counts.acks_in++;
	return acknowledged(d, now);
}

static enum kd_debugger_event on_control(struct kd_debugger *d, uint64_t now)
{
	switch (d->x.rx.header.type) {
	case KD_ACKNOWLEDGE: return on_ack(d, now);
	case KD_RESET: return on_reset(d, now);
	case KD_RESEND: return on_resend(d, now); /* kd/blocks.h */
	default: return discard(d);
	}
}

/* Until the RESET is answered, everything is of an earlier life. */
static bool deaf(const struct kd_debugger *d)
{
	return d->state == KD_DEBUGGER_OFF ||
	       (d->state == KD_DEBUGGER_SYNC &&
		(d->x.reliable ||
		 d->profile.unsynced_data == KD_UNSYNCED_DROP));
}

static enum kd_debugger_event on_data_header(struct kd_debugger *d,
					     uint64_t now)
{
	uint64_t max = d->profile.packet_max;

	if (d->x.reliable ? d->x.rx.header.type == KD_STATE_CHANGE64
			  : (d->x.rx.header.id & KD_ID_SYNC) != 0)
		kd_debugger_begun(d, now);
	if (deaf(d)) {
		/* A record is skipped whole, or it would be read as some. */
		if (!d->x.reliable)
			kd_parser_hunt(&d->x.rx);
		return KD_DEBUGGER_NOTHING;
	}
	if (max && d->x.rx.header.len > max) {
		d->x.counts.bad_frame++;
		return broken(d, now,
			      "a packet is longer than it takes; lower "
			      "target.read-max or raise debugger.packet-max");
	}
	if (!kd_parser_take(&d->x.rx)) {
		d->x.counts.bad_frame++;
		return broken(d, now, "a packet came damaged");
	}
	return KD_DEBUGGER_NOTHING;
}

/*
 * Data before the answer to RESET. A real WinDbg asks for it again and takes
 * the copy as the beginning (CAP, records 4 to 7).
 */
static enum kd_debugger_event on_unsynced(struct kd_debugger *d, uint64_t now)
{
	if (d->profile.unsynced_data == KD_UNSYNCED_ACK) {
		kd_debugger_ack(d, d->x.rx.header.id, now);
		return discard(d);
	}
	if (!d->copy_asked || !kd_debugger_same_as_last(d)) {
		d->copy_asked = true;
		kd_debugger_remember(d);
		kd_exchange_control(&d->x, KD_RESEND, 0);
		return KD_DEBUGGER_NOTHING;
	}
	d->copy_asked = false;
	d->sync_repeat = false;
	d->state = KD_DEBUGGER_SYNCED;
	d->since = now;
	d->x.next_id = KD_ID_INITIAL;
	d->x.expected_id = d->x.rx.header.id & ~KD_ID_SYNC;
	return kd_debugger_accept(d, now) ? kd_debugger_deliver(d, now)
					  : KD_DEBUGGER_NOTHING;
}

/* Data while its own packet is unacknowledged, and not to be processed. */
static enum kd_debugger_event on_early(struct kd_debugger *d, uint64_t now)
{
	d->recoveries++;
	if (d->profile.early_data == KD_EARLY_IMPLY)
		return acknowledged(d, now);
	return discard(d);
}

/* The type of packet that it awaits now. */
static bool awaits(const struct kd_debugger *d, uint16_t type)
{
	return type == (d->state == KD_DEBUGGER_ACKED ? KD_STATE_MANIPULATE
						      : KD_STATE_CHANGE64);
}

static enum kd_debugger_event on_packet(struct kd_debugger *d, uint64_t now)
{
	const struct kd_parser *rx = &d->x.rx;
	enum kd_debugger_event event;

	if (!d->x.reliable) {
		if (rx->trailer != KD_TRAILER_BYTE) {
			d->x.counts.bad_frame++;
			return broken(d, now, "a packet came damaged");
		}
		if (rx->sum != rx->header.checksum) {
			d->x.counts.bad_checksum++;
			return broken(d, now, "a packet came damaged");
		}
	}
	d->broken = 0;
	if (d->state == KD_DEBUGGER_SYNC)
		return on_unsynced(d, now);
	/* Who prints and prints has still not stopped: RESET, and a 62. */
	if (d->state != KD_DEBUGGER_SYNCED)
		d->since = now;
	if (!kd_debugger_accept(d, now))
		return KD_DEBUGGER_NOTHING;
	d->x.counts.packets_in++;
	kd_exchange_useful(&d->x, rx->header.len);
	if (d->state == KD_DEBUGGER_SENT && d->profile.early_data &&
	    !d->x.reliable)
		return on_early(d, now);
	event = kd_debugger_deliver(d, now);
	if (event == KD_DEBUGGER_NOTHING && !awaits(d, rx->header.type))
		return discard(d);
	return event;
}

static enum kd_debugger_event on_event(struct kd_debugger *d,
				       enum kd_parse event, uint64_t now)
{
	switch (event) {
	case KD_PARSE_STRAY:
	case KD_PARSE_BREAKIN: d->x.counts.stray++; break;
	case KD_PARSE_RESEND: return on_resend(d, now);
	case KD_PARSE_HEADER:
		if (d->x.rx.header.leader == KD_LEADER_CONTROL)
			return on_control(d, now);
		return on_data_header(d, now);
	case KD_PARSE_TRAILER:
		return deaf(d) ? KD_DEBUGGER_NOTHING : on_packet(d, now);
	case KD_PARSE_LOST:
		d->recoveries++;
		kd_exchange_control(&d->x, KD_RESEND, 0);
		break;
	case KD_PARSE_WRONG: return broken(d, now, "a packet came damaged");
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
	enum kd_debugger_event event = (enum kd_debugger_event)d->owed;
	size_t total = 0;

	/* What comes now may be of what it runs into: first things first. */
	if (d->done_due) {
		*used = 0;
		return kd_debugger_done(d);
	}
	d->owed = KD_DEBUGGER_NOTHING;
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
