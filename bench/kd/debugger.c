/* SPDX-License-Identifier: MIT */
#include "bench/kd/debugger.h"

#include "bench/kd/receive.h"
#include "bench/kd/sum.h"

/* A busy line stretches a wait to so many times its length at most. */
#define BUSY_LIMIT 10

void kd_debugger_init(struct kd_debugger *d,
		      const struct kd_debugger_profile *profile)
{
	__builtin_memset(d, 0, sizeof(*d));
	d->profile = *profile;
	kd_exchange_init(&d->x, KD_ID_INITIAL, true, profile->reliable);
	if (profile->reader && !profile->reliable)
		kd_parser_init_blocks(&d->x.rx);
}

void kd_debugger_forget(struct kd_debugger *d)
{
	struct kd_debugger_profile profile = d->profile;
	struct kd_counts counts = d->x.counts;
	uint64_t recoveries = d->recoveries;
	uint64_t ack_think_ns = d->ack_think_ns;
	uint8_t breakins_owed = d->breakins_owed;

	kd_debugger_init(d, &profile);
	/* The target has not forgotten them. */
	d->breakins_owed = breakins_owed;
	d->x.counts = counts;
	d->recoveries = recoveries;
	d->ack_think_ns = ack_think_ns;
}

static void send_breakin(struct kd_debugger *d)
{
	if (d->breakins_owed < UINT8_MAX)
		d->breakins_owed++;
	d->called = true;
	kd_exchange_breakin(&d->x);
}

/* A target that runs needs a 62 before a RESET. */
static bool wants_breakin(const struct kd_debugger *d)
{
	switch ((enum kd_breakin_with_reset)d->profile.breakin_with_reset) {
	case KD_BREAKIN_ALTERNATE: return d->resets % 2 == 1;
	case KD_BREAKIN_ALWAYS: return true;
	case KD_BREAKIN_WANTED: break;
	}
	return d->breakin_wanted; /* whoever asked for a stop still wants it */
}

void kd_debugger_send_reset(struct kd_debugger *d)
{
	kd_exchange_control(&d->x, KD_RESET,
			    d->profile.reset_id ? KD_ID_INITIAL : 0);
}

static void send_reset(struct kd_debugger *d, uint64_t now)
{
	if (wants_breakin(d))
		send_breakin(d);
	d->resets++;
	d->since = now;
	kd_debugger_send_reset(d);
}

void kd_debugger_connect(struct kd_debugger *d, uint64_t now)
{
	kd_exchange_reset(&d->x);
	kd_parser_hunt(&d->x.rx);
	d->state = KD_DEBUGGER_SYNC;
	d->owed = KD_DEBUGGER_NOTHING;
	d->resets = 0;
	d->discarded = 0;
	d->refusing = false;
	d->copy_asked = false;
	d->unsure = true;
	d->unproven = false;
	d->adrift = d->stood = false;
	send_reset(d, now);
}

void kd_debugger_resync(struct kd_debugger *d, uint64_t now)
{
	d->recoveries++;
	kd_debugger_drop_question(d);
	d->again = kd_debugger_open(d);
	kd_debugger_connect(d, now);
}

void kd_debugger_break_in(struct kd_debugger *d, uint64_t now)
{
	d->breakin_wanted = true;
	d->resets = 1;
	d->since = now;
	send_breakin(d);
}

void kd_debugger_post(struct kd_debugger *d, uint64_t now)
{
	d->state = KD_DEBUGGER_SENT;
	d->anew |= d->again;
	d->printed = false;
	d->again = false;
	d->repeated = 0;
	d->discarded = 0;
	d->tries = 0;
	d->obeyed = 0;
	d->since = now;
	kd_exchange_send(&d->x, d->request_type, d->request_len,
			 d->request_sum);
}

void kd_debugger_request(struct kd_debugger *d, const struct kd_manipulate *m,
			 const uint8_t *data, uint32_t len, uint64_t now)
{
	uint8_t *payload = d->x.payload;
	struct kd_manipulate full = *m;
	uint32_t sum = 0;

	if (len > KD_DATA_MAX)
		len = KD_DATA_MAX;
	full.level = d->level;
	if (m->api != KD_API_SWITCH_PROCESSOR)
		full.processor = d->processor;
	full.status = KD_STATUS_PENDING;
	if (!d->profile.unused_fields)
		__builtin_memset(payload, 0, KD_MANIPULATE_SIZE);
	kd_manipulate_store_as(&full, (enum kd_arch)d->arch, payload);
	if (len)
		sum = kd_copy_sum(payload + KD_MANIPULATE_SIZE, data, len);
	d->api = m->api;
	d->request_open = true;
	d->request_type = KD_STATE_MANIPULATE;
	d->request_len = (uint16_t)(KD_MANIPULATE_SIZE + len);
	d->request_sum = sum + kd_sum(payload, KD_MANIPULATE_SIZE);
	d->told = false;
	d->anew = false;
	kd_debugger_post_open(d, now);
}

void kd_debugger_repeat(struct kd_debugger *d, uint64_t now)
{
	uint32_t id = d->x.next_id;

	/* Its ACK has toggled the id already: a repeat bears the old one. */
	if (d->state == KD_DEBUGGER_ACKED)
		id ^= 1;
	d->since = now;
	kd_exchange_repeat(&d->x, id);
}

enum kd_debugger_event kd_debugger_give_up(struct kd_debugger *d,
					   const char *reason)
{
	d->state = KD_DEBUGGER_GAVE_UP;
	d->reason = reason;
	return KD_DEBUGGER_LOST;
}

size_t kd_debugger_output(struct kd_debugger *d, struct kd_room room,
			  uint64_t now)
{
	size_t n;

	if (now < d->hold_until)
		return 0;
	d->hold_until = 0;
	n = kd_exchange_write(&d->x, room);
	/* The ACKs of what is no stop are no reason to wait longer for one. */
	if (n && d->state != KD_DEBUGGER_SYNCED)
		d->since = now;
	if (d->x.reliable && d->state == KD_DEBUGGER_SENT &&
	    !kd_exchange_pending(&d->x)) {
		if (d->answering) {
			kd_debugger_answered(d, true);
			return n;
		}
		kd_exchange_acked(&d->x);
		d->state = KD_DEBUGGER_ACKED;
		d->done_due = !kd_api_has_reply(d->api);
	}
	return n;
}

/* Has a packet begun to arrive, or is there nothing but pieces of some? */
static bool mid_packet(const struct kd_debugger *d)
{
	return !kd_parser_idle(&d->x.rx) || kd_debugger_garbled(d);
}

/*
 * Whoever is paused or busy is not helped by more RESETs, only by time: twice
 * as long every other time, as every other one has a 62 before it.
 */
static uint64_t reset_wait(const struct kd_debugger *d)
{
	uint64_t wait = d->profile.reset_timeout_ns;
	uint64_t max = d->profile.reset_timeout_max_ns;

	for (uint64_t n = 2; n < d->resets && wait < max; n += 2)
		wait = wait < max / 2 ? 2 * wait : max;
	return wait;
}

static uint64_t patience(const struct kd_debugger *d)
{
	const struct kd_debugger_profile *p = &d->profile;

	switch ((enum kd_debugger_state)d->state) {
	case KD_DEBUGGER_SYNC:
	case KD_DEBUGGER_SYNCED: return reset_wait(d);
	case KD_DEBUGGER_SENT: return p->ack_timeout_ns;
	case KD_DEBUGGER_ACKED: return p->reply_timeout_ns;
	case KD_DEBUGGER_RUNNING:
		return d->breakin_wanted ? reset_wait(d)
					 : kd_debugger_probe_wait(d);
	case KD_DEBUGGER_OFF:
	case KD_DEBUGGER_READY:
	case KD_DEBUGGER_GAVE_UP: break;
	}
	return KD_NEVER;
}

static uint64_t later(uint64_t instant, uint64_t wait)
{
	return wait == KD_NEVER ? KD_NEVER : instant + wait;
}

static uint64_t deadline(const struct kd_debugger *d)
{
	uint64_t quiet = later(d->heard, d->profile.byte_timeout_ns);
	uint64_t wait = patience(d);
	uint64_t end = later(d->since, wait);

	if (d->done_due || d->owed)
		return 0;
	if (d->state == KD_DEBUGGER_GAVE_UP || kd_exchange_pending(&d->x))
		return KD_NEVER;
	/* While a packet arrives, the wait for its end comes first. */
	if (mid_packet(d) && quiet != KD_NEVER)
		return quiet;
	if (end == KD_NEVER || quiet == KD_NEVER || quiet <= end ||
	    d->profile.busy_line)
		return end;
	/*
	 * The line is busy, if only with garbage: a target that talks does not
	 * listen, and what is sent now piles up before it (F36). That is no
	 * excuse for ever, though.
	 */
	end = d->since + BUSY_LIMIT * wait;
	return quiet < end ? quiet : end;
}

uint64_t kd_debugger_deadline(const struct kd_debugger *d)
{
	uint64_t at = deadline(d);

	if (kd_exchange_pending(&d->x) && d->hold_until && d->hold_until < at)
		return d->hold_until;
	return at;
}

/* A packet stopped arriving. */
static void packet_broke(struct kd_debugger *d, uint64_t now)
{
	bool garbage = d->x.rx.part == KD_PART_HUNT && !kd_debugger_garbled(d);

	d->broken = 0;

	kd_parser_hunt(&d->x.rx);
	d->since = now;
	if (garbage || d->state <= KD_DEBUGGER_SYNC)
		return;
	d->recoveries++;
	kd_exchange_control(&d->x, KD_RESEND, 0);
}

static bool no_more_resets(const struct kd_debugger *d)
{
	return d->profile.resets && d->resets >= d->profile.resets;
}

static enum kd_debugger_event sync_again(struct kd_debugger *d, uint64_t now)
{
	if (no_more_resets(d))
		return kd_debugger_give_up(d, "RESET was never answered");
	d->recoveries++;
	d->state = KD_DEBUGGER_SYNC;
	kd_exchange_reset(&d->x);
	send_reset(d, now);
	return KD_DEBUGGER_NOTHING;
}

static enum kd_debugger_event break_in_again(struct kd_debugger *d,
					     uint64_t now)
{
	if (no_more_resets(d))
		return kd_debugger_give_up(d, "break-in was never answered");
	d->recoveries++;
	d->resets++;
	d->since = now;
	send_breakin(d);
	return KD_DEBUGGER_NOTHING;
}

/* It was acknowledged, but no reply came. */
static void repeat_acked(struct kd_debugger *d, uint64_t now)
{
	uint64_t repeated = d->repeated + 1;

	if (d->profile.repeat_id) {
		d->anew = true;
		kd_debugger_post(d, now);
		d->x.counts.resent++;
	} else {
		kd_debugger_repeat(d, now);
	}
	d->repeated = repeated;
}

static enum kd_debugger_event timed_out(struct kd_debugger *d, uint64_t now)
{
	switch ((enum kd_debugger_state)d->state) {
	case KD_DEBUGGER_SYNC:
	case KD_DEBUGGER_SYNCED: return sync_again(d, now);
	case KD_DEBUGGER_RUNNING:
		if (d->breakin_wanted)
			return break_in_again(d, now);
		kd_debugger_probe(d, now);
		break;
	case KD_DEBUGGER_SENT:
		d->recoveries++;
		if (d->tries++ < d->profile.retries)
			kd_debugger_repeat(d, now);
		else
			kd_debugger_resync(d, now);
		break;
	case KD_DEBUGGER_ACKED:
		d->recoveries++;
		/* That is an answer too: it was taken for a copy. */
		if (d->question != KD_QUESTION_AFTER &&
		    d->repeated < d->profile.repeats && !d->x.reliable)
			repeat_acked(d, now);
		else
			kd_debugger_resync(d, now);
		break;
	case KD_DEBUGGER_OFF:
	case KD_DEBUGGER_READY:
	case KD_DEBUGGER_GAVE_UP: break;
	}
	return KD_DEBUGGER_NOTHING;
}

enum kd_debugger_event kd_debugger_done(struct kd_debugger *d)
{
	d->done_due = false;
	d->request_open = false;
	d->state = KD_DEBUGGER_RUNNING;
	return KD_DEBUGGER_DONE;
}

enum kd_debugger_event kd_debugger_time(struct kd_debugger *d, uint64_t now)
{
	if (now < deadline(d))
		return KD_DEBUGGER_NOTHING;
	if (d->owed) {
		enum kd_debugger_event owed = (enum kd_debugger_event)d->owed;

		d->owed = KD_DEBUGGER_NOTHING;
		return owed;
	}
	if (d->done_due)
		return kd_debugger_done(d);
	d->x.counts.timeouts++;
	if (mid_packet(d)) {
		packet_broke(d, now);
		return KD_DEBUGGER_NOTHING;
	}
	return timed_out(d, now);
}

struct kd_span kd_debugger_data(const struct kd_debugger *d)
{
	return (struct kd_span){ d->x.rx.payload + d->data.from, d->data.len };
}
