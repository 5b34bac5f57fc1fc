/* SPDX-License-Identifier: MIT */
#include "bench/kd/target.h"

#include "bench/base/hash.h"
#include "bench/kd/say.h"
#include "bench/kd/serve.h"
#include "bench/kd/sum.h"

void kd_target_init(struct kd_target *t,
		    const struct kd_target_profile *profile)
{
	__builtin_memset(t, 0, sizeof(*t));
	t->profile = *profile;
	t->state = KD_TARGET_RUNNING;
	t->want = KD_STATE_MANIPULATE;
	t->processors = 1;
	kd_exchange_init(&t->x, KD_ID_INITIAL | KD_ID_SYNC, true,
			 profile->reliable);
}

void kd_target_send(struct kd_target *t, uint16_t type, uint32_t len,
		    enum kd_target_state after)
{
	t->state = KD_TARGET_SENDING;
	t->after = (uint8_t)after;
	t->tries = t->ever_acked ? t->profile.retries
				 : t->profile.retries_first;
	kd_exchange_send(&t->x, type, (uint16_t)len, kd_sum(t->x.payload, len));
}

void kd_target_send_stop(struct kd_target *t)
{
	__builtin_memcpy(t->x.payload, t->state_change, t->state_len);
	t->droppable = kd_load32(t->state_change) == KD_STATE_LOAD_SYMBOLS;
	t->context_sent = false;
	kd_target_send(t, KD_STATE_CHANGE64, t->state_len, KD_TARGET_STOPPED);
}

void kd_target_begin(struct kd_target *t, uint16_t want, bool droppable,
		     uint64_t now)
{
	kd_parser_hunt(&t->x.rx);
	t->want = want;
	t->droppable = droppable;
	t->answered = false;
	t->breakin_seen = false;
	t->heard = now;
}

void kd_target_stop(struct kd_target *t, const struct kd_exception *e,
		    uint64_t now)
{
	kd_exception_store(e, t->state_change);
	t->state_len = KD_STATE_SIZE;
	t->processors = e->processors ? e->processors : 1;
	t->processor = e->processor;
	kd_target_begin(t, KD_STATE_MANIPULATE, false, now);
	kd_target_send_stop(t);
}

/* A running target on records: whole ones are looked at, data is skipped. */
static bool poll_record(struct kd_target *t, struct kd_span in, size_t *used)
{
	size_t n;

	*used = 0;
	while (*used < in.len) {
		struct kd_span rest = { in.at + *used, in.len - *used };
		enum kd_parse event = kd_parser_next(&t->x.rx, rest, &n);

		*used += n;
		if (event == KD_PARSE_BREAKIN)
			return true;
	}
	return false;
}

bool kd_target_poll(struct kd_target *t, struct kd_span in, size_t *used)
{
	bool hit = t->breakin_pending;

	*used = 0;
	if (hit) {
		t->breakin_pending = false;
	} else if (t->profile.reliable) {
		hit = poll_record(t, in, used);
		t->x.counts.bytes_in += *used;
	} else if (in.len) {
		*used = 1;
		t->x.counts.bytes_in++;
		hit = in.at[0] == KD_BREAKIN_BYTE;
		t->x.counts.stray += !hit;
	}
	if (hit)
		t->not_present = false;
	return hit;
}

static void acknowledged(struct kd_target *t)
{
	kd_exchange_acked(&t->x);
	t->ever_acked = true;
	t->state = t->after;
}

/* The packet is given up: nobody is there (2.6 step 2). */
static void give_up(struct kd_target *t)
{
	t->not_present = true;
	kd_exchange_reset(&t->x);
	t->x.next_id = KD_ID_INITIAL | KD_ID_SYNC;
	t->state = KD_TARGET_RUNNING; /* whatever was to follow */
}

/* The receive routine returned RESEND to whoever called it. */
static void asked_again(struct kd_target *t)
{
	if (t->state == KD_TARGET_SENDING)
		kd_exchange_resend(&t->x);
	else if (t->state == KD_TARGET_AWAITING)
		kd_target_send(t, t->x.type, t->x.len, KD_TARGET_AWAITING);
	else
		kd_target_send_stop(t); /* not the last reply: 2.8 step 4 */
}

static void resend_please(struct kd_target *t)
{
	kd_exchange_control(&t->x, KD_RESEND, 0);
	kd_parser_hunt(&t->x.rx);
}

static void on_control(struct kd_target *t)
{
	const struct kd_header *h = &t->x.rx.header;

	if (h->type == KD_RESET) {
		t->x.counts.resets_in++;
		kd_exchange_reset(&t->x);
		kd_exchange_control(&t->x, KD_RESET, 0);
		asked_again(t);
	} else if (h->type == KD_ACKNOWLEDGE && t->state == KD_TARGET_SENDING &&
		   h->id == (t->x.next_id & ~KD_ID_SYNC)) {
		t->x.counts.acks_in++;
		acknowledged(t);
	}
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
		if (h->id != t->x.expected_id) {
			t->x.counts.duplicates++;
			kd_exchange_control(&t->x, KD_ACKNOWLEDGE, h->id);
			return;
		}
		/*
		 * New data: the peer must have seen ours. Its payload stays in
		 * the stream and is hunted through; RESEND fetches it again.
		 */
		resend_please(t);
		acknowledged(t);
	} else if (h->len < least_len(t) || !kd_parser_take(&t->x.rx)) {
		t->x.counts.bad_frame++;
		resend_please(t);
	}
}

/* The packet is complete: checks 3 to 8 of kd-protocol 2.4, in their order. */
static void on_packet(struct kd_target *t, const struct kd_target_ops *ops,
		      void *env, uint64_t now)
{
	struct kd_exchange *x = &t->x;
	const struct kd_header *h = &x->rx.header;

	if (x->reliable) {
		if (h->type != t->want || h->len < least_len(t))
			return;
	} else if (x->rx.trailer != KD_TRAILER_BYTE) {
		x->counts.bad_frame++;
		resend_please(t);
		return;
	} else if (h->type != t->want) {
		kd_exchange_control(x, KD_ACKNOWLEDGE, h->id);
		return;
	} else if ((h->id & ~UINT32_C(1)) != KD_ID_INITIAL) {
		resend_please(t);
		return;
	} else if (h->id != x->expected_id) {
		x->counts.duplicates++;
		kd_exchange_control(x, KD_ACKNOWLEDGE, h->id);
		return;
	} else if (x->rx.sum != h->checksum) {
		x->counts.bad_checksum++;
		resend_please(t);
		return;
	}
	kd_exchange_control(x, KD_ACKNOWLEDGE, h->id);
	x->expected_id ^= 1;
	x->counts.packets_in++;
	t->asked = now;
	if (t->want == KD_STATE_MANIPULATE) {
		kd_serve(t, ops, env);
		return;
	}
	t->answered = true;
	t->state = KD_TARGET_LEAVING;
}

static void on_leader(struct kd_target *t)
{
	if (t->breakin_seen)
		t->breakin_pending = true;
	t->breakin_seen = false;
	t->not_present = false;
	t->tries = t->ever_acked ? t->profile.retries
				 : t->profile.retries_first;
}

static void on_event(struct kd_target *t, const struct kd_target_ops *ops,
		     void *env, enum kd_parse event, uint64_t now)
{
	switch (event) {
	case KD_PARSE_STRAY:
		t->x.counts.stray++;
		t->breakin_seen = false;
		break;
	case KD_PARSE_BREAKIN:
		t->breakin_seen = !t->x.reliable;
		t->breakin_pending |= t->x.reliable;
		break;
	case KD_PARSE_LEADER: on_leader(t); break;
	case KD_PARSE_RESEND:
		t->x.counts.resends_in++;
		asked_again(t);
		break;
	case KD_PARSE_HEADER:
		if (t->x.rx.header.leader == KD_LEADER_CONTROL)
			on_control(t);
		else
			on_data_header(t);
		break;
	case KD_PARSE_TRAILER: on_packet(t, ops, env, now); break;
	case KD_PARSE_PAYLOAD:
	case KD_PARSE_MORE: break;
	}
}

/* Whatever had to leave has left: go on to what comes after it. */
static void settle(struct kd_target *t, const struct kd_target_ops *ops,
		   void *env)
{
	if (kd_exchange_pending(&t->x))
		return;
	if (t->state == KD_TARGET_SENDING && t->x.reliable)
		acknowledged(t);
	if (t->state == KD_TARGET_LEAVING) {
		t->state = KD_TARGET_RUNNING;
		if (t->rebooting)
			ops->reboot(env);
		if (t->crashing)
			ops->bugcheck(env, t->bugcheck);
	}
}

/* Does what arrives matter to it? Running, it only polls. */
static bool listening(const struct kd_target *t)
{
	return t->state == KD_TARGET_SENDING || t->state == KD_TARGET_STOPPED ||
	       t->state == KD_TARGET_AWAITING;
}

size_t kd_target_input(struct kd_target *t, const struct kd_target_ops *ops,
		       void *env, struct kd_span in, uint64_t now)
{
	size_t total = 0;

	while (listening(t) && !kd_exchange_pending(&t->x)) {
		struct kd_span rest = { in.at + total, in.len - total };
		size_t used;
		enum kd_parse event = kd_parser_next(&t->x.rx, rest, &used);

		total += used;
		on_event(t, ops, env, event, now);
		if (event == KD_PARSE_MORE && total == in.len)
			break;
	}
	if (total)
		t->heard = now;
	t->x.counts.bytes_in += total;
	settle(t, ops, env);
	return total;
}

size_t kd_target_output(struct kd_target *t, const struct kd_target_ops *ops,
			void *env, struct kd_room room, uint64_t now)
{
	size_t n = kd_exchange_write(&t->x, room);

	if (n)
		t->heard = now;
	settle(t, ops, env);
	return n;
}

/* The byte reader's TIMEOUT, seen from where the reader was (2.2, 2.3). */
static void timed_out(struct kd_target *t)
{
	struct kd_parser *rx = &t->x.rx;
	bool inside = rx->part == KD_PART_PAYLOAD ||
		      rx->part == KD_PART_TRAILER;

	if (inside) {
		t->x.counts.timeouts++;
		resend_please(t);
		return;
	}
	kd_parser_hunt(rx);
	if (t->breakin_seen) {
		t->breakin_seen = false;
		t->breakin_pending = true;
		asked_again(t);
	} else if (t->state == KD_TARGET_SENDING) {
		t->x.counts.timeouts++;
		t->tries--;
		if (t->tries == 0 && t->droppable)
			give_up(t);
		else
			kd_exchange_resend(&t->x);
	}
}

void kd_target_time(struct kd_target *t, const struct kd_target_ops *ops,
		    void *env, uint64_t now)
{
	(void)ops;
	(void)env;
	if (now < kd_target_deadline(t))
		return;
	t->heard = now;
	timed_out(t);
}

/*
 * A stopped target's reader times out for ever; between packets that changes
 * nothing, so there is no deadline then and the machine may sleep.
 */
uint64_t kd_target_deadline(const struct kd_target *t)
{
	if (t->x.reliable || kd_exchange_pending(&t->x))
		return UINT64_MAX;
	if (t->state != KD_TARGET_SENDING &&
	    (!listening(t) || (!t->breakin_seen && kd_parser_idle(&t->x.rx))))
		return UINT64_MAX;
	if (t->profile.byte_timeout_ns == UINT64_MAX)
		return UINT64_MAX;
	return t->heard + t->profile.byte_timeout_ns;
}

uint64_t kd_target_digest(const struct kd_target *t, uint64_t now)
{
	uint64_t deadline = kd_target_deadline(t);
	uint64_t d = kd_exchange_digest(&t->x);

	d = hash_add(d, t->state);
	d = hash_add(d, t->after);
	d = hash_add(d, t->want);
	d = hash_add(d, t->not_present);
	d = hash_add(d, t->context_sent);
	d = hash_add(d, t->breakin_seen);
	d = hash_add(d, t->breakin_pending);
	d = hash_add(d, t->ever_acked);
	d = hash_add(d, t->droppable ? t->tries : 0);
	return hash_add(d, deadline == UINT64_MAX ? deadline : deadline - now);
}
