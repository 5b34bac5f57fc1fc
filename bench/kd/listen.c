/* SPDX-License-Identifier: MIT */
/*
 * The target's receiving rules (kd-protocol 2.2 to 2.5, 2.11): what it does
 * with each thing that arrives. Where real targets differ, its profile decides.
 */
#include "bench/kd/listen.h"

#include "bench/kd/serve.h"

/* Whoever never sends a packet again stops anew instead (2.11: ISP). */
static void start_over(struct kd_target *t)
{
	if (t->profile.resend != KD_RESEND_NEVER)
		kd_target_asked_again(t);
	else if (t->state == KD_TARGET_STOPPED || t->after == KD_TARGET_STOPPED)
		kd_target_send_stop(t);
	else
		t->state = KD_TARGET_RUNNING;
}

static void on_reset(struct kd_target *t)
{
	bool stop_sent = t->state == KD_TARGET_SENDING &&
			 t->x.type == KD_STATE_CHANGE64;

	t->x.counts.resets_in++;
	if (t->profile.reset_answer && t->asked_once)
		return;
	kd_exchange_reset(&t->x);
	if (t->profile.reset_id || (t->profile.stop_id && stop_sent))
		t->x.next_id |= KD_ID_SYNC;
	t->discarding = t->profile.reset_input && !t->x.reliable;
	kd_exchange_control(&t->x, KD_RESET, 0);
	start_over(t);
}

static void on_control(struct kd_target *t)
{
	const struct kd_header *h = &t->x.rx.header;

	if (h->type == KD_RESET) {
		on_reset(t);
	} else if (h->type == KD_ACKNOWLEDGE && t->state == KD_TARGET_SENDING &&
		   h->id == (t->x.next_id & ~KD_ID_SYNC)) {
		t->x.counts.acks_in++;
		kd_target_acknowledged(t);
	}
}

/*
 * Data while it waits for an ACK. New data: the peer must have seen ours. Its
 * payload stays in the stream and is hunted through; RESEND fetches it again.
 */
static void on_data_for_ack(struct kd_target *t)
{
	const struct kd_header *h = &t->x.rx.header;

	if (t->profile.implied_ack == KD_IMPLIED_EXPECTED &&
	    h->id != t->x.expected_id) {
		t->x.counts.duplicates++;
		kd_exchange_control(&t->x, KD_ACKNOWLEDGE, h->id);
		return;
	}
	kd_target_resend_please(t);
	if (t->profile.implied_ack != KD_IMPLIED_NEVER)
		kd_target_acknowledged(t);
}

/* The fixed part of the packet that is waited for. */
static uint16_t least_len(const struct kd_target *t)
{
	switch (t->want) {
	case KD_DEBUG_IO: return KD_DEBUG_IO_SIZE;
	case KD_FILE_IO: return KD_FILE_IO_SIZE;
	default: return KD_MANIPULATE_SIZE;
	}
}

/* A data packet's header is complete: which one decides what is done with it.
 */
static void on_data_header(struct kd_target *t)
{
	const struct kd_header *h = &t->x.rx.header;

	if (t->state == KD_TARGET_SENDING) {
		on_data_for_ack(t);
	} else if (h->len < least_len(t) || !kd_parser_take(&t->x.rx)) {
		t->x.counts.bad_frame++;
		kd_target_resend_please(t);
	}
}

/* Is the sum wrong, and is this when it is looked at? Then say so. */
static bool bad_sum(struct kd_target *t, enum kd_sum_check when)
{
	const struct kd_parser *rx = &t->x.rx;

	if (t->profile.sum_check != (int)when || rx->sum == rx->header.checksum)
		return false;
	t->x.counts.bad_checksum++;
	kd_target_resend_please(t);
	return true;
}

/* Checks 4 to 7 of kd-protocol 2.4, and those of 2.5. True: it is dealt with.
 */
static bool refused(struct kd_target *t)
{
	struct kd_exchange *x = &t->x;
	const struct kd_header *h = &x->rx.header;
	bool foreign = (h->id & ~UINT32_C(1)) != KD_ID_INITIAL;

	if (x->rx.trailer != KD_TRAILER_BYTE) {
		x->counts.bad_frame++;
		kd_target_resend_please(t);
		return true;
	}
	if (bad_sum(t, KD_SUM_ALL))
		return true;
	if (h->type != t->want) {
		kd_exchange_control(x, KD_ACKNOWLEDGE, h->id);
		return true;
	}
	if (foreign && t->profile.sync_id != KD_SYNC_TAKE) {
		if (t->profile.sync_id == KD_SYNC_ACK)
			kd_exchange_control(x, KD_ACKNOWLEDGE, h->id);
		else
			kd_target_resend_please(t);
		return true;
	}
	if (!foreign && h->id != x->expected_id &&
	    t->profile.duplicate == KD_DUPLICATE_ACK) {
		x->counts.duplicates++;
		kd_exchange_control(x, KD_ACKNOWLEDGE, h->id);
		return true;
	}
	return bad_sum(t, KD_SUM_NEW);
}

/* The packet is complete: checks 3 to 8 of kd-protocol 2.4. */
static void on_packet(struct kd_target *t, const struct kd_target_ops *ops,
		      void *env, uint64_t now)
{
	struct kd_exchange *x = &t->x;
	const struct kd_header *h = &x->rx.header;

	if (x->reliable) {
		if (h->type != t->want || h->len < least_len(t))
			return;
	} else if (refused(t)) {
		return;
	}
	kd_exchange_control(x, KD_ACKNOWLEDGE, h->id);
	x->expected_id ^= 1;
	x->counts.packets_in++;
	if (t->want != KD_STATE_MANIPULATE) {
		t->answered = true;
		t->state = KD_TARGET_LEAVING;
		return;
	}
	t->asked_once = true;
	t->asked = now;
	kd_serve(t, ops, env);
	if (t->state == KD_TARGET_SENDING && x->type == KD_STATE_MANIPULATE) {
		t->droppable = t->profile.abandon_replies != KD_TRIES_NEVER;
		t->tries = kd_target_budget(t);
	}
}

static void on_leader(struct kd_target *t)
{
	if (t->breakin_seen && !t->profile.breakin_before_leader)
		t->breakin_pending = true;
	t->breakin_seen = false;
	t->not_present = false;
	if (!t->profile.retry_reload)
		t->tries = kd_target_budget(t);
}

/* Hunting, and a leader byte has just taken the place of a 62 (2.2: ROS). */
static bool overwritten(const struct kd_target *t)
{
	return t->profile.breakin_before_leader &&
	       t->x.rx.part == KD_PART_HUNT && t->x.rx.run;
}

static void on_event(struct kd_target *t, const struct kd_target_ops *ops,
		     void *env, enum kd_parse event, uint64_t now)
{
	switch (event) {
	case KD_PARSE_STRAY:
		t->x.counts.stray++;
		t->breakin_seen &= t->profile.breakin_before_garbage != 0;
		break;
	case KD_PARSE_BREAKIN:
		t->breakin_seen = !t->x.reliable;
		t->breakin_pending |= t->x.reliable;
		break;
	case KD_PARSE_LEADER: on_leader(t); break;
	case KD_PARSE_RESEND:
		t->x.counts.resends_in++;
		kd_target_asked_again(t);
		break;
	case KD_PARSE_HEADER:
		if (t->x.rx.header.leader == KD_LEADER_CONTROL)
			on_control(t);
		else
			on_data_header(t);
		break;
	case KD_PARSE_TRAILER: on_packet(t, ops, env, now); break;
	case KD_PARSE_MORE: t->breakin_seen &= !overwritten(t); break;
	case KD_PARSE_PAYLOAD:
	case KD_PARSE_LOST:
	case KD_PARSE_WRONG: break;
	}
}

size_t kd_target_input(struct kd_target *t, const struct kd_target_ops *ops,
		       void *env, struct kd_span in, uint64_t now)
{
	size_t total = 0;

	if (t->discarding) {
		t->x.counts.bytes_in += in.len;
		return in.len;
	}
	while (kd_target_listens(t) && !kd_exchange_pending(&t->x)) {
		struct kd_span rest = { in.at + total, in.len - total };
		size_t used;
		enum kd_parse event = kd_parser_next(&t->x.rx, rest, &used);

		total += used;
		on_event(t, ops, env, event, now);
		if (event == KD_PARSE_MORE && total == in.len)
			break;
	}
	if (t->discarding)
		total = in.len;
	if (total)
		t->heard = now;
	t->x.counts.bytes_in += total;
	kd_target_settle(t, ops, env);
	return total;
}

void kd_target_error(struct kd_target *t, const struct kd_target_ops *ops,
		     void *env, uint64_t now)
{
	struct kd_parser *p = &t->x.rx;
	bool hunting = p->part == KD_PART_HUNT;
	bool header = p->part == KD_PART_TYPE || p->part == KD_PART_HEADER;

	if (t->x.reliable)
		return;
	t->heard = now;
	kd_parser_hunt(p);
	if (hunting)
		t->breakin_seen &= t->profile.rx_error == KD_RX_ERROR_RESEND;
	else if (header && t->profile.rx_error == KD_RX_ERROR_RETURN)
		kd_target_asked_again(t);
	else if (p->header.leader == KD_LEADER_DATA)
		kd_target_resend_please(t);
	kd_target_settle(t, ops, env);
}
