/* SPDX-License-Identifier: MIT */
/* The proxy's receiving rules: those of a target (kd-protocol 2.4, 9.2). */
#include "bench/kd/proxy_hear.h"

void kd_proxy_resend_please(struct kd_proxy *p)
{
	kd_exchange_control(&p->x, KD_RESEND, 0);
	kd_parser_hunt(&p->x.rx);
}

/*
 * The receive routine would have returned RESEND: whoever waits for an ACK
 * sends again, and a stopped target its state change (kd-protocol 2.8 step 4).
 */
static void asked_again(struct kd_proxy *p)
{
	if (p->x.unacked)
		kd_exchange_resend(&p->x);
	else if (p->stopped && p->resets < UINT8_MAX)
		p->resets++;
}

/* As a target does, which throws nothing away (kd-protocol 2.11, F30). */
static void reset_and_keep(struct kd_proxy *p)
{
	bool again = p->x.unacked;

	kd_exchange_reset(&p->x);
	kd_exchange_control(&p->x, KD_RESET, 0);
	p->x.unacked = again;
	asked_again(p);
}

/* Both counters start over, and whatever waited between the ends is dropped. */
static void on_reset(struct kd_proxy *p)
{
	p->x.counts.resets_in++;
	if (p->profile.keep) {
		reset_and_keep(p);
		return;
	}
	kd_proxy_drop(p);
	kd_exchange_reset(&p->x);
	kd_exchange_control(&p->x, KD_RESET, 0);
	if (!p->out_sent && p->out_len) {
		p->undone += p->out[0] == KD_RECORD_DATA;
		p->out_len = 0;
	}
	/* A target that runs takes no notice; its next word is fresh anyway. */
	if (p->stopped && !p->stale) {
		p->resets = 1;
		p->stale = true;
	}
}

static void on_control(struct kd_proxy *p)
{
	const struct kd_header *h = &p->x.rx.header;

	if (h->type == KD_RESET) {
		on_reset(p);
	} else if (h->type == KD_RESEND) {
		p->x.counts.resends_in++;
		asked_again(p);
	} else if (h->type == KD_ACKNOWLEDGE && p->x.unacked &&
		   h->id == (p->x.next_id & ~KD_ID_SYNC)) {
		p->x.counts.acks_in++;
		kd_exchange_acked(&p->x);
	}
}

static uint32_t least_size(uint16_t type)
{
	switch (type) {
	case KD_STATE_MANIPULATE: return KD_MANIPULATE_SIZE;
	case KD_FILE_IO: return KD_FILE_IO_SIZE;
	default: return KD_DEBUG_IO_SIZE;
	}
}

static void on_data_header(struct kd_proxy *p)
{
	const struct kd_header *h = &p->x.rx.header;

	if (h->len < least_size(h->type) || !kd_parser_take(&p->x.rx)) {
		p->x.counts.bad_frame++;
		kd_proxy_resend_please(p);
	}
}

/* Does the target run after this request (kd-protocol 2.8)? */
static bool leaves_the_loop(uint32_t api)
{
	switch (api) {
	case KD_API_CONTINUE:
	case KD_API_CONTINUE2:
	case KD_API_REBOOT:
	case KD_API_CAUSE_BUGCHECK:
	case KD_API_SWITCH_PROCESSOR: return true;
	default: return false;
	}
}

static void to_target(struct kd_proxy *p)
{
	const struct kd_parser *rx = &p->x.rx;

	kd_record_store(p->out, KD_RECORD_DATA, rx->header.type,
			rx->header.len);
	__builtin_memcpy(p->out + KD_RECORD_SIZE, rx->payload, rx->header.len);
	p->out_len = (uint16_t)(KD_RECORD_SIZE + rx->header.len);
	p->out_sent = 0;
	if (rx->header.type == KD_STATE_MANIPULATE &&
	    leaves_the_loop(kd_load32(rx->payload)))
		p->stopped = false;
}

/* The checks of a target's receive routine (kd-protocol 2.4). */
static void on_packet(struct kd_proxy *p)
{
	struct kd_exchange *x = &p->x;
	const struct kd_header *h = &x->rx.header;

	if (x->rx.trailer != KD_TRAILER_BYTE ||
	    (h->id & ~UINT32_C(1)) != KD_ID_INITIAL) {
		x->counts.bad_frame++;
		kd_proxy_resend_please(p);
		return;
	}
	if (h->id != x->expected_id) {
		x->counts.duplicates++;
		kd_exchange_control(x, KD_ACKNOWLEDGE, h->id);
		return;
	}
	if (x->rx.sum != h->checksum) {
		x->counts.bad_checksum++;
		kd_proxy_resend_please(p);
		return;
	}
	/* The target has not taken the last one: this one comes again. */
	if (p->out_len)
		return;
	/* New data: its sender must have seen ours (an implied ACK). */
	if (x->unacked)
		kd_exchange_acked(x);
	kd_exchange_control(x, KD_ACKNOWLEDGE, h->id);
	x->expected_id ^= 1;
	x->counts.packets_in++;
	to_target(p);
}

static void on_event(struct kd_proxy *p, enum kd_parse event)
{
	switch (event) {
	case KD_PARSE_STRAY: p->x.counts.stray++; break;
	case KD_PARSE_BREAKIN:
		p->absent = false;
		p->breakin = true;
		break;
	case KD_PARSE_LEADER:
		p->absent = false;
		p->tries = p->profile.tries;
		break;
	case KD_PARSE_HEADER:
		if (p->x.rx.header.leader == KD_LEADER_CONTROL)
			on_control(p);
		else
			on_data_header(p);
		break;
	case KD_PARSE_TRAILER: on_packet(p); break;
	case KD_PARSE_RESEND: /* not told early: a header like others */
	case KD_PARSE_LOST:   /* of another reader */
	case KD_PARSE_WRONG:
	case KD_PARSE_PAYLOAD:
	case KD_PARSE_MORE: break;
	}
}

size_t kd_proxy_from_debugger(struct kd_proxy *p, struct kd_span in,
			      uint64_t now)
{
	size_t total = 0;

	/* As kdcom: what has to be sent, is sent before more is read. */
	while (p->connected && !kd_exchange_pending(&p->x)) {
		struct kd_span rest = { in.at + total, in.len - total };
		uint64_t resets = p->x.counts.resets_in;
		size_t used;
		enum kd_parse event = kd_parser_next(&p->x.rx, rest, &used);

		total += used;
		on_event(p, event);
		/* VirtualKD's cure for F36: what came behind it is void. */
		if (p->x.counts.resets_in != resets && !p->profile.keep)
			total = in.len;
		if (event == KD_PARSE_MORE && total == in.len)
			break;
	}
	if (total)
		p->heard = now;
	p->x.counts.bytes_in += total;
	return total;
}
